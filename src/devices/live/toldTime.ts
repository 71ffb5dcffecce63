/** When something was so, as a device tells it: what is too old is no reading, and why it may be is said. */
import type { Journal } from '../../shell/ports.ts';
import { clockAsideText } from '../../text/clockAside.ts';
import { inside, parsedPayload } from './values.ts';

/** When it was so; `clockAt`: what the device's clock shows, where that is ahead of ours. UTC ms. */
export interface ToldInstant {
  readonly at: number;
  readonly clockAt?: number;
}

/** How times are told. */
export interface ToldTimeOptions {
  readonly device: { readonly resourceID: string };
  /** Where in a payload it stands; absent: what is heard is of now. */
  readonly timeField: string | undefined;
  /** What was so longer ago is no reading. @unit ms */
  readonly maxAgeMs: number;
  readonly timeZone: string;
  readonly now: () => number;
  readonly journal: Pick<Journal, 'warn'>;
}

/** An instant as devices tell it: with its offset, or seconds or milliseconds since 1970. */
const instantIn = (value: unknown): number | null => {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  if (number !== null) return Number.isFinite(number) ? (number > 1e11 ? number : number * 1000) : null;
  if (typeof value !== 'string' || !/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
};

/** The times that one device tells. */
export class ToldTime {
  readonly #options: ToldTimeOptions;
  /** The first of the times that were too old, one after the other. */
  #lag: { readonly since: number; readonly lagMs: number; readonly isTold: boolean } | null = null;

  constructor(options: ToldTimeOptions) {
    this.#options = options;
  }

  /** When what a payload says was so; null where it tells no instant at its field. */
  of(text: string): ToldInstant | { readonly tooOld: string } | null {
    const { timeField, now } = this.#options;
    const at = now();
    if (timeField === undefined) return { at };
    const said = instantIn(inside(parsedPayload(text), timeField));
    if (said === null) return null;
    if (at - said > this.#options.maxAgeMs) return { tooOld: this.#tooOld(said, at) };
    this.#lag = null;
    // A clock that is ahead is told; what it says is of now.
    return said > at ? { at, clockAt: said } : { at: said };
  }

  /** What was not measured anew stands still while our clock goes on; a clock that is wrong goes on with it. */
  #tooOld(said: number, at: number): string {
    const { device, timeField = '', maxAgeMs, timeZone, journal } = this.#options;
    const lagMs = at - said;
    const aside = clockAsideText(-lagMs, at, timeZone);
    const before = this.#lag;
    const goesOn = before !== null && Math.abs(lagMs - before.lagMs) <= maxAgeMs;
    const isWrong = goesOn && at - before.since > 2 * maxAgeMs;
    if (isWrong && !before.isTold)
      journal.warn(
        `The clock of ${device.resourceID} (${timeField}) is ${aside} and goes on with it: set it, let it tell its offset, or leave timeField out where it measures as it tells; until then nothing of it is a reading.`,
      );
    this.#lag = goesOn ? { ...before, isTold: before.isTold || isWrong } : { since: at, lagMs, isTold: false };
    const because = isWrong
      ? `its clock is ${aside} and goes on with it`
      : `either it has measured nothing since, or its clock is ${aside}`;
    return `That was so at ${new Date(said).toISOString()}, which is longer ago than ${maxAgeMs / 1000} s: ${because}.`;
  }
}
