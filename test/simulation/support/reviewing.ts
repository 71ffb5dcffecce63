/** Days of a battery that earns by prices, with what stands in the way of that, looked back upon and settled. */
import { reviewedDays } from '../../../src/cli/plan/reviewedDays.ts';
import { highsSolver } from '../../../src/dispatch/highsSolver.ts';
import { type DaySpan, daySpan, hourMs, type LocalDay, nextDay } from '../../../src/programme/calendar.ts';
import { differenceOf, sumOf } from '../../../src/programme/money.ts';
import { type PeriodReview, reviewOfDays } from '../../../src/review/period.ts';
import type { DayReview, DayWithout } from '../../../src/review/terms.ts';
import { isReviewed } from '../../../src/review/words.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import { settle } from '../../../src/settlement/settle.ts';
import { instructionArrival } from '../../../src/shell/instructions.ts';
import { rebuild } from '../../../src/store/projection.ts';
import { batteryWorld } from '../../review/support/batteryWorld.ts';
import { resourceID, timeZone } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';

/** What was lived, and what it came to. */
export interface ReviewedStretch {
  readonly days: readonly (DayReview | DayWithout)[];
  readonly all: PeriodReview;
  /** What the ledger says that the same hours come to; + comes to you. @unit USD */
  readonly settledUsd: string;
  /** Overrides that persons gave. */
  readonly given: number;
}

/** Numbers by chance, the same for the same seed. */
const chanceOf = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
};

const dayAfter = (day: DaySpan, count: number): DaySpan =>
  count === 0 ? day : dayAfter(nextDay(day, timeZone), count - 1);

/** What is wrong on which of the days: every third has an override, every fourth other prices, every fifth a lie, every seventh a lost reading. */
const isOf = (every: number, index: number): boolean => index % every === every - 1;

const override = (world: AgentWorld, endAt: number, action: 'charge' | 'discharge' | 'hold'): void => {
  const { agent, time } = world;
  if (agent === null) throw new Error('Nobody is there to be told.');
  agent.take(instructionArrival(agent.state, time.now(), { by: 'ven', resourceID, action, endAt }));
};

const liveDay = async (world: AgentWorld, day: DaySpan, index: number, chance: () => number): Promise<number> => {
  if (isOf(4, index)) {
    await world.runTo(day.startAt + 11 * hourMs);
    const prices = Array.from({ length: Math.round((day.endAt - day.startAt) / hourMs) }, () =>
      (0.02 + chance() * 0.4).toFixed(4),
    );
    world.vtn.events.modifyPrices(day.day, prices);
  }
  if (!isOf(3, index)) return 0;
  const hour = 12 + Math.floor(chance() * 9);
  const actions = ['charge', 'discharge', 'hold'] as const;
  await world.runTo(day.startAt + hour * hourMs);
  override(world, day.startAt + (hour + 2) * hourMs, actions[Math.floor(chance() * 3)] ?? 'hold');
  return 1;
};

/** Lives through days and looks back upon all of them. */
export const reviewStretch = async (seed: number, from: LocalDay, days: number): Promise<ReviewedStretch> => {
  const first = daySpan(from, timeZone);
  const spans = Array.from({ length: days }, (_, index) => dayAfter(first, index));
  const chance = chanceOf(seed);
  const placeOf = (at: number): number => spans.findIndex(({ startAt, endAt }) => at > startAt && at <= endAt);
  const hourOf = (at: number): number => (at - (spans[placeOf(at)]?.startAt ?? at)) / hourMs;
  const world = batteryWorld(
    {
      lie: (at) => (isOf(5, placeOf(at)) && hourOf(at) >= 1 && hourOf(at) < 8 ? 0.3 : 0),
      isLost: (at) => isOf(7, placeOf(at)) && hourOf(at) === 19,
    },
    { reserve: 0.15 },
    first.startAt - 8 * hourMs,
    seed,
  );
  await highsSolver();
  await world.start();
  let given = 0;
  for (const [index, day] of spans.entries()) {
    given += await liveDay(world, day, index, chance);
    await world.runTo(day.endAt);
  }
  await world.runTo((spans.at(-1) as DaySpan).endAt + 3.5 * hourMs);
  await world.stop();
  const { state, position } = await rebuild(world.log, ledgerProjection());
  const now = world.time.now();
  const reviewed: (DayReview | DayWithout)[] = [];
  for await (const day of reviewedDays(world.log, spans, { prices: state.prices, usage: state.usage, now }))
    reviewed.push(day);
  const told = reviewed.filter(isReviewed);
  const settled = told.map(({ startAt, endAt }) =>
    settle(state, { startAt, endAt, asOf: { position, at: now }, timeZone, resourceIDs: [resourceID] }),
  );
  return {
    days: reviewed,
    all: reviewOfDays(told),
    settledUsd: differenceOf('0', sumOf(settled.map(({ totals }) => totals.amountUsd))),
    given,
  };
};

/** What is not as it has to be; empty when all is right. */
export const problemsOfReview = ({ days, all, settledUsd, given }: ReviewedStretch): readonly string[] => {
  const told = days.filter(isReviewed);
  const last = all.steps.at(-1);
  const sums = [all, ...told].map(({ steps }) => [
    sumOf(steps.map(({ differenceUsd }) => differenceUsd)),
    differenceOf(steps.at(-1)?.valueUsd ?? '0', steps[0]?.valueUsd ?? '0'),
  ]);
  const overridden = told.flatMap(({ overrides }) => overrides).length;
  return [
    ...days.flatMap((day) => (isReviewed(day) ? [] : [`${day.day} has no review: ${day.because}`])),
    ...sums.filter(([sum, whole]) => sum !== whole).map(([sum, whole]) => `the steps come to ${sum}, not to ${whole}`),
    ...(last?.cashUsd === settledUsd ? [] : [`the review earned ${last?.cashUsd}, the ledger ${settledUsd}`]),
    ...(overridden >= given ? [] : [`${given} overrides were given, and ${overridden} are told`]),
  ];
};
