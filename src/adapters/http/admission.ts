/**
 * How much a peer may push: a burst, then a slow trickle, and few at a time. What goes beyond costs neither reading nor recording,
 * so that a flood stalls nothing and fills no disk.
 */

/** @limit Requests that are taken at once after a quiet time; and after that. */
export const burstLimit = 100;
export const perSecondLimit = 2;

/** @limit Requests that are heard at the same time. */
export const atOnceLimit = 16;

/** Grants requests, and counts who is in hand. */
export class Admission {
  readonly #now: () => number;
  #credit = burstLimit;
  #countedAt: number;
  #inHand = 0;

  /** `now`: a clock that only goes forward. @unit ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedAt = now();
  }

  /** Takes a request in hand; gives what is to be called when it is over, or null when it is one too many. */
  enter(): (() => void) | null {
    const at = this.#now();
    this.#credit = Math.min(burstLimit, this.#credit + ((at - this.#countedAt) / 1_000) * perSecondLimit);
    this.#countedAt = at;
    if (this.#credit < 1 || this.#inHand >= atOnceLimit) return null;
    this.#credit -= 1;
    this.#inHand += 1;
    let isOver = false;
    return () => {
      if (!isOver) this.#inHand -= 1;
      isOver = true;
    };
  }
}
