/** The log asked as a whole: where something holds, and what would have been with other settings. */
import { afterEach, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { at } from '../../scenarios/support/day.ts';
import { atRest, living } from '../support/inspecting.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';
import { axeFaults } from './support/axe.ts';
import { describeInBrowser, positionOf } from './support/browser.ts';
import { serve } from './support/inspected.ts';

const day = '2026-11-27';

const lived = async (until: number) => {
  const world = siteWorld(day, 9.9, [aBattery('battery')]);
  await world.start();
  await world.runTo(at(day, until));
  return world;
};

const q = 'power < -1 or power > 1';

describeInBrowser('where', (browsing) => {
  afterEach(() => browsing.closeAll());

  it('marks the places on the timeline, leads from one to the next, and says what is wrong with a slip', async () => {
    const world = await lived(24.2);
    await world.stop();
    const inspector = await serve(atRest(world.log));
    try {
      const { page, errors, settled } = await browsing.open(inspector.url);
      const path = `${inspector.url}api/v1/where?q=${encodeURIComponent(q)}`;
      const { places } = (await (await fetch(path)).json()) as ApiAnswer<'where'>;
      expect(places.length).toBeGreaterThan(1);
      const drawn = (): Promise<string> => page.evaluate(() => document.querySelector('canvas')?.toDataURL() ?? '');
      const before = await drawn();
      await page.keyboard.press('w');
      await page.fill('.wherebar input', 'powr > 1');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-where="problem"] >> text=Did you mean "power"?');
      await page.fill('.wherebar input', q);
      await page.keyboard.press('Enter');
      await page.waitForSelector(`[data-where="${places.length}"]`);
      await settled();
      expect(await drawn()).not.toBe(before);
      expect(await axeFaults(page)).toEqual([]);
      await page.click('.track'); // the keys are the page's again
      await page.keyboard.press('Home');
      for (const { position } of places) {
        await page.keyboard.press('n');
        await page.waitForSelector(`[data-place="${position}"]`);
        expect(await positionOf(page)).toBe(position);
      }
      await page.keyboard.press('p');
      expect(await positionOf(page)).toBe(places.at(-2)?.position);
      await page.click('[data-place]');
      await page.waitForSelector('main.log');
      await page.keyboard.press('w');
      await page.waitForSelector('.wherebar', { state: 'detached' });
      await settled();
      expect(errors.filter((error) => !error.includes('400'))).toEqual([]);
    } finally {
      await inspector.close();
    }
  });

  it('goes on beside an agent that runs', async () => {
    const world = await lived(16);
    const inspector = await serve(living(world));
    try {
      const { page, errors } = await browsing.open(inspector.url, { viewport: { width: 400, height: 860 } });
      await page.keyboard.press('w');
      await page.fill('.wherebar input', 'fact = MeterRead');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-where]:not([data-where="searching"])');
      const count = async (): Promise<number> => Number(await page.getAttribute('[data-where]', 'data-where'));
      const before = await count();
      expect(before).toBeGreaterThan(5);
      await world.runTo(at(day, 18));
      await expect.poll(count).toBeGreaterThanOrEqual(before + 8);
      expect(errors).toEqual([]);
    } finally {
      await inspector.close();
      await world.stop();
    }
  });
});

describeInBrowser('a fork', (browsing) => {
  afterEach(() => browsing.closeAll());

  it.each([1280, 400])('is reckoned from the moment that is shown, at %d px', async (width) => {
    const world = await lived(24.2);
    await world.stop();
    const inspector = await serve(atRest(world.log));
    try {
      const { page, errors, settled } = await browsing.open(inspector.url, { viewport: { width, height: 860 } });
      const { position } = (await (
        await fetch(`${inspector.url}api/v1/place?time=${at(day, 14)}`)
      ).json()) as ApiAnswer<'place'>;
      await page.evaluate((hash) => (location.hash = hash), `#now@${position}`);
      await settled();
      // Given a keyboard alone, then it can be written in at once, and Escape closes it wherever the focus is.
      await page.keyboard.press('f');
      await page.waitForSelector('.forkbar input:focus');
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await page.keyboard.press('Escape');
      await page.waitForSelector('.forkbar', { state: 'detached' });
      await page.keyboard.press('f');
      await page.fill('.forkbar input', 'preferences.reserve=60');
      await page.click('.forkbar >> text=Reckon');
      await page.waitForSelector('[data-fork="problem"] >> text=a number from 0 to 1');
      await page.fill('.forkbar input', 'preferences.reserve=60%');
      await page.click('.forkbar >> text=Reckon');
      await page.waitForSelector('.forkhead');
      const fork = (await (
        await fetch(`${inspector.url}api/v1/fork?at=${position}&set=${encodeURIComponent('preferences.reserve=60%')}`)
      ).json()) as ApiAnswer<'fork'>;
      expect(await page.textContent('.forkhead')).toBe(fork.headline);
      expect(await page.$$('.forkhours tbody tr')).toHaveLength(fork.hours.length);
      expect(await axeFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.click('[data-divergence]');
      await page.waitForSelector('main.log');
      await page.keyboard.press('f');
      await page.waitForSelector('.forkbar', { state: 'detached' });
      await settled();
      expect(errors.filter((error) => !error.includes('400'))).toEqual([]);
    } finally {
      await inspector.close();
    }
  });
});
