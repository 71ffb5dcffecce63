/** What is to happen next, of many that each wait for one thing: in the order of time, and always in the same order. */
export class EventCalendar {
  readonly #bucketMs: number;
  readonly #firsts: Int32Array;
  readonly #followers: Int32Array;
  readonly #instants: Float64Array;
  #bucket = 0;
  #now = 0;

  /** `items`: how many may wait. What is set beyond the horizon is forgotten. */
  constructor(items: number, horizonMs: number, bucketMs = 1) {
    this.#bucketMs = bucketMs;
    this.#firsts = new Int32Array(Math.ceil(horizonMs / bucketMs)).fill(-1);
    this.#followers = new Int32Array(items).fill(-1);
    this.#instants = new Float64Array(items);
  }

  /** The instant of the item that came last. @unit ms */
  get now(): number {
    return this.#now;
  }

  /** Has an item come at an instant; one that waits already must not be set again. @unit ms */
  set(item: number, at: number): void {
    const bucket = Math.max(this.#bucket, Math.floor(at / this.#bucketMs));
    if (bucket >= this.#firsts.length) return;
    this.#instants[item] = at;
    this.#followers[item] = this.#firsts[bucket] ?? -1;
    this.#firsts[bucket] = item;
  }

  /** The next item, or -1 when there is none before the horizon. */
  next(): number {
    while (this.#bucket < this.#firsts.length) {
      const item = this.#firsts[this.#bucket] ?? -1;
      if (item !== -1) {
        this.#firsts[this.#bucket] = this.#followers[item] ?? -1;
        this.#now = Math.max(this.#bucket * this.#bucketMs, this.#instants[item] ?? 0);
        return item;
      }
      this.#bucket += 1;
    }
    return -1;
  }
}
