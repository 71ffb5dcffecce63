import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveThrough, type DayTold } from './month.ts';
import { serviceEnvironment } from './serviceEnvironment.ts';

/** The month that memory and replay are measured by: a poll each minute, a status report each quarter of an hour. */
const plan = { days: 30, pollFreqMs: 60_000 };
const vtnOptions = { status: { granularity: 'PT15M', reportBackDuration: 'PT15M' } };

/** What is measured here, in words. */
export const monthText = '30 days, a poll each minute, prices, usage reports each day, status reports each 15 minutes';

/** A month that was simulated. */
export interface RecordedMonth {
  /** Where its log lies. */
  readonly directory: string;
  readonly days: readonly DayTold[];
}

/** Logs of other versions of this program are of no use to it. */
const versionOf = (): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(import.meta.dirname)
    .filter((each) => each.endsWith('.mjs'))
    .sort())
    hash.update(readFileSync(join(import.meta.dirname, name)));
  return hash.digest('hex').slice(0, 16);
};

const cache = join(tmpdir(), 'ter-ven-bench-months');
const home = (): string => join(cache, versionOf());

/** Simulates the month, and keeps its log outside the repository in place of those of earlier versions. */
export const recordMonth = async (): Promise<RecordedMonth> => {
  rmSync(cache, { recursive: true, force: true });
  const draft = join(cache, 'draft');
  mkdirSync(draft, { recursive: true });
  const days = await liveThrough({ ...plan, directory: join(draft, 'data') }, vtnOptions, {
    environment: serviceEnvironment(),
  });
  writeFileSync(join(draft, 'days.json'), JSON.stringify(days));
  renameSync(draft, home());
  return { directory: join(home(), 'data'), days };
};

/** The month as this version of the program has recorded it already, or else records it now. */
export const recordedMonth = (): Promise<RecordedMonth> => {
  const days = join(home(), 'days.json');
  if (!existsSync(days)) return recordMonth();
  return Promise.resolve({
    directory: join(home(), 'data'),
    days: JSON.parse(readFileSync(days, 'utf8')) as DayTold[],
  });
};
