import type { PlanSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import { hourMs } from '../programme/calendar.ts';

/** What a battery does of what it is told: the physics of a backtest. Powers are whole watts, as they are told to devices. */

/** Below this a figure is the arithmetic of floats. @unit W or Wh */
const crumb = 1e-6;

/** How much is stored at a part of the capacity. @unit Wh */
export const storedAt = ({ capacityWattHours }: StorageTerms, stateOfCharge: number): number =>
  capacityWattHours * stateOfCharge;

/** How long two stretches of time have in common. @unit ms */
const commonMs = (a: PlanSpan, b: PlanSpan): number =>
  Math.max(0, Math.min(a.endAt, b.endAt) - Math.max(a.startAt, b.startAt));

const isThere = ({ available }: StorageTerms, span: PlanSpan): boolean =>
  available === undefined || available.some((each) => each.startAt <= span.startAt && each.endAt >= span.endAt);

const used = ({ trips = [] }: StorageTerms, span: PlanSpan): number =>
  trips.reduce((sum, trip) => {
    const wholeMs = trip.endAt - trip.startAt;
    return wholeMs > 0 ? sum + (trip.energyWattHours * commonMs(trip, span)) / wholeMs : sum;
  }, 0);

/** What became of an order. */
interface Done {
  readonly demandWatts: number;
  /** @unit Wh */
  readonly storedWattHours: number;
}

/** A storage in a stretch of time that has one order: what it draws or delivers of it, and what is stored afterwards. */
export const lived = (terms: StorageTerms, storedWattHours: number, wantedWatts: number, span: PlanSpan): Done => {
  const { capacityWattHours, chargeEfficiency, dischargeEfficiency, maxChargeWatts, maxDischargeWatts } = terms;
  const hours = (span.endAt - span.startAt) / hourMs;
  const before = Math.max(0, storedWattHours - used(terms, span));
  if (wantedWatts === 0 || !isThere(terms, span)) return { demandWatts: 0, storedWattHours: before };
  if (wantedWatts > 0) {
    const top = storedAt(terms, terms.stateOfChargeMax ?? 1);
    const room = Math.max(0, top - before) / chargeEfficiency / hours;
    const demandWatts = Math.floor(Math.min(wantedWatts, maxChargeWatts, room) + crumb);
    return {
      demandWatts,
      storedWattHours: Math.min(capacityWattHours, before + demandWatts * hours * chargeEfficiency),
    };
  }
  const bottom = storedAt(terms, terms.stateOfChargeMin ?? 0);
  const left = (Math.max(0, before - bottom) * dischargeEfficiency) / hours;
  const delivered = Math.floor(Math.min(-wantedWatts, maxDischargeWatts, left) + crumb);
  return {
    demandWatts: 0 - delivered,
    storedWattHours: Math.max(0, before - (delivered * hours) / dischargeEfficiency),
  };
};
