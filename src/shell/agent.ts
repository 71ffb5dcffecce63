/**
 * The agent: the shell around the machines.
 *
 * It takes inputs one at a time, lets the machines conclude what follows, records both, and only then acts. What an action
 * brings comes back as a new input. It holds no knowledge of its own: everything is a fold of the log.
 */
import type { AgentStarted, Versions } from '../facts/input.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { EventLog } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import { settingsHash } from '../store/settingsHash.ts';
import type { Arrival } from './arrival.ts';
import { foldLog, saveState, type FoldResult } from './fold.ts';
import { Effects, type Prepared } from './effects.ts';
import { orTimeUp } from './patience.ts';
import type { Ports } from './ports.ts';
import { Recorder } from './recorder.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import { reasonOf } from '../core/failure.ts';
import type { StepInput, StepOutput, StepResult } from '../core/step.ts';
import { failStep, step } from './step.ts';
import { hangsAfterMs } from '../machines/exchange/timely.ts';
import { venStream } from '../machines/streams.ts';
import { nextToFire, Rings, type TimersMeant } from './rings.ts';

/** What one run of the agent is begun with. */
export interface AgentOptions {
  readonly runID: string;
  readonly settings: VenSettings;
  readonly versions: Versions;
  /** The venID that the log was kept under until now, when it is another one. */
  readonly renamedFrom?: string;
  /** Whether only what runs many VENs is begun anew: then the VEN goes on as far as nothing has changed. */
  readonly resumes?: boolean;
  /** Called once when the log cannot be written any more: the agent has stopped acting then. */
  readonly onFatal: (error: unknown) => void;
  /** Takes each input by calling `take`, which may throw: for whoever runs many agents, and lets none of them disturb the others. */
  readonly guard?: (take: () => void) => void;
  /** After how many entries the state is kept at the soonest; two thousand if absent. */
  readonly keepStateEvery?: number;
  /** Gives a state that says the same and takes little until somebody looks at it: for whoever has many agents that mostly only poll. */
  readonly sleep?: (state: AgentState) => AgentState;
  /** How long what is no poll waits where polls are due, of whichever agent: for whoever runs many. All goes in its order if absent. @unit ms */
  readonly othersWaitMs?: number;
}

/** What a log came to, and how many of its entries were folded for it: those since a state was kept. */
export type KnownOfLog = Pick<FoldResult, 'state' | 'entries'>;

/** How long a stop waits for the exchange in flight. @unit ms */
const stopPatienceMs = 8_000;

/** After this many entries the state is kept, so that a start folds little, however often an agent is killed before. */
const usualKeepEvery = 2_000;

/** The state grows with the devices, and so does what keeping it costs: for each of them so many entries at the least. */
const saveEveryEntriesPerDevice = 40;

/** @limit Timers that fire on end before others get a turn: at a full hour each of ten thousand devices has one. */
const firedAtOnce = 32;

/** After so many quiet polls in a row nothing else is to be expected soon. */
const sleepAfterPolls = 2;

/** Whoever falls asleep keeps its state after fewer entries: of ten thousand that are begun anew each would fold them all. */
const keepAsleepEvery = 16;

export class Agent {
  readonly #ports: Ports;
  readonly #log: EventLog;
  readonly #options: AgentOptions;
  readonly #recorder: Recorder;
  readonly #effects: Effects;
  #state: AgentState;
  readonly #rings: Rings;
  #isRunning = false;
  #isFiring = false;
  #writing: Promise<void> = Promise.resolve();
  /** The letting go of devices and of the line, of a run that ended without a record of its end. */
  #lettingGo: Promise<void> = Promise.resolve();
  #savedAt: number;
  #quietPolls = 0;
  /** What was known before the polls that are not in the log: all that the log says. Null when it is let go of, or was never needed. */
  #beforePolls: AgentState | null = null;
  /** When the records that are not on disk yet were begun, the oldest first; and whether timers wait for them. */
  readonly #unwritten: number[] = [];
  #waitsForDisk = false;

  private constructor(ports: Ports, log: EventLog, options: AgentOptions, { state, entries }: KnownOfLog) {
    this.#ports = ports;
    this.#log = log;
    this.#options = options;
    this.#state = state;
    this.#recorder = new Recorder(log);
    this.#effects = new Effects(
      ports,
      () => this.#state,
      (arrival) => this.#recorded(arrival),
      options.runID,
    );
    this.#savedAt = log.head.position - entries;
    this.#rings = new Rings(ports.alarms, options.othersWaitMs, (rung) => this.#fireDue(rung));
  }

  /** An agent that knows what its log knows, and has not begun. */
  static async restore(ports: Ports, log: EventLog, options: AgentOptions): Promise<Agent> {
    return Agent.of(ports, log, options, await foldLog(log, { fromCheckpoint: true }));
  }

  /** An agent whose log was folded already. */
  static of(ports: Ports, log: EventLog, options: AgentOptions, known: KnownOfLog): Agent {
    return new Agent(ports, log, options, known);
  }

  /** What the agent knows. */
  get state(): AgentState {
    return this.#state;
  }

  /** Begins: registers, polls, meters, until it is stopped. */
  start(): void {
    this.#isRunning = true;
    this.take({ input: { type: 'AgentStarted', data: this.#beginning() }, stream: 'agent' });
    this.#effects.listen();
  }

  /** What the run begins with; settings that are in force already are named only, and there once: what was read of the log is let go of. */
  #beginning(): AgentStarted {
    const { versions, settings, renamedFrom, resumes = false } = this.#options;
    const inForce = this.#state.settings;
    const name = settingsHash(settings);
    const areInForce = inForce !== null && settingsHash(inForce) === name;
    if (areInForce) this.#state = { ...this.#state, settings };
    return {
      versions,
      settingsHash: name,
      ...(areInForce ? {} : { settings }),
      ...(renamedFrom === undefined ? {} : { renamedFrom }),
      ...(resumes ? { resumes } : {}),
    };
  }

  /** Takes an input: steps, records, and acts once the record is on disk. */
  take(arrival: Arrival): void {
    if (this.#isRunning) this.#guarded(arrival).catch(() => undefined);
  }

  /** Takes an input, and resolves when it is on disk, or held back for what it belongs to. */
  async #recorded(arrival: Arrival): Promise<void> {
    if (!this.#isRunning) throw new Error('The agent has stopped: nothing is done any more.');
    await this.#guarded(arrival);
  }

  #guarded(arrival: Arrival): Promise<void> {
    const { guard } = this.#options;
    if (guard === undefined) return this.#taken(arrival);
    let written: Promise<void> | null = null;
    guard(() => void (written = this.#taken(arrival)));
    return written ?? Promise.reject(new Error('The step was not taken.'));
  }

  #taken({ input, stream, cause = null, xml }: Arrival): Promise<void> {
    const stepInput: StepInput = {
      input,
      stream,
      position: this.#recorder.nextPosition,
      recordedAt: this.#ports.clock.now(),
      runID: this.#options.runID,
      chance: this.#ports.chance.uint32(),
    };
    const before = this.#state;
    const { state, outputs, prepared } = this.#stepped(stepInput);
    if (this.#recorder.holdsNothing) this.#beforePolls = this.#options.sleep === undefined ? null : this.#state;
    this.#state = state;
    const isQuiet = this.#recorder.endsQuietly(stepInput, { state, outputs }, before);
    const recorded = isQuiet
      ? this.#passQuietly(stepInput)
      : this.#recordAndAct(stepInput, cause, outputs, prepared, xml);
    this.#setAlarm();
    return recorded;
  }

  /**
   * Ends the run: nothing new is sent, what is in flight is awaited for a while, devices are left to themselves,
   * and the state is kept for the next start.
   */
  async stop(because: string): Promise<void> {
    if (!this.#isRunning) return;
    this.#effects.deafen();
    this.take({ input: { type: 'StopAsked', data: { because } }, stream: 'agent' });
    this.#rings.callOff();
    await this.#effects.settled(stopPatienceMs);
    this.take({ input: { type: 'AgentStopped', data: { because } }, stream: 'agent' });
    this.#isRunning = false;
    this.#rings.callOff();
    await this.#writing;
    await this.#keepState();
    await this.#effects.close();
  }

  /**
   * Ends the run at once, without a record, when there is no place for one any more. Resolves when devices are left to
   * themselves, or after a while.
   */
  async abandon(): Promise<void> {
    this.#letGo();
    const { alarms, clock } = this.#ports;
    await orTimeUp(alarms, this.#lettingGo, clock.now() + stopPatienceMs, () => undefined);
  }

  /**
   * The step is taken and its messages are written; only then does anything change. Where one of the two fails, the state
   * stays as it was, and the log says so; what can be done without the broken part is done.
   */
  #stepped(input: StepInput): StepResult & { readonly prepared: Prepared } {
    let why = '';
    for (const take of [
      () => step(this.#state, input),
      () => failStep(this.#state, input, { why, isRemedied: true }),
      () => failStep(this.#state, input, { why, isRemedied: false }),
    ]) {
      try {
        const { state, outputs } = take();
        return { state, outputs, prepared: this.#effects.prepare(outputs, state) };
      } catch (error) {
        why ||= reasonOf(error);
      }
    }
    throw new Error(`A step could neither be taken nor be recorded as failed: ${why}`);
  }

  /** A quiet poll leaves no entry; the timer it set counts as set by the summary that will stand for it. */
  #passQuietly(input: StepInput): Promise<void> {
    const { timers } = this.#state;
    let nextPollAt = input.recordedAt;
    for (const [key, timer] of timers.ofStream(venStream)) {
      if (timer.armedBy !== input.position) continue;
      nextPollAt = timer.dueAt;
      const counted = { ...timer, armedBy: this.#recorder.summaryPosition };
      this.#state = { ...this.#state, timers: timers.with(key, counted) };
      break;
    }
    const serial = snapshotOf(this.#state, 'exchange', 'exchange')?.context.serial ?? 0;
    const isDue = this.#recorder.countQuiet(input, nextPollAt, serial);
    this.#quietPolls += 1;
    if (this.#quietPolls >= sleepAfterPolls) this.#fallAsleep();
    return isDue ? this.#write(this.#recorder.record()) : Promise.resolve();
  }

  #fallAsleep(): void {
    const { sleep } = this.#options;
    if (sleep === undefined) return;
    const { head } = this.#log;
    const known = this.#beforePolls;
    this.#beforePolls = null;
    if (known !== null && head.position - this.#savedAt >= keepAsleepEvery)
      void this.#write(this.#writing.then(() => this.#keep(known, head)));
    this.#state = sleep(this.#state);
  }

  #recordAndAct(
    input: StepInput,
    cause: number | null,
    outputs: readonly StepOutput[],
    prepared: Prepared,
    xml: string | undefined,
  ): Promise<void> {
    const wires = [...(xml === undefined ? [] : [{ index: -1, xml }]), ...prepared.wires];
    const recording = { input, cause, outputs, wires };
    const act = (): void => this.#effects.act(outputs, input, prepared);
    if (this.#recorder.mayHold(input, outputs)) {
      this.#recorder.hold(recording);
      act();
      return Promise.resolve();
    }
    this.#quietPolls = 0;
    const recorded = this.#write(this.#recorder.record(recording).then(act));
    const saveEvery = Math.max(
      this.#options.keepStateEvery ?? usualKeepEvery,
      saveEveryEntriesPerDevice * (this.#state.settings?.devices.length ?? 0),
    );
    if (this.#log.head.position - this.#savedAt >= saveEvery)
      void this.#write(this.#writing.then(() => this.#keepState()));
    return recorded;
  }

  /** Awaits it before the run ends; gives it back. */
  #write(written: Promise<void>): Promise<void> {
    this.#unwritten.push(this.#ports.clock.now());
    const settled = written.catch((error: unknown) => this.#fail(error)).then(() => this.#isWritten());
    this.#writing = Promise.all([this.#writing, settled]).then(() => undefined);
    return written;
  }

  #isWritten(): void {
    this.#unwritten.shift();
    if (!this.#waitsForDisk) return;
    this.#waitsForDisk = false;
    this.#setAlarm();
  }

  /**
   * What is recorded late is done late as well. Were its time counted meanwhile, a request that has not left would be given up, and
   * another sent beside it.
   */
  #diskHangs(now: number): boolean {
    const [oldest] = this.#unwritten;
    const { settings } = this.#state;
    return oldest !== undefined && settings !== null && now - oldest > hangsAfterMs(settings);
  }

  /** Keeps the state, if nothing is under way that the log does not have yet. */
  async #keepState(): Promise<void> {
    if (this.#recorder.holdsNothing) await this.#keep(this.#state, this.#log.head);
  }

  /** Keeps what the log says up to an entry. */
  async #keep(known: AgentState, { position, hash }: Head): Promise<void> {
    this.#savedAt = position;
    await saveState(this.#log, known, position, hash);
  }

  #fail(error: unknown): void {
    if (!this.#isRunning) return;
    this.#letGo();
    this.#options.onFatal(error);
  }

  #letGo(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#rings.callOff();
    this.#lettingGo = this.#effects.close();
  }

  #setAlarm(): void {
    if (!this.#isFiring && this.#isRunning) this.#rings.setFor(this.#state);
  }

  /** Fires what is due, oldest first; what a firing sets anew for now is fired too. Of very much a part, and the rest in turns of their own. */
  #fireDue(rung: TimersMeant): void {
    const now = this.#ports.clock.now();
    if (this.#diskHangs(now)) {
      this.#waitsForDisk = true;
      return;
    }
    this.#isFiring = true;
    for (let count = 0; count < firedAtOnce && this.#isRunning; count += 1) {
      const next = nextToFire(this.#state, rung);
      if (next === null || next.dueAt > now) break;
      const { stream, timer, dueAt, armedBy } = next;
      this.take({ input: { type: 'TimerFired', data: { timer, dueAt } }, stream, cause: armedBy });
    }
    this.#isFiring = false;
    this.#setAlarm();
  }
}
