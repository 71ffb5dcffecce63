import { dayMs, dayOf, hourMs, wholeDaysMs } from '../../programme/calendar.ts';
import { statesPrice } from './priceSignal.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import { formatDateTime } from '../../protocol/types/dateTime.ts';
import { durationMs } from '../../protocol/types/duration.ts';
import {
  dtstartOf,
  haveConsistentStarts,
  intervalLengthsMs,
  jumpOfStarts,
  lastHasALength,
  sumMs,
} from './eventTimes.ts';
import type { Objection } from '../objection.ts';

/** Whether the times of a DR event and of its signals make sense. @rule 2.0b 33, 47, 102, §8.7 */

/** @limit No event and no spread of its start is believed to last longer. @unit ms */
export const longestEventMs = 10 * 366 * dayMs;

/** The last instant that can be written with four digits of a year. */
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59);

/** What is to be said of a signal's intervals: a fault, or a remark about times that are taken from them. */
export interface TimesFound {
  readonly fault: Objection | null;
  readonly remark: string | null;
}

const nothing: TimesFound = { fault: null, remark: null };
const faulty = (responseCode: string, why: string): TimesFound => ({ fault: { responseCode, why }, remark: null });

/** The first fault of the active period, or null. A negative length never stands for none. */
export const periodFault = (event: EiEvent): Objection | null => {
  const { duration, startafter } = event.eiActivePeriod;
  const { eventID } = event.eventDescriptor;
  const startAt = dtstartOf(event);
  const total = durationMs(duration, startAt);
  if (total < 0)
    return { responseCode: '459', why: `the active period of ${eventID} lasts ${duration}, which is negative` };
  if (total > longestEventMs || startAt + total > lastInstant)
    return {
      responseCode: '454',
      why: `the active period of ${eventID} lasts ${duration}, which is longer than any can be`,
    };
  if (startafter === undefined) return null;
  const spread = durationMs(startafter, startAt);
  if (spread >= 0 && spread <= longestEventMs) return null;
  return {
    responseCode: spread < 0 ? '459' : '454',
    why: `startafter of ${eventID} is ${startafter}, which is ${spread < 0 ? 'negative' : 'longer than any can be'}`,
  };
};

const isClockChange = (startAt: number, totalMs: number, sum: number, timeZone: string): boolean =>
  totalMs % dayMs === 0 && sum === wholeDaysMs(startAt, totalMs / dayMs, timeZone);

/** Starts that the intervals name and that contradict their lengths by one jump: the lengths count, and that is remarked. @rule 2.0b 103 */
const jumpRemark = (signal: EiEventSignal, lengths: readonly number[], startAt: number, name: string): TimesFound => {
  const place = statesPrice(signal) ? jumpOfStarts(signal, lengths, startAt) : -1;
  const dtstart = signal.intervals[place]?.dtstart;
  if (dtstart === undefined) return nothing;
  const endsAt = formatDateTime(startAt + sumMs(lengths.slice(0, place)));
  const why = `interval ${place} of ${name} begins at ${dtstart} by its dtstart, and those before it end at ${endsAt}`;
  return {
    fault: null,
    remark: `${why}: the durations count, so the prices from there on may be meant for other hours`,
  };
};

const inHours = (ms: number): string => `${ms / hourMs} h`;

/**
 * Prices of whole days from a local midnight on a change of the clock: by their own word they last 24 hours a day, so the end of a
 * longer day has no price, and that of a shorter one lies in the next. No price is made up for it, and that is remarked. @rule 2.0b 47
 */
const dayRemark = (
  signal: EiEventSignal,
  startAt: number,
  totalMs: number,
  name: string,
  timeZone: string,
): TimesFound => {
  const isOfDays = totalMs % dayMs === 0 && dayOf(startAt, timeZone).startAt === startAt;
  const localMs = isOfDays ? wholeDaysMs(startAt, totalMs / dayMs, timeZone) : totalMs;
  if (!statesPrice(signal) || localMs === totalMs) return nothing;
  const lasts = `the intervals of ${name} last ${inHours(totalMs)}, and the local days that they begin with last`;
  const rest = `${inHours(Math.abs(localMs - totalMs))} of`;
  return {
    fault: null,
    remark:
      localMs > totalMs
        ? `${lasts} ${inHours(localMs)}, because the clocks are set back: the last ${rest} the days has no price`
        : `${lasts} ${inHours(localMs)}, because the clocks are set forward: the last ${rest} the intervals lies in the day after`,
  };
};

const inSeconds = (ms: number): string => `${ms / 1000} s`;

/**
 * Holds the intervals of a signal against the active period.
 *
 * @reading Prices whose sum differs by the clock change of their days, or whose intervals say themselves when they begin,
 * are certain all the same: the end is theirs, and that is remarked.
 */
export const intervalTimes = (signal: EiEventSignal, event: EiEvent, timeZone: string): TimesFound => {
  const { eventID } = event.eventDescriptor;
  const name = `signal ${signal.signalID} of ${eventID}`;
  const startAt = dtstartOf(event);
  const total = durationMs(event.eiActivePeriod.duration, startAt);
  const lengths = intervalLengthsMs(signal, startAt);
  const negative = lengths.findIndex((ms) => ms < 0);
  if (negative !== -1)
    return faulty(
      '459',
      `interval ${negative} of ${name} lasts ${signal.intervals[negative]?.duration ?? ''}, which is negative`,
    );
  const sum = sumMs(lengths);
  if (sum > longestEventMs) return faulty('454', `the intervals of ${name} last longer than any event can`);
  const unbounded = lengths.findIndex((ms) => ms === 0);
  const isLast = unbounded === lengths.length - 1;
  if (total === 0) {
    return unbounded === -1 || isLast
      ? nothing
      : faulty('459', `interval ${unbounded} of ${name} has no length, and others come after it`);
  }
  // The last interval without a length lasts for what the others leave. @rule 2.0b 47
  if (sum === total || (unbounded !== -1 && isLast && sum <= total)) {
    const jump = jumpRemark(signal, lengths, startAt, name);
    return jump.remark === null ? dayRemark(signal, startAt, total, name, timeZone) : jump;
  }
  const differ = `the intervals of ${name} last ${inSeconds(sum)} and its active period ${inSeconds(total)}`;
  if (statesPrice(signal) && lastHasALength(lengths)) {
    if (isClockChange(startAt, total, sum, timeZone))
      return { fault: null, remark: `${differ}: the clocks are moved in between, so the end is that of the intervals` };
    if (haveConsistentStarts(signal, lengths, startAt))
      return { fault: null, remark: `${differ}: each interval says when it begins, so the end is theirs` };
  }
  return faulty('459', differ);
};
