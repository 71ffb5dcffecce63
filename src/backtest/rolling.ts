import type { Planner } from '../dispatch/planner.ts';
import type {
  DeviceTerms,
  FlexibleLoadTerms,
  PlanningProblem,
  PlanSpan,
  PricedSpan,
  StorageTerms,
} from '../dispatch/planningProblem.ts';
import type { DevicePlan } from '../dispatch/sitePlan.ts';
import { dayMs, type DaySpan, dayOf } from '../programme/calendar.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { levelsOf, StorageLife } from './lives.ts';
import { LoadLife } from './loadLife.ts';
import { needAt } from './needs.ts';
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

/** Loads at the start of a backtest. */
export const loadLivesOf = ({ loads = [], prices }: BacktestTerms): readonly LoadLife[] =>
  loads.map((load) => new LoadLife(load, prices));

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

/** The loads that need something still, with how much that is. */
const needingAt = (lives: readonly LoadLife[], at: number): readonly FlexibleLoadTerms[] =>
  lives.flatMap((life) => {
    const need = needAt(life.load, at);
    const energyWattHours = life.neededAt(at);
    return need === null || at >= need.endAt || energyWattHours === 0 ? [] : [{ ...need.terms, energyWattHours }];
  });

/** What a planner is asked at an instant, by the prices that are known then. */
const questionAt = (
  terms: BacktestTerms,
  known: readonly PricedSpan[],
  lives: readonly StorageLife[],
  needing: readonly FlexibleLoadTerms[],
  { startAt, endAt }: PlanSpan,
  stockUsdPerKwh: DecimalText,
): PlanningProblem => {
  const site = terms.siteAt({ startAt, endAt }, levelsOf(lives));
  const storages = site.devices.map((device) => withDelivered(device, lives, dayOf(startAt, terms.timeZone)));
  const devices = [...storages, ...needing];
  return {
    ...site,
    fromAt: startAt,
    toAt: endAt,
    prices: known.filter((price) => price.endAt > startAt - rememberedMs),
    devices: endAt >= terms.endAt ? valuedAt(devices, stockUsdPerKwh) : devices,
  };
};

/** When it is planned: at the start, whenever prices come, and when a load begins to need something anew. */
const decisionsOf = ({ startAt, endAt, loads = [] }: BacktestTerms, instants: readonly number[]): readonly number[] => {
  const begun = loads.flatMap(({ needs }) => needs.map((need) => need.startAt));
  const all = new Set([startAt, ...instants, ...begun]);
  return [...all].filter((at) => at >= startAt && at < endAt).sort((a, b) => a - b);
};

/**
 * Lives through the time as the agent would have: it plans whenever prices are published or a need begins, knowing the prices of then
 * and no others.
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
  const decisions = decisionsOf(terms, instants);
  const lives = livesAtStart(terms);
  const loads = loadLivesOf(terms);
  for (const [index, at] of decisions.entries()) {
    const nextAt = decisions[index + 1] ?? endAt;
    const known = knownAt(at);
    const needing = needingAt(loads, at);
    // What is needed is needed also where no price is known.
    const horizonAt = Math.max(needing.length > 0 ? nextAt : at, known.at(-1)?.endAt ?? at);
    const span = { startAt: at, endAt: nextAt };
    const question = (): PlanningProblem =>
      questionAt(terms, known, lives, needing, { startAt: at, endAt: horizonAt }, stockUsdPerKwh);
    const answer = horizonAt <= at ? { devices: [] } : await planning.plan(question());
    followed([...lives, ...loads], answer.devices, span);
    onProgress((nextAt - startAt) / (endAt - startAt));
  }
  return [...lives, ...loads].map((life) => life.told());
};
