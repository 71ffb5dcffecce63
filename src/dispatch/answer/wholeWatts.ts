import { itemAt } from '../items.ts';
import { hourMs } from '../../programme/calendar.ts';
import type { GridSlot } from '../grid.ts';
import { kilo } from '../model/figures.ts';
import type { LoadColumns } from '../model/loadColumns.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import type { StorageFigures } from '../model/storageFigures.ts';
import type { StorageOrders } from '../solve/orders.ts';

/** What a device does in a stretch with one power, in whole watts, and the level it comes to in kWh. */
export interface Step {
  readonly slot: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly watts: number;
  readonly level: number | null;
}

/** @limit Less than this is nothing; solvers leave dust. @unit W */
const dustWatts = 1e-3;

/** @limit Levels that are the same. @unit kWh */
const dustLevel = 1e-9;

/** The whole watts below and above what was solved. */
const wholeAround = (watts: number): readonly [low: number, high: number] => {
  if (Math.abs(watts) < dustWatts) return [0, 0];
  return [Math.floor(watts + dustWatts) + 0, Math.ceil(watts - dustWatts) + 0];
};

/** The level after some hours with a power; a trip takes what is there. @unit kWh */
export const levelWith = (
  { chargeEfficiency, dischargeEfficiency }: StorageFigures,
  level: number,
  watts: number,
  hours: number,
  trip: number,
): number => {
  const energy = (watts * hours) / 1_000;
  return Math.max(0, level + (energy > 0 ? energy * chargeEfficiency : energy / dischargeEfficiency) - trip);
};

/** The power kept within what the level leaves room for. */
const withinLevels = (figures: StorageFigures, level: number, watts: number, hours: number): number => {
  const { max, min, chargeEfficiency, dischargeEfficiency } = figures;
  if (watts > 0) {
    const room = (Math.max(0, max - level) / chargeEfficiency / hours) * 1_000;
    return Math.min(watts, Math.floor(room + 1e-6), Math.floor(figures.maxCharge * 1_000 + 1e-6));
  }
  const stock = ((Math.max(0, level - min) * dischargeEfficiency) / hours) * 1_000;
  return Math.max(watts, 0 - Math.floor(stock + 1e-6), 0 - Math.floor(figures.maxDischarge * 1_000 + 1e-6)) + 0;
};

/** The slot in which an order is carried out until the device is full or empty, and then the rest of the slot. */
const ordered = (
  figures: StorageFigures,
  slot: number,
  { startAt, endAt }: GridSlot,
  before: number,
  kilowatts: number,
  trip: number,
): readonly Step[] => {
  const watts = Math.round(kilowatts * 1_000);
  const room =
    watts >= 0
      ? (figures.max - before) / figures.chargeEfficiency
      : (before - figures.min) * figures.dischargeEfficiency;
  const enough = Math.floor((Math.max(0, room) / Math.abs(kilowatts)) * hourMs);
  const untilAt = watts === 0 ? endAt : Math.min(endAt, startAt + enough);
  const share = (untilAt - startAt) / (endAt - startAt);
  const level = levelWith(figures, before, watts, (untilAt - startAt) / hourMs, trip * share);
  const rest = { slot, startAt: untilAt, endAt, watts: 0, level: Math.max(0, level - trip * (1 - share)) };
  return [
    ...(untilAt > startAt ? [{ slot, startAt, endAt: untilAt, watts, level }] : []),
    ...(untilAt < endAt ? [rest] : []),
  ];
};

/** What a storage does, step by step, so that its level keeps to the one that was solved and never leaves its limits. */
export const storageSteps = (
  { figures, charge, discharge, stored }: StorageColumns,
  { kilowatts }: StorageOrders,
  slots: readonly GridSlot[],
  values: Float64Array,
): readonly Step[] => {
  const steps: Step[] = [];
  let level = figures.stored;
  slots.forEach((span, slot) => {
    const { startAt, endAt, hours } = span;
    const trip = itemAt(figures.trip, slot);
    const order = itemAt(kilowatts, slot);
    if (order !== null) {
      steps.push(...ordered(figures, slot, span, level, order, trip));
      level = steps.at(-1)?.level ?? level;
      return;
    }
    const net = itemAt(values, itemAt(charge, slot)) - itemAt(values, itemAt(discharge, slot));
    const [low, high] = wholeAround((net / hours) * 1_000);
    const wanted = itemAt(values, itemAt(stored, slot));
    const isEnough = levelWith(figures, level, low, hours, trip) >= wanted - dustLevel;
    const watts = withinLevels(figures, level, isEnough ? low : high, hours);
    level = levelWith(figures, level, watts, hours, trip);
    steps.push({ slot, startAt, endAt, watts, level });
  });
  return steps;
};

/** What a flexible load does, step by step, so that it never lags behind what was solved. */
export const loadSteps = (
  { terms, told, drawn, least }: LoadColumns,
  slots: readonly GridSlot[],
  values: Float64Array,
): readonly Step[] => {
  const most = Math.floor(kilo(terms.maxWatts) * 1_000 + 1e-6);
  let behind = 0;
  return slots.map(({ startAt, endAt, hours }, slot) => {
    const energy = itemAt(values, itemAt(drawn, slot));
    const [low, high] = wholeAround((energy / hours) * 1_000);
    behind += energy;
    const isEnough = (low * hours) / 1_000 >= behind - dustLevel;
    const floor = told[slot] === null && high > 0 ? Math.ceil((itemAt(least, slot) / hours) * 1_000 - dustWatts) : 0;
    const watts = Math.min(most, Math.max(floor, isEnough || told[slot] !== null ? low : high));
    behind -= (watts * hours) / 1_000;
    return { slot, startAt, endAt, watts, level: null };
  });
};
