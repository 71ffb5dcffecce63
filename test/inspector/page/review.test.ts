/** A day that is over, looked back upon in a real browser. */
import { afterEach, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { toYouText } from '../../../src/text/quantities.ts';
import { at } from '../../scenarios/support/day.ts';
import { atRest } from '../support/inspecting.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';
import { axeFaults } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';
import { serve } from './support/inspected.ts';

const day = '2026-11-27';

describeInBrowser('a day looked back upon', (browsing) => {
  afterEach(() => browsing.closeAll());

  it('tells what it earned and what was possible, cause by cause, to whoever asks for it', async () => {
    const world = siteWorld(day, 0.5, [aBattery('battery')], { reserve: 0.3 });
    await world.start();
    await world.runTo(at(day, 24.5));
    await world.stop();
    const inspector = await serve(atRest(world.log));
    try {
      const { page, errors, requests, settled } = await browsing.open(`${inspector.url}#energy/${day}`);
      await settled();
      // It is planned again for that, so it is asked for and not told unasked.
      expect(requests.filter((address) => address.includes('/review'))).toEqual([]);
      await page.click('.review button:has-text("Look back")');
      await page.waitForSelector(`[data-reviewed="${day}"]`);
      const told = (await (await fetch(`${inspector.url}api/v1/review?day=${day}`)).json()) as ApiAnswer<'review'>;
      const steps = told.review?.steps ?? [];
      expect(steps.length).toBeGreaterThan(3);
      expect(await page.$$eval('.reviewed p', (all) => all.map(({ textContent }) => textContent))).toEqual(
        told.sentences,
      );
      expect(await page.textContent('[data-step="possible"] td')).toBe(toYouText(steps[0]?.valueUsd ?? ''));
      expect(await page.textContent('.steps .sum td')).toBe(toYouText(steps.at(-1)?.valueUsd ?? ''));
      expect(await axeFaults(page)).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await inspector.close();
    }
  });
});
