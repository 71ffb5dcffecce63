/** One device, two, five and twelve: a card, a table, a map; each device has a page, and the site its sums. */
import { afterEach, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { toYouText } from '../../../src/text/quantities.ts';
import { at } from '../../scenarios/support/day.ts';
import { atRest } from '../support/inspecting.ts';
import { shareOf } from '../../support/leftOut.ts';
import { aBattery, aCar, aHeater, siteWorld } from '../support/siteWorld.ts';
import { axeFaults } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { serve } from './support/inspected.ts';

const day = '2026-11-27';

const site = (devices: number): readonly object[] =>
  Array.from({ length: devices }, (_, place) =>
    place === 1 ? aCar(`car-${place}`) : place === 2 ? aHeater(`heater-${place}`) : aBattery(`battery-${place}`),
  );

describeInBrowser('one device and many', (browsing) => {
  afterEach(() => browsing.closeAll());

  // One has a card, several a table, many a map.
  it.each(shareOf([1, 2, 5, 12], (devices) => devices !== 5))(
    '%i of them fit every width, in every room, and add up',
    async (devices) => {
      const world = siteWorld(day, 5, site(devices), { reserve: 0.2 });
      await world.start();
      await world.runTo(at(day, 9.2));
      await world.stop();
      const inspector = await serve(atRest(world.log));
      try {
        const { page, errors, settled } = await browsing.open(inspector.url);
        const state = (await (await fetch(`${inspector.url}api/v1/state`)).json()) as ApiAnswer<'state'>;
        expect(state.devices.length).toBe(devices);
        const sum = state.devices.reduce((all, { today }) => all + Number(today.soFarUsd), 0);
        expect(sum).toBeCloseTo(Number(state.today.soFarUsd), 6);
        for (const hash of ['#now', '#plan', '#plan/battery-0', '#energy']) {
          await page.evaluate((each) => (location.hash = each), hash);
          for (const width of [400, 900, 1400]) {
            await page.setViewportSize({ width, height: 900 });
            await settled();
            const over = await page.evaluate(() => {
              const room = document.querySelector('main') as HTMLElement;
              return [document.documentElement.scrollWidth - innerWidth, room.scrollWidth - room.clientWidth];
            });
            expect([hash, width, ...over]).toEqual([hash, width, 0, 0]);
          }
        }
        await page.evaluate(() => (location.hash = '#now'));
        await page.waitForSelector('[data-tile]');
        const listed = await page.$$eval('.devicescard [data-device]', (all) => all.length);
        expect(listed).toBe(devices === 1 ? 0 : devices);
        expect(await page.locator('table.devices').count()).toBe(devices > 1 && devices <= 6 ? 1 : 0);
        if (devices > 1 && devices <= 6)
          expect(await page.textContent('table.devices tfoot')).toContain(toYouText(state.today.soFarUsd));
        if (devices > 1) {
          const toDevice = devices > 6 ? 'button[data-device="battery-0"]' : '[data-device="battery-0"] .link';
          await page.click(`.devicescard ${toDevice}`);
          await page.waitForSelector('.only >> text=battery-0');
          expect(await page.$$eval('[data-row]', (rows) => rows.map((row) => row.getAttribute('data-row')))).toEqual([
            'battery-0',
          ]);
        }
        await page.evaluate(() => (location.hash = '#now'));
        await settled();
        expect(await axeFaults(page)).toEqual([]);
        expect(errors).toEqual([]);
      } finally {
        await inspector.close();
      }
    },
  );
});
