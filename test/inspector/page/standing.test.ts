/** What goes before the plan, what is wished once, and what is only planned for: seen in every room that shows the device or the plan. */
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { instructionArrival, type InstructionAsked } from '../../../src/shell/instructions.ts';
import { operatorArrival, type OperatorCommand } from '../../../src/shell/operatorCommands.ts';
import { stakeText } from '../../../src/text/quantities.ts';
import { at } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { shareOf } from '../../support/leftOut.ts';
import { living } from '../support/inspecting.ts';
import { aBattery, aCar, aHeater, siteWorld } from '../support/siteWorld.ts';
import { axeFaults, faultsOfColours } from './support/axe.ts';
import { describeInBrowser, type Browsing } from './support/browser.ts';
import { serve } from './support/inspected.ts';

const day = '2026-11-27';
const hourMs = 3_600_000;

const say = (world: AgentWorld, asked: InstructionAsked): void => {
  if (world.agent === null) throw new Error('No agent runs.');
  world.agent.take(instructionArrival(world.agent.state, world.time.now(), { ...asked, by: 'ven' }));
};

const opt = (world: AgentWorld, command: OperatorCommand): void => {
  if (world.agent === null) throw new Error('No agent runs.');
  world.agent.take(operatorArrival(world.agent.state, world.time.now(), command, 'http'));
};

/** Whether the room is as wide as the screen, whatever the width, in each look, and says nothing wrong to whoever hears it. */
const fitsEverywhere = async (browsing: Browsing, url: string, hashes: readonly string[]): Promise<void> => {
  const looks = [
    ['light', axeFaults],
    ['dark', faultsOfColours],
  ] as const;
  for (const [colorScheme, faults] of shareOf(looks, ([look]) => look === 'light')) {
    const { page, errors, settled } = await browsing.open(url, { colorScheme });
    for (const hash of hashes) {
      await page.evaluate((each) => (location.hash = each), hash);
      for (const width of [400, 900, 1400]) {
        await page.setViewportSize({ width, height: 900 });
        await settled();
        const over = await page.evaluate(() => {
          const room = document.querySelector('main') as HTMLElement;
          return [document.documentElement.scrollWidth - innerWidth, room.scrollWidth - room.clientWidth];
        });
        expect([colorScheme, hash, width, ...over]).toEqual([colorScheme, hash, width, 0, 0]);
      }
      expect([colorScheme, hash, await faults(page)]).toEqual([colorScheme, hash, []]);
    }
    expect(errors).toEqual([]);
  }
};

const textOf = async (page: Page, selector: string): Promise<string> => {
  await page.waitForSelector(selector);
  return ((await page.textContent(selector)) ?? '').replaceAll('\u202f', ' ').replaceAll('\u00a0', ' ');
};

describeInBrowser('beside the plan', (browsing) => {
  afterEach(() => browsing.closeAll());

  it('given a battery in shadow, one that is held, a car with wishes for once, then each says so in every room', async () => {
    const devices = [aBattery('battery'), aBattery('second'), aCar('car'), aHeater('heater')];
    const world = siteWorld(day, 8, devices, { reserve: 0.2 }, { shadowed: ['second'] });
    await world.start();
    const signal = { signalName: 'SIMPLE', signalType: 'level', values: ['1'] } as const;
    const eventID = world.vtn.events.add({ startAt: at(day, 12), lengthMs: hourMs, signals: [signal] });
    await world.runTo(at(day, 9.2));
    opt(world, { eventID, optType: 'optOut' });
    const windows = [{ startAt: at(day, 17), endAt: at(day, 20) }];
    opt(world, { type: 'OptGiven', optType: 'optOut', optReason: 'mustRun', windows, resourceIDs: ['heater'] });
    say(world, { resourceID: 'battery', action: 'hold', forMs: 2 * hourMs });
    say(world, { resourceID: 'battery', kind: 'keep', stateOfCharge: 0.4, forMs: 30 * hourMs });
    say(world, { resourceID: 'car', kind: 'leave', stateOfCharge: 1, endAt: at(day, 18) });
    await world.runTo(at(day, 9.5));
    const inspector = await serve(living(world));
    try {
      const { page } = await browsing.open(`${inspector.url}#now`);
      expect(await textOf(page, 'tr[data-device="second"]')).toContain('in shadow: told nothing until it is trusted');
      expect(await textOf(page, 'tr[data-device="battery"]')).toMatch(/held for 1 h 4\d min more/);
      expect(await textOf(page, '[data-wishes="battery"]')).toMatch(/keeps 40 %, 1 d 5 h more/);
      // The car comes back half an hour before, and cannot be full by then: that is said, with how far it gets.
      expect(await textOf(page, '[data-wishes="car"]')).toMatch(/\d+ % by 18:00, wished 100 %; 100 % by 18:00, in 8 h/);
      expect(await textOf(page, 'tr[data-device="heater"]')).toContain(
        `, out of DR event ${eventID.slice(0, 8)}… from`,
      );
      await page.waitForSelector('[data-wishes="battery"] >> text=$');
      expect(await textOf(page, '[data-tile="Power now"]')).toContain('1 in shadow: told nothing');

      await page.evaluate(() => (location.hash = '#plan'));
      expect(await textOf(page, '[data-shadow]')).toMatch(
        /In shadow: second, told nothing, and in no sum here\. Followed/,
      );
      expect(await textOf(page, '[data-row="second"]')).toContain('in shadow');
      await page.waitForSelector('[data-row="second"] .bar.planned');
      expect(await textOf(page, '[data-row="battery"]')).toMatch(/held 1 h 4\d min/);
      expect(await textOf(page, '[data-once="battery keep"]')).toContain('ven wish cancel keep --device battery');
      expect(await textOf(page, '[data-once="car leave"]')).toContain('100 % by 18:00');
      expect(await textOf(page, '[data-missed="car"]')).toMatch(/car will have \d+ % by 18:00, wished 100 %/);
      expect(await textOf(page, '[data-override="battery"]')).toContain('ven release battery');
      // Each time for which something is out stands there once, with the command that ends it.
      const outs = page.locator('[data-out]');
      await page.waitForSelector('[data-out] >> text=It costs');
      const event = eventID.slice(0, 8);
      const said = (text: string): string => text.replace(/opt cancel .*/, 'opt cancel').replace(/\$\d+\.\d\d/, '$');
      expect((await outs.allTextContents()).map(said)).toEqual([
        `All 4 devices are out of DR event ${event}… from 12:00 to 13:00, by you.ven opt cancel`,
        'heater is out from 17:00 to 20:00, by you. It costs $.ven opt cancel',
      ]);
      // What is wished once is drawn like what is wished always.
      expect(await textOf(page, '[data-row="car"]')).toContain('100 % by 18:00');

      await page.evaluate(() => (location.hash = '#plan/second'));
      expect(await textOf(page, '.only')).toContain('in shadow: told nothing until it is trusted');
      expect(await textOf(page, '.why')).toContain('ven plan --device second --why 18:00');
      await page.evaluate(() => (location.hash = '#energy'));
      expect(await textOf(page, '[data-row="second"]')).toContain('in shadow');
      expect(await textOf(page, '[data-row="battery"]')).toContain('held 1 h');
      await fitsEverywhere(browsing, inspector.url, ['#now', '#plan', '#plan/second', '#energy']);
    } finally {
      await inspector.close();
      await world.stop();
    }
  });

  it('given one device alone, then its card says the same', async () => {
    const world = siteWorld(day, 8, [aBattery('battery')], {}, { shadowed: ['battery'] });
    await world.start();
    await world.runTo(at(day, 9.2));
    say(world, { resourceID: 'battery', kind: 'keep', stateOfCharge: 0.4, forMs: 3 * hourMs });
    await world.runTo(at(day, 9.25));
    const inspector = await serve(living(world));
    try {
      const { page } = await browsing.open(`${inspector.url}#now`);
      expect(await textOf(page, '.beside')).toMatch(/Keeps 40 %, 2 h 5\d min more\. In shadow: told nothing/);
      await page.evaluate(() => (location.hash = '#plan'));
      expect(await textOf(page, '[data-row="battery"]')).toContain('in shadow');
      expect(await page.locator('.overrides >> text=ven override').count()).toBe(0);
    } finally {
      await inspector.close();
      await world.stop();
    }
  });

  it('given twelve devices, then the map marks a wish at risk, and those that need a look are listed, the dearest first', async () => {
    const devices = Array.from({ length: 12 }, (_, place) =>
      place === 1 ? aCar('car-1') : place === 3 ? aBattery('small', 2_700) : aBattery(`battery-${place}`),
    );
    const special = { shadowed: ['battery-8'], silent: ['small', 'battery-5'], silentFromAt: at(day, 18.4) };
    const world = siteWorld(day, 8, devices, { reserve: 0.2 }, special);
    await world.start();
    await world.runTo(at(day, 18.3));
    say(world, { resourceID: 'battery-2', action: 'hold', forMs: 2 * hourMs });
    say(world, { resourceID: 'car-1', kind: 'leave', stateOfCharge: 1, endAt: at(day, 18.9) });
    await world.runTo(at(day, 18.6));
    const inspector = await serve(living(world));
    try {
      const state = (await (await fetch(`${inspector.url}api/v1/state`)).json()) as ApiAnswer<'state'>;
      const price = Number(state.prices.now?.usdPerKwh);
      const { page } = await browsing.open(`${inspector.url}#now`);
      await page.waitForSelector('[data-risk="car-1"]');
      expect(await page.locator('[data-risk]').count()).toBe(1);
      expect(await page.getAttribute('button[data-device="car-1"]', 'aria-label')).toMatch(
        /wish at risk, \d+\u202f% by/,
      );
      expect(await page.getAttribute('button[data-device="battery-8"]', 'aria-label')).toContain('in shadow');
      const looks = await page.$$eval('[data-look]', (all) =>
        all.map((each) => [each.getAttribute('data-look'), each.querySelector('strong')?.textContent]),
      );
      const stakes = (['small', 'battery-5'] as const).map((resourceID) => {
        const device = state.devices.find((each) => each.resourceID === resourceID);
        return (
          (Math.max(Math.abs(device?.powerWatts ?? 0), Math.abs(device?.setpoint?.demandWatts ?? 0)) / 1_000) * price
        );
      });
      const silent = [
        ['small', stakes[0] ?? 0],
        ['battery-5', stakes[1] ?? 0],
      ] as const;
      const dearest = silent.toSorted(([, a], [, b]) => b - a);
      // It rests by its owner's word: as much as it could sell in this hour is at stake at most.
      const held = state.devices.find(({ resourceID }) => resourceID === 'battery-2');
      const stake = ((held?.maxDischargeWatts ?? 0) / 1_000) * price;
      const figures = [...dearest, ['battery-2', stake] as const].toSorted(([, a], [, b]) => b - a);
      expect(stake).toBeGreaterThan(1);
      expect(looks).toEqual([
        ...figures.map(([name, usd]) => [name, `${name === 'battery-2' ? 'up to ' : ''}${stakeText(usd)}/h`]),
        ['car-1', '–'],
      ]);
      expect(Math.max(...silent.map(([, usd]) => usd))).toBeGreaterThan(1);
      expect(await textOf(page, '.devicescard .legend')).toContain('1 in shadow');
      await fitsEverywhere(browsing, inspector.url, ['#now', '#plan']);
    } finally {
      await inspector.close();
      await world.stop();
    }
  });
});
