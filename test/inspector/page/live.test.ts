/** The page beside an agent that runs, in virtual time: what happens is seen, and the past stays where it is. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Inspector } from '../../../src/inspector/server/inspectorServer.ts';
import { at, worldOn } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { living } from '../support/inspecting.ts';
import { describeInBrowser, positionOf } from './support/browser.ts';
import { builtPage, serve } from './support/inspected.ts';

const eve = '2026-11-23';

describeInBrowser('the page beside an agent that runs', (browsing) => {
  let world: AgentWorld;
  let inspector: Inspector;

  const open = async (hash = '', options = {}): Promise<Page> =>
    (await browsing.open(`${inspector.url}${hash}`, options)).page;
  const reaches = (page: Page, position: number): Promise<unknown> =>
    page.waitForFunction(
      (wanted) => Number(document.querySelector('[data-shown]')?.getAttribute('data-shown')) >= wanted,
      position,
    );

  beforeAll(builtPage);
  beforeEach(async () => {
    ({ world } = worldOn({ day: eve, hour: 16, vtn: { pollFreq: 'PT10M' } }));
    await world.start();
    await world.runTo(at(eve, 16, 20));
    inspector = await serve(living(world));
  });
  afterEach(async () => {
    await browsing.closeAll();
    await inspector.close();
    await world.stop();
  });
  afterAll(() => browsing.closeAll());

  it('shows what happens as it happens', async () => {
    const page = await open();
    await page.waitForSelector('[data-live="Live"]');
    expect(await page.textContent('[data-tile="VTN"]')).toContain('In touch');
    const before = await positionOf(page);
    await world.runTo(at(eve, 17, 5));
    await reaches(page, before + 5);
    await page.waitForSelector('.happened >> text=/DR event arrived: 24/');
    await page.waitForSelector('[data-priced="2026-11-24"].good');
    await reaches(page, world.log.durableHead.position);
    expect(await positionOf(page)).toBe(world.log.durableHead.position);
  });

  it('tells a late joiner the same', async () => {
    const early = await open();
    await world.runTo(at(eve, 18));
    const late = await open();
    await Promise.all([early, late].map((page) => reaches(page, world.log.durableHead.position)));
    await late.waitForSelector('.happened >> text=/DR event arrived: 24/');
    const story = (page: Page): Promise<readonly (string | null)[]> =>
      page.$$eval('.happened .said', (all) => all.map(({ textContent }) => textContent));
    await expect.poll(() => story(early)).toEqual(await story(late));
  });

  it('stays at a moment of the past while the log goes on, until somebody wants the present', async () => {
    const page = await open('#now@20');
    await world.runTo(at(eve, 17, 5));
    await page.waitForFunction(
      (head) => document.querySelector('.track')?.getAttribute('aria-valuemax') === head,
      String(world.log.durableHead.position),
    );
    expect(await positionOf(page)).toBe(20);
    await page.click('.controls .live');
    await reaches(page, world.log.durableHead.position);
    await page.waitForSelector('[data-live="Live"]');
  });

  it('lets a transition glow when it is taken', async () => {
    const page = await open('#charts/exchange', { reducedMotion: 'no-preference' });
    await page.waitForSelector('.drawing .leaf');
    await page.waitForSelector('.history li');
    await page.evaluate(() => {
      const glowed: string[] = [];
      const drawing = document.querySelector('.drawing') as Element;
      new MutationObserver((changes) =>
        changes.forEach(
          ({ target }) => target instanceof Element && target.classList.contains('glows') && glowed.push(target.id),
        ),
      ).observe(drawing, { attributes: true, subtree: true });
      Object.assign(globalThis, { glowed });
    });
    await world.runTo(at(eve, 17, 1));
    await page.waitForFunction(() =>
      (globalThis as unknown as { glowed: string[] }).glowed.some((id) => id.includes('--to--')),
    );
  });

  it('says within one poll that the VTN is gone, counts on, and says when it is over', async () => {
    const page = await open();
    await world.runTo(at(eve, 17, 30));
    await page.waitForSelector('[data-verdict="well"]');
    world.isVtnUp = false;
    await world.runTo(at(eve, 17, 41)); // polls are 10 min apart
    await page.waitForSelector('[data-verdict="attention"] >> text=The VTN does not answer. Nothing lost.');
    const tile = '[data-tile="VTN"]';
    await page.waitForSelector(`${tile} >> text=Silent`);
    expect(await page.textContent('[data-clause="Cause"]')).toMatch(/nobody listens.*last answer 17:/);
    expect(await page.textContent('[data-clause="Money"]')).toContain('None at stake. Prices are known until');
    const triesOf = async (): Promise<number> =>
      Number(/(\d+) (?:try|tries) failed/.exec((await page.textContent(tile)) ?? '')?.[1] ?? 0);
    const before = await triesOf();
    expect(before).toBeGreaterThan(0);
    await world.runTo(at(eve, 18, 30));
    await expect.poll(triesOf).toBeGreaterThan(before);
    expect(await page.textContent('[data-clause="To do"]')).toContain('Look at the way there');
    // The cause stands once on the whole of the page, whatever alarms were raised about it.
    expect((await page.textContent('main'))?.match(/nobody listens/g)).toHaveLength(1);
    await page.waitForSelector('.happened >> text=/The VTN did not answer: \\d+ tries since 17:\\d\\d\\./');
    world.isVtnUp = true;
    await world.runTo(at(eve, 19, 30));
    await page.waitForSelector('[data-verdict="well"]');
    await page.waitForSelector(`${tile} >> text=In touch`);
  });

  it('outlives a restart of the agent', async () => {
    const page = await open();
    const { port } = inspector;
    await inspector.close();
    await page.waitForSelector('[data-live="No answer"]');
    await page.waitForSelector('[data-verdict="trouble"]'); // nothing is well about a present that nobody tells
    await world.restart();
    await world.runTo(at(eve, 16, 40));
    inspector = await serve(living(world), port);
    await page.waitForSelector('[data-live="Live"]');
    await reaches(page, world.log.durableHead.position);
    await page.waitForSelector('.happened >> text=/Agent started/ >> nth=1');
    await page.waitForFunction(() => document.querySelector('.problem') === null);
    await page.waitForSelector('[data-verdict="well"]');
  });
});
