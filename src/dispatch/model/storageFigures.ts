import { covering, type GridSlot } from '../grid.ts';
import type { DepartureTarget, PlanningProblem, StorageTerms } from '../planningProblem.ts';
import { clamped, efficiency, floatOf, kilo, share } from './figures.ts';
import { isIn, type OrderedPower, toldIn } from './orderedPower.ts';
import { type UsualDays, usualDaysOf, usualTerminal, type ValuedStore } from './usualTerminal.ts';

/** A level wished at the end of a slot. @unit kWh */
export interface LevelTarget {
  readonly slot: number;
  readonly wish: DepartureTarget;
  readonly kilowattHours: number;
}

/** A storage in the optimiser's numbers, sane whatever was said of it: kWh, kW, USD per kWh. */
export interface StorageFigures {
  readonly resourceID: string;
  /** False: nobody knows its level, or it can hold nothing; it is left alone. */
  readonly isPlanned: boolean;
  readonly capacity: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  readonly maxCharge: number;
  readonly maxDischarge: number;
  readonly stored: number;
  readonly min: number;
  readonly max: number;
  readonly wear: number;
  readonly leastGain: number;
  readonly exportFloor: number | null;
  readonly terminal: number;
  readonly cyclesPerDay: number | null;
  readonly deliveredToday: number;
  /** Per slot. */
  readonly isAvailable: readonly boolean[];
  readonly isQuiet: readonly boolean[];
  readonly reserve: readonly number[];
  readonly trip: readonly number[];
  readonly told: readonly (OrderedPower | null)[];
  readonly targets: readonly LevelTarget[];
}

/** @limit Of a day; more are no limit. */
const mostCycles = 1_000;

/** How long before the end of the known prices their mean is taken. @unit h */
const meanHours = 24;

/** The mean of the last day of known prices; null where none is known. */
export const lastDaysMean = (slots: readonly GridSlot[], of: (slot: GridSlot) => number | null): number | null => {
  let [hours, sum] = [0, 0];
  for (let index = slots.length - 1; index >= 0 && hours < meanHours; index -= 1) {
    const slot = slots[index] as GridSlot;
    const price = of(slot);
    if (price === null) continue;
    const weight = Math.min(slot.hours, meanHours - hours);
    sum += price * weight;
    hours += weight;
  }
  return hours === 0 ? null : sum / hours;
};

/** What a kWh stored is worth at the end: by usual days, or, where none is known yet, by what is known; never less than nothing. */
const terminalOf = (
  problem: PlanningProblem,
  slots: readonly GridSlot[],
  store: ValuedStore,
  days: UsualDays,
): number => {
  const isForHome = problem.moneyScope === 'site' && slots.some(({ loadKilowatts }) => loadKilowatts > 0);
  const usual = usualTerminal(days, store, isForHome);
  if (usual !== null) return usual;
  const mean = lastDaysMean(slots, (slot) => (isForHome ? slot.importUsdPerKwh : slot.exportUsdPerKwh));
  return mean === null ? 0 : Math.max(0, store.dischargeEfficiency * (mean - store.worn));
};

/** The energy of trips in each slot: each trip's is spread over its time. */
const tripsIn = (terms: StorageTerms, slots: readonly GridSlot[]): readonly number[] =>
  slots.map(({ startAt, endAt }) =>
    (terms.trips ?? []).reduce((sum, trip) => {
      const length = trip.endAt - trip.startAt;
      if (!(length > 0)) return sum;
      const overlap = Math.max(0, Math.min(endAt, trip.endAt) - Math.max(startAt, trip.startAt));
      return sum + kilo(trip.energyWattHours) * (overlap / length);
    }, 0),
  );

const targetsOf = (
  { departures = [] }: StorageTerms,
  slots: readonly GridSlot[],
  capacity: number,
): readonly LevelTarget[] => {
  if (departures.length === 0) return [];
  const slotEndingAt = new Map(slots.map(({ endAt }, slot) => [endAt, slot]));
  return departures.flatMap((wish) => {
    const slot = slotEndingAt.get(Math.floor(wish.at));
    return slot === undefined ? [] : [{ slot, wish, kilowattHours: share(wish.stateOfCharge, 0) * capacity }];
  });
};

const reserveIn = (
  { reserve, reserveSpans = [] }: StorageTerms,
  slots: readonly GridSlot[],
  capacity: number,
): readonly number[] => {
  const at = covering(reserveSpans);
  return slots.map(({ startAt }) => share(at(startAt)?.stateOfCharge ?? reserve, 0) * capacity);
};

/** The figures of a storage; `days`: of the problem, where they are read already. */
export const storageFigures = (
  problem: PlanningProblem,
  terms: StorageTerms,
  slots: readonly GridSlot[],
  days: UsualDays = usualDaysOf(problem),
): StorageFigures => {
  const capacity = kilo(terms.capacityWattHours);
  const min = share(terms.stateOfChargeMin, 0) * capacity;
  const max = Math.max(min, share(terms.stateOfChargeMax, 1) * capacity);
  const level = terms.stateOfCharge;
  const dischargeEfficiency = efficiency(terms.dischargeEfficiency);
  const wear = Math.max(0, floatOf(terms.wearUsdPerKwh, 0));
  const leastGain = Math.max(0, floatOf(terms.leastGainUsdPerKwh, 0));
  const { available, cyclesPerDay } = terms;
  const store: ValuedStore = {
    capacity: max - min,
    maxCharge: kilo(terms.maxChargeWatts),
    maxDischarge: kilo(terms.maxDischargeWatts),
    chargeEfficiency: efficiency(terms.chargeEfficiency),
    dischargeEfficiency,
    worn: wear + leastGain,
  };
  return {
    resourceID: terms.resourceID,
    isPlanned: level !== null && !Number.isNaN(level) && capacity > 0,
    capacity,
    chargeEfficiency: store.chargeEfficiency,
    dischargeEfficiency,
    maxCharge: store.maxCharge,
    maxDischarge: store.maxDischarge,
    stored: share(level ?? undefined, 0) * capacity,
    min,
    max,
    wear,
    leastGain,
    exportFloor: terms.exportFloorUsdPerKwh === undefined ? null : floatOf(terms.exportFloorUsdPerKwh, 0),
    terminal: Math.max(0, floatOf(terms.terminalUsdPerKwh, terminalOf(problem, slots, store, days))),
    cyclesPerDay:
      cyclesPerDay === undefined || Number.isNaN(cyclesPerDay) ? null : clamped(cyclesPerDay, 0, mostCycles),
    deliveredToday: kilo(terms.deliveredTodayWattHours ?? 0),
    isAvailable: available === undefined ? slots.map(() => true) : isIn(available, slots),
    isQuiet: isIn(terms.quietTimes ?? [], slots),
    reserve: reserveIn(terms, slots, capacity).map((kilowattHours) => Math.min(max, kilowattHours)),
    trip: tripsIn(terms, slots),
    told: toldIn(problem, terms.resourceID, slots),
    targets: targetsOf(terms, slots, capacity),
  };
};
