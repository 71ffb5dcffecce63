/** Gives out turns, so that no more than so many begin in a second, however many ask at once. */
export class Pacer {
  readonly #everyMs: number;
  readonly #burst: number;
  #nextAt = Number.NEGATIVE_INFINITY;

  /** `burst`: how many may begin at once after a rest. */
  constructor(perSecond: number, burst = 1) {
    this.#everyMs = 1_000 / perSecond;
    this.#burst = burst;
  }

  /** Takes the next turn; gives the instant at which it is. @unit ms */
  take(now: number): number {
    const earliest = now - (this.#burst - 1) * this.#everyMs;
    const at = Math.max(earliest, this.#nextAt);
    this.#nextAt = at + this.#everyMs;
    return Math.max(now, Math.ceil(at));
  }

  /** How long one who asked now would wait. @unit ms */
  waitMs(now: number): number {
    return Math.max(0, this.#nextAt - now);
  }
}
