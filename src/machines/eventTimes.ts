import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import { parseDateTime } from '../protocol/types/dateTime.ts';
import { durationMs } from '../protocol/types/duration.ts';

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

/** The length of the active period; 0 when it is open-ended. @unit ms */
export const activeMs = (event: EiEvent): number =>
  Math.max(0, durationMs(event.eiActivePeriod.duration, dtstartOf(event)));

/** The times of a DR event whose start is shifted by its offset. @rule 2.0b 30, 31, 47 */
export const eventTimes = (event: EiEvent, offsetMs: number): EventTimes => {
  const startAt = dtstartOf(event) + offsetMs;
  const rampUp = event.eiActivePeriod['x-eiRampUp'];
  const rampUpMs = rampUp === undefined ? 0 : Math.max(0, durationMs(rampUp, startAt));
  const active = activeMs(event);
  return { nearAt: startAt - rampUpMs, startAt, endAt: active === 0 ? null : startAt + active };
};
