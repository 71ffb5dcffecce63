/** CPU time of this process. @unit ms */
const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/**
 * How long the loop of this process was not free between two of its turns: in CPU time of the whole process, because on a machine
 * that others keep busy the clock says more of them. It is the most that it can have been, for helpers of the engine count as well.
 */
export class Stalls {
  #longestMs = 0;
  #sumMs = 0;
  #sinceMs = 0;
  #leftOutMs = 0;
  #watching = false;

  /** From here on. */
  begin(): void {
    this.#longestMs = 0;
    this.#sumMs = 0;
    this.#leftOutMs = 0;
    this.#sinceMs = spentMs();
    if (this.#watching) return;
    this.#watching = true;
    const turn = (): void => {
      this.#look();
      if (this.#watching) setImmediate(turn);
    };
    setImmediate(turn);
  }

  /** Until here: the longest turn, and all of them together. @unit ms */
  end(): { readonly longestMs: number; readonly sumMs: number } {
    this.#look();
    this.#watching = false;
    return { longestMs: this.#longestMs, sumMs: this.#sumMs };
  }

  /** Does what is not to be counted. */
  leaveOut<Result>(work: () => Result): Result {
    const before = spentMs();
    try {
      return work();
    } finally {
      this.#leftOutMs += spentMs() - before;
    }
  }

  #look(): void {
    const now = spentMs();
    const turnMs = now - this.#sinceMs - this.#leftOutMs;
    this.#longestMs = Math.max(this.#longestMs, turnMs);
    this.#sumMs += turnMs;
    this.#sinceMs = now;
    this.#leftOutMs = 0;
  }
}
