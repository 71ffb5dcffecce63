import { levelsOf, StorageLife } from '../backtest/lives.ts';
import { followed, type Planning, storagesOf } from '../backtest/rolling.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import { withoutWishes } from '../dispatch/explain/storageWishes.ts';
import type { OverrideSpan, PlanningProblem, PlanSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { AskedPlan, ReviewMatter } from './terms.ts';

/** The planner, asked again: with one cause after the other that stood in its way. */

/** @limit A level that is told no further off is told rightly; readings are rounded, and a plan is asked for some seconds after them. */
const rightlyTold = 0.005;

/** Which causes stand in the way. */
export interface Causes {
  readonly isBelieved: boolean;
  readonly overrides: (override: OverrideSpan) => boolean;
  readonly constraints: boolean;
}

/** The day and the terms that all ways to live through it have in common. */
export interface DayReplayed {
  readonly matter: ReviewMatter;
  /** As they were when the time began, as full as they were then. */
  readonly storages: readonly StorageTerms[];
  readonly stockUsdPerKwh: ReadonlyMap<string, DecimalText>;
}

/** The reviewed storages of a problem. */
export const reviewedIn = (matter: ReviewMatter, { devices }: PlanningProblem): readonly StorageTerms[] =>
  storagesOf(devices).filter(({ resourceID }) => matter.levels.has(resourceID));

/** The first plan: what held when the time began. */
export const firstPlan = ({ plans }: ReviewMatter): AskedPlan => {
  const [first] = plans;
  if (first === undefined) throw new RangeError('A day without a plan has no review.');
  return first;
};

/** By how much the level that was believed was too high at a plan; null where none was known. */
export const errorAt = (matter: ReviewMatter, { at, problem }: AskedPlan, resourceID: string): number | null => {
  const storage = storagesOf(problem.devices).find((each) => each.resourceID === resourceID);
  if (storage === undefined || storage.stateOfCharge === null) return null;
  const found = matter.levels.get(resourceID)?.levelAt(Math.max(at, problem.fromAt));
  const error = found === null || found === undefined ? 0 : storage.stateOfCharge - found;
  return Math.abs(error) < rightlyTold ? 0 : error;
};

const livesOf = ({ storages, matter }: DayReplayed): readonly StorageLife[] =>
  storages.map((storage) => new StorageLife(storage, matter.prices));

/** The problem of a day, or of the rest of it, with all prices known. */
const foreseenProblem = (
  { matter, stockUsdPerKwh }: DayReplayed,
  fromAt: number,
  storages: readonly StorageTerms[],
): PlanningProblem => {
  const { problem } = firstPlan(matter);
  return {
    fromAt,
    toAt: matter.endAt,
    timeZone: problem.timeZone,
    moneyScope: problem.moneyScope,
    site: problem.site,
    prices: matter.prices,
    devices: storages.map((storage) => ({
      ...storage,
      terminalUsdPerKwh: stockUsdPerKwh.get(storage.resourceID) ?? '0',
    })),
    overrides: [],
    constraints: [],
  };
};

/** What is wished of storages in a stretch of time, as far as it lies in it: what two plans have in common of it can be compared. */
const wishedIn = (storages: readonly StorageTerms[], { startAt, endAt }: PlanSpan): string => {
  const clipped = <Span extends PlanSpan>(spans: readonly Span[] | undefined): readonly Span[] =>
    (spans ?? [])
      .filter((span) => span.startAt < endAt && span.endAt > startAt)
      .map((span) => ({ ...span, startAt: Math.max(startAt, span.startAt), endAt: Math.min(endAt, span.endAt) }));
  return JSON.stringify(
    storages.map(({ reserve, reserveSpans, departures, quietTimes, exportFloorUsdPerKwh, cyclesPerDay, ...terms }) => [
      terms.resourceID,
      reserve,
      clipped(reserveSpans),
      (departures ?? []).filter(({ at }) => at > startAt && at <= endAt),
      clipped(quietTimes),
      exportFloorUsdPerKwh,
      cyclesPerDay,
      terms.leastGainUsdPerKwh,
    ]),
  );
};

/** The plans from which on other wishes held than before; the first one is always among them. */
const wishesChangedAt = ({ matter }: DayReplayed): readonly AskedPlan[] =>
  matter.plans.filter((plan, index) => {
    const before = matter.plans[index - 1];
    if (before === undefined) return true;
    const span = { startAt: plan.at, endAt: Math.min(plan.problem.toAt, before.problem.toAt) };
    return wishedIn(reviewedIn(matter, plan.problem), span) !== wishedIn(reviewedIn(matter, before.problem), span);
  });

/** The storages of a plan as full as they are in a life, and with what they have delivered in it. */
const asLived = (
  matter: ReviewMatter,
  storages: readonly StorageTerms[],
  lives: readonly StorageLife[],
): readonly StorageTerms[] => {
  const levels = levelsOf(lives);
  return storages.map((storage) => {
    const life = lives.find(({ resourceID }) => resourceID === storage.resourceID);
    return {
      ...storage,
      stateOfCharge: levels.get(storage.resourceID) ?? null,
      ...(storage.deliveredTodayWattHours === undefined
        ? {}
        : { deliveredTodayWattHours: life?.deliveredSince(matter.startAt) ?? 0 }),
    };
  });
};

/** Lives through the day with all its prices known, with the wishes as they were each time, or without any. */
export const foreseenLives = async (
  replayed: DayReplayed,
  planning: Planning,
  hasWishes: boolean,
): Promise<readonly DeviceLife[]> => {
  const { matter, storages } = replayed;
  const lives = livesOf(replayed);
  const turns = hasWishes ? wishesChangedAt(replayed) : [firstPlan(matter)];
  for (const [index, turn] of turns.entries()) {
    const startAt = index === 0 ? matter.startAt : turn.at;
    const wished = hasWishes ? asLived(matter, reviewedIn(matter, turn.problem), lives) : storages.map(withoutWishes);
    const plan = await planning.plan(foreseenProblem(replayed, startAt, wished));
    followed(lives, plan.devices, { startAt, endAt: turns[index + 1]?.at ?? matter.endAt });
  }
  return lives.map((life) => life.told());
};

const clamped = (level: number): number => Math.min(1, Math.max(0, level));

/** What is asked of a plan when devices stand where they stand in this life. */
const questionOf = (
  matter: ReviewMatter,
  plan: AskedPlan,
  lives: readonly StorageLife[],
  fromAt: number,
  { isBelieved, overrides, constraints }: Causes,
): PlanningProblem => {
  const { running: _running, ...problem } = plan.problem;
  const devices = asLived(matter, reviewedIn(matter, problem), lives).map((storage): StorageTerms => {
    const error = isBelieved ? errorAt(matter, plan, storage.resourceID) : 0;
    const level = storage.stateOfCharge;
    return { ...storage, stateOfCharge: level === null || error === null ? null : clamped(level + error) };
  });
  return {
    ...problem,
    fromAt,
    devices,
    overrides: problem.overrides.filter(overrides),
    constraints: constraints ? problem.constraints : [],
  };
};

/** Lives through the day as the agent did: it plans whenever it did, by what it knew then, with the causes that are let in its way. */
export const replayedLives = async (
  replayed: DayReplayed,
  planning: Planning,
  causes: Causes,
): Promise<readonly DeviceLife[]> => {
  const { matter } = replayed;
  const { plans, startAt, endAt } = matter;
  const lives = livesOf(replayed);
  for (const [index, plan] of plans.entries()) {
    const span = {
      startAt: Math.max(startAt, plan.at),
      endAt: Math.min(endAt, Math.max(startAt, plans[index + 1]?.at ?? endAt)),
    };
    if (span.endAt <= span.startAt) continue;
    if (index === 0 && span.startAt > startAt) followed(lives, [], { startAt, endAt: span.startAt });
    followed(lives, (await planning.plan(questionOf(matter, plan, lives, span.startAt, causes))).devices, span);
  }
  return lives.map((life) => life.told());
};
