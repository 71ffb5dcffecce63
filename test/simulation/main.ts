/**
 * The simulation at length, from the command line: `npm run simulate -- --help`.
 */
import { parseArgs } from 'node:util';
import { killEverywhere, liveEvening } from './support/killing.ts';
import { simulate } from './support/simulate.ts';
import { liveLong } from './support/year.ts';

const help = `npm run simulate -- [--seeds N] [--from SEED] [--days D]   N seeds, D days of trouble each (default 200, 1, 1)
npm run simulate -- --kills                              a kill at every single operation of an evening
npm run simulate -- --year [--days D]                    a year without faults, both sides restarting (default 365)
A failure prints its seed; --from SEED --seeds 1 --days D repeats it.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const secondsSince = (startedAt: number): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

const runSeeds = async (from: number, seeds: number, days: number): Promise<boolean> => {
  const startedAt = performance.now();
  const seen = new Map<string, number>();
  let failed = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const verdict = await simulate(seed, days);
    for (const what of verdict.seen) seen.set(what, (seen.get(what) ?? 0) + 1);
    if (verdict.violations.length === 0) continue;
    failed += 1;
    say(`seed ${seed} (repeat with --from ${seed} --seeds 1 --days ${days})`);
    for (const violation of verdict.violations.slice(0, 8)) say(`  ${violation}`);
  }
  say([...seen].sort((a, b) => a[1] - b[1]).map(([what, count]) => `${what} ×${count}`).join(', '));
  say(`${seeds} seeds of ${days} day(s): ${failed} failed, ${secondsSince(startedAt)}.`);
  return failed === 0;
};

const runKills = async (): Promise<boolean> => {
  const startedAt = performance.now();
  const untroubled = await liveEvening({ killAt: null });
  const { failures, kills, doubts } = await killEverywhere(untroubled, { first: 1, step: 1 });
  for (const failure of failures) say(failure);
  say(`${kills} kills: ${failures.length} failures, ${doubts} deliveries in doubt, ${secondsSince(startedAt)}.`);
  return failures.length === 0;
};

const runYear = async (days: number): Promise<boolean> => {
  const startedAt = performance.now();
  const lived = await liveLong({
    from: '2026-01-01',
    days,
    pollFreq: 'PT5M',
    onDay: (day, stateBytes, entries) => {
      if (day.endsWith('-01')) say(`${day}: ${entries} entries, state ${stateBytes} bytes, heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB, ${secondsSince(startedAt)}`);
    },
  });
  for (const difference of lived.differences.slice(0, 20)) say(difference);
  for (const complaint of lived.complaints.slice(0, 20)) say(complaint);
  say(`${lived.hours} hours: ${lived.differences.length} differ, ${lived.toldTwice} told twice, ${lived.complaints.length} complaints, ${lived.entries} entries, ${secondsSince(startedAt)}.`);
  return lived.differences.length === 0 && lived.complaints.length === 0 && lived.toldTwice === 0;
};

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    days: { type: 'string' },
    kills: { type: 'boolean', default: false },
    year: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** A count from the command line. @throws RangeError for anything but a positive whole number */
const count = (text: string, name: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`--${name} is "${text}"; it must be a whole number from 1 up.`);
  return number;
};

const run = (): Promise<boolean> => {
  if (values.kills) return runKills();
  if (values.year) return runYear(count(values.days ?? '365', 'days'));
  return runSeeds(count(values.from, 'from'), count(values.seeds, 'seeds'), count(values.days ?? '1', 'days'));
};

if (values.help) process.stdout.write(help);
else {
  try {
    process.exitCode = (await run()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
