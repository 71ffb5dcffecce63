import type { Alarms, Clock } from '../../shell/ports.ts';

interface Alarm {
  /** Wall time at which it rings; moved when the clock is set, if it measures time that passes. */
  at: number;
  isOff: boolean;
  readonly order: number;
  readonly measuresTime: boolean;
  readonly ring: () => void;
}

/** Lets everything that is ready to run, run: promises, and what LevelDB and sockets have finished. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that goes only when told to, from alarm to alarm. */
export class VirtualTime implements Clock, Alarms {
  #now: number;
  #order = 0;
  #jumpedMs = 0;
  /** A heap: the first to ring is at its top. Those that were called off leave it when they come up. */
  #alarms: Alarm[] = [];
  readonly #held = new Set<Promise<unknown>>();

  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** The time of a clock that nobody has set: the VTN's. */
  trueNow(): number {
    return this.#now - this.#jumpedMs;
  }

  /** How far this clock is ahead of the true time. @unit ms */
  get jumpedMs(): number {
    return this.#jumpedMs;
  }

  ringAt(at: number, ring: () => void): () => void {
    return this.#add({ at, ring, measuresTime: false, isOff: false, order: (this.#order += 1) });
  }

  /** Rings when so much time has passed, whatever is done to the clock meanwhile. @unit ms */
  ringIn(ms: number, ring: () => void): void {
    this.#add({ at: this.#now + ms, ring, measuresTime: true, isOff: false, order: (this.#order += 1) });
  }

  /** Waits, in virtual time; setting the clock makes it neither longer nor shorter. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.ringIn(ms, resolve));
  }

  /** Time stands still until this has ended: for work that takes real time, such as a disk's. */
  hold<T>(work: Promise<T>): Promise<T> {
    const held = work.catch(() => undefined).finally(() => this.#held.delete(held));
    this.#held.add(held);
    return work;
  }

  /** Sets the clock without ringing anything, as a person would. */
  jump(ms: number): void {
    this.#now += ms;
    this.#jumpedMs += ms;
    const alarms = this.#alarms;
    this.#alarms = [];
    for (const alarm of alarms) {
      if (alarm.measuresTime) alarm.at += ms;
      if (!alarm.isOff) this.#push(alarm);
    }
  }

  /** Goes on to an instant, ringing on the way whatever is due, and letting each ring's consequences happen. */
  runTo(at: number, rounds = 1): Promise<void> {
    return this.#runTo(() => at, rounds);
  }

  /** Goes on to an instant of the true time, however often this clock is set on the way. */
  runTrueTo(trueAt: number): Promise<void> {
    return this.#runTo(() => trueAt + this.#jumpedMs, 1);
  }

  async #runTo(until: () => number, rounds: number): Promise<void> {
    await this.settle(rounds);
    for (let next = this.#next(until()); next !== undefined; next = this.#next(until())) {
      this.#now = Math.max(this.#now, next.at);
      next.isOff = true;
      next.ring();
      await this.settle(rounds);
    }
    this.#now = Math.max(this.#now, until());
  }

  /** Goes on to what is due next, or to the instant where nothing is before it. */
  async goOn(latestAt: number): Promise<void> {
    await this.settle();
    const next = this.#next(latestAt);
    this.#now = Math.max(this.#now, next?.at ?? latestAt);
    if (next === undefined) return;
    next.isOff = true;
    next.ring();
    await this.settle();
  }

  /** Lets happen what is ready to. */
  async settle(rounds = 1): Promise<void> {
    for (let round = 0; round < rounds; round += 1) await breathe();
    while (this.#held.size > 0) {
      await Promise.all(this.#held);
      await breathe();
    }
  }

  #add(alarm: Alarm): () => void {
    this.#push(alarm);
    return () => {
      alarm.isOff = true;
    };
  }

  #push(alarm: Alarm): void {
    const alarms = this.#alarms;
    let place = alarms.push(alarm) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = alarms[above] as Alarm;
      if (isBefore(parent, alarm)) break;
      alarms[place] = parent;
      place = above;
    }
    alarms[place] = alarm;
  }

  #dropFirst(): void {
    const alarms = this.#alarms;
    const last = alarms.pop();
    if (last === undefined || alarms.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= alarms.length) break;
      if (below + 1 < alarms.length && isBefore(alarms[below + 1] as Alarm, alarms[below] as Alarm)) below += 1;
      if (isBefore(last, alarms[below] as Alarm)) break;
      alarms[place] = alarms[below] as Alarm;
      place = below;
    }
    alarms[place] = last;
  }

  #next(at: number): Alarm | undefined {
    while (this.#alarms[0]?.isOff === true) this.#dropFirst();
    const first = this.#alarms[0];
    return first === undefined || first.at > at ? undefined : first;
  }
}

const isBefore = (a: Alarm, b: Alarm): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
