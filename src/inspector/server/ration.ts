/**
 * A small share of the process's time: whoever works a while waits many times as long before the next turn.
 *
 * So a page that asks again and again, or a log that grows faster than anyone reads, costs the agent beside it a few percent
 * and no more. Work is measured by the wall, which counts waiting too and so errs on the agent's side.
 */
export class Ration {
  readonly #restPerWork: number;
  readonly #longestRestMs: number;
  #freeAt = 0;

  /** `share`: of the time, below 1. `longestRestMs`: after so long a turn comes in any case. */
  constructor(share: number, longestRestMs: number) {
    this.#restPerWork = 1 / share - 1;
    this.#longestRestMs = longestRestMs;
  }

  /** How long it is until the next turn. @unit ms */
  get restMs(): number {
    return Math.max(0, this.#freeAt - performance.now());
  }

  /** Works when it is time to. */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    // Whoever waits takes the next place at once, so that two do not begin together.
    const startsAt = Math.max(performance.now(), this.#freeAt);
    this.#freeAt = startsAt + 1;
    if (startsAt > performance.now()) await new Promise((resolve) => setTimeout(resolve, startsAt - performance.now()));
    const begunAt = performance.now();
    try {
      return await work();
    } finally {
      const endedAt = performance.now();
      this.#freeAt = Math.max(
        this.#freeAt,
        endedAt + Math.min(this.#longestRestMs, (endedAt - begunAt) * this.#restPerWork),
      );
    }
  }
}
