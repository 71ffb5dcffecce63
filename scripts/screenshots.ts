/**
 * `npm run docs:screenshots`: the pictures of the inspector in docs/pictures, taken from a demo that is lived through for them.
 *
 * The first are taken while the demo runs, the others from the log it leaves.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { ApiAnswer } from '../src/inspector/api/paths.ts';
import { dayOf } from '../src/programme/calendar.ts';
import { spikyPrices } from '../src/vtn/events/prices.ts';
import { launchChromium } from './chromium.ts';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const pictures = join(repository, 'docs', 'pictures');

/** @limit A picture's size. @unit bytes */
const pictureLimit = 300 * 1024;

const timeZone = 'America/New_York';

/** @limit Seeds that are tried for a day as it is wanted. */
const triedSeeds = 400;

/** The first seed whose demo, today, has an evening hour that is worth more than the rest of its day: such days are what batteries are for. */
const dearSeed = (): string => {
  const day = dayOf(dayOf(Date.now(), timeZone).startAt - 1, timeZone);
  const isDear = (seed: number): boolean => {
    const prices = spikyPrices({ seed: String(seed), timeZone }).pricesOf(day) ?? [];
    return Math.max(...prices.slice(17, 20).map(Number)) > 2 && Math.max(...prices.slice(0, 16).map(Number)) < 0.5;
  };
  const found = Array.from({ length: triedSeeds }, (_, place) => place + 1).find(isDear);
  if (found === undefined) throw new Error('No seed has a day with a dear evening.');
  return String(found);
};

/** The morning of the demo's day, after its midnight. @unit ms */
const morningMs = 5.7 * 3_600_000;

/** How long the demo has to come to the moment that is wanted. @unit ms */
const demoPatienceMs = 180_000;

const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const low: BrowserContextOptions = { viewport: { width: 1440, height: 760 } };
const tall: BrowserContextOptions = { viewport: { width: 1440, height: 1360 } };
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

/** One picture. */
interface Shot {
  readonly name: string;
  readonly hash: string;
  readonly look: 'light' | 'dark';
  readonly on?: BrowserContextOptions;
  readonly before?: (page: Page) => Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts `ven` and waits until it says where its inspector is. */
const ven = (args: readonly string[]): Promise<{ readonly url: string; readonly child: ChildProcess }> => {
  const child = spawn(process.execPath, [join(repository, 'dist', 'cli', 'ven.mjs'), ...args], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /Inspector: (http:\/\/[^\s"]+)/.exec(said)?.[1];
      if (url !== undefined) resolve({ url, child });
    });
    child.on('exit', () =>
      reject(new Error(`ven ${args.join(' ')} ended without saying where its inspector is:\n${said}`)),
    );
  });
};

const ended = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => (child.exitCode === null ? child.on('exit', resolve) : resolve(null)));

const ask = async <Name extends 'state' | 'transitions' | 'entries'>(
  _name: Name,
  url: string,
  path: string,
): Promise<ApiAnswer<Name>> => (await (await fetch(`${url}api/v1/${path}`)).json()) as ApiAnswer<Name>;

/** Takes a picture and keeps it. @throws Error when it is too large */
const take = async (browser: Browser, url: string, { name, hash, look, on = desk, before }: Shot): Promise<void> => {
  const context = await browser.newContext({ ...on, colorScheme: look, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${url}${hash}`);
  await page.waitForSelector('[data-shown]');
  await before?.(page);
  await pause(900);
  const path = join(pictures, `${name}.png`);
  writeFileSync(path, await page.screenshot());
  await context.close();
  const { size } = statSync(path);
  process.stdout.write(`wrote docs/pictures/${name}.png (${Math.round(size / 1024)} KiB)\n`);
  if (size > pictureLimit)
    throw new Error(`docs/pictures/${name}.png has ${size} bytes, more than ${pictureLimit}: show less in it.`);
};

/** What happened is a list that is asked for after the rest. */
const isTold = (page: Page): Promise<void> =>
  page.waitForSelector('.happened .one', { timeout: demoPatienceMs }).then(() => undefined);

/** Why is found out in another process: the picture waits for it. */
const isExplained = (page: Page): Promise<void> =>
  page.waitForSelector('.held', { timeout: demoPatienceMs }).then(() => undefined);

/** Waits for the evening of the demo's day: an earlier day is with the VTN, and the battery delivers. */
const untilEvening = async (url: string): Promise<void> => {
  const until = performance.now() + demoPatienceMs;
  while (performance.now() < until) {
    const { devices, hours } = await ask('state', url, 'state');
    const [battery] = devices;
    if (hours.acknowledged > 0 && battery?.doing === 'discharging' && (battery.stateOfCharge ?? 1) < 0.58) return;
    await pause(150);
  }
  throw new Error('The demo’s battery did not come to deliver: the moment for the pictures never came.');
};

const takeLive = async (browser: Browser, directory: string): Promise<void> => {
  const { url, child } = await ven(['demo', '--data', directory, '--seed', dearSeed(), '--inspect=0']);
  await untilEvening(url);
  await Promise.all([
    take(browser, url, { name: 'inspector-now', hash: '#now', look: 'light', before: isTold }),
    take(browser, url, { name: 'inspector-now-dark', hash: '#now', look: 'dark', before: isTold }),
  ]);
  await ended(child);
};

/** The moments that show most: a report on its way, and a report beside the one before it. */
const shotsOf = async (url: string): Promise<readonly Shot[]> => {
  const { transitions } = await ask('transitions', url, 'transitions?stream=ven&limit=200');
  const reporting =
    transitions.find(({ entered }) => entered.includes('ven.registered.reporting.awaitingUpdatedReport'))?.position ??
    0;
  const { entries } = await ask('entries', url, 'entries?type=SendRequested&search=oadrUpdateReport&limit=200');
  const report = entries.at(-2)?.position ?? 0;
  const { entries: applied } = await ask('entries', url, 'entries?type=SetpointRequested&limit=200');
  // In the morning it buys for the evening: what was done stands beside what is planned.
  const { startAt } = dayOf(dayOf(Date.now(), timeZone).startAt - 1, timeZone);
  const { position: morning } = (await (
    await fetch(`${url}api/v1/place?time=${startAt + morningMs}`)
  ).json()) as ApiAnswer<'place'>;
  const evening = (applied.at(-2)?.position ?? 0) + 14;
  return [
    { name: 'inspector-plan', hash: `#plan@${morning}`, look: 'light', before: isExplained },
    { name: 'inspector-plan-dark', hash: `#plan@${morning}`, look: 'dark', before: isExplained },
    { name: 'inspector-charts', hash: `#charts/ven@${reporting}`, look: 'light' },
    { name: 'inspector-charts-dark', hash: `#charts/ven@${reporting}`, look: 'dark' },
    { name: 'inspector-energy', hash: `#energy@${evening}`, look: 'light', on: tall },
    {
      name: 'inspector-log',
      hash: `#log/${report}@${report}`,
      look: 'light',
      on: low,
      before: (page) => page.click('#leaf-wire'),
    },
    { name: 'inspector-phone', hash: `#now@${evening}`, look: 'light', on: phone },
    { name: 'inspector-plan-phone', hash: `#plan@${morning}`, look: 'light', on: phone, before: isExplained },
  ];
};

const takeAtRest = async (browser: Browser, directory: string): Promise<void> => {
  const { url, child } = await ven(['inspect', directory, '--at', '0']);
  try {
    for (const shot of await shotsOf(url)) await take(browser, url, shot);
  } finally {
    child.kill('SIGTERM');
    await ended(child);
  }
};

const main = async (): Promise<void> => {
  mkdirSync(pictures, { recursive: true });
  const directory = join(mkdtempSync(join(tmpdir(), 'ven-pictures-')), 'log');
  const browser = await launchChromium();
  try {
    await takeLive(browser, directory);
    await takeAtRest(browser, directory);
  } finally {
    await browser.close();
    rmSync(dirname(directory), { recursive: true, force: true });
  }
};

await main();
