import type { FlexibleLoadTerms } from '../planningProblem.ts';
import { itemAt } from '../items.ts';
import { kilo } from './figures.ts';
import type { Coefficient } from './modelBuilder.ts';
import { type ModelContext, shortfall, unwanted } from './modelContext.ts';
import { isIn, type OrderedPower, toldIn } from './orderedPower.ts';

/** A flexible load in the model: per slot the energy drawn, a column. @unit kWh */
export interface LoadColumns {
  readonly terms: FlexibleLoadTerms;
  readonly told: readonly (OrderedPower | null)[];
  readonly drawn: readonly number[];
  /** What it draws at least when it runs, per slot; 0 for one that may draw anything. @unit kWh */
  readonly least: readonly number[];
}

/** What an order to the load comes to. @unit kW */
const toldKilowatts = ({ action, kilowatts }: OrderedPower, most: number): number =>
  action === 'charge' ? Math.min(most, kilowatts) : 0;

/** A flexible load as columns and a row: its energy by its deadline, or as much of it as can be. */
export const addLoad = (context: ModelContext, terms: FlexibleLoadTerms): LoadColumns => {
  const { builder, slots, problem } = context;
  const told = toldIn(problem, terms.resourceID, slots);
  const isThere = terms.available === undefined ? slots.map(() => true) : isIn(terms.available, slots);
  const isQuiet = isIn(terms.quietTimes ?? [], slots);
  const mostKilowatts = kilo(terms.maxWatts);
  const leastKilowatts = Math.min(kilo(terms.minWatts ?? 0), mostKilowatts);
  const drawn = slots.map(({ startAt, hours }, slot) => {
    const order = itemAt(told, slot);
    if (order !== null) {
      const energy = toldKilowatts(order, mostKilowatts) * hours;
      return builder.column(0, energy, energy);
    }
    const most = itemAt(isThere, slot) && startAt < terms.deadlineAt ? mostKilowatts * hours : 0;
    return itemAt(isQuiet, slot) ? unwanted(context, 'quietTime', 0, most) : builder.column(0, 0, most);
  });
  const needed = kilo(terms.energyWattHours);
  const all = drawn.map((column): Coefficient => [column, 1]);
  builder.row(needed, Infinity, [...all, [shortfall(context, 'deadline', needed), 1]]);
  const ordered = slots.reduce((sum, { hours }, slot) => {
    const order = itemAt(told, slot);
    return order === null ? sum : sum + toldKilowatts(order, mostKilowatts) * hours;
  }, 0);
  const longest = slots.reduce((most, { hours }) => Math.max(most, hours), 0);
  // A load that cannot run slower draws in its last slot what that takes; it ends by itself when it has enough.
  const free = Math.max(0, needed - ordered) + leastKilowatts * longest;
  builder.row(
    -Infinity,
    free,
    all.filter((_entry, slot) => told[slot] === null),
  );
  return {
    terms,
    told,
    drawn,
    least: slots.map(({ hours }, slot) => (told[slot] === null ? leastKilowatts * hours : 0)),
  };
};
