import type { Alarms, Clock } from '../../shell/ports.ts';
import { AlarmHeap } from './alarms.ts';

/** @limit Alarms of one turn of the event loop; the others get theirs in the next. */
const ringsATurn = 200;

/**
 * Time that passes faster than on the wall, for the demo and for people who are trying things out.
 *
 * While something that happens in the real world is waited for (`hold`), it passes no faster than the wall's: an answer
 * that takes 20 ms takes 20 ms, and a timeout of 30 s still means 30 s. While the process works, it stands still: what a
 * slow machine calculates takes no time at all, so that no timeout comes of it.
 */
export class TimeLapse implements Clock, Alarms {
  readonly #factor: number;
  #base: number;
  #since: number;
  /** What it shows during the present turn of the event loop; null when it was not asked yet. */
  #still: number | null = null;
  #holds = 0;
  readonly #alarms = new AlarmHeap();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `factor`: how many times faster than the wall. `startAt`: what it shows now. UTC ms. */
  constructor(startAt: number, factor: number) {
    this.#base = startAt;
    this.#factor = factor;
    this.#since = performance.now();
  }

  now(): number {
    return Math.floor(this.#present());
  }

  ringAt(at: number, ring: () => void): () => void {
    const alarm = this.#alarms.add(at, ring);
    if (this.#alarms.soonest === alarm) this.#arm();
    return () => void this.#alarms.remove(alarm);
  }

  /** Slows time down to the wall's until the promise has settled. */
  async hold<T>(happening: Promise<T>): Promise<T> {
    this.#change(1);
    try {
      return await happening;
    } finally {
      this.#change(-1);
    }
  }

  /** Calls all alarms off. */
  close(): void {
    this.#alarms.clear();
    this.#arm();
  }

  get #speed(): number {
    return this.#holds > 0 ? 1 : this.#factor;
  }

  /** Stands still from the first look in a turn of the event loop until the next turn. */
  #present(): number {
    if (this.#still === null) {
      this.#still = this.#base + (performance.now() - this.#since) * this.#speed;
      setImmediate(() => this.#goOn());
    }
    return this.#still;
  }

  #goOn(): void {
    this.#base = this.#still ?? this.#base;
    this.#since = performance.now();
    this.#still = null;
  }

  #change(by: number): void {
    this.#present();
    this.#holds += by;
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const next = this.#alarms.soonest;
    if (next === undefined) return;
    const waitMs = Math.max(0, (next.at - this.now()) / this.#speed);
    this.#timer = setTimeout(() => this.#ring(), Math.min(waitMs, 60_000));
  }

  /** Rings what is due at this instant, at which time stands still; what it brings about may slow time down again. */
  #ring(): void {
    this.#timer = null;
    const now = this.now() + 1;
    for (let count = 0; count < ringsATurn; count += 1) {
      const alarm = this.#alarms.takeDue(now);
      if (alarm === undefined) break;
      alarm.ring();
    }
    this.#arm();
  }
}
