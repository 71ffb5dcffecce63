import type { GridSlot } from '../grid.ts';
import { itemAt } from '../items.ts';
import type { ForcedEnergy } from '../model/modelContext.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import type { StorageFigures } from '../model/storageFigures.ts';

/**
 * What a person told a storage, as energy in each slot. An order is no wish that a plan prepares for: the plan before it is as
 * if the device was left alone then, and the order is carried out from whatever level that leaves, until full or empty.
 */
export interface StorageOrders {
  /** With which power each slot is carried out, import positive; null where nobody told anything. @unit kW */
  readonly kilowatts: readonly (number | null)[];
  readonly energies: readonly (ForcedEnergy | null)[];
  /** The level at which an order begins, at the end of the slot before it. @unit kWh */
  readonly pins: ReadonlyMap<number, number>;
  /** How many of its stretches of orders are settled, and how many there are. */
  readonly settled: number;
  readonly runs: number;
}

/** Slots without a gap in which a person told something. */
interface Run {
  readonly from: number;
  readonly to: number;
}

const runsOf = ({ told }: StorageFigures): readonly Run[] => {
  const runs: Run[] = [];
  told.forEach((order, slot) => {
    if (order === null) return;
    const last = runs.at(-1);
    if (last?.to === slot) runs[runs.length - 1] = { ...last, to: slot + 1 };
    else runs.push({ from: slot, to: slot + 1 });
  });
  return runs.filter(({ from, to }) => told.slice(from, to).some((order) => order?.action !== 'hold'));
};

/** What the connection of the site leaves to orders, each way, slot by slot. @unit kW */
interface Headroom {
  readonly bought: number[];
  readonly sold: number[];
}

const headroomOf = ({ problem: { site, devices } }: ModelMatter, slots: readonly GridSlot[]): Headroom => {
  const limits = siteLimits(site);
  const margin = devices.length / 1_000;
  return {
    bought: slots.map(({ loadKilowatts, pvKilowatts }) =>
      Math.max(0, limits.bought - margin - Math.max(0, loadKilowatts - pvKilowatts)),
    ),
    sold: slots.map(({ loadKilowatts, pvKilowatts }) =>
      Math.max(0, limits.sold - margin + loadKilowatts - pvKilowatts),
    ),
  };
};

const powersOf = (figures: StorageFigures, headroom: Headroom): readonly (number | null)[] =>
  figures.told.map((order, slot) => {
    if (order === null) return null;
    if (order.action === 'hold' || !figures.isPlanned || figures.isAvailable[slot] === false) return 0;
    const isCharge = order.action === 'charge';
    const left = isCharge ? headroom.bought : headroom.sold;
    const most = Math.min(isCharge ? figures.maxCharge : figures.maxDischarge, order.kilowatts, itemAt(left, slot));
    const whole = Math.floor(most * 1_000 + 1e-6) / 1_000;
    left[slot] = itemAt(left, slot) - whole;
    return isCharge ? whole : 0 - whole;
  });

/** What an order comes to in a slot, from a level on. @unit kWh */
const carriedOut = (
  { max, min, chargeEfficiency, dischargeEfficiency }: StorageFigures,
  level: number,
  kilowatts: number,
  hours: number,
): ForcedEnergy => {
  const charge = Math.min(Math.max(0, kilowatts) * hours, Math.max(0, max - level) / chargeEfficiency);
  const discharge = Math.min(Math.max(0, 0 - kilowatts) * hours, Math.max(0, level - min) * dischargeEfficiency);
  return { charge, discharge, kilowatts: charge + discharge > 0 ? kilowatts : 0 };
};

/** The level after a slot in which that was drawn and delivered. */
const levelAfter = (figures: StorageFigures, level: number, energy: ForcedEnergy, trip: number): number =>
  Math.max(0, level + energy.charge * figures.chargeEfficiency - energy.discharge / figures.dischargeEfficiency - trip);

const settle = (
  figures: StorageFigures,
  slots: readonly GridSlot[],
  { kilowatts }: StorageOrders,
  { from, to }: Run,
  startLevel: number,
): readonly ForcedEnergy[] => {
  let level = startLevel;
  return slots.slice(from, to).map(({ hours }, index) => {
    const energy = carriedOut(figures, level, itemAt(kilowatts, from + index) ?? 0, hours);
    level = levelAfter(figures, level, energy, itemAt(figures.trip, from + index));
    return energy;
  });
};

const nothing: ForcedEnergy = { charge: 0, discharge: 0, kilowatts: 0 };

/** Orders before anything was solved: those that begin at once are settled. */
export const ordersOf = (matter: ModelMatter): readonly StorageOrders[] => {
  const { slots } = matter;
  const headroom = headroomOf(matter, slots);
  return matter.figures.map((figures) => {
    const kilowatts = powersOf(figures, headroom);
    const runs = runsOf(figures);
    const orders: StorageOrders = {
      kilowatts,
      energies: figures.told.map((order) => (order === null ? null : nothing)),
      pins: new Map(),
      settled: 0,
      runs: runs.length,
    };
    return runs[0]?.from === 0 ? next(figures, slots, orders, figures.stored) : orders;
  });
};

/** The orders with one more stretch settled, from the level at its beginning. */
const next = (
  figures: StorageFigures,
  slots: readonly GridSlot[],
  orders: StorageOrders,
  level: number,
): StorageOrders => {
  const run = runsOf(figures)[orders.settled];
  if (run === undefined) return orders;
  const settled = settle(figures, slots, orders, run, level);
  return {
    ...orders,
    energies: orders.energies.map((before, slot) =>
      slot >= run.from && slot < run.to ? itemAt(settled, slot - run.from) : before,
    ),
    pins: run.from === 0 ? orders.pins : new Map([...orders.pins, [run.from - 1, level]]),
    settled: orders.settled + 1,
  };
};

/** The orders with one more stretch of each device settled. `levels`: what is stored at the end of each slot, as solved. */
export const settledFurther = (
  { figures, slots }: ModelMatter,
  orders: readonly StorageOrders[],
  levels: readonly (readonly number[])[],
): readonly StorageOrders[] =>
  orders.map((each, index) => {
    const own = itemAt(figures, index);
    const run = runsOf(own)[each.settled];
    return run === undefined ? each : next(own, slots, each, itemAt(itemAt(levels, index), run.from - 1));
  });
