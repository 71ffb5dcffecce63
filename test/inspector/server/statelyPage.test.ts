/** In a real browser: the page at /stately feeds a page that listens with Stately's own receiver, and only after a person agreed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsdown';
import { describe, expect, it, onTestFinished } from 'vitest';
import { at } from '../../scenarios/support/day.ts';
import { chromiumPath, howToHaveChromium, launchChromium } from '../../../scripts/chromium.ts';
import { inspecting, living, livingDay } from '../support/inspecting.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

if (chromiumPath === null)
  console.warn(
    `There is no Chromium here: the page for Stately’s hosted inspector is not tried in a browser. ${howToHaveChromium}`,
  );

/** A page that listens as Stately's does, bundled from the package. */
const receiverPage = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-stately-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const entry = join(repository, 'node_modules', '.cache', 'ven-stately-receiver.mjs');
  writeFileSync(
    entry,
    "import { createBrowserReceiver } from '@statelyai/inspect';\nwindow.heard = [];\ncreateBrowserReceiver().subscribe((event) => window.heard.push(event));\n",
  );
  await build({
    cwd: repository,
    config: false,
    entry: { receiver: entry },
    outDir: directory,
    platform: 'browser',
    format: 'esm',
    noExternal: [/.*/],
    inlineOnly: false,
    dts: false,
    logLevel: 'silent',
    hash: false,
  });
  const bundle = readdirSync(directory).find((name) => /\.m?js$/.test(name)) ?? 'nothing was built';
  return readFileSync(join(directory, bundle), 'utf8').replaceAll('</script', '<\\/script');
};

/** Listens as another origin does. */
const serve = async (script: string): Promise<string> => {
  const server = createServer((_request, response) =>
    response.end(`<!doctype html><title>receiver</title><script type="module">${script}</script>`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/inspect`;
};

describe.skipIf(chromiumPath === null)('the page at /stately', () => {
  it('given a person who agrees, when the frame listens, then it is told every actor, the early ones too, and steps as they come', async () => {
    const hosted = await serve(await receiverPage());
    const world = await livingDay('2026-06-10', '2026-06-09', { hour: 23 }, 23);
    const { inspector } = await inspecting(living(world), { statelyInspector: hosted });
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const [errors, requests]: [string[], string[]] = [[], []];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${inspector.url}stately`);
    expect(await page.getByRole('heading').innerText()).toMatch(/hands the machines’ states to Stately/);
    expect(requests.filter((url) => url.startsWith(new URL(hosted).origin))).toEqual([]);

    await page.getByRole('button').click();
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    const heard = (): Promise<{ type: string; sessionId: string; definition?: string }[]> =>
      frame?.evaluate('window.heard ?? []') as never;
    const until = async (condition: (messages: Awaited<ReturnType<typeof heard>>) => boolean): Promise<void> => {
      for (let waited = 0; !condition(await heard().catch(() => [])); waited += 50) {
        if (waited > 15_000)
          throw new Error(`The frame did not hear what was waited for. Errors: ${errors.join('; ') || 'none'}.`);
        await page.waitForTimeout(50);
      }
    };
    const streams = [...(world.agent?.state.streams ?? [])].map(([stream]) => stream);
    await until((messages) => messages.filter(({ type }) => type === '@xstate.actor').length >= streams.length);
    expect((await heard()).find(({ sessionId }) => sessionId === 'ven')?.definition).toContain('"id":"ven"');
    await world.runTo(at('2026-06-10', 24, 30));
    await until((messages) =>
      messages.some(({ type, sessionId }) => type === '@xstate.snapshot' && sessionId === 'ven'),
    );
    expect(errors).toEqual([]);
    await world.stop();
  });
});
