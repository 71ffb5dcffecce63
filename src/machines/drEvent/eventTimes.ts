import { dayMs, hourMs } from '../../programme/calendar.ts';
import { statesPrice } from './priceSignal.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import { parseDateTime } from '../../protocol/types/dateTime.ts';
import { durationMs } from '../../protocol/types/duration.ts';

/** When a DR event is near, starts and ends, its random offset included. UTC ms. */
export interface EventTimes {
  readonly nearAt: number;
  readonly startAt: number;
  /** Null when it has no defined end. @rule 2.0b 47 */
  readonly endAt: number | null;
}

/** The instant in `dtstart` as it stands in the message. @throws Error when it is no instant, which decoding has ruled out. */
export const dtstartOf = (event: EiEvent): number => {
  const at = parseDateTime(event.eiActivePeriod.dtstart);
  if (at === undefined) throw new Error(`The DR event ${event.eventDescriptor.eventID} has no readable dtstart.`);
  return at;
};

/** The spread of the start, or 0. @unit ms @rule 2.0b 30 */
export const startafterMs = (event: EiEvent): number =>
  event.eiActivePeriod.startafter === undefined
    ? 0
    : Math.max(0, durationMs(event.eiActivePeriod.startafter, dtstartOf(event)));

/** How long each interval of a signal lasts, one after another from an instant on; 0 where none says. @unit ms @rule 2.0b 103 */
export const intervalLengthsMs = ({ intervals }: EiEventSignal, startAt: number): readonly number[] => {
  let at = startAt;
  return intervals.map(({ duration }) => {
    const ms = duration === undefined ? 0 : durationMs(duration, at);
    at += ms;
    return ms;
  });
};

/** The sum of lengths. @unit ms */
export const sumMs = (lengths: readonly number[]): number => lengths.reduce((all, ms) => all + ms, 0);

/** Whether the last interval says how long it lasts: then their sum says when the event ends, whatever others have no length. */
export const lastHasALength = (lengths: readonly number[]): boolean => (lengths.at(-1) ?? 0) > 0;

/** How far each interval's own dtstart is behind the end of the one before it; NaN where it has none. @unit ms */
const behind = ({ intervals }: EiEventSignal, lengths: readonly number[], startAt: number): readonly number[] => {
  let at = startAt;
  return intervals.map(({ dtstart = '' }, place) => {
    const ms = (parseDateTime(dtstart) ?? NaN) - at;
    at += lengths[place] ?? 0;
    return ms;
  });
};

/** Whether each interval names the instant at which the one before it ends, the first that of the event. */
export const haveConsistentStarts = (signal: EiEventSignal, lengths: readonly number[], startAt: number): boolean =>
  behind(signal, lengths, startAt).every((ms) => ms === 0);

/** @limit No clocks are moved by more. @unit ms */
const longestClockChangeMs = 2 * hourMs;

/**
 * The place at which the intervals' own dtstarts, consistent before and after it, leave a while out or repeat one, as where
 * an hour of the local clock was taken for an hour; -1 where they do not. Those of a VTN that fills in anything do not.
 */
export const jumpOfStarts = (signal: EiEventSignal, lengths: readonly number[], startAt: number): number => {
  const all = behind(signal, lengths, startAt);
  const place = all.findIndex((ms) => ms !== 0);
  const jump = all[place] ?? NaN;
  const isOne = Math.abs(jump) <= longestClockChangeMs && all.slice(place).every((ms) => ms === jump);
  return place > 0 && isOne ? place : -1;
};

/** Whether the intervals of prices say when the event ends, where its active period says something else. */
const setTheEnd = (signal: EiEventSignal, lengths: readonly number[], startAt: number, total: number): boolean =>
  statesPrice(signal) &&
  lastHasALength(lengths) &&
  ((total % dayMs === 0 && Math.abs(sumMs(lengths) - total) <= longestClockChangeMs) ||
    haveConsistentStarts(signal, lengths, startAt));

/**
 * The length of the active period; 0 when it is open-ended.
 *
 * @reading Where prices last for the 23 or 25 hours of a P1D, or say themselves when each begins, the end is theirs; that
 * they may has been judged before.
 * @unit ms
 */
export const activeMs = (event: EiEvent): number => {
  const startAt = dtstartOf(event);
  const total = Math.max(0, durationMs(event.eiActivePeriod.duration, startAt));
  if (total === 0) return 0;
  const sums = event.eiEventSignals.eiEventSignal.flatMap((signal) => {
    const lengths = intervalLengthsMs(signal, startAt);
    return setTheEnd(signal, lengths, startAt, total) ? [sumMs(lengths)] : [];
  });
  return sums.length === 0 ? total : Math.max(...sums);
};

/** The times of a DR event whose start is shifted by its offset. @rule 2.0b 30, 31, 47 */
export const eventTimes = (event: EiEvent, offsetMs: number): EventTimes => {
  const startAt = dtstartOf(event) + offsetMs;
  const rampUp = event.eiActivePeriod['x-eiRampUp'];
  const rampUpMs = rampUp === undefined ? 0 : Math.max(0, durationMs(rampUp, startAt));
  const active = activeMs(event);
  return { nearAt: startAt - rampUpMs, startAt, endAt: active === 0 ? null : startAt + active };
};
