import type { GridSlot } from '../grid.ts';
import type { FlexibleLoadTerms, PlanningProblem } from '../planningProblem.ts';
import type { WishKind } from '../sitePlan.ts';
import type { LinearModel } from '../solver.ts';
import { addLoad } from './loadColumns.ts';
import { ModelBuilder } from './modelBuilder.ts';
import type { CountedPrice, ForcedEnergies, ModelContext, Shortfall, Spare } from './modelContext.ts';
import {
  addConstraints,
  addFlowRules,
  addNets,
  addSite,
  type DeviceColumns,
  type SiteColumns,
  unsureIn,
} from './siteRows.ts';
import { addStorage } from './storageColumns.ts';
import type { StorageFigures } from './storageFigures.ts';
import { addSwitches, type Switches, type SwitchPlaces } from './switches.ts';

/** What a model is built from. */
export interface ModelMatter {
  readonly problem: PlanningProblem;
  readonly slots: readonly GridSlot[];
  readonly figures: readonly StorageFigures[];
  readonly loads: readonly FlexibleLoadTerms[];
  readonly prices: readonly CountedPrice[];
}

/** A problem as a linear program, and what its columns mean. */
export interface SiteModel extends DeviceColumns {
  readonly matter: ModelMatter;
  readonly isSoft: boolean;
  readonly isContradictory: boolean;
  readonly site: SiteColumns | null;
  readonly shortfalls: readonly Shortfall[];
  /** The columns that say what falls short of each kind of wish, all in all. */
  readonly totals: ReadonlyMap<WishKind, number>;
  readonly switches: Switches;
  /** Per slot the row of what all devices come to; none where it was not wanted. */
  readonly nets: readonly number[];
  /** Per slot what more the connection takes; none where it was not wanted, or where nothing limits it. */
  readonly spares: readonly Spare[];
  /** Per slot what the connection must have room for beside the net, because of what persons ordered. */
  readonly unsure: readonly Spare[];
  /** Rows that are better left out of a first solution. */
  readonly late: readonly number[];
  readonly model: LinearModel;
}

/** Each device is billed by itself. */
const addDeviceMoney = (
  builder: ModelBuilder,
  { storages, loads }: DeviceColumns,
  prices: readonly CountedPrice[],
): void =>
  prices.forEach(({ bought, sold }, slot) => {
    for (const { charge, discharge } of storages) {
      builder.addCost(charge[slot] as number, bought);
      builder.addCost(discharge[slot] as number, 0 - sold);
    }
    for (const { drawn } of loads) builder.addCost(drawn[slot] as number, bought);
  });

/** One column for each kind of wish, so that no more of it is missed than must be. */
const addTotals = (builder: ModelBuilder, shortfalls: readonly Shortfall[]): ReadonlyMap<WishKind, number> => {
  const kinds = [...new Set(shortfalls.map(({ kind }) => kind))];
  return new Map(
    kinds.map((kind) => {
      const columns = shortfalls.filter((each) => each.kind === kind).map(({ column }) => column);
      const all = builder.column(0);
      builder.row(0, 0, [[all, -1], ...columns.map((column) => [column, 1] as const)]);
      return [kind, all];
    }),
  );
};

/** What a model has beside what the problem needs. */
interface ModelExtras {
  /** Where a device does one thing or the other, and not both. */
  readonly switchAt?: SwitchPlaces;
  /** A row a slot of what all devices come to. */
  readonly withNets?: boolean;
  /** Columns a slot by which the connection can be let take more. */
  readonly withSpares?: boolean;
}

/** The linear program of a problem. */
export const siteModel = (
  matter: ModelMatter,
  isSoft: boolean,
  forced: ForcedEnergies,
  { switchAt = [], withNets = false, withSpares = false }: ModelExtras = {},
): SiteModel => {
  const { problem, slots, figures, loads, prices } = matter;
  const builder = new ModelBuilder();
  const spares: Spare[] | null = withSpares ? [] : null;
  const unsure = unsureIn({ forced, slots });
  const context: ModelContext = { builder, problem, slots, isSoft, shortfalls: [], spares, prices, forced, unsure };
  const devices: DeviceColumns = {
    storages: figures.map((each) => addStorage(context, each)),
    loads: loads.map((each) => addLoad(context, each)),
  };
  const site = addSite(context, devices);
  addFlowRules(context, devices);
  addConstraints(context, devices);
  if (problem.moneyScope === 'device') addDeviceMoney(builder, devices, prices);
  const totals = addTotals(builder, context.shortfalls);
  const switches = addSwitches(builder, devices, site, switchAt);
  const nets = withNets ? addNets(context, devices) : [];
  return {
    ...devices,
    matter,
    isSoft,
    isContradictory: builder.isContradictory,
    site,
    shortfalls: context.shortfalls,
    totals,
    switches,
    nets,
    spares: spares ?? [],
    unsure,
    late: builder.late,
    model: builder.model(),
  };
};
