/** A real browser: Chromium as this machine has it. Where there is none, the tests say so and are skipped. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumPath, howToHaveChromium, launchChromium } from '../../../../scripts/chromium.ts';
import { patienceMs } from '../../../support/patience.ts';

/** What a page did that it should not have done. */
export interface Watched {
  readonly page: Page;
  /** Errors it threw or wrote to the console, violations of its policy among them. */
  readonly errors: readonly string[];
  /** Addresses it asked for. */
  readonly requests: readonly string[];
  /** Waits until nothing that was asked is unanswered, and what came is drawn. */
  readonly settled: () => Promise<void>;
}

/** The size of a common screen, and the light look, unless something else is asked for. */
const usual: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  colorScheme: 'light',
  reducedMotion: 'reduce',
};

/** One browser for the tests of a file, and pages that are watched. */
export interface Browsing {
  open(url: string, options?: BrowserContextOptions): Promise<Watched>;
  closeAll(): Promise<void>;
}

class Pages implements Browsing {
  browser: Browser | null = null;

  async open(url: string, options: BrowserContextOptions = {}): Promise<Watched> {
    const context = await (this.browser as Browser).newContext({ ...usual, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const [errors, requests]: [string[], string[]] = [[], []];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    const asked = new Set<unknown>();
    page.on('request', (request) => !request.url().includes('/stream') && asked.add(request));
    page.on('requestfinished', (request) => asked.delete(request));
    page.on('requestfailed', (request) => asked.delete(request));
    const settled = async (): Promise<void> => {
      for (let quiet = 0; quiet < 2; quiet += 1) {
        await page.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))),
        );
        if (asked.size > 0) quiet = -1;
      }
    };
    await page.goto(url);
    await page.waitForSelector('[data-shown]');
    return { page, errors, requests, settled };
  }

  async closeAll(): Promise<void> {
    await Promise.all((this.browser?.contexts() ?? []).map((context) => context.close()));
  }
}

/** Tests with a browser; skipped, and said so, where there is none. */
export const describeInBrowser = (name: string, tests: (browsing: Browsing) => void): void => {
  const pages = new Pages();
  if (chromiumPath === null) console.warn(`There is no Chromium here: "${name}" is not tested. ${howToHaveChromium}`);
  describe.skipIf(chromiumPath === null)(name, () => {
    beforeAll(async () => {
      pages.browser = await launchChromium();
    });
    afterAll(() => pages.browser?.close());
    tests(pages);
  });
};

/** What of a page the tests read again and again. */
export const positionOf = async (page: Page): Promise<number> =>
  Number(await page.getAttribute('[data-shown]', 'data-shown'));
