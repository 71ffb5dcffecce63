import type { Planner } from '../dispatch/planner.ts';
import type { DeviceTerms, PlanningProblem, PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import type { DevicePlan } from '../dispatch/sitePlan.ts';
import { dayMs, type DaySpan, dayOf } from '../programme/calendar.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { levelsOf, StorageLife } from './lives.ts';
import { publicationsOf } from './published.ts';
import type { BacktestTerms, DeviceLife } from './terms.ts';

/** How long the agent remembers prices of the past when it plans. @unit ms */
const rememberedMs = 14 * dayMs;

/** Who plans. */
export type Planning = Pick<Planner, 'plan'>;

/** The storages among devices. */
export const storagesOf = (devices: readonly DeviceTerms[]): readonly StorageTerms[] =>
  devices.filter((device) => device.kind === 'storage');

/** Values what is left in storages at the end at one price. */
export const valuedAt = (devices: readonly DeviceTerms[], usdPerKwh: DecimalText): readonly DeviceTerms[] =>
  devices.map((device) => (device.kind === 'storage' ? { ...device, terminalUsdPerKwh: usdPerKwh } : device));

/** Storages at the start of a backtest. */
export const livesAtStart = (terms: BacktestTerms): readonly StorageLife[] =>
  storagesOf(terms.siteAt(terms, terms.levels).devices).map((storage) => new StorageLife(storage, terms.prices));

/** Lives that follow a plan for a time. */
export const followed = (
  lives: readonly Pick<StorageLife, 'resourceID' | 'follow'>[],
  plans: readonly DevicePlan[],
  span: PlanSpan,
): void => {
  for (const life of lives)
    life.follow(plans.find(({ resourceID }) => resourceID === life.resourceID)?.slots ?? [], span);
};

/** A limit of cycles a day counts what was delivered of it already. */
const withDelivered = (device: DeviceTerms, lives: readonly StorageLife[], day: DaySpan): DeviceTerms => {
  if (device.kind !== 'storage' || device.cyclesPerDay === undefined) return device;
  const life = lives.find(({ resourceID }) => resourceID === device.resourceID);
  return { ...device, deliveredTodayWattHours: life?.deliveredSince(day.startAt) ?? 0 };
};

/** What a planner is asked at an instant, by the prices that are known then. */
const questionAt = (
  terms: BacktestTerms,
  known: readonly PricedSpan[],
  lives: readonly StorageLife[],
  { startAt, endAt }: PlanSpan,
  stockUsdPerKwh: DecimalText,
): PlanningProblem => {
  const site = terms.siteAt({ startAt, endAt }, levelsOf(lives));
  const devices = site.devices.map((device) => withDelivered(device, lives, dayOf(startAt, terms.timeZone)));
  return {
    ...site,
    fromAt: startAt,
    toAt: endAt,
    prices: known.filter((price) => price.endAt > startAt - rememberedMs),
    devices: endAt >= terms.endAt ? valuedAt(devices, stockUsdPerKwh) : devices,
  };
};

/**
 * Lives through the time as the agent would have: it plans whenever prices are published, knowing those and no others.
 *
 * `onProgress`: the part that is done, 0 to 1.
 */
export const rolling = async (
  terms: BacktestTerms,
  planning: Planning,
  stockUsdPerKwh: DecimalText,
  onProgress: (part: number) => void,
): Promise<readonly DeviceLife[]> => {
  const { startAt, endAt, prices, publishedAt, timeZone } = terms;
  const { instants, knownAt } = publicationsOf(prices, startAt, publishedAt, timeZone);
  const decisions = [startAt, ...instants.filter((at) => at < endAt)];
  const lives = livesAtStart(terms);
  for (const [index, at] of decisions.entries()) {
    const nextAt = decisions[index + 1] ?? endAt;
    const known = knownAt(at);
    const horizonAt = Math.max(at, known.at(-1)?.endAt ?? at);
    const span = { startAt: at, endAt: nextAt };
    const answer =
      horizonAt <= at
        ? { devices: [] }
        : await planning.plan(questionAt(terms, known, lives, { startAt: at, endAt: horizonAt }, stockUsdPerKwh));
    followed(lives, answer.devices, span);
    onProgress((nextAt - startAt) / (endAt - startAt));
  }
  return lives.map((life) => life.told());
};
