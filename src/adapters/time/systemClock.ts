import type { Alarms, Clock } from '../../shell/ports.ts';
import { AlarmHeap } from './alarms.ts';

/**
 * Real time: what the clock on the wall says, and a call when it says a certain time.
 *
 * Timers are set for an instant, not for a duration, because the log holds instants: after a restart, a suspended night or a
 * corrected clock, a timer is due when the wall clock has passed it. One timer of the process serves them all; it sleeps at most
 * a minute, so no instant is too far away for it and a clock that was set is noticed within that minute.
 */

/** Told when the wall clock was moved against the time that really passed. @unit ms, positive when set forward */
export type JumpListener = (jumpMs: number) => void;

/** What the operating system offers; given by tests to set the clock. */
export interface TimeSource {
  readonly wall: () => number;
  readonly monotonic: () => number;
  readonly sleep: (ms: number, wake: () => void) => () => void;
}

/** @unit ms @limit far below the 2^31 ms at which setTimeout would fire at once */
const LONGEST_SLEEP_MS = 60_000;

/** Clocks that are kept by slewing stay below this between two looks. @unit ms */
const SMALLEST_JUMP_MS = 2_000;

/** The operating system’s. */
export const systemTime: TimeSource = {
  wall: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, wake) => {
    if (ms <= 0) {
      const turn = setImmediate(wake);
      return () => clearImmediate(turn);
    }
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

/** @limit How long alarms are rung on end before others get a turn. @unit ms */
const longestTurnMs = 5;

/** The clock and the alarms of this machine. */
export class SystemClock implements Clock, Alarms {
  readonly #time: TimeSource;
  readonly #onJump: JumpListener;
  readonly #alarms = new AlarmHeap();
  #difference: number;
  #wakeAt = Number.POSITIVE_INFINITY;
  #stopSleep: (() => void) | null = null;

  constructor(onJump: JumpListener = () => undefined, time: TimeSource = systemTime) {
    this.#time = time;
    this.#onJump = onJump;
    this.#difference = time.wall() - time.monotonic();
  }

  now(): number {
    return this.#time.wall();
  }

  ringAt(at: number, ring: () => void, patienceMs?: number): () => void {
    if (!Number.isFinite(at))
      throw new RangeError(`An alarm cannot be set for ${at}: it needs an instant in milliseconds since the epoch.`);
    const alarm = this.#alarms.add(at, ring, patienceMs);
    this.#sleepUntilNext();
    return () => {
      if (this.#alarms.remove(alarm) && this.#alarms.soonest === undefined) this.#sleepUntilNext();
    };
  }

  /** Calls all alarms off, so that the process may end. */
  close(): void {
    this.#alarms.clear();
    this.#sleepUntilNext();
  }

  #sleepUntilNext(): void {
    const { soonest } = this.#alarms;
    if (soonest === undefined) {
      this.#stopSleep?.();
      this.#stopSleep = null;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      return;
    }
    const now = this.#time.wall();
    const next = Math.min(soonest.at, now + LONGEST_SLEEP_MS);
    if (this.#stopSleep !== null && this.#wakeAt <= next) return;
    this.#stopSleep?.();
    this.#wakeAt = next;
    this.#stopSleep = this.#time.sleep(Math.max(0, Math.ceil(next - now)), () => this.#wake());
  }

  /** Rings what is due now, the most urgent first; what that sets for now comes in the next turn. */
  #wake(): void {
    this.#stopSleep = null;
    this.#noticeJump();
    const now = this.#time.wall();
    const begun = this.#time.monotonic();
    const last = this.#alarms.lastOrder;
    for (let alarm = this.#alarms.takeDue(now, last); alarm !== undefined; alarm = this.#alarms.takeDue(now, last)) {
      alarm.ring();
      if (this.#time.monotonic() - begun > longestTurnMs) break;
    }
    this.#sleepUntilNext();
  }

  #noticeJump(): void {
    const difference = this.#time.wall() - this.#time.monotonic();
    const jumpMs = difference - this.#difference;
    this.#difference = difference;
    if (Math.abs(jumpMs) >= SMALLEST_JUMP_MS) this.#onJump(Math.round(jumpMs));
  }
}
