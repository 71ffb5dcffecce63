/** The plan room in a real browser: a battery and a car, on a day whose evening is dear. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import type { Inspector } from '../../../src/inspector/server/inspectorServer.ts';
import { instructionArrival } from '../../../src/shell/instructions.ts';
import { optGivenArrival } from '../../../src/shell/opts.ts';
import { readPriceText, toYouText } from '../../../src/text/quantities.ts';
import { at } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { living } from '../support/inspecting.ts';
import { aBattery, aCar, siteWorld } from '../support/siteWorld.ts';
import { axeFaults, faultsOfColours } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { serve } from './support/inspected.ts';

const day = '2026-11-27';

describeInBrowser('the plan room', (browsing) => {
  let world: AgentWorld;
  let inspector: Inspector;

  const api = async <Name extends 'plan' | 'why' | 'state'>(_name: Name, path: string): Promise<ApiAnswer<Name>> =>
    (await (await fetch(`${inspector.url}api/v1/${path}`)).json()) as ApiAnswer<Name>;
  const open = async (hash = '#plan', options = {}): Promise<Page> => {
    const { page } = await browsing.open(`${inspector.url}${hash}`, options);
    await page.waitForSelector('.planchart svg');
    return page;
  };
  /** What is found out in another process is there. */
  const explained = async (page: Page): Promise<Page> => {
    await page.waitForSelector('.held');
    return page;
  };

  beforeAll(async () => {
    world = siteWorld(day, 0.5, [aBattery('battery'), aCar('car')], {
      reserve: 0.2,
      devices: { car: { reserve: 0.4, departures: [{ days: ['sat'], at: '09:30', stateOfCharge: 0.8 }] } },
    });
    await world.start();
    await world.runTo(at(day, 13.6));
    inspector = await serve(living(world));
  });
  afterEach(() => browsing.closeAll());
  afterAll(async () => {
    await inspector.close();
    await world.stop();
  });

  it('says what is done when, and what the day comes to in the figures of the API', async () => {
    const page = await explained(await open());
    const { today } = await api('plan', 'plan');
    const { possibleUsd } = await api('why', 'plan/why');
    expect(await page.textContent('[data-headline]')).toBe(
      `Sells 17:00–22:00: ${toYouText(today.plannedUsd ?? '')} today.`,
    );
    const figure = (name: string): Promise<string | null> => page.textContent(`[data-figure="${name}"]`);
    expect(await figure('So far today')).toBe(toYouText(today.soFarUsd));
    expect(await figure('Planned by midnight')).toBe(toYouText(today.plannedUsd ?? ''));
    expect(await figure('Possible without your wishes')).toBe(toYouText(possibleUsd ?? ''));
    expect(Number(possibleUsd)).toBeGreaterThan(Number(today.plannedUsd));
  });

  it('draws $4.78 beside 7 ¢ to two scales, and what was done beside what is planned', async () => {
    const page = await open();
    await page.waitForSelector('.planchart .worth');
    await page.waitForSelector('[data-row="battery"] .bar.planned');
    expect(await page.$$eval('.planchart .worth', (texts) => texts.map(({ textContent }) => textContent))).toEqual([
      '$4.78',
      '$1.94',
      '$2.31',
    ]);
    expect(await page.$$eval('.planchart .tear', (tears) => tears.length)).toBe(1);
    const bars = (look: string): Promise<number> =>
      page.$$eval(`[data-row="battery"] .bar.${look}`, (all) => all.length);
    expect(await bars('done.bought')).toBeGreaterThan(0);
    expect(await bars('planned.sold')).toBeGreaterThan(0);
    await page.waitForSelector('[data-row="battery"] .level .line.planned');
    expect(await page.textContent('[data-row="car"]')).toContain('away to 17:30');
    expect(await page.textContent('.planchart .now text')).toBe('now 13:36');
  });

  it('says why of the hour that is pointed at, and of the one that is walked to by keyboard', async () => {
    const page = await explained(await open());
    const why = page.locator('.why');
    // Untouched it tells the hour with the most money ahead.
    expect(await why.getAttribute('data-why')).toBe(String(at(day, 18)));
    await page.selectOption('.why select', 'battery');
    const { devices } = await api('plan', 'plan');
    const evening = devices[0]?.slots.find(({ startAt }) => startAt === at(day, 18));
    expect(await why.textContent()).toContain(`at ${readPriceText(evening?.exportUsdPerKwh ?? '')}`);
    expect(await why.textContent()).toMatch(/Held by.*One kWh more would bring \+\$\d/);

    const box = await page.locator('.planchart .hours').boundingBox();
    if (box === null) throw new Error('The chart has no size.');
    await page.mouse.move(box.x + (box.width / 24) * 20.5, box.y + 60);
    await page.waitForSelector(`.why[data-why="${at(day, 20)}"] [data-does="rests"]`);
    await page.waitForSelector('.why >> text=Otherwise');
    await page.mouse.move(2, 2);
    await page.waitForSelector(`.why[data-why="${at(day, 18)}"]`);

    const before = await page.getAttribute('[data-shown]', 'data-shown');
    await page.focus('.planchart .hours');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector(`.why[data-why="${at(day, 17)}"]`);
    expect(await page.getAttribute('.planchart .hours', 'aria-valuetext')).toMatch(/^Fri 27 Nov 17:00, \$1\.94/);
    await page.keyboard.press('End');
    await page.waitForSelector(`.why[data-why="${at(day, 23)}"]`);
    await page.keyboard.press('Home');
    await page.waitForSelector(`.why[data-why="${at(day, 0)}"] >> text=This hour is over`);
    // The keys of the chart leave the moment alone.
    expect(await page.getAttribute('[data-shown]', 'data-shown')).toBe(before);
  });

  it('names wishes with what they cost, the dearest first, and marks where they hold the plan back', async () => {
    const page = await explained(await open());
    const { wishes } = await api('why', 'plan/why');
    const shown = await page.$$eval('.wishes li strong', (costs) => costs.map(({ textContent }) => textContent));
    expect(shown).toEqual(wishes.map(({ costUsd }) => `$${Number(costUsd).toFixed(2)}`));
    expect(await page.textContent('section.wishes')).toContain('battery keeps 20\u202f%');
    await page.waitForSelector('[data-row="battery"] .wish >> text=wish: $');
  });

  it('says of a plan that another may beat by how much, and nothing of one that is the best', async () => {
    const page = await open();
    expect(await page.locator('[data-gap]').count()).toBe(0);
    await page.route(/\/api\/v1\/plan(?:\?|$)/, async (route) => {
      const plan = (await (await route.fetch()).json()) as ApiAnswer<'plan'>;
      await route.fulfill({ json: { ...plan, gapUsd: '0.4' } });
    });
    await page.reload();
    await page.waitForSelector('[data-gap]');
    expect(await page.textContent('[data-gap]')).toContain('could be worth up to $0.40 more');
  });

  it('shows one device alone, and goes back to all', async () => {
    const page = await explained(await open('#plan/car'));
    expect(await page.$$eval('[data-row]', (rows) => rows.map((row) => row.getAttribute('data-row')))).toEqual(['car']);
    expect(await page.textContent('section.wishes')).not.toContain('battery');
    await page.click('button:has-text("All devices")');
    await page.waitForSelector('[data-row="battery"]');
  });

  it('goes back to a moment: its plan, its now, its figures', async () => {
    const { plan } = await api('plan', 'plan');
    const earlier = await api('plan', `plan?at=${plan.position - 1}`);
    const page = await explained(await open(`#plan@${plan.position - 1}`));
    await page.waitForSelector(
      `[data-figure="Planned by midnight"] >> text="${toYouText(earlier.today.plannedUsd ?? '')}"`,
    );
    expect(await page.textContent('.planhead')).toContain(earlier.plan.because);
  });

  it('fits 400, 900 and 1400 px, one day at a time on a phone', async () => {
    const page = await explained(await open());
    for (const width of [400, 900, 1400]) {
      await page.setViewportSize({ width, height: 860 });
      await page.waitForFunction(
        () =>
          document.querySelector('.planchart svg')?.clientWidth === document.querySelector('.planchart')?.clientWidth,
      );
      const over = await page.evaluate(() => {
        const room = document.querySelector('main') as HTMLElement;
        return [document.documentElement.scrollWidth - innerWidth, room.scrollWidth - room.clientWidth];
      });
      expect([width, ...over]).toEqual([width, 0, 0]);
      const cut = await page.$$eval('.planchart svg', ([chart]) => {
        const { left = 0, right = 0 } = chart?.getBoundingClientRect() ?? {};
        const texts = [...(chart?.querySelectorAll('text') ?? [])];
        const isCut = (text: Element): boolean =>
          text.getBoundingClientRect().left < left || text.getBoundingClientRect().right > right;
        return texts.filter(isCut).map(({ textContent }) => textContent);
      });
      expect([width, ...cut]).toEqual([width]);
      expect(await page.locator('.daychips').count()).toBe(width < 700 ? 1 : 0);
    }
  });

  it.each([
    ['light', axeFaults],
    ['dark', faultsOfColours],
  ] as const)('breaks no rule of axe, in %s', async (colorScheme, faults) => {
    for (const width of [400, 1280]) {
      const page = await explained(await open('#plan', { colorScheme, viewport: { width, height: 900 } }));
      expect(await faults(page)).toEqual([]);
    }
  });

  it('tells an override with the time it has left, what it costs, and the command that ends it', async () => {
    const { agent } = world;
    if (agent === null) throw new Error('Nobody is there to be told.');
    const asked = { resourceID: 'battery', action: 'hold', endAt: at(day, 18.5), by: 'ven' } as const;
    agent.take(instructionArrival(agent.state, world.time.now(), asked));
    await world.runTo(at(day, 13.75));
    const page = await explained(await open());
    await page.waitForSelector('[data-override="battery"] >> text=It costs $');
    // The page's clock goes on by itself.
    expect(await page.textContent('[data-override="battery"]')).toMatch(/rests 4 h 4[0-5] min more, to 18:30\./);
    expect(await page.textContent('[data-override="battery"]')).toContain('ven release battery');
    await page.selectOption('.why select', 'battery');
    await page.focus('.planchart .hours');
    await page.keyboard.press('Home');
    for (let hour = 0; hour < 14; hour += 1) await page.keyboard.press('ArrowRight');
    await page.waitForSelector(`.why[data-why="${at(day, 14)}"] .held >> text=You told it so.`);
  });

  it('names a DR event in the chart, in the hours it binds, and among what costs, on a phone as well', async () => {
    world.vtn.events.add({
      eventID: 'load-shed',
      startAt: at(day, 19),
      lengthMs: 60 * 60_000,
      signals: [{ signalName: 'LOAD_DISPATCH', signalType: 'setpoint', values: ['0'] }],
    });
    await world.runTo(at(day, 14.5));
    for (const width of [400, 1280]) {
      const page = await explained(await open('#plan', { viewport: { width, height: 900 } }));
      await page.waitForSelector('[data-row="battery"] [data-event="load-shed"] text:has-text("DR event")');
      await page.waitForSelector('[data-wish="constraint"] >> text=DR event load-shed, Fri 19:00–20:00');
      expect(await page.textContent('[data-wish="constraint"] strong')).toMatch(/^\$\d+\.\d\d$/);
      await page.waitForSelector('[data-figure="Possible without wishes and DR events"]');
      await page.selectOption('.why select', 'battery');
      await page.focus('.planchart .hours');
      await page.keyboard.press('Home');
      for (let hour = 0; hour < 19; hour += 1) await page.keyboard.press('ArrowRight');
      await page.waitForSelector(`.why[data-why="${at(day, 19)}"] .held >> text=DR event load-shed asks for it.`);
    }
  });

  it('marks the time for which a device is out, and draws no DR event there', async () => {
    const { agent } = world;
    if (agent === null) throw new Error('Nobody is there to be told.');
    // Given the DR event of 19:00 to 20:00, and a battery that is out from half past on
    const windows = [{ startAt: at(day, 19.5), endAt: at(day, 21) }];
    const asked = { optType: 'optOut', windows, resourceIDs: ['battery'], by: 'ven' };
    agent.take(optGivenArrival(agent.state, world.time.now(), asked));
    await world.runTo(at(day, 14.75));
    // When the chart is looked at
    const page = await open('#plan', { viewport: { width: 1280, height: 900 } });
    await page.waitForSelector('[data-row="battery"] [data-absence="out"] >> text=out to 21:00');
    await page.waitForSelector('[data-row="car"] [data-event="load-shed"]');
    // Then its event ends there, and that of the car goes on
    const lengthOf = (row: string): Promise<number> =>
      page.$eval(`[data-row="${row}"] [data-event="load-shed"] rect`, (rect) => Number(rect.getAttribute('width')));
    expect(await lengthOf('battery')).toBeCloseTo((await lengthOf('car')) / 2, 3);
    expect(await page.locator('[data-row="car"] [data-absence="out"]').count()).toBe(0);
  });

  it('does not say that there is no plan before it has been told whether there is', async () => {
    const page = await open();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route(/\/api\/v1\/plan(?:\?|$)/, async (route) => {
      await answered;
      await route.continue();
    });
    await page.reload();
    await page.waitForSelector('[data-headline] >> text=Looking for the plan');
    expect(await page.textContent('main')).not.toMatch(/No plan yet|Nothing is planned/);
    answer();
    await page.waitForSelector('.earns');
  });
});
