import { itemAt } from '../items.ts';
import { type Coefficient, noColumn } from './modelBuilder.ts';
import { type ModelContext, shortfall, unwanted } from './modelContext.ts';
import type { StorageFigures } from './storageFigures.ts';

/** A storage in the model: per slot the energy drawn, delivered, and stored at the end, each a column. @unit kWh */
export interface StorageColumns {
  readonly figures: StorageFigures;
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
  readonly stored: readonly number[];
  /** How far the level is below its least one, below the reserve and above its greatest one; no column where it cannot be. */
  readonly low: readonly number[];
  readonly missing: readonly number[];
  readonly over: readonly number[];
}

/** A level below reserve or minimum that was found is made good without haste. @unit USD per kWh and hour */
const patienceUsdPerKwhHour = 0.002;

/** @limit A level so near to a limit is at it: what is measured is not so exact. A part of the capacity. */
export const levelTolerance = 0.01;

/** What a device may do in a slot, as a column; the money is added by whoever knows whose meter is billed. */
const flowColumn = (
  context: ModelContext,
  figures: StorageFigures,
  slot: number,
  most: number,
  cost: number,
): number =>
  figures.isQuiet[slot] === true ? unwanted(context, 'quietTime', cost, most) : context.builder.column(cost, 0, most);

/** Slots in which a DR event asks something of the device, or of all. */
const askedSlots = ({ problem, slots }: ModelContext, resourceID: string): readonly boolean[] => {
  const asked = problem.constraints.filter((each) => (each.resourceID ?? resourceID) === resourceID);
  return slots.map(({ startAt }) => asked.some((each) => each.startAt <= startAt && startAt < each.endAt));
};

/** What is drawn and delivered: nothing is sold at an unknown price, nor below the floor, but where a DR event asks for it. */
const addFlows = (context: ModelContext, figures: StorageFigures): Pick<StorageColumns, 'charge' | 'discharge'> => {
  const { builder, slots, prices, problem, forced } = context;
  const asked = askedSlots(context, figures.resourceID);
  const own = forced.get(figures.resourceID);
  const [charge, discharge]: [number[], number[]] = [[], []];
  const worn = figures.wear + figures.leastGain;
  slots.forEach(({ hours }, slot) => {
    const fixed = own?.[slot] ?? null;
    if (fixed !== null || !figures.isPlanned || !itemAt(figures.isAvailable, slot)) {
      charge.push(builder.column(0, fixed?.charge ?? 0, fixed?.charge ?? 0));
      discharge.push(builder.column(worn, fixed?.discharge ?? 0, fixed?.discharge ?? 0));
      return;
    }
    const price = itemAt(prices, slot);
    const isBelowFloor =
      problem.moneyScope === 'device' && figures.exportFloor !== null && price.sold < figures.exportFloor;
    const mayDeliver = itemAt(asked, slot) || (price.isKnown && !isBelowFloor);
    charge.push(flowColumn(context, figures, slot, figures.maxCharge * hours, 0));
    discharge.push(flowColumn(context, figures, slot, mayDeliver ? figures.maxDischarge * hours : 0, worn));
  });
  return { charge, discharge };
};

/** What is stored at the end of each slot, trips included. */
const addLevels = (
  context: ModelContext,
  figures: StorageFigures,
  { charge, discharge }: Pick<StorageColumns, 'charge' | 'discharge'>,
): readonly number[] => {
  const { builder, slots } = context;
  const top = figures.stored > figures.max ? Math.max(figures.capacity, figures.stored) : figures.max;
  const stored = slots.map((_slot, slot) =>
    builder.column(slot === slots.length - 1 ? 0 - figures.terminal : 0, 0, top),
  );
  stored.forEach((column, slot) => {
    const trip = itemAt(figures.trip, slot);
    const before = slot === 0 ? figures.stored : 0;
    builder.row(before - trip, before - trip, [
      [column, 1],
      [slot === 0 ? noColumn : itemAt(stored, slot - 1), -1],
      [itemAt(charge, slot), -figures.chargeEfficiency],
      [itemAt(discharge, slot), 1 / figures.dischargeEfficiency],
      [trip > 0 ? shortfall(context, 'trip', trip) : noColumn, -1],
    ]);
  });
  return stored;
};

/** A level found outside of a limit goes no further beyond it; what it is beyond may only become less. */
const addDeparted = (
  { builder, slots }: ModelContext,
  found: number,
  more: readonly number[],
  bound: (slot: number, departed: number) => void,
  cost: number,
): readonly number[] => {
  let before = noColumn;
  return slots.map(({ hours }, slot) => {
    const departed = builder.column(cost * hours);
    bound(slot, departed);
    builder.row(-Infinity, (slot === 0 ? found : 0) + itemAt(more, slot), [
      [departed, 1],
      [before, -1],
    ]);
    return (before = departed);
  });
};

/** Between the least and the greatest level; a trip may take it below. */
const addLimits = (
  context: ModelContext,
  figures: StorageFigures,
  stored: readonly number[],
): Pick<StorageColumns, 'low' | 'over'> => {
  const { builder } = context;
  const { min, max, stored: now, trip } = figures;
  const nothing = stored.map(() => 0);
  const none = stored.map(() => noColumn);
  const band = levelTolerance * figures.capacity;
  const mayBeLow = now < min - band || trip.some((energy) => energy > 0);
  if (!mayBeLow) for (const column of stored) builder.narrow(column, Math.min(min, now), Infinity);
  const low = !mayBeLow
    ? none
    : addDeparted(
        context,
        Math.max(0, min - now),
        trip,
        (slot, departed) =>
          builder.row(min, Infinity, [
            [itemAt(stored, slot), 1],
            [departed, 1],
          ]),
        patienceUsdPerKwhHour,
      );
  if (now <= max + band) {
    for (const column of stored) builder.narrow(column, -Infinity, Math.max(max, now));
    return { low, over: none };
  }
  const bound = (slot: number, departed: number): void =>
    builder.row(-Infinity, max, [
      [itemAt(stored, slot), 1],
      [departed, -1],
    ]);
  return { low, over: addDeparted(context, now - max, nothing, bound, 0) };
};

/** Whether the device has come back in a slot from a trip, with whatever is left. */
const hasComeBack = ({ isAvailable, trip }: StorageFigures, slot: number): boolean => {
  if (itemAt(trip, slot) > 0) return true;
  if (slot === 0 || isAvailable[slot] !== true) return false;
  for (let away = slot - 1; away >= 0 && isAvailable[away] === false; away -= 1)
    if (itemAt(trip, away) > 0) return true;
  return itemAt(trip, slot - 1) > 0;
};

/** What is missing of the reserve is made by nobody but a higher wish, and what is found missing is made good without haste. */
const addReserve = (context: ModelContext, figures: StorageFigures, stored: readonly number[]): readonly number[] => {
  const { builder, slots, isSoft } = context;
  const { reserve, min, stored: now, isAvailable } = figures;
  const band = levelTolerance * figures.capacity;
  let before = noColumn;
  return stored.map((column, slot) => {
    const asked = itemAt(reserve, slot);
    const wished = now < asked && now >= asked - band ? now : asked;
    if (wished <= min || isAvailable[slot] === false) return noColumn;
    const found = slot === 0 ? Math.max(0, wished - now) : 0;
    const isFound = hasComeBack(figures, slot);
    if (!isSoft && found === 0 && before === noColumn && !isFound) {
      builder.narrow(column, wished, Infinity);
      return noColumn;
    }
    const missing = builder.column(patienceUsdPerKwhHour * itemAt(slots, slot).hours);
    builder.row(wished, Infinity, [
      [column, 1],
      [missing, 1],
    ]);
    if (!isFound)
      builder.row(-Infinity, found, [
        [missing, 1],
        [shortfall(context, 'reserve'), -1],
        [before, -1],
      ]);
    return (before = missing);
  });
};

const addTargets = (context: ModelContext, { targets }: StorageFigures, stored: readonly number[]): void => {
  for (const { slot, kilowattHours } of targets)
    context.builder.row(kilowattHours, Infinity, [
      [itemAt(stored, slot), 1],
      [shortfall(context, 'departure'), 1],
    ]);
};

/** What may be delivered in a local day, and in what is left of the first; what a person told it does not count. */
const addCycles = ({ builder, slots }: ModelContext, figures: StorageFigures, discharge: readonly number[]): void => {
  const { cyclesPerDay, min, max, dischargeEfficiency, told, deliveredToday } = figures;
  if (cyclesPerDay === null) return;
  const most = cyclesPerDay * (max - min) * dischargeEfficiency;
  const days = new Map<string, Coefficient[]>();
  slots.forEach(({ day }, slot) => {
    const entries = days.get(day) ?? [];
    if (told[slot] === null) entries.push([itemAt(discharge, slot), 1]);
    days.set(day, entries);
  });
  const today = slots[0]?.day;
  for (const [day, entries] of days)
    builder.row(-Infinity, Math.max(0, most - (day === today ? deliveredToday : 0)), entries);
};

/** A storage as columns and rows. */
export const addStorage = (context: ModelContext, figures: StorageFigures): StorageColumns => {
  const flows = addFlows(context, figures);
  const stored = addLevels(context, figures, flows);
  const limits = addLimits(context, figures, stored);
  const missing = addReserve(context, figures, stored);
  addTargets(context, figures, stored);
  addCycles(context, figures, flows.discharge);
  return { figures, ...flows, stored, ...limits, missing };
};
