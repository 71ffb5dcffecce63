import type { UsageInterval } from '../../facts/output.ts';
import type { VenSettings } from '../../facts/settings.ts';
import type { Terms } from '../../machines/reportRequest.ts';
import { heldForMs } from '../../machines/reportTerms.ts';
import { dayOf, type DaySpan } from '../../programme/calendar.ts';
import { hourDelivery } from '../../store/projections/hourDelivery.ts';
import { intervalDelivery, isCoveredBy } from '../../store/projections/deliveryState.ts';
import { firstReadingAt } from '../../store/projections/usage.ts';
import type { AgentState } from '../state.ts';

/** Which intervals a report covers. */

/** An interval without its value. */
export interface Slot {
  readonly startAt: number;
  readonly durationMs: number;
}

/** @limit Intervals in one report. */
export const intervalsLimit = 2_000;

/** Intervals of a length from one instant to another, oldest first; one that would go beyond is left out. */
export const slotsBetween = (fromAt: number, toAt: number, durationMs: number): readonly Slot[] =>
  durationMs <= 0
    ? []
    : Array.from({ length: Math.min(intervalsLimit, Math.max(0, Math.floor((toAt - fromAt) / durationMs))) }, (_, index) => ({
        startAt: fromAt + index * durationMs,
        durationMs,
      }));

/** Whether an interval has been told to the VTN, or is kept from it by a decision: then it is not sent again. */
const isTold = (state: AgentState, resourceID: string, slot: Slot): boolean => {
  const interval: UsageInterval = { ...slot, energyWattHours: null };
  const told = isCoveredBy(
    state.views.deliveries,
    resourceID,
    interval,
    ({ status, policy }) => status === 'acknowledged' || status === 'rejected' || (status === 'inDoubt' && policy === 'hold'),
  );
  if (told) return true;
  // Not to be sent beside itself while it is on its way.
  const decided = intervalDelivery(state.views.deliveries, resourceID, slot.startAt, slot.durationMs);
  return decided?.delivery.status === 'sending';
};

/** Closed local days since the devices were first read, oldest first, as far back as readings are held. */
export const closedDays = (state: AgentState, resourceIDs: readonly string[], settings: VenSettings, at: number): readonly DaySpan[] => {
  const first = Math.min(...resourceIDs.map((id) => firstReadingAt(state.views.usage, id) ?? Infinity));
  if (!Number.isFinite(first)) return [];
  const days: DaySpan[] = [];
  let day = dayOf(Math.max(first, at - heldForMs), settings.timeZone);
  while (day.endAt <= at) {
    days.push(day);
    day = dayOf(day.endAt, settings.timeZone);
  }
  return days;
};

/** The intervals of a closed day that are not told yet, for the devices of a daily usage request. */
export const untoldOf = (state: AgentState, terms: Terms, resourceIDs: readonly string[], day: DaySpan): readonly Slot[] =>
  slotsBetween(day.startAt, day.endAt, terms.granularityMs).filter((slot) => resourceIDs.some((id) => !isTold(state, id, slot)));

/** Whether every hour of a day is acknowledged for a device. */
export const dayIsDelivered = (state: AgentState, resourceID: string, hours: readonly number[]): boolean =>
  hours.every((startAt) => hourDelivery(state.views.deliveries, resourceID, startAt).status === 'acknowledged');
