/** The workers of the fleet's demo as the demo sees them: processes, whose clocks it keeps together. */
import { fork, type ChildProcess } from 'node:child_process';
import { stepsASlack, type CrowdTime } from '../../../adapters/time/crowdTime.ts';
import { ownPart } from '../../../adapters/process/ownPart.ts';
import { demoSlackMs } from './demoVens.ts';
import type { WorkerOrder, WorkerTask, WorkerWord } from './messages.ts';
import type { Meters } from './meters.ts';
import type { VenDay } from './venDay.ts';

const places = ['./demoWorkerProcess.ts', './demo/worker.mjs', '../demo/worker.mjs'];

/** @limit What is new may take so much: many VENs make much that is soon of no use. @unit MB */
const newMegabytes = 32;

type CrewStanding = Extract<WorkerWord, { kind: 'standing' }>;

/** One worker. */
interface Hand {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
  standing: CrewStanding;
  /** What it waits for is of no earlier time. UTC ms. */
  floor: number;
  daysTold: boolean;
  isGone: boolean;
}

/** What the crew tells the demo. */
export interface CrewListener {
  said(sentence: string): void;
  /** A worker ended that nobody had ended. */
  lost(loss: LostWorker): void;
}

/** A worker that ended by itself. */
export interface LostWorker {
  readonly because: string;
  /** How many workers are left. */
  readonly left: number;
}

const unknown: CrewStanding = { kind: 'standing', shards: 0, listed: 0, running: 0, delivered: 0 };

/** All workers, and time, which none of them passes further than the others allow. */
export class Crew {
  readonly #time: CrowdTime;
  readonly #meters: Meters;
  readonly #listener: CrewListener;
  readonly #startAt: number;
  readonly #hands: Hand[] = [];
  readonly #days: VenDay[] = [];
  #mayPass = false;
  #limitAt: number;
  #ownFloor: number;
  #isEnding = false;
  readonly #looks = new Set<() => void>();

  /** `time` must tell its floor to `pass`. */
  constructor(time: CrowdTime, startAt: number, meters: Meters, listener: CrewListener) {
    this.#time = time;
    this.#startAt = startAt;
    this.#meters = meters;
    this.#listener = listener;
    this.#limitAt = startAt - demoSlackMs;
    this.#ownFloor = startAt;
  }

  /** How the workers that live stand. */
  get standings(): readonly CrewStanding[] {
    return this.#living.map(({ standing }) => standing);
  }

  /** Of all together. */
  sum(what: 'shards' | 'listed' | 'running' | 'delivered'): number {
    return this.standings.reduce((all, standing) => all + standing[what], 0);
  }

  /** One more worker. */
  add(task: WorkerTask): void {
    const { path, execArgv } = ownPart(places, import.meta.url, 'runs the VENs of the demo');
    const child = fork(path, [], {
      execArgv: [`--max-semi-space-size=${newMegabytes}`, ...execArgv],
      // It needs nothing of the surroundings, and they may hold secrets.
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const hand: Hand = { child, gone, standing: unknown, floor: this.#startAt, daysTold: false, isGone: false };
    this.#hands.push(hand);
    child.on('message', (word: WorkerWord) => this.#hear(hand, word));
    child.once('exit', (code, signal) => this.#left(hand, signal ?? `code ${code ?? 'unknown'}`));
    this.#send(hand, { kind: 'begin', task });
  }

  /** Lets time pass, which stood still. */
  begin(): void {
    this.#mayPass = true;
    this.#go();
  }

  /** The clock of the demo itself waits for nothing of an earlier time. */
  pass(floor: number): void {
    this.#ownFloor = floor;
    this.#go();
  }

  paceTo(lapse: number): void {
    this.#time.paceTo(lapse);
    for (const hand of this.#living) this.#send(hand, { kind: 'pace', lapse });
  }

  /** Kills the worker that has the most VENs, with all that it has in flight; returns how many those were. */
  async killOne(): Promise<number> {
    const [victim] = [...this.#living].sort((one, other) => other.standing.listed - one.standing.listed);
    if (victim === undefined) return 0;
    const { listed } = victim.standing;
    victim.isGone = true;
    victim.child.kill('SIGKILL');
    await victim.gone;
    this.#go();
    return listed;
  }

  /** Resolves when something is so; looked at whenever a worker says how it stands. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  /** The day of each VEN, as its log has it. */
  async days(): Promise<readonly VenDay[]> {
    for (const hand of this.#living) this.#send(hand, { kind: 'tellDays' });
    await this.until(() => this.#living.every(({ daysTold }) => daysTold));
    return this.#days;
  }

  /** Ends all of them in good order. */
  async end(because: string): Promise<void> {
    this.#isEnding = true;
    for (const hand of this.#living) this.#send(hand, { kind: 'end', because });
    await Promise.all(this.#hands.map(({ gone }) => gone));
  }

  /** Ends what is left without a word. */
  kill(): void {
    this.#isEnding = true;
    for (const { child } of this.#living) child.kill('SIGKILL');
  }

  get #living(): readonly Hand[] {
    return this.#hands.filter(({ isGone }) => !isGone);
  }

  #changed(): void {
    for (const look of this.#looks) look();
  }

  #send({ child }: Hand, order: WorkerOrder): void {
    if (child.connected) child.send(order, () => undefined);
  }

  #hear(hand: Hand, word: WorkerWord): void {
    if (hand.isGone) return;
    switch (word.kind) {
      case 'floor':
        hand.floor = word.at;
        return this.#go();
      case 'meter':
        return void this.#meters.answer(word).then((order) => this.#send(hand, order));
      case 'standing':
        hand.standing = word;
        return this.#changed();
      case 'days':
        return void this.#days.push(...word.days);
      case 'daysTold':
        hand.daysTold = true;
        return this.#changed();
      case 'said':
        return this.#listener.said(word.sentence);
    }
  }

  #left(hand: Hand, why: string): void {
    if (hand.isGone) return;
    hand.isGone = true;
    if (!this.#isEnding) this.#listener.lost({ because: why, left: this.#living.length });
    this.#go();
    this.#changed();
  }

  /** Lets all clocks pass as far as the one that is the furthest behind allows. */
  #go(): void {
    if (!this.#mayPass) return;
    const floor = Math.min(this.#ownFloor, ...this.#living.map((hand) => hand.floor));
    const limitAt = floor + demoSlackMs;
    if (limitAt < this.#limitAt + demoSlackMs / stepsASlack) return;
    this.#limitAt = limitAt;
    this.#time.limitTo(limitAt);
    for (const hand of this.#living) this.#send(hand, { kind: 'limit', at: limitAt });
  }
}
