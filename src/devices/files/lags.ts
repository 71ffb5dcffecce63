/** Files that come often and always end equally long ago: they come so late, or their clock is wrong. */
import { dayMs, hourMs } from '../../programme/calendar.ts';
import { isLocalCalledUtc } from '../../text/clockAside.ts';

/** Files that come more rarely tell of a day at once, and end long ago by right. @unit ms */
const oftenMs = 3 * hourMs;

/** @unit ms */
const alikeMs = 15 * 60_000;

const enough = 3;

/** How far the newest interval of each file lay back when it was read. */
export class FileLags {
  #lags: readonly { readonly at: number; readonly lagMs: number }[] = [];
  #isTold = false;

  /** A file was read that tells until an instant; gives how far back that lies where it is worth a word, once. */
  hear(at: number, until: number, timeZone: string): number | null {
    const last = this.#lags.at(-1);
    // Several at once, as after a start, are a past that is told and no pace.
    if (last !== undefined && at - last.at < 60_000) this.#lags = this.#lags.slice(0, -1);
    else if (last !== undefined && at - last.at > oftenMs) this.#lags = [];
    const lagMs = at - until;
    this.#lags = [...this.#lags, { at, lagMs }].slice(-enough);
    const isAlike = this.#lags.every((each) => Math.abs(each.lagMs - lagMs) <= alikeMs);
    const isOdd = Math.abs(lagMs - dayMs) <= 2 * alikeMs || isLocalCalledUtc(-lagMs, at, timeZone);
    if (this.#lags.length < enough || !isAlike || !isOdd) {
      if (!isAlike) this.#isTold = false;
      return null;
    }
    if (this.#isTold) return null;
    this.#isTold = true;
    return lagMs;
  }
}
