import { durationMs, parseDuration } from '../protocol/types/duration.ts';
import type { Duration } from '../protocol/types/scalars.ts';

/** Where the VTN's time comes from: the system's clock when it serves people, a virtual one in simulations. */
export interface VtnClock {
  /** @unit UTC ms */
  readonly now: () => number;
}

/**
 * A time span as the family of NHEC's VTN writes it, in hours, minutes and seconds and never in days, which vary:
 * `PT25H`, `PT30M`, `PT0S`.
 */
export const durationText = (spanMs: number): Duration => {
  const seconds = Math.round(spanMs / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ];
  const text = parts.map(([count, letter]) => (count === 0 ? '' : `${count}${letter}`)).join('');
  return `PT${text === '' ? '0S' : text}`;
};

/** The length of a duration, or nothing for a text that is none. @unit ms */
export const spanOf = (text: Duration | undefined): number | undefined =>
  text === undefined || parseDuration(text) === undefined ? undefined : durationMs(text);
