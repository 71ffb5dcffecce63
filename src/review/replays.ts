import { levelsOf, StorageLife } from '../backtest/lives.ts';
import { followed, type Planning, storagesOf } from '../backtest/rolling.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import { withoutWishes } from '../dispatch/explain/storageWishes.ts';
import type { DeviceTerms, OverrideSpan, PlanningProblem, StorageTerms } from '../dispatch/planningProblem.ts';
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

/** The problem of a day with all prices known. */
const foreseenProblem = ({ matter, stockUsdPerKwh }: DayReplayed, devices: readonly DeviceTerms[]): PlanningProblem => {
  const { problem } = firstPlan(matter);
  return {
    fromAt: matter.startAt,
    toAt: matter.endAt,
    timeZone: problem.timeZone,
    moneyScope: problem.moneyScope,
    site: problem.site,
    prices: matter.prices,
    devices: devices.map((device) =>
      device.kind === 'storage'
        ? { ...device, terminalUsdPerKwh: stockUsdPerKwh.get(device.resourceID) ?? '0' }
        : device,
    ),
    overrides: [],
    constraints: [],
  };
};

const livesOf = ({ storages, matter }: DayReplayed): readonly StorageLife[] =>
  storages.map((storage) => new StorageLife(storage, matter.prices));

/** Lives through the day with all its prices known, with wishes or without any. */
export const foreseenLives = async (
  replayed: DayReplayed,
  planning: Planning,
  hasWishes: boolean,
): Promise<readonly DeviceLife[]> => {
  const devices = hasWishes ? replayed.storages : replayed.storages.map(withoutWishes);
  const lives = livesOf(replayed);
  followed(lives, (await planning.plan(foreseenProblem(replayed, devices))).devices, replayed.matter);
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
  const levels = levelsOf(lives);
  const devices = reviewedIn(matter, problem).map((storage): StorageTerms => {
    const { resourceID } = storage;
    const level = levels.get(resourceID) ?? null;
    const error = isBelieved ? errorAt(matter, plan, resourceID) : 0;
    const delivered = lives.find((life) => life.resourceID === resourceID)?.deliveredSince(matter.startAt) ?? 0;
    return {
      ...storage,
      stateOfCharge: level === null || error === null ? null : clamped(level + error),
      ...(storage.deliveredTodayWattHours === undefined ? {} : { deliveredTodayWattHours: delivered }),
    };
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
