import type { VenSettings } from '../../facts/settings.ts';
import type { Terms } from '../../machines/reportRequest.ts';
import { heldForMs } from '../../machines/reportTerms.ts';
import { dayOf, type DaySpan } from '../../programme/calendar.ts';
import {
  coveredMs,
  intervalDelivery,
  type IntervalDelivery,
  intervalsWithin,
  laidSideBySide,
} from '../../store/projections/deliveryState.ts';
import { firstReadingAt, netUsage } from '../../store/projections/usage.ts';
import type { AgentState } from '../../core/state.ts';

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
    : Array.from(
        { length: Math.min(intervalsLimit, Math.max(0, Math.floor((toAt - fromAt) / durationMs))) },
        (_, index) => ({
          startAt: fromAt + index * durationMs,
          durationMs,
        }),
      );

/** The interval that has just passed at an instant, for a report that is wanted at once. @rule 2.0b 337 */
export const lastSlot = ({ sampleEveryMs }: VenSettings, at: number): Slot => {
  const endAt = Math.floor(at / sampleEveryMs) * sampleEveryMs;
  return { startAt: endAt - sampleEveryMs, durationMs: sampleEveryMs };
};

/** What a last report tells when no whole interval is left to tell: the rest of its period, in whole seconds. @rule 2.0b 345 */
export const restOfPeriod = (settings: VenSettings, fromAt: number, toAt: number): Slot => {
  const startAt = Math.ceil(fromAt / 1000) * 1000;
  const endAt = Math.floor(toAt / 1000) * 1000;
  return endAt > startAt ? { startAt, durationMs: endAt - startAt } : lastSlot(settings, toAt);
};

const isSettled = ({ delivery: { status, policy } }: IntervalDelivery): boolean =>
  status === 'acknowledged' || status === 'rejected' || (status === 'inDoubt' && policy === 'hold');

/** Whether what an interval says of energy can be told apart from what lies beside the slot: it is part of it, or all of it is part of that. */
const speaksOf = (slot: Slot, { interval: { startAt, durationMs } }: IntervalDelivery): boolean => {
  const slotEndAt = slot.startAt + slot.durationMs;
  const endAt = startAt + durationMs;
  return (startAt >= slot.startAt && endAt <= slotEndAt) || (startAt <= slot.startAt && endAt >= slotEndAt);
};

/** Acknowledged as not measured, and measured after all: a reading came late, and is told late. */
const isBetterKnownNow = (
  state: AgentState,
  resourceID: string,
  slot: Slot,
  told: readonly IntervalDelivery[],
): boolean =>
  told.some(({ delivery, interval }) => delivery.status === 'acknowledged' && interval.energyWattHours === null) &&
  netUsage(state.views.usage, resourceID, slot.startAt, slot.durationMs).energyWattHours !== null;

/** The usual case, found at once: exactly this interval was acknowledged with a value, and there are no longer ones to compare it with. */
const isPlainlyTold = (
  { views: { deliveries } }: AgentState,
  decided: IntervalDelivery | undefined,
  { durationMs }: Slot,
): boolean =>
  deliveries.longestMs <= durationMs &&
  decided?.delivery.status === 'acknowledged' &&
  decided.interval.energyWattHours !== null;

/** Whether an interval has been told to the VTN, or is kept from it by a decision: then it is not sent again. */
export const isTold = (state: AgentState, resourceID: string, slot: Slot): boolean => {
  const { startAt, durationMs } = slot;
  const decided = intervalDelivery(state.views.deliveries, resourceID, startAt, durationMs);
  // Asked for each hour of five weeks whenever a day is told.
  if (isPlainlyTold(state, decided, slot)) return true;
  const endAt = startAt + durationMs;
  const told = intervalsWithin(state.views.deliveries, resourceID, startAt, endAt).filter(
    (each) => isSettled(each) && speaksOf(slot, each),
  );
  if (coveredMs(told, startAt, endAt) === durationMs)
    return !isBetterKnownNow(state, resourceID, slot, laidSideBySide(told));
  // Not to be sent beside itself while it is on its way.
  return decided?.delivery.status === 'sending';
};

/** Closed local days since the devices were first read, oldest first, as far back as readings are held. */
export const closedDays = (
  state: AgentState,
  resourceIDs: readonly string[],
  settings: VenSettings,
  at: number,
): readonly DaySpan[] => {
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

/** Intervals and the devices that have not told them. */
export interface Untold {
  readonly resourceIDs: readonly string[];
  readonly slots: readonly Slot[];
}

/** A device owes nothing of the days before the one on which it was first read. */
const owes = (state: AgentState, resourceID: string, day: DaySpan): boolean => {
  const first = firstReadingAt(state.views.usage, resourceID);
  return first !== null && first < day.endAt;
};

/** The intervals of a day that is not over, up to an instant, that some device has not told. */
export const untoldSoFar = (
  state: AgentState,
  terms: Terms,
  resourceIDs: readonly string[],
  settings: VenSettings,
  toAt: number,
): readonly Slot[] =>
  slotsBetween(dayOf(toAt, settings.timeZone).startAt, toAt, terms.granularityMs).filter((slot) =>
    resourceIDs.some((id) => !isTold(state, id, slot)),
  );

/**
 * What a closed day still owes, for the devices of a daily usage request. Devices that owe the same intervals are told
 * together; one that has told an interval already is not told again because another has not.
 */
export const untoldOf = (
  state: AgentState,
  terms: Terms,
  resourceIDs: readonly string[],
  day: DaySpan,
): readonly Untold[] => {
  const all = slotsBetween(day.startAt, day.endAt, terms.granularityMs);
  const together = new Map<string, { resourceIDs: string[]; slots: readonly Slot[] }>();
  for (const resourceID of resourceIDs) {
    if (!owes(state, resourceID, day)) continue;
    const slots = all.filter((slot) => !isTold(state, resourceID, slot));
    if (slots.length === 0) continue;
    const key = slots.map(({ startAt }) => startAt).join();
    const same = together.get(key);
    if (same === undefined) together.set(key, { resourceIDs: [resourceID], slots });
    else same.resourceIDs.push(resourceID);
  }
  return [...together.values()];
};
