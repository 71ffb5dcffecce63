import type { Alarms, Clock } from '../../shell/ports.ts';
import { AlarmHeap } from './alarms.ts';

/** @limit Alarms of one turn of the event loop; the others get theirs in the next. */
const ringsATurn = 200;

/** When the first of them began: they are in the order in which they began. */
const firstOf = (alike: ReadonlySet<{ readonly at: number }>): number => {
  for (const { at } of alike) return at;
  return Number.POSITIVE_INFINITY;
};

/** How often the floor is told while time passes by one slack. */
export const stepsASlack = 8;

/** How time for many passes. */
export interface CrowdTimeOptions {
  /** What it shows now. UTC ms. */
  readonly startAt: number;
  /** How many times faster than the wall's it passes at the most. */
  readonly lapse: number;
  /** How far it may pass while something of the real world is waited for; shorter than any timeout. @unit ms */
  readonly slackMs: number;
  /** Until when it may pass, for it goes with other clocks; for ever if absent. UTC ms. */
  readonly limitAt?: number;
  /** Told when what it waits for is of a later time than before: `floor`. */
  readonly onFloor?: (at: number) => void;
}

/**
 * Time that passes fast for many at once, of whom somebody always waits for something.
 *
 * It passes as fast as it may, but never further than a slack beyond the instant at which anything began that is still waited for (`hold`). So
 * what takes real time takes less than the slack, however slow the machine is, and many wait side by side. While the process works, it stands
 * still. Clocks of several processes go together when each is limited to the earliest `floor` of all and a slack.
 */
export class CrowdTime implements Clock, Alarms {
  readonly #slackMs: number;
  readonly #onFloor: (at: number) => void;
  /** When that began which is waited for, by how far time may pass meanwhile. */
  readonly #held = new Map<number, Set<{ readonly at: number }>>();
  readonly #alarms = new AlarmHeap();
  #lapse: number;
  #limitAt: number;
  #base: number;
  #since = performance.now();
  /** What it shows during the present turn of the event loop; null when it was not asked yet. */
  #still: number | null = null;
  #toldFloor = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor({ startAt, lapse, slackMs, limitAt = Number.POSITIVE_INFINITY, onFloor }: CrowdTimeOptions) {
    this.#base = startAt;
    this.#lapse = lapse;
    this.#slackMs = slackMs;
    this.#limitAt = limitAt;
    this.#onFloor = onFloor ?? (() => undefined);
  }

  now(): number {
    return Math.floor(this.#present());
  }

  ringAt(at: number, ring: () => void, patienceMs?: number): () => void {
    const alarm = this.#alarms.add(at, ring, patienceMs);
    if (this.#alarms.soonest === alarm) this.#arm();
    return () => void this.#alarms.remove(alarm);
  }

  /** Lets time pass no further than the slack until the promise has settled. */
  async hold<T>(happening: Promise<T>, slackMs = this.#slackMs): Promise<T> {
    const held = { at: this.now() };
    const alike = this.#held.get(slackMs) ?? new Set();
    this.#held.set(slackMs, alike.add(held));
    try {
      return await happening;
    } finally {
      alike.delete(held);
      this.#arm();
    }
  }

  /** Nothing that began before is waited for, and nothing will begin before. UTC ms. */
  get floor(): number {
    return Math.min(this.#oldestAt, this.now());
  }

  /** It may pass until then. UTC ms. */
  limitTo(at: number): void {
    if (this.#isClosed) return;
    this.#present();
    this.#limitAt = at;
    this.#arm();
  }

  /** From now on it passes so many times faster than the wall's at the most. */
  paceTo(lapse: number): void {
    this.#present();
    this.#lapse = lapse;
    this.#arm();
  }

  /** Calls all alarms off; from now on nothing rings. */
  close(): void {
    this.#isClosed = true;
    this.#alarms.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** When the oldest of what is waited for began; infinite while nothing is. */
  get #oldestAt(): number {
    let oldestAt = Number.POSITIVE_INFINITY;
    for (const alike of this.#held.values()) oldestAt = Math.min(oldestAt, firstOf(alike));
    return oldestAt;
  }

  get #endAt(): number {
    let endAt = this.#limitAt;
    for (const [slackMs, alike] of this.#held) endAt = Math.min(endAt, firstOf(alike) + slackMs);
    return endAt;
  }

  /** Stands still from the first look in a turn of the event loop until the next turn. */
  #present(): number {
    if (this.#still === null) {
      const passed = this.#base + (performance.now() - this.#since) * this.#lapse;
      this.#still = Math.max(this.#base, Math.min(passed, this.#endAt));
      setImmediate(() => this.#goOn());
    }
    return this.#still;
  }

  #goOn(): void {
    this.#base = this.#still ?? this.#base;
    this.#since = performance.now();
    this.#still = null;
    const floor = Math.min(this.#oldestAt, this.#base);
    // Told in steps: others need not know every millisecond of it.
    if (floor < this.#toldFloor + this.#slackMs / stepsASlack || this.#isClosed) return;
    this.#toldFloor = floor;
    this.#onFloor(floor);
  }

  /** Wakes for the next alarm, or where it may pass no further, which others want to know. */
  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isClosed) return;
    const now = this.#present();
    const endAt = this.#endAt;
    const wakeAt = Math.min(Math.ceil(this.#alarms.soonest?.at ?? Number.POSITIVE_INFINITY), endAt);
    if (wakeAt === Number.POSITIVE_INFINITY || (wakeAt === endAt && now >= endAt)) return;
    const waitMs = Math.max(0, (wakeAt - now) / this.#lapse);
    this.#timer = setTimeout(() => this.#ring(), Math.min(waitMs, 60_000));
  }

  #ring(): void {
    this.#timer = null;
    const now = this.now();
    for (let count = 0; count < ringsATurn; count += 1) {
      const alarm = this.#alarms.takeDue(now);
      if (alarm === undefined) break;
      alarm.ring();
    }
    this.#arm();
  }
}
