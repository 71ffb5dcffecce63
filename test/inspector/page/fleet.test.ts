/** The page of a fleet in a real browser: narrow or wide, light or dark, with names and sentences as long as they come. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fleetPage } from '../../../src/cli/fleet/door/fleetPage.ts';
import { conditions } from '../../../src/fleet/conditions.ts';
import type { FleetAnswer } from '../../../src/inspector/api/fleet.ts';
import { send } from '../../../src/inspector/server/respond.ts';
import { axeFaults } from './support/axe.ts';
import { describeInBrowser } from './support/browser.ts';

const now = Date.UTC(2026, 10, 1, 12);
const styles = join(import.meta.dirname, '../../../src/inspector/page/styles');

const css = readdirSync(styles)
  .sort()
  .map((name) => readFileSync(join(styles, name), 'utf8'))
  .join('\n');

const answer: FleetAnswer = {
  now,
  startedAt: now - 86_400_000,
  vens: 12_000,
  counts: conditions.map((condition) => ({ condition, vens: 1_000 })),
  total: 12_000,
  offset: 50,
  next: 100,
  rows: conditions.map((condition, index) => ({
    venID: index % 2 === 0 ? `home-${index}` : `${'urn:uuid:0f3c9a52-'.repeat(5)}${index}`,
    groups: ['north', 'a-group-with-a-name-that-is-as-long-as-a-sentence-but-has-no-space-in-it'],
    condition,
    phase: 'running',
    because: index % 3 === 0 ? null : `It was ended: ${'https://vtn.example/a/very/long/address'.repeat(4)}`,
    since: now - index * 7_777_777,
    lastContactAt: index === 0 ? null : now - index * 1_234,
    isRegistered: true,
    alarms: ['No prices have come for 2026-11-02.', 'One more.'],
    faults: index,
  })),
};

const serving = async (): Promise<string> => {
  const server = createServer((request, response) =>
    send(
      request,
      response,
      request.url === '/page.css'
        ? { contentType: 'text/css; charset=utf-8', body: css }
        : request.url === '/icon.svg'
          ? { contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }
          : fleetPage(answer, { condition: 'late', limit: 50, offset: 50 }),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

describeInBrowser('the page of a fleet', (browsing) => {
  it('fits every width without scrolling sideways, and is good to read for everybody', async () => {
    const { page, errors, requests } = await browsing.open(await serving());
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [390, 600, 768, 1_024, 1_400]) {
        await page.setViewportSize({ width, height: 900 });
        const inner = await page.evaluate(() => document.documentElement.scrollWidth);
        expect([width, inner]).toEqual([width, width]);
        const beyond = await page.evaluate(() =>
          [...document.querySelectorAll('main *')]
            .filter((each) => each.getBoundingClientRect().right > innerWidth)
            .map((each) => each.outerHTML.slice(0, 80)),
        );
        expect([width, beyond]).toEqual([width, []]);
      }
      expect(await axeFaults(page)).toEqual([]);
    }
    expect(await page.textContent('h1')).toBe('11000 of 12000 VENs are not well');
    expect(await page.getAttribute('a[rel="next"]', 'href')).toBe('./?condition=late&limit=50&offset=100');
    expect(errors).toEqual([]);
    expect(requests.every((url) => url.startsWith('http://127.0.0.1:'))).toBe(true);
  });
});
