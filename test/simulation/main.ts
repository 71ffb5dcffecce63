/**
 * The simulation at length, from the command line: `npm run simulate -- --help`.
 */
import { parseArgs } from 'node:util';
import { daySpan, nextDay } from '../../src/programme/calendar.ts';
import { timeZone } from '../scenarios/support/day.ts';
import { countOf } from './support/count.ts';
import { killEverywhere, liveEvening } from './support/killing.ts';
import { themes, type Theme } from './support/adversity/adversity.ts';
import type { Leaving } from './support/adversity/draw.ts';
import { problemsOfReview, reviewStretch } from './support/reviewing.ts';
import { reviewOfDays } from '../../src/review/period.ts';
import type { DayReview } from '../../src/review/terms.ts';
import { isReviewed, overrideSentence, reviewSentences } from '../../src/review/words.ts';
import { livesPushed, livesResumed } from './support/plan.ts';
import { minimise } from './support/minimise.ts';
import { judgeCell } from './support/replies/judge.ts';
import { cells } from './support/replies/mishaps.ts';
import { simulate, type Verdict } from './support/simulate.ts';
import { problemsOf, settleTroubled } from './support/settling.ts';
import { liveLong } from './support/year.ts';

const help = `npm run simulate -- [--seeds N] [--from SEED] [--days D]   N seeds, D days of trouble each (default 200, 1, 1); what fails is made as small as it goes
npm run simulate -- … --without a,b,#3                   leaves themes, faults and happenings out, by name or place
npm run simulate -- … --only a,b                         these themes of the adversary in every seed (--only '' for none)
npm run simulate -- … --whole                            tells what fails as it is
npm run simulate -- --kills                              a kill at every single operation of an evening
npm run simulate -- --year [--days D]                    a year without faults, both sides restarting (default 365)
npm run simulate -- --settle [--from SEED] [--days D]    a year with every fault class active, settled month by month against the VTN's books (default 365)
npm run simulate -- --replies [--only a,b]               every fault of every reply, once, three times, for an hour, in an evening and a night; or of these requests alone
npm run simulate -- --review [--from SEED] [--days D]    a year of a battery with overrides, revised prices, wrong readings: earned, planned, possible, and the cost of each override (default 365)
A failure prints its seed; --from SEED --seeds 1 --days D repeats it.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const secondsSince = (startedAt: number): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

const tellSmallest = async (failed: Verdict, days: number, leaving: Leaving): Promise<void> => {
  const smallest = await minimise(failed, days, leaving);
  const only = leaving.only === undefined ? '' : ` --only '${leaving.only.join()}'`;
  const left = `${only}${smallest.without.length === 0 ? '' : ` --without '${smallest.without.join()}'`}`;
  say(`  smallest: --from ${failed.seed} --seeds 1 --days ${smallest.days}${left}`);
  for (const part of smallest.left) say(`    ${part}`);
  for (const violation of smallest.violations.slice(0, 4)) say(`    breaks ${violation}`);
};

/** What the seeds of a run are lived with. */
interface SeedsGiven {
  readonly from: number;
  readonly seeds: number;
  readonly days: number;
  readonly leaving: Leaving;
  readonly whole: boolean;
}

const runSeeds = async ({ from, seeds, days, leaving, whole }: SeedsGiven): Promise<boolean> => {
  const startedAt = performance.now();
  const seen = new Map<string, number>();
  let failed = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const left = { ...leaving, isPushed: livesPushed(seed), resumes: livesResumed(seed) };
    const verdict = await simulate(seed, days, left);
    for (const what of verdict.seen) seen.set(what, (seen.get(what) ?? 0) + 1);
    if (verdict.violations.length === 0) continue;
    failed += 1;
    say(`seed ${seed} (repeat with --from ${seed} --seeds 1 --days ${days})`);
    for (const violation of verdict.violations.slice(0, 8)) say(`  ${violation}`);
    if (!whole) await tellSmallest(verdict, days, left);
  }
  say(
    [...seen]
      .sort((a, b) => a[1] - b[1])
      .map(([what, count]) => `${what} ×${count}`)
      .join(', '),
  );
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
      if (day.endsWith('-01'))
        say(
          `${day}: ${entries} entries, state ${stateBytes} bytes, heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB, ${secondsSince(startedAt)}`,
        );
    },
  });
  for (const difference of lived.differences.slice(0, 20)) say(difference);
  for (const complaint of lived.complaints.slice(0, 20)) say(complaint);
  say(
    `${lived.hours} hours: ${lived.differences.length} differ, ${lived.toldTwice} told twice, ${lived.complaints.length} complaints, ${lived.entries} entries, ${secondsSince(startedAt)}.`,
  );
  return lived.differences.length === 0 && lived.complaints.length === 0 && lived.toldTwice === 0;
};

/** Days lived in one world; each stretch begins anew, with a seed of its own, so that a stretch can be repeated. */
const stretchDays = 28;

const runSettle = async (firstSeed: number, days: number): Promise<boolean> => {
  const startedAt = performance.now();
  const faults = new Map<string, number>();
  const kinds = new Map<string, number>();
  const sums = { hours: 0, differ: 0, lost: 0, adjustments: 0, entries: 0 };
  let isRight = true;
  let span = daySpan('2026-01-01', timeZone);
  for (let seed = firstSeed, left = days; left > 0; seed += 1, left -= stretchDays) {
    const length = Math.min(left, stretchDays);
    const settled = await settleTroubled(seed, span.day, length);
    const { run, settlement, differences, hours, oursUsd } = settled;
    for (const { fault } of run.world.vtn.faults.struck) faults.set(fault.do, (faults.get(fault.do) ?? 0) + 1);
    for (const { kind } of settlement.exceptions) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const lost = differences.filter(({ exceptions }) => exceptions.length === 0).length;
    say(
      `${span.day}, ${length} days, seed ${seed}: ${hours - differences.length} hours agree, ${oursUsd} USD on both sides; ${differences.length} differ, ${lost} of them known by the bill alone; ${settlement.adjustments.length} adjustments; ${secondsSince(startedAt)}`,
    );
    for (const problem of problemsOf(settled).slice(0, 10)) say(`  ${problem}`);
    isRight &&= problemsOf(settled).length === 0;
    sums.hours += hours;
    sums.differ += differences.length;
    sums.lost += lost;
    sums.adjustments += settlement.adjustments.length;
    sums.entries += run.world.log.head.position + 1;
    for (let day = 0; day < length; day += 1) span = nextDay(span, timeZone);
  }
  say(`exceptions: ${[...kinds].map(([kind, count]) => `${kind} ×${count}`).join(', ')}`);
  say(
    `faults: ${[...faults]
      .sort((a, b) => a[1] - b[1])
      .map(([name, count]) => `${name} ×${count}`)
      .join(', ')}`,
  );
  say(
    `${sums.hours} hours, ${sums.entries} entries: ${sums.differ} differ, all of them listed: ${isRight ? 'yes' : 'NO'} (${sums.lost} by the bill alone), ${sums.adjustments} adjustments, ${secondsSince(startedAt)}.`,
  );
  return isRight;
};

const runReview = async (firstSeed: number, days: number): Promise<boolean> => {
  const startedAt = performance.now();
  const told: DayReview[] = [];
  let isRight = true;
  let span = daySpan('2026-01-01', timeZone);
  for (let seed = firstSeed, left = days; left > 0; seed += 1, left -= stretchDays) {
    const length = Math.min(left, stretchDays);
    const stretch = await reviewStretch(seed, span.day, length);
    const problems = problemsOfReview(stretch);
    told.push(...stretch.days.filter(isReviewed));
    say(`${span.day}, ${length} days, seed ${seed}; ${secondsSince(startedAt)}`);
    for (const sentence of reviewSentences(stretch.all)) say(`  ${sentence}`);
    for (const { overrides, timeZone: zone } of stretch.days.filter(isReviewed))
      for (const each of overrides) say(`  ${overrideSentence(each, zone)}`);
    for (const problem of problems.slice(0, 10)) say(`  NOT RIGHT: ${problem}`);
    isRight &&= problems.length === 0;
    for (let day = 0; day < length; day += 1) span = nextDay(span, timeZone);
  }
  for (const sentence of reviewSentences(reviewOfDays(told))) say(sentence);
  say(
    `${told.length} of ${days} days are told, nothing is left over: ${isRight ? 'yes' : 'NO'}, ${secondsSince(startedAt)}.`,
  );
  return isRight;
};

const runReplies = async (requests: readonly string[]): Promise<boolean> => {
  const startedAt = performance.now();
  const lived = cells.filter(({ request }) => requests.length === 0 || requests.includes(request));
  let failed = 0;
  for (const cell of lived) {
    const found = await judgeCell(cell);
    if (found.length === 0) continue;
    failed += 1;
    say(`the reply to ${cell.request}: ${cell.mishap}, ${cell.span}`);
    for (const problem of found) say(`  ${problem}`);
  }
  say(`${lived.length} evenings and nights: ${failed} failed, ${secondsSince(startedAt)}.`);
  return failed === 0;
};

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    days: { type: 'string' },
    without: { type: 'string', default: '' },
    only: { type: 'string' },
    whole: { type: 'boolean', default: false },
    kills: { type: 'boolean', default: false },
    year: { type: 'boolean', default: false },
    settle: { type: 'boolean', default: false },
    review: { type: 'boolean', default: false },
    replies: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const namesOf = (text: string): readonly string[] => text.split(',').filter((name) => name !== '');

/** Themes from the command line. @throws RangeError for one that does not exist */
const themesOf = (text: string): readonly Theme[] =>
  namesOf(text).map((name) => {
    const theme = themes.find((each) => each === name);
    if (theme === undefined) throw new RangeError(`There is no theme "${name}". There are: ${themes.join(', ')}.`);
    return theme;
  });

const run = (): Promise<boolean> => {
  if (values.kills) return runKills();
  if (values.replies) return runReplies(namesOf(values.only ?? ''));
  if (values.settle) return runSettle(countOf(values.from, 'from'), countOf(values.days ?? '365', 'days'));
  if (values.review) return runReview(countOf(values.from, 'from'), countOf(values.days ?? '365', 'days'));
  if (values.year) return runYear(countOf(values.days ?? '365', 'days'));
  return runSeeds({
    from: countOf(values.from, 'from'),
    seeds: countOf(values.seeds, 'seeds'),
    days: countOf(values.days ?? '1', 'days'),
    leaving: {
      without: new Set(namesOf(values.without)),
      ...(values.only === undefined ? {} : { only: themesOf(values.only) }),
    },
    whole: values.whole,
  });
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
