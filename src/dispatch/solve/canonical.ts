import { itemAt } from '../items.ts';
import { hourMs } from '../../programme/calendar.ts';
import type { SiteModel } from '../model/siteModel.ts';
import type { Solution } from '../solver.ts';
import type { WorkingModel } from './workingModel.ts';

/**
 * What a kWh that is moved counts, and beside it the order in time, and then chance that is always the same: far beyond the 1e-7
 * below which the solver takes costs for equal, or thousands of slots would have ties left.
 */
const movedCounts = 1e3;
const orderCounts = 1;
const hashCounts = 0.1;

/** @limit After so many hours the count begins anew. @unit h */
const weekHours = 168;

/** Earlier is better, and not by the same each hour, so that no two pairs of hours weigh the same. */
const timeWeight = (startAt: number, device: number): number => {
  const hours = (startAt / hourMs) % weekHours;
  return (1 + 0.03 * device) * hours - 0.002 * hours * hours;
};

/** A number from 0 to 1 that only depends on device and time. */
const hashOf = (device: number, startAt: number): number => {
  let hash = (Math.floor(startAt / 60_000) ^ Math.imul(device + 1, 0x9e3779b1)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** What moving a kWh counts: that it is moved, then when, then by which device. */
const costsOf = ({ model, matter: { slots }, storages, loads }: SiteModel): Float64Array => {
  const cost = new Float64Array(model.columns.cost.length);
  const weigh = (columns: readonly number[], device: number, moved: number): void =>
    columns.forEach((column, slot) => {
      const { startAt } = itemAt(slots, slot);
      cost[column] = moved + orderCounts * timeWeight(startAt, device) + hashCounts * hashOf(device, startAt);
    });
  storages.forEach(({ charge, discharge }, device) => {
    weigh(charge, device, movedCounts);
    weigh(discharge, device, movedCounts);
  });
  loads.forEach(({ drawn }, device) => weigh(drawn, storages.length + device, 0));
  return cost;
};

/** The one among plans that are equally good that moves the least energy, the earliest; so equals give the same plan again. */
export const canonicalSolution = (working: WorkingModel, solution: Solution): Solution =>
  solution.columnDuals.length === 0
    ? solution
    : (working.solveAmongEquals(solution, costsOf(working.site)) ?? solution);
