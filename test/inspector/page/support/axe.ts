/** What axe finds on a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** What axe is asked for: of what is in order it works nothing out, which takes it most of its time. */
interface Asked {
  readonly resultTypes: readonly ['violations'];
  readonly runOnly?: { readonly type: 'rule'; readonly values: readonly string[] };
}

interface Axe {
  run(asked: Asked): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

const all: Asked = { resultTypes: ['violations'] };

/** The rules that look at colours. */
const ofColours: Asked = { ...all, runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

const faultsOf = async (page: Page, asked: Asked): Promise<readonly string[]> => {
  // It is brought along where the page has not met it yet.
  if (!(await page.evaluate(() => 'axe' in globalThis)))
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async (what) => {
    const { violations } = await (globalThis as unknown as { readonly axe: Axe }).axe.run(what);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
    );
  }, asked);
};

/** Faults, each with its place. */
export const axeFaults = (page: Page): Promise<readonly string[]> => faultsOf(page, all);

/** Faults of a page that was looked at in the other look: of light and dark only colours differ. */
export const faultsOfColours = (page: Page): Promise<readonly string[]> => faultsOf(page, ofColours);
