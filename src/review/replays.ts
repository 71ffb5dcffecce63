import { levelsOf, StorageLife } from '../backtest/lives.ts';
import { LoadLife } from '../backtest/loadLife.ts';
import { needAt } from '../backtest/needs.ts';
import { followed, type Planning, storagesOf } from '../backtest/rolling.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import { withoutWishes } from '../dispatch/explain/storageWishes.ts';
import type {
  DispatchConstraint,
  FlexibleLoadTerms,
  OverrideSpan,
  PlanningProblem,
  PlanSpan,
  StorageTerms,
} from '../dispatch/planningProblem.ts';
import type { DevicePlan } from '../dispatch/sitePlan.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { cheapestDraws, loadsOf, type ReviewedLoad } from './needs.ts';
import type { AskedPlan, ReviewMatter } from './terms.ts';

/** The planner, asked again: with one cause after the other that stood in its way. */

/** @limit A level that is told no further off is told rightly; readings are rounded, and a plan is asked for some seconds after them. */
const rightlyTold = 0.005;

/** Which causes stand in the way. */
export interface Causes {
  readonly isBelieved: boolean;
  readonly overrides: (override: OverrideSpan) => boolean;
  readonly constraints: (constraint: DispatchConstraint) => boolean;
}

/** Who lives through the day. */
interface DayLives {
  readonly storages: readonly StorageLife[];
  readonly loads: readonly LoadLife[];
}

/** The day and the terms that all ways to live through it have in common. */
export interface DayReplayed {
  readonly matter: ReviewMatter;
  /** As they were when the time began, as full as they were then. */
  readonly storages: readonly StorageTerms[];
  readonly stockUsdPerKwh: ReadonlyMap<string, DecimalText>;
  readonly loads: readonly ReviewedLoad[];
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

const livesOf = ({ storages, loads, matter }: DayReplayed): DayLives => ({
  storages: storages.map((storage) => new StorageLife(storage, matter.prices)),
  loads: loads.map((load) => new LoadLife(load, matter.prices)),
});

const follow = ({ storages, loads }: DayLives, plans: readonly DevicePlan[], span: PlanSpan): void => {
  followed(storages, plans, span);
  followed(loads, plans, span);
};

const told = ({ storages, loads }: DayLives): readonly DeviceLife[] =>
  [...storages, ...loads].map((life) => life.told());

/** A load that knows all prices: what it draws of its need before the day ends, where the rest is cheaper later. */
const foreseenLoad = (
  { matter }: DayReplayed,
  life: LoadLife,
  terms: FlexibleLoadTerms,
  fromAt: number,
  hasWishes: boolean,
): FlexibleLoadTerms => {
  const { quietTimes, ...free } = terms;
  const wished = hasWishes && quietTimes !== undefined ? { ...free, quietTimes } : free;
  const today = cheapestDraws(wished, life.neededAt(fromAt), fromAt, matter.prices).filter(
    ({ startAt }) => startAt < matter.endAt,
  );
  return {
    ...wished,
    energyWattHours: today.reduce((sum, { wattHours }) => sum + wattHours, 0),
    deadlineAt: Math.min(terms.deadlineAt, matter.endAt),
  };
};

/** The problem of a day, or of the rest of it, with all prices known. */
const foreseenProblem = (
  { matter, stockUsdPerKwh }: DayReplayed,
  fromAt: number,
  storages: readonly StorageTerms[],
  loads: readonly FlexibleLoadTerms[],
): PlanningProblem => {
  const { problem } = firstPlan(matter);
  return {
    fromAt,
    toAt: matter.endAt,
    timeZone: problem.timeZone,
    moneyScope: problem.moneyScope,
    site: problem.site,
    prices: matter.prices,
    devices: [
      ...storages.map((storage) => ({
        ...storage,
        terminalUsdPerKwh: stockUsdPerKwh.get(storage.resourceID) ?? '0',
      })),
      ...loads,
    ],
    overrides: [],
    constraints: [],
  };
};

/** What is wished of storages in a stretch of time, as far as it lies in it: what two plans have in common of it can be compared. */
const wishedIn = (
  storages: readonly StorageTerms[],
  loads: readonly FlexibleLoadTerms[],
  { startAt, endAt }: PlanSpan,
): string => {
  const clipped = <Span extends PlanSpan>(spans: readonly Span[] | undefined): readonly Span[] =>
    (spans ?? [])
      .filter((span) => span.startAt < endAt && span.endAt > startAt)
      .map((span) => ({ ...span, startAt: Math.max(startAt, span.startAt), endAt: Math.min(endAt, span.endAt) }));
  return JSON.stringify([
    loads.map(({ resourceID, quietTimes }) => [resourceID, clipped(quietTimes)]),
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
  ]);
};

/** The plans from which on something else was needed, or other wishes held than before; the first one is always among them. */
const turnsOf = ({ matter, loads }: DayReplayed, hasWishes: boolean): readonly AskedPlan[] =>
  matter.plans.filter((plan, index) => {
    const before = matter.plans[index - 1];
    if (before === undefined) return true;
    if (loads.some(({ needs }) => needs.some((need) => need.startAt === plan.at))) return true;
    if (!hasWishes) return false;
    const span = { startAt: plan.at, endAt: Math.min(plan.problem.toAt, before.problem.toAt) };
    const [now, then] = [plan, before].map(({ problem }) =>
      wishedIn(reviewedIn(matter, problem), loadsOf(problem), span),
    );
    return now !== then;
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
  const turns = turnsOf(replayed, hasWishes);
  for (const [index, turn] of turns.entries()) {
    const startAt = index === 0 ? matter.startAt : turn.at;
    const own = hasWishes ? reviewedIn(matter, turn.problem) : storages.map(withoutWishes);
    const loads = lives.loads.flatMap((life) => {
      const need = needAt(life.load, startAt);
      const now = loadsOf(turn.problem).find(({ resourceID }) => resourceID === life.resourceID) ?? need?.terms;
      return now === undefined ? [] : [foreseenLoad(replayed, life, now, startAt, hasWishes)];
    });
    const problem = foreseenProblem(replayed, startAt, asLived(matter, own, lives.storages), loads);
    const plan = await planning.plan(problem);
    follow(lives, plan.devices, { startAt, endAt: turns[index + 1]?.at ?? matter.endAt });
  }
  return told(lives);
};

const clamped = (level: number): number => Math.min(1, Math.max(0, level));

/** What is asked of a plan when devices stand where they stand in this life. */
const questionOf = (
  matter: ReviewMatter,
  plan: AskedPlan,
  lives: DayLives,
  fromAt: number,
  { isBelieved, overrides, constraints }: Causes,
): PlanningProblem => {
  const { running: _running, ...problem } = plan.problem;
  const storages = asLived(matter, reviewedIn(matter, problem), lives.storages).map((storage): StorageTerms => {
    const error = isBelieved ? errorAt(matter, plan, storage.resourceID) : 0;
    const level = storage.stateOfCharge;
    return { ...storage, stateOfCharge: level === null || error === null ? null : clamped(level + error) };
  });
  const loads = loadsOf(problem).flatMap((terms): FlexibleLoadTerms[] => {
    const life = lives.loads.find(({ resourceID }) => resourceID === terms.resourceID);
    return life === undefined ? [] : [{ ...terms, energyWattHours: life.neededAt(fromAt) }];
  });
  return {
    ...problem,
    fromAt,
    devices: [...storages, ...loads],
    overrides: problem.overrides.filter(overrides),
    constraints: problem.constraints.filter(constraints),
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
    if (index === 0 && span.startAt > startAt) follow(lives, [], { startAt, endAt: span.startAt });
    follow(lives, (await planning.plan(questionOf(matter, plan, lives, span.startAt, causes))).devices, span);
  }
  return told(lives);
};
