import type { Alarms, Clock } from '../../src/agent/ports.ts';

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** Lets everything that is ready to run, run: promises, and what LevelDB and sockets have finished. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that goes only when told to, from alarm to alarm. */
export class VirtualTime implements Clock, Alarms {
  #now: number;
  #order = 0;
  #alarms: Alarm[] = [];

  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  ringAt(at: number, ring: () => void): () => void {
    const alarm = { at, ring, order: (this.#order += 1) };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Waits, in virtual time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.ringAt(this.#now + ms, resolve));
  }

  /** Sets the clock without ringing anything, as a person would. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Goes on to an instant, ringing on the way whatever is due, and letting each ring's consequences happen. */
  async runTo(at: number, rounds = 1): Promise<void> {
    await this.settle(rounds);
    for (let next = this.#next(at); next !== undefined; next = this.#next(at)) {
      this.#now = Math.max(this.#now, next.at);
      this.#alarms = this.#alarms.filter((other) => other !== next);
      next.ring();
      await this.settle(rounds);
    }
    this.#now = Math.max(this.#now, at);
  }

  async settle(rounds = 1): Promise<void> {
    for (let round = 0; round < rounds; round += 1) await breathe();
  }

  #next(at: number): Alarm | undefined {
    let best: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.at > at) continue;
      if (best === undefined || alarm.at < best.at || (alarm.at === best.at && alarm.order < best.order)) best = alarm;
    }
    return best;
  }
}
