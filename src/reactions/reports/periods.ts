import type { VenSettings } from '../../facts/settings.ts';
import type { UsageInterval } from '../../facts/usage.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { heldForMs } from '../../machines/report/reportTerms.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { dayOf, type DaySpan } from '../../programme/calendar.ts';
import {
  coveredMs,
  intervalDelivery,
  type IntervalDelivery,
  intervalsWithin,
  laidSideBySide,
} from '../../store/projections/deliveryState.ts';
import { crowdGet } from '../../store/projections/crowd.ts';
import { seriesDay, utcDay } from '../../store/projections/series.ts';
import { firstReadingAt, netUsage } from '../../store/projections/usage.ts';
import type { AgentState } from '../../core/state.ts';
import { inOrder, slotsBetween, without, type Slot } from './slots.ts';
import { waitingIntervals } from './waiting.ts';

/** Which intervals are told already, and which days still owe some. */

/** What a settled interval says of a device's usage, whatever its length. */
export const isSettled = ({ delivery: { status, policy } }: IntervalDelivery): boolean =>
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

/** What is settled of a device's usage in a stretch, and needs no second word. */
export const toldIntervals = (
  state: AgentState,
  resourceID: string,
  { fromAt, toAt }: Stretch,
): readonly UsageInterval[] =>
  intervalsWithin(state.views.deliveries, resourceID, fromAt, toAt)
    .filter(
      (each) =>
        (isSettled(each) && !isBetterKnownNow(state, resourceID, each.interval, [each])) ||
        each.delivery.status === 'sending',
    )
    .map(({ interval }) => interval);

/** Closed local days since the devices were first read, oldest first, as far back as readings are held. */
export const closedDays = (
  state: AgentState,
  resourceIDs: readonly string[],
  settings: VenSettings,
  at: number,
): readonly DaySpan[] => {
  const first = resourceIDs.reduce(
    (earliest, id) => Math.min(earliest, firstReadingAt(state.views.usage, id) ?? Infinity),
    Infinity,
  );
  if (!Number.isFinite(first)) return [];
  const days: DaySpan[] = [];
  let day = dayOf(Math.max(first, at - heldForMs), settings.timeZone);
  while (day.endAt <= at) {
    days.push(day);
    day = dayOf(day.endAt, settings.timeZone);
  }
  return days;
};

/** Intervals and the devices of which they are to be told. */
export interface Telling {
  readonly resourceIDs: readonly string[];
  readonly slots: readonly Slot[];
}

/** Devices of which the same intervals are to be told are told together. */
export const together = (
  resourceIDs: readonly string[],
  slotsOf: (resourceID: string) => readonly Slot[],
): readonly Telling[] => {
  const tellings = new Map<string, { resourceIDs: string[]; slots: readonly Slot[] }>();
  for (const resourceID of resourceIDs) {
    const slots = slotsOf(resourceID);
    if (slots.length === 0) continue;
    const key = slots.map(({ startAt, durationMs }) => `${startAt}/${durationMs}`).join();
    const same = tellings.get(key);
    if (same === undefined) tellings.set(key, { resourceIDs: [resourceID], slots });
    else same.resourceIDs.push(resourceID);
  }
  return [...tellings.values()];
};

/** A device owes nothing of the days before the one on which it was first read. */
const owes = (state: AgentState, resourceID: string, day: DaySpan): boolean => {
  const first = firstReadingAt(state.views.usage, resourceID);
  return first !== null && first < day.endAt;
};

/**
 * Days of devices that are told in full, by what was due of them: as long as that is the same they stay so, for what is acknowledged
 * with a value is not told again. All days that are held are looked through at each turn, of each device.
 */
const plainlyToldDays = new WeakMap<object, Map<string, object>>();

/** What was due on a local day, which is part of two UTC days. */
const dueParts = (state: AgentState, resourceID: string, { startAt, endAt }: DaySpan): readonly object[] => {
  const series = crowdGet(state.views.deliveries.claims, resourceID) ?? [];
  return [utcDay(startAt), utcDay(endAt - 1)].flatMap((day) => seriesDay(series, day) ?? []);
};

const isPlainlyToldDay = (state: AgentState, terms: Terms, resourceID: string, day: DaySpan): boolean => {
  const { granularityMs } = terms;
  if (state.views.deliveries.longestMs > granularityMs) return false;
  const [first, last, ...others] = dueParts(state, resourceID, day);
  if (first === undefined || last === undefined || others.length > 0) return false;
  const key = `${day.startAt}/${granularityMs}`;
  if (plainlyToldDays.get(first)?.get(key) === last) return true;
  const isTold = slotsBetween(day.startAt, day.endAt, granularityMs).every((slot) =>
    isPlainlyTold(state, intervalDelivery(state.views.deliveries, resourceID, slot.startAt, slot.durationMs), slot),
  );
  if (isTold) {
    const days = plainlyToldDays.get(first) ?? new Map<string, object>();
    plainlyToldDays.set(first, days.set(key, last));
  }
  return isTold;
};

/** What of some intervals of a device is not told and does not wait for the line: of one that was told in part, the rest. */
const untoldSlots = (state: AgentState, resourceID: string, slots: readonly Slot[]): readonly Slot[] => {
  const untold = slots.filter((slot) => !isTold(state, resourceID, slot));
  const [first, last] = [untold[0], untold.at(-1)];
  if (first === undefined || last === undefined) return [];
  const told = toldIntervals(state, resourceID, { fromAt: first.startAt, toAt: last.startAt + last.durationMs });
  return without(untold, inOrder([...told, ...waitingIntervals(state, resourceID)]));
};

/** What a closed day still owes of a device and does not wait for the line already. */
const untoldOfDay = (state: AgentState, terms: Terms, resourceID: string, day: DaySpan): readonly Slot[] =>
  owes(state, resourceID, day) && !isPlainlyToldDay(state, terms, resourceID, day)
    ? untoldSlots(state, resourceID, slotsBetween(day.startAt, day.endAt, terms.granularityMs))
    : [];

/**
 * What a closed day still owes, for the devices of a daily usage request. Devices that owe the same intervals are told
 * together; one that has told an interval already is not told again because another has not.
 */
export const untoldOf = (
  state: AgentState,
  terms: Terms,
  resourceIDs: readonly string[],
  day: DaySpan,
): readonly Telling[] => together(resourceIDs, (resourceID) => untoldOfDay(state, terms, resourceID, day));

/** Whether a closed day still owes anything. */
export const owesAnything = (state: AgentState, terms: Terms, resourceIDs: readonly string[], day: DaySpan): boolean =>
  resourceIDs.some((resourceID) => untoldOfDay(state, terms, resourceID, day).length > 0);

/** The intervals of a day that is not over, up to an instant, that each device has not told. */
export const untoldSoFar = (
  state: AgentState,
  terms: Terms,
  resourceIDs: readonly string[],
  settings: VenSettings,
  toAt: number,
): readonly Telling[] => {
  const slots = slotsBetween(dayOf(toAt, settings.timeZone).startAt, toAt, terms.granularityMs);
  return together(resourceIDs, (resourceID) => untoldSlots(state, resourceID, slots));
};
