/** From a value on the page to the entry that wrote it, and back and forth from there. */
import { afterEach, expect, it } from 'vitest';
import { at } from '../../scenarios/support/day.ts';
import { atRest } from '../support/inspecting.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';
import { axeFaults } from './support/axe.ts';
import { describeInBrowser, positionOf } from './support/browser.ts';
import { serve } from './support/inspected.ts';

const day = '2026-11-27';

describeInBrowser('a value on the page', (browsing) => {
  afterEach(() => browsing.closeAll());

  it('says who wrote it, and leads back and forth from there', async () => {
    const world = siteWorld(day, 12, [aBattery('battery')]);
    await world.start();
    await world.runTo(at(day, 18.5));
    await world.stop();
    const inspector = await serve(atRest(world.log));
    try {
      const { page, errors } = await browsing.open(inspector.url, { viewport: { width: 400, height: 860 } });
      await page.click('[data-writes="/devices/battery/stateOfCharge"]');
      await page.waitForSelector('.wrotebar >> text=level of the battery');
      const firstOf = async (): Promise<number> => Number(await page.getAttribute('button[data-wrote]', 'data-wrote'));
      await page.waitForSelector('button[data-wrote]');
      const last = await firstOf();
      expect(await page.textContent('.wrotebar ol')).toContain('battery');
      await page.click('.wrotebar >> text=Earlier');
      await page.waitForSelector(`button[data-wrote]:not([data-wrote="${last}"])`);
      expect(await firstOf()).toBeLessThan(last);
      expect(await axeFaults(page)).toEqual([]);
      await page.click('.wrotebar >> text=Later');
      await page.waitForSelector(`button[data-wrote="${last}"]`);
      await page.click('.wrotebar >> text=Show this moment');
      expect(await positionOf(page)).toBeGreaterThanOrEqual(last);
      await page.keyboard.press('Escape');
      await page.waitForSelector('.wrotebar', { state: 'detached' });
      expect(errors).toEqual([]);
    } finally {
      await inspector.close();
    }
  });
});
