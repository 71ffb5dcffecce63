import { itemAt } from '../items.ts';
import { covering, type GridSlot } from '../grid.ts';
import { kilo, share } from '../model/figures.ts';
import type { LoadColumns } from '../model/loadColumns.ts';
import type { ModelMatter, SiteModel } from '../model/siteModel.ts';
import { boundsOf, siteLimits } from '../model/siteRows.ts';
import { levelTolerance } from '../model/storageColumns.ts';
import type { StorageFigures } from '../model/storageFigures.ts';
import type { DispatchConstraint, PlanningProblem, StorageTerms } from '../planningProblem.ts';
import { ranks } from '../ranks.ts';
import type { UnmetWish } from '../sitePlan.ts';
import { siteNet, type PowerStretch } from './flows.ts';
import type { Step } from './wholeWatts.ts';

/** @limit A level so near to a wish meets it. A part of the capacity. */
const nearLevel = 0.0005;

/** @limit A power so near to a wish meets it. @unit W */
const nearWatts = 2;

/** A wish of which it is known how far it is met. */
type MissedBy = UnmetWish & { readonly reached: number };

/** Of wishes that are missed in stretches that follow one another, the first instant and the worst figure. */
const worstOf = (
  wishes: readonly (MissedBy | null)[],
  isWorse: (one: MissedBy, than: MissedBy) => boolean,
): MissedBy[] => {
  const found: MissedBy[] = [];
  let last: MissedBy | null = null;
  for (const wish of wishes) {
    if (wish !== null && last !== null && wish.wished === last.wished) {
      if (isWorse(wish, last)) found[found.length - 1] = last = { ...wish, at: last.at };
    } else if (wish !== null) found.push((last = wish));
    if (wish === null) last = null;
  }
  return found;
};

const farther = (one: MissedBy, than: MissedBy): boolean =>
  Math.abs(one.reached - one.wished) > Math.abs(than.reached - than.wished);

/** Wishes about a storage's level. */
const levelWishes = (figures: StorageFigures, slots: readonly GridSlot[], steps: readonly Step[]): MissedBy[] => {
  const { resourceID, capacity, reserve, min, isAvailable, targets, stored, trip } = figures;
  const levels = new Map(steps.map(({ slot, level }) => [slot, level ?? 0]));
  const levelAfter = (slot: number): number => (slot < 0 ? stored : (levels.get(slot) ?? stored));
  const wish = (kind: UnmetWish['kind'], at: number, wished: number, reached: number): MissedBy => ({
    kind,
    resourceID,
    at,
    wished: wished / capacity,
    reached: reached / capacity,
    unit: 'stateOfCharge',
  });
  const kept = slots.map(({ startAt }, slot): MissedBy | null => {
    const wished = itemAt(reserve, slot);
    const reached = levelAfter(slot);
    const near = stored < wished ? Math.max(nearLevel, levelTolerance) : nearLevel;
    const isMissed = wished > min && itemAt(isAvailable, slot) && reached < wished - near * capacity;
    return isMissed ? wish('reserve', startAt, wished, reached) : null;
  });
  const departures = targets
    .filter(({ slot, kilowattHours }) => levelAfter(slot) < kilowattHours - nearLevel * capacity)
    .map(({ slot, kilowattHours, wish: { at } }) => wish('departure', at, kilowattHours, levelAfter(slot)));
  const trips = slots.flatMap(({ startAt }, slot): MissedBy[] => {
    const needed = itemAt(trip, slot);
    const there = levelAfter(slot - 1);
    return needed <= there + nearLevel * capacity
      ? []
      : [{ kind: 'trip', resourceID, at: startAt, wished: needed * 1_000, reached: there * 1_000, unit: 'wattHours' }];
  });
  return [...worstOf(kept, farther), ...departures, ...trips];
};

/** The levels that are to be kept, each from when it is wished, within a plan's time. */
const reservesOf = (
  { reserve, reserveSpans = [], stateOfChargeMin }: StorageTerms,
  { fromAt, toAt }: PlanningProblem,
): readonly { readonly at: number; readonly stateOfCharge: number }[] => {
  const spanAt = covering(reserveSpans);
  const edges = [fromAt, ...reserveSpans.flatMap(({ startAt, endAt }) => [startAt, endAt])];
  return [...new Set(edges)]
    .filter((at) => at >= fromAt && at < toAt)
    .toSorted((a, b) => a - b)
    .map((at) => ({ at, stateOfCharge: share(spanAt(at)?.stateOfCharge ?? reserve, 0) }))
    .filter(({ stateOfCharge }, place, all) => stateOfCharge !== all[place - 1]?.stateOfCharge)
    .filter(({ stateOfCharge }) => stateOfCharge > share(stateOfChargeMin, 0));
};

/** Departures and reserves of storages that are there, and of which nobody knows how full they are: nothing is planned for them. */
export const unknownWishes = (problem: PlanningProblem): readonly UnmetWish[] =>
  problem.devices.flatMap((terms): readonly UnmetWish[] => {
    if (terms.kind !== 'storage' || (terms.stateOfCharge !== null && !Number.isNaN(terms.stateOfCharge))) return [];
    const { fromAt, toAt } = problem;
    const { resourceID, departures = [], available } = terms;
    if (available?.some(({ startAt, endAt }) => startAt <= fromAt && fromAt < endAt) === false) return [];
    const unknown =
      (kind: UnmetWish['kind']) =>
      ({ at, stateOfCharge }: { readonly at: number; readonly stateOfCharge: number }): UnmetWish => {
        const wished = roundedFigure(share(stateOfCharge, 0));
        return { kind, resourceID, at, wished, reached: null, unit: 'stateOfCharge' };
      };
    return [
      ...departures.filter(({ at }) => at > fromAt && at <= toAt).map(unknown('departure')),
      ...reservesOf(terms, problem).map(unknown('reserve')),
    ];
  });

const isQuietIn = (figures: StorageFigures, { slot }: Step): boolean =>
  figures.isQuiet[slot] === true && figures.told[slot] === null;

/** Wishes about what a storage does. */
const powerWishes = (figures: StorageFigures, steps: readonly Step[]): MissedBy[] => {
  const { resourceID } = figures;
  const noise = steps.map((step): MissedBy | null =>
    isQuietIn(figures, step) && step.watts !== 0
      ? { kind: 'quietTime', resourceID, at: step.startAt, wished: 0, reached: step.watts, unit: 'watts' }
      : null,
  );
  const orders = steps.map((step): MissedBy | null => {
    const order = figures.told[step.slot];
    if (order === null || order === undefined || order.action === 'hold') return null;
    const isCharge = order.action === 'charge';
    // Full or empty, there is nothing left of the order to be carried out.
    const level = step.level ?? 0;
    const near = nearLevel * figures.capacity;
    if (isCharge ? level >= figures.max - near : level <= figures.min + near) return null;
    const most = isCharge ? figures.maxCharge : figures.maxDischarge;
    const wished = (isCharge ? 1 : -1) * Math.min(order.kilowatts === Infinity ? most : order.kilowatts, 1e6) * 1_000;
    return Math.abs(step.watts - wished) <= nearWatts
      ? null
      : { kind: 'override', resourceID, at: step.startAt, wished, reached: step.watts, unit: 'watts' };
  });
  return [...worstOf(noise, farther), ...worstOf(orders, farther)];
};

const loadWishes = ({ terms, told }: LoadColumns, slots: readonly GridSlot[], steps: readonly Step[]): MissedBy[] => {
  const { resourceID, deadlineAt } = terms;
  const needed = kilo(terms.energyWattHours) * 1_000;
  const inTime = steps
    .filter(({ startAt }) => startAt < deadlineAt)
    .reduce((sum, { slot, watts }) => sum + watts * itemAt(slots, slot).hours, 0);
  const reached = Math.min(needed, inTime);
  const late: MissedBy[] =
    reached >= needed - Math.max(nearWatts, needed * nearLevel)
      ? []
      : [{ kind: 'deadline', resourceID, at: deadlineAt, wished: needed, reached, unit: 'wattHours' }];
  const quiet = terms.quietTimes ?? [];
  const noise = steps.map(({ slot, startAt, watts }): MissedBy | null =>
    watts !== 0 && told[slot] === null && quiet.some((each) => each.startAt <= startAt && startAt < each.endAt)
      ? { kind: 'quietTime', resourceID, at: startAt, wished: 0, reached: watts, unit: 'watts' }
      : null,
  );
  return [...late, ...worstOf(noise, farther)];
};

/** The connection's limits, import positive. */
const siteWishes = ({ problem, slots }: ModelMatter, stretches: readonly PowerStretch[]): MissedBy[] => {
  const limits = siteLimits(problem.site);
  if (limits.bought === Infinity && limits.sold === Infinity) return [];
  const over = stretches.map(({ slot, startAt, watts }): MissedBy | null => {
    const all = watts.reduce((sum, each) => sum + each, 0) / 1_000;
    const net = siteNet(itemAt(slots, slot), all, limits.sold);
    const wished = (net > 0 ? limits.bought : 0 - limits.sold) * 1_000;
    const isOver = net * 1_000 > limits.bought * 1_000 + nearWatts || net * 1_000 < 0 - limits.sold * 1_000 - nearWatts;
    return isOver
      ? { kind: 'siteLimit', resourceID: null, at: startAt, wished, reached: net * 1_000, unit: 'watts' }
      : null;
  });
  return worstOf(over, farther);
};

const constraintWishes = (
  { matter: { problem, slots }, storages, loads }: SiteModel,
  constraint: DispatchConstraint,
  stretches: readonly PowerStretch[],
): MissedBy[] => {
  const { resourceID } = constraint;
  const terms = [
    ...storages.map(({ figures }) => ({
      kind: 'storage' as const,
      resourceID: figures.resourceID,
      maxChargeWatts: figures.maxCharge * 1_000,
      maxDischargeWatts: figures.maxDischarge * 1_000,
    })),
    ...loads.map((each) => each.terms),
  ];
  const concerned = terms.map((each) => (resourceID ?? each.resourceID) === each.resourceID);
  if (!concerned.some(Boolean)) return [];
  const isPower = constraint.kind === 'power';
  const bounds = boundsOf(
    constraint,
    terms.filter((_each, index) => concerned[index]),
  );
  // What a level asks to be delivered is as much as wishes leave: that is always met.
  const most = isPower ? bounds.atMostWatts : Math.max(0, bounds.atMostWatts);
  const limit = siteLimits(problem.site).sold;
  const missed = stretches.map(({ slot, startAt, watts }): MissedBy | null => {
    if (startAt < constraint.startAt || startAt >= constraint.endAt) return null;
    const devices = watts.reduce((sum, each, index) => (concerned[index] === true ? sum + each : sum), 0);
    const net =
      resourceID === undefined && isPower ? siteNet(itemAt(slots, slot), devices / 1_000, limit) * 1_000 : devices;
    const wished = net > most + nearWatts ? most : net < bounds.atLeastWatts - nearWatts ? bounds.atLeastWatts : null;
    if (wished === null) return null;
    const isDelivery = net > wished ? wished < 0 && net <= 0 : wished > 0 && net >= 0;
    const kind = isDelivery ? 'delivery' : 'constraint';
    return { kind, resourceID: resourceID ?? null, at: startAt, wished, reached: net, unit: 'watts' };
  });
  return worstOf(missed, farther);
};

/** What was wished and is not met, by what the devices will do; the lowest rank first. */
export const unmetWishes = (
  model: SiteModel,
  devices: { readonly storages: readonly (readonly Step[])[]; readonly loads: readonly (readonly Step[])[] },
  stretches: readonly PowerStretch[],
): readonly MissedBy[] => {
  const { slots, problem } = model.matter;
  const wishes = [
    ...model.storages.flatMap(({ figures }, index) => {
      const steps = itemAt(devices.storages, index);
      return figures.isPlanned ? [...levelWishes(figures, slots, steps), ...powerWishes(figures, steps)] : [];
    }),
    ...model.loads.flatMap((each, index) => loadWishes(each, slots, itemAt(devices.loads, index))),
    ...siteWishes(model.matter, stretches),
    ...problem.constraints.flatMap((each) => constraintWishes(model, each, stretches)),
  ];
  return wishes
    .map((wish) => ({
      ...wish,
      wished: roundedFigure(wish.wished),
      reached: roundedFigure(wish.reached),
    }))
    .sort((a, b) => ranks[a.kind] - ranks[b.kind] || a.at - b.at);
};

/** Figures that people read, without what floats add. */
const roundedFigure = (figure: number): number => Math.round(figure * 1e4) / 1e4 + 0;
