/** Chromium as this machine has it. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The first that is there. The headless shell is the same engine without a window around it, at half the cost. */
const candidates: readonly string[] = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Where Chromium is; null where there is none. */
export const chromiumPath: string | null = candidates.find((path) => path !== '' && existsSync(path)) ?? null;

/** How to come by it. */
export const howToHaveChromium = 'Install it (apt-get install chromium-headless-shell), or name it in CHROMIUM.';

/** Nothing but what is asked for: no updates, no sync, no field trials. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser of its own. @throws Error where there is none */
export const launchChromium = (): Promise<Browser> => {
  if (chromiumPath === null) throw new Error(`There is no Chromium here. ${howToHaveChromium}`);
  return chromium.launch({ executablePath: chromiumPath, args: [...flags] });
};
