/** How often something may be told what to do: a program that runs wild wears out a relay, and fills the log. */

/** @limit Commands of one subject in a stretch of time. */
export const commandsAtMost = 10;
/** That stretch. @unit ms */
export const stretchMs = 60_000;

/** Counts commands by what they are about. */
export class CommandRate {
  readonly #now: () => number;
  readonly #takenAt = new Map<string, readonly number[]>();

  /** `now`: of a clock that nobody sets. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one more and gives 0, or how long there is none to be had. @unit ms */
  take(subject: string): number {
    const now = this.#now();
    const recent = (this.#takenAt.get(subject) ?? []).filter((at) => now - at < stretchMs);
    const [first = now] = recent;
    const isFull = recent.length >= commandsAtMost;
    this.#takenAt.set(subject, isFull ? recent : [...recent, now]);
    return isFull ? Math.max(1, stretchMs - (now - first)) : 0;
  }
}
