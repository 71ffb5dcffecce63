/**
 * A few minutes of a fleet around a full hour: what each of its VENs, its workers and its PostgreSQL has to do, one thing after the other.
 *
 * A worker has one core, on which all its VENs wait for one another, and a second one for its planner. A server takes appends one after the
 * other. The VTN answers at once: it is not ours.
 */
import { Pacer } from '../../src/fleet/pacer.ts';
import { phaseOf } from '../../src/fleet/phase.ts';
import { selfFencingShare } from '../../src/store/postgres/leaseKeeper.ts';
import { createRandom } from '../../src/vtn/random.ts';
import { EventCalendar } from './calendar.ts';
import type { ScaleFigures } from './inputs.ts';

/** What a fleet lives through. */
export interface WaveTrial {
  readonly vens: number;
  readonly workers: number;
  /** The part of one PostgreSQL that this fleet has; 1 when it has one for itself. */
  readonly servers: number;
  readonly seed: string;
  /** What comes at the full hour, beside a reading of each VEN. */
  readonly wave: 'none' | 'prices' | 'reports';
  /** A worker that is lost then. */
  readonly workerLost?: boolean;
  /** For how long the database is lost, from then on. @unit ms */
  readonly databaseLostMs?: number;
  /** How long it is watched after the full hour. @unit ms */
  readonly watchedMs?: number;
}

/** What became of polls: each that was due is in exactly one of these. */
export interface PollCount {
  readonly due: number;
  readonly inTime: number;
  readonly late: number;
  /** Due while nobody acted for the VEN, or cut off with its worker. */
  readonly missed: number;
  /** Not answered yet when the time was over. */
  readonly open: number;
}

/** What came of it. */
export interface WaveCourse {
  readonly polls: PollCount;
  readonly slowestPollMs: number;
  /** From the full hour to the VTN's acknowledgement, of each VEN that got so far; in order. @unit ms */
  readonly lagsMs: Float64Array;
  /** From the full hour to a plan that has the prices; in order. @unit ms */
  readonly planLagsMs: Float64Array;
  /** How long appends waited at the worst. @unit ms */
  readonly slowestAppendMs: number;
  /** Entries that were appended. */
  readonly entries: number;
  /** Handshakes in the worst second. */
  readonly handshakes: number;
  /** The part of its core that the busiest worker needed in the minute after the full hour; over 1 it falls behind. */
  readonly busiest: number;
}

/** Before the full hour, so that everything runs already. @unit ms */
const beforeMs = 30_000;
/** How long it is watched when nobody says otherwise. @unit ms */
export const usualWatchMs = 360_000;
/** Devices are planned for this long after their readings. @unit ms */
const planAfterMs = 20_000;

/** What a VEN has under way at the same time, each of it waiting for one thing. */
const chain = { poll: 0, clock: 1, plan: 2, start: 3, prices: 4 } as const;
const chains = 5;

/** How far a chain is. */
const stage = {
  due: 0,
  polled: 1,
  decided: 2,
  recorded: 3,
  answered: 4,
  hour: 5,
  read: 6,
  encoded: 7,
  delivered: 8,
  planDue: 9,
  planned: 10,
  start: 11,
  started: 12,
  looked: 13,
  told: 14,
} as const;

type Stage = (typeof stage)[keyof typeof stage];

/** What happens to workers: after the items of the VENs, `events` for each. */
const event = { lost: 0, fenced: 1, back: 2 } as const;
const events = 3;

/** Lives through it. */
class FleetWave {
  readonly #trial: WaveTrial;
  readonly #figures: ScaleFigures;
  readonly #calendar: EventCalendar;
  readonly #next: () => number;
  readonly #stages: Uint8Array;
  readonly #owners: Int32Array;
  readonly #isActing: Uint8Array;
  /** How far a VEN is with the prices: 0 has not heard of them, 1 has, 2 has decided, 3 has planned with them. */
  readonly #hasPrices: Uint8Array;
  /** Whether the plan that was asked for knows the prices. */
  readonly #plansWithPrices: Uint8Array;
  /** Chains that were cut off with their worker, and are gone through anew. */
  readonly #isCut: Uint8Array;
  readonly #dueAt: Float64Array;
  /** Until when each worker's core and planner have work. */
  readonly #busyUntil: Float64Array;
  readonly #plannerUntil: Float64Array;
  readonly #workInMinute: Float64Array;
  readonly #pacers: readonly Pacer[];
  readonly #handshakes: Int32Array;
  readonly #lags: number[] = [];
  readonly #planLags: number[] = [];
  readonly #horizonMs: number;
  #serverUntil = 0;
  #serverDownUntil = 0;
  #slowestAppendMs = 0;
  #slowestPollMs = 0;
  #entries = 0;
  #polls = { due: 0, inTime: 0, late: 0, missed: 0, open: 0 };

  constructor(trial: WaveTrial, figures: ScaleFigures) {
    const { vens, workers, seed, watchedMs = usualWatchMs } = trial;
    this.#trial = trial;
    this.#figures = figures;
    this.#horizonMs = beforeMs + watchedMs;
    this.#calendar = new EventCalendar(vens * chains + workers * events, this.#horizonMs);
    this.#next = createRandom(seed, 'wave', trial.wave, vens).next;
    this.#stages = new Uint8Array(vens * chains);
    this.#owners = Int32Array.from({ length: vens }, (_, ven) => ven % workers);
    this.#isActing = new Uint8Array(vens).fill(1);
    this.#hasPrices = new Uint8Array(vens);
    this.#plansWithPrices = new Uint8Array(vens);
    this.#isCut = new Uint8Array(vens * chains);
    this.#dueAt = new Float64Array(vens);
    this.#busyUntil = new Float64Array(workers);
    this.#plannerUntil = new Float64Array(workers);
    this.#workInMinute = new Float64Array(workers);
    this.#pacers = Array.from({ length: workers }, () => new Pacer(figures.connectionsPerSecond));
    this.#handshakes = new Int32Array(Math.ceil(this.#horizonMs / 1_000));
  }

  run(): WaveCourse {
    this.#begin();
    const { vens } = this.#trial;
    for (let item = this.#calendar.next(); item !== -1; item = this.#calendar.next()) {
      if (item < vens * chains) this.#step(item);
      else this.#happen(item - vens * chains);
    }
    for (let ven = 0; ven < vens; ven += 1) if (this.#stages[ven * chains] !== stage.due) this.#polls.open += 1;
    return {
      polls: this.#polls,
      slowestPollMs: this.#slowestPollMs,
      lagsMs: Float64Array.from(this.#lags).sort(),
      planLagsMs: Float64Array.from(this.#planLags).sort(),
      slowestAppendMs: this.#slowestAppendMs,
      entries: this.#entries,
      handshakes: this.#handshakes.reduce((one, other) => Math.max(one, other), 0),
      busiest: this.#workInMinute.reduce((one, other) => Math.max(one, other), 0) / 60_000,
    };
  }

  #begin(): void {
    const { vens, workers, workerLost, databaseLostMs } = this.#trial;
    const { pollEveryMs, leaseMs } = this.#figures;
    for (let ven = 0; ven < vens; ven += 1) {
      this.#wait(ven, chain.poll, stage.due, this.#next() * pollEveryMs);
      this.#wait(ven, chain.clock, stage.hour, beforeMs);
    }
    const first = vens * chains;
    if (workerLost) {
      this.#calendar.set(first + event.lost, beforeMs);
      // Its last renewal was some time ago; the others look as often as they renew.
      this.#calendar.set(first + event.back, beforeMs + leaseMs);
    }
    if (databaseLostMs === undefined) return;
    this.#serverDownUntil = beforeMs + databaseLostMs;
    const fencedAfterMs = selfFencingShare * leaseMs;
    if (databaseLostMs < fencedAfterMs) return;
    for (let worker = 0; worker < workers; worker += 1) {
      const sinceRenewalMs = (this.#next() * leaseMs) / 4;
      this.#calendar.set(first + worker * events + event.fenced, beforeMs + fencedAfterMs - sinceRenewalMs);
      this.#calendar.set(first + worker * events + event.back, this.#serverDownUntil + (this.#next() * leaseMs) / 4);
    }
  }

  /** A worker is lost, stops by itself, or its VENs are begun again: by others when it was lost. */
  #happen(number: number): void {
    const [worker, what] = [Math.floor(number / events), number % events];
    const { vens, workers, workerLost } = this.#trial;
    let turn = 0;
    for (let ven = 0; ven < vens; ven += 1) {
      if (this.#owners[ven] !== worker) continue;
      if (what !== event.back) {
        this.#isActing[ven] = 0;
        continue;
      }
      if (workerLost && workers > 1) this.#owners[ven] = (worker + 1 + (turn++ % (workers - 1))) % workers;
      this.#beginAgain(ven);
    }
  }

  /** Waits for its turn in the spread, and then among all that start on the worker. */
  #beginAgain(ven: number): void {
    const { spreadMs, takeOverMs } = this.#figures;
    const now = this.#calendar.now + takeOverMs;
    const pacer = this.#pacers[this.#owners[ven] ?? 0];
    const turnAt = now + phaseOf(`ven-${ven}`) * spreadMs;
    this.#wait(ven, chain.start, stage.start, pacer?.take(turnAt) ?? turnAt);
  }

  #wait(ven: number, of: number, next: Stage, at: number): void {
    const item = ven * chains + of;
    this.#stages[item] = next;
    this.#calendar.set(item, at);
  }

  /** When the core of its worker has done this much for a VEN. @unit ms */
  #work(ven: number, ms: number): number {
    const worker = this.#owners[ven] ?? 0;
    const { now } = this.#calendar;
    const done = Math.max(now, this.#busyUntil[worker] ?? 0) + ms;
    this.#busyUntil[worker] = done;
    if (now >= beforeMs && now < beforeMs + 60_000) this.#workInMinute[worker] = (this.#workInMinute[worker] ?? 0) + ms;
    return done;
  }

  /** When entries are acknowledged that are appended at an instant. @unit ms */
  #append(entries: number, at: number): number {
    const { appendsPerSecond, commitMs } = this.#figures;
    const isDown = at >= beforeMs && at < this.#serverDownUntil;
    const from = Math.max(isDown ? this.#serverDownUntil : at, this.#serverUntil);
    this.#serverUntil = from + (entries * 1_000) / (appendsPerSecond * this.#trial.servers);
    this.#entries += entries;
    const done = this.#serverUntil + commitMs;
    this.#slowestAppendMs = Math.max(this.#slowestAppendMs, done - at);
    return done;
  }

  #step(item: number): void {
    const [ven, of] = [Math.floor(item / chains), item % chains];
    const isAway = this.#isActing[ven] === 0;
    if (of === chain.poll) this.#poll(ven, isAway);
    else if (of === chain.start) this.#start(ven);
    else if (!isAway) this.#go(ven, of);
    else {
      this.#isCut[item] = 1;
      this.#stages[item] = stage.due;
    }
  }

  #poll(ven: number, isAway: boolean): void {
    const { now } = this.#calendar;
    const { pollMs, lateMs } = this.#figures;
    const polls = this.#polls;
    const isDue = this.#stages[ven * chains] === stage.due;
    if (isDue) {
      polls.due += 1;
      this.#dueAt[ven] = now;
    }
    const dueAt = this.#dueAt[ven] ?? now;
    if (isAway) {
      polls.missed += 1;
      this.#pollLater(ven, dueAt);
    } else if (isDue) this.#wait(ven, chain.poll, stage.polled, this.#work(ven, pollMs));
    else {
      const tookMs = now - dueAt;
      this.#slowestPollMs = Math.max(this.#slowestPollMs, tookMs);
      if (tookMs <= lateMs) polls.inTime += 1;
      else polls.late += 1;
      this.#pollLater(ven, dueAt);
      if (dueAt >= beforeMs) this.#hearPrices(ven);
    }
  }

  #pollLater(ven: number, dueAt: number): void {
    const { pollEveryMs, pollJitter } = this.#figures;
    const next = dueAt + pollEveryMs * (1 + pollJitter * this.#next());
    this.#wait(ven, chain.poll, stage.due, Math.max(next, this.#calendar.now));
  }

  /** The VTN has a day's prices since the full hour; they are decoded, and decided upon. */
  #hearPrices(ven: number): void {
    if (this.#trial.wave !== 'prices' || this.#hasPrices[ven] !== 0) return;
    const { decodeMs, stepMs } = this.#figures;
    this.#hasPrices[ven] = 1;
    this.#wait(ven, chain.prices, stage.decided, this.#work(ven, decodeMs + stepMs));
  }

  #start(ven: number): void {
    const { takeOverMs, handshakeMs, pollMs, startExchanges } = this.#figures;
    const now = this.#calendar.now;
    const at = this.#stages[ven * chains + chain.start];
    if (at === stage.start) {
      const second = Math.floor(now / 1_000);
      this.#handshakes[second] = (this.#handshakes[second] ?? 0) + 1;
      const startMs = takeOverMs + handshakeMs + startExchanges * pollMs;
      this.#wait(ven, chain.start, stage.started, this.#work(ven, startMs));
    } else {
      this.#isActing[ven] = 1;
      // What was cut off is gone through anew: a reading is made late, and what the VTN has comes with the start.
      if (this.#takeCut(ven, chain.clock)) this.#wait(ven, chain.clock, stage.hour, now);
      if (this.#takeCut(ven, chain.prices)) this.#hasPrices[ven] = 0;
      this.#hearPrices(ven);
      if (this.#takeCut(ven, chain.plan)) this.#plan(ven, now);
    }
  }

  #takeCut(ven: number, of: number): boolean {
    const wasCut = this.#isCut[ven * chains + of] === 1;
    this.#isCut[ven * chains + of] = 0;
    return wasCut;
  }

  #go(ven: number, of: number): void {
    const { now } = this.#calendar;
    const { pollMs, stepMs, encodeMs, priceEntries, answerEntries, hourEntries, planEntries, reportEntries } =
      this.#figures;
    switch (this.#stages[ven * chains + of]) {
      case stage.decided:
        this.#wait(ven, of, stage.recorded, this.#append(priceEntries, now));
        break;
      case stage.recorded:
        this.#hasPrices[ven] = 2;
        this.#plan(ven, now);
        this.#wait(ven, of, stage.answered, this.#work(ven, pollMs + stepMs));
        break;
      case stage.answered:
        this.#append(answerEntries, now);
        this.#lags.push(now - beforeMs);
        this.#stages[ven * chains + of] = stage.due;
        break;
      case stage.hour:
        this.#wait(ven, of, stage.looked, this.#work(ven, 2 * stepMs));
        break;
      case stage.looked:
        this.#wait(ven, of, stage.read, this.#append(hourEntries, now));
        break;
      case stage.read:
        if (this.#trial.wave === 'reports') this.#wait(ven, of, stage.encoded, this.#work(ven, encodeMs + stepMs));
        else this.#wait(ven, of, stage.planDue, Math.max(now, beforeMs + planAfterMs));
        break;
      case stage.encoded:
        this.#wait(ven, of, stage.told, this.#append(reportEntries / 2, now));
        break;
      case stage.told:
        this.#wait(ven, of, stage.delivered, this.#work(ven, pollMs));
        break;
      case stage.delivered:
        this.#append(reportEntries / 2, now);
        this.#lags.push(now - beforeMs);
        this.#wait(ven, of, stage.planDue, Math.max(now, beforeMs + planAfterMs));
        break;
      case stage.planDue:
        this.#plan(ven, now);
        break;
      case stage.planned:
        this.#append(planEntries, now);
        this.#stages[ven * chains + of] = stage.due;
        if (this.#hasPrices[ven] === 2) this.#notePlan(ven, now);
        break;
      default:
        break;
    }
  }

  /** A plan that was asked for before the prices were there is made again. */
  #notePlan(ven: number, now: number): void {
    if (this.#plansWithPrices[ven] === 0) {
      this.#plan(ven, now);
      return;
    }
    this.#hasPrices[ven] = 3;
    this.#planLags.push(now - beforeMs);
  }

  /** Asks the planner, unless it has been asked and has not answered. */
  #plan(ven: number, now: number): void {
    if (this.#stages[ven * chains + chain.plan] === stage.planned) return;
    const worker = this.#owners[ven] ?? 0;
    const done = Math.max(now, this.#plannerUntil[worker] ?? 0) + this.#figures.planMs;
    this.#plannerUntil[worker] = done;
    this.#plansWithPrices[ven] = this.#hasPrices[ven] === 2 ? 1 : 0;
    this.#wait(ven, chain.plan, stage.planned, done);
  }
}

/** Lives through a wave; the same seed gives the same course. */
export const waveCourse = (trial: WaveTrial, figures: ScaleFigures): WaveCourse => new FleetWave(trial, figures).run();

/** The value within which a part of so many lies; null when fewer got so far. */
export const quantile = (sorted: Float64Array, part: number, of: number): number | null =>
  sorted[Math.max(0, Math.ceil(of * part) - 1)] ?? null;
