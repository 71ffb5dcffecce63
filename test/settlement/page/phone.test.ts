/** The pages of a settlement and of a claim on a phone: what is wider is moved by itself, and nothing is lost on paper. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, howToHaveChromium, launchChromium } from '../../../scripts/chromium.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { billFromCsv } from '../../../src/files/billFile.ts';
import { noLayout } from '../../../src/files/layout.ts';
import { settlementPage } from '../../../src/settlement/page/page.ts';
import { reconcile } from '../../../src/settlement/reconciliation/reconcile.ts';
import { devicesOf, madeLine, madeSettlement, timeZone } from '../support/made.ts';
import { inputOf } from './support.ts';

if (chromiumPath === null)
  console.warn(`There is no Chromium here: pages are not seen on a phone. ${howToHaveChromium}`);

const first = Date.parse('2026-06-10T04:00Z');
const lines = Array.from({ length: 24 }, (_, hour) =>
  madeLine({ startAt: first + hour * hourMs, importWattHours: 1_500 + hour, usdPerKwh: '0.12345' }),
);
const settlement = madeSettlement(lines);
const bill = billFromCsv(
  'bill.csv',
  `start,kwh,amount\n${lines
    .slice(1)
    .map(({ startAt }) => `${new Date(startAt).toISOString()},9.5,1.25`)
    .join('\n')}\n`,
  noLayout,
  timeZone,
);

describe.skipIf(chromiumPath === null)('the page of a settlement', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it('given a phone, a tablet and paper, then it is as wide as these, and every table can be reached', async () => {
    const page = await browser.newPage();
    await page.setContent(
      settlementPage(
        inputOf(settlement, {
          reconciliation: reconcile({ settlement, bill, meter: null, devices: devicesOf(settlement) }),
        }),
      ),
    );
    for (const width of [320, 390, 768]) {
      await page.setViewportSize({ width, height: 844 });
      const [pageWidth, tables, movable] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.querySelectorAll('table').length,
        document.querySelectorAll('.movable[tabindex="0"] > table').length,
      ]);
      expect(pageWidth).toBeLessThanOrEqual(width);
      expect(movable).toBe(tables);
      expect(tables).toBeGreaterThan(3);
    }
    await page.emulateMedia({ media: 'print' });
    const hidden = await page.evaluate(
      () =>
        [...document.querySelectorAll('.movable')].filter((each) => getComputedStyle(each).overflowX !== 'visible')
          .length,
    );
    expect(hidden).toBe(0);
  });
});
