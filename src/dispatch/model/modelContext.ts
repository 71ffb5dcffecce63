import type { GridSlot } from '../grid.ts';
import type { PlanningProblem } from '../planningProblem.ts';
import type { WishKind } from '../sitePlan.ts';
import { type ModelBuilder, noColumn } from './modelBuilder.ts';

/** A column that is more than nothing when a wish is not met. @unit kWh */
export interface Shortfall {
  readonly kind: WishKind;
  readonly column: number;
}

/** What more the connection takes in a slot when that is asked about, as columns that are nothing otherwise. @unit kWh */
export interface Spare {
  readonly bought: number;
  readonly sold: number;
}

/** A price as the optimiser counts it. @unit USD/kWh */
export interface CountedPrice {
  /** Whether it is the price of that time, and not a supposed one. */
  readonly isKnown: boolean;
  readonly bought: number;
  readonly sold: number;
}

/** What an order of a person comes to in a slot. @unit kWh */
export interface ForcedEnergy {
  readonly charge: number;
  readonly discharge: number;
  /** With which power while it lasts, import positive: it may be full or empty before the slot ends. @unit kW */
  readonly kilowatts: number;
}

/** By resourceID and slot: what is settled beforehand; null where it is free. */
export type ForcedEnergies = ReadonlyMap<string, readonly (ForcedEnergy | null)[]>;

/** What the parts of a model are built with. */
export interface ModelContext {
  readonly builder: ModelBuilder;
  readonly problem: PlanningProblem;
  readonly slots: readonly GridSlot[];
  /** Whether wishes may be missed; otherwise they are as hard as physics, and there may be no plan. */
  readonly isSoft: boolean;
  readonly shortfalls: Shortfall[];
  /** Per slot; null where nobody asks. */
  readonly spares: Spare[] | null;
  /** What energy costs and brings in each slot, unknown prices included. */
  readonly prices: readonly CountedPrice[];
  readonly forced: ForcedEnergies;
  /** Per slot what the connection must have room for beside the net, because of what persons ordered. */
  readonly unsure: readonly Spare[];
}

/** A wish that may be missed, as a column; none where wishes are hard. */
export const shortfall = ({ builder, isSoft, shortfalls }: ModelContext, kind: WishKind, upper = Infinity): number => {
  if (!isSoft) return noColumn;
  const column = builder.column(0, 0, upper);
  shortfalls.push({ kind, column });
  return column;
};

/** What more the connection takes in a slot each way; no columns where nobody asks, or where there is no limit. */
export const spareIn = ({ builder, spares }: ModelContext, limits: Spare): Spare => {
  const columnOf = (limit: number): number =>
    spares !== null && limit < Infinity ? builder.column(0, 0, 0) : noColumn;
  const spare = { bought: columnOf(limits.bought), sold: columnOf(limits.sold) };
  spares?.push(spare);
  return spare;
};

/** A column that is to be nothing by a wish. */
export const unwanted = (context: ModelContext, kind: WishKind, cost: number, upper: number): number => {
  const column = context.builder.column(cost, 0, context.isSoft ? upper : 0);
  if (context.isSoft) context.shortfalls.push({ kind, column });
  return column;
};
