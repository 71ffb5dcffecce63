/** What devices do that nobody plans for. */
import { hourMs } from '../programme/calendar.ts';
import type { LivedSlot, BacktestTerms, DeviceLife } from './terms.ts';
import type { LoadNeed } from './needs.ts';
import { loadLivesOf } from './rolling.ts';

/** A load runs as soon as it needs something, with all its power, until it has it or the time for it is over. */
const atOnce = ({ startAt, endAt, terms, energyWattHours }: LoadNeed): LivedSlot => {
  const demandWatts = Math.floor(terms.maxWatts);
  const enoughAt = startAt + Math.floor((energyWattHours * hourMs) / Math.max(1, demandWatts));
  return { startAt, endAt: Math.min(endAt, enoughAt), demandWatts };
};

/** Loads without a plan. */
export const unplannedLoads = (terms: BacktestTerms): readonly DeviceLife[] =>
  loadLivesOf(terms).map((life) => {
    life.follow(life.load.needs.map(atOnce), terms);
    return life.told();
  });
