/** Work of which no more than so many pieces are under way at once; each begins in the order in which it was asked for. */
export class SomeAtATime {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Does it when there is room, however what went before has ended. */
  async do<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#underWay < this.#most) this.#underWay += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who asks in between comes first.
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }
}
