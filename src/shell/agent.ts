/**
 * The agent: the shell around the machines.
 *
 * It takes inputs one at a time, lets the machines conclude what follows, records both, and only then acts. What an action
 * brings comes back as a new input. It holds no knowledge of its own: everything is a fold of the log.
 */
import type { Input } from '../facts/fact.ts';
import type { Versions } from '../facts/input.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { EventLog } from '../store/eventLog.ts';
import { foldLog, saveState } from './fold.ts';
import { Effects } from './effects.ts';
import type { Ports } from './ports.ts';
import { Recorder } from './recorder.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { StepInput, StepOutput } from '../core/step.ts';
import { step } from './step.ts';
import { venStream } from '../machines/streams.ts';
import { nextTimer } from '../core/timers.ts';

/** What one run of the agent is begun with. */
export interface AgentOptions {
  readonly runID: string;
  readonly settings: VenSettings;
  readonly versions: Versions;
  /** Called once when the log cannot be written any more: the agent has stopped acting then. */
  readonly onFatal: (error: unknown) => void;
}

/** How long a stop waits for the exchange in flight. @unit ms */
const stopPatienceMs = 8_000;

/** After this many entries the state is kept, so that a start folds little. */
const saveEveryEntries = 2_000;

/** An input on its way: what it is about, what led to it, and the XML that brought it. */
export interface Arrival {
  readonly input: Input;
  readonly stream: string;
  readonly cause?: number | null;
  readonly xml?: string;
}

export class Agent {
  readonly #ports: Ports;
  readonly #log: EventLog;
  readonly #options: AgentOptions;
  readonly #recorder: Recorder;
  readonly #effects: Effects;
  #state: AgentState;
  #callOff: (() => void) | null = null;
  #isRunning = false;
  #isFiring = false;
  #writing: Promise<void> = Promise.resolve();
  #savedAt: number;

  private constructor(ports: Ports, log: EventLog, options: AgentOptions, state: AgentState) {
    this.#ports = ports;
    this.#log = log;
    this.#options = options;
    this.#state = state;
    this.#recorder = new Recorder(log);
    this.#effects = new Effects(
      ports,
      () => this.#state,
      (arrival) => this.take(arrival),
    );
    this.#savedAt = log.head.position;
  }

  /** An agent that knows what its log knows, and has not begun. */
  static async restore(ports: Ports, log: EventLog, options: AgentOptions): Promise<Agent> {
    const { state } = await foldLog(log, { fromCheckpoint: true });
    return Agent.of(ports, log, options, state);
  }

  /** An agent whose log was folded already; `state` is what that came to. */
  static of(ports: Ports, log: EventLog, options: AgentOptions, state: AgentState): Agent {
    return new Agent(ports, log, options, state);
  }

  /** What the agent knows. */
  get state(): AgentState {
    return this.#state;
  }

  /** Begins: registers, polls, meters, until it is stopped. */
  start(): void {
    this.#isRunning = true;
    const { versions, settings } = this.#options;
    this.take({ input: { type: 'AgentStarted', data: { versions, settings } }, stream: 'agent' });
  }

  /** Takes an input: steps, records, and acts once the record is on disk. */
  take({ input, stream, cause = null, xml }: Arrival): void {
    if (!this.#isRunning) return;
    const stepInput: StepInput = {
      input,
      stream,
      position: this.#recorder.nextPosition,
      recordedAt: this.#ports.clock.now(),
      runID: this.#options.runID,
      chance: this.#ports.chance.uint32(),
    };
    const { state, outputs } = this.#step(stepInput);
    this.#state = state;
    if (this.#recorder.endsQuietly(input, outputs)) this.#passQuietly(stepInput);
    else this.#recordAndAct(stepInput, cause, outputs, xml);
    this.#setAlarm();
  }

  /**
   * Ends the run: nothing new is sent, what is in flight is awaited for a while, devices are left to themselves,
   * and the state is kept for the next start.
   */
  async stop(because: string): Promise<void> {
    if (!this.#isRunning) return;
    this.take({ input: { type: 'StopAsked', data: { because } }, stream: 'agent' });
    this.#callOff?.();
    await this.#effects.settled(stopPatienceMs);
    this.take({ input: { type: 'AgentStopped', data: { because } }, stream: 'agent' });
    this.#isRunning = false;
    this.#callOff?.();
    await this.#writing;
    await this.#keepState();
    await this.#effects.close();
  }

  #step(input: StepInput): { state: AgentState; outputs: readonly StepOutput[] } {
    try {
      return step(this.#state, input);
    } catch (error) {
      this.#fail(error);
      return { state: this.#state, outputs: [] };
    }
  }

  /** A quiet poll leaves no entry; the timer it set counts as set by the summary that will stand for it. */
  #passQuietly(input: StepInput): void {
    const { timers } = this.#state;
    const [key, timer] = [...timers.ofStream(venStream)].find(([, { armedBy }]) => armedBy === input.position) ?? [];
    if (key !== undefined && timer !== undefined) {
      const counted = { ...timer, armedBy: this.#recorder.summaryPosition };
      this.#state = { ...this.#state, timers: timers.with(key, counted) };
    }
    const serial = snapshotOf(this.#state, 'exchange', 'exchange')?.context.serial ?? 0;
    const isDue = this.#recorder.countQuiet(input, timer?.dueAt ?? input.recordedAt, serial);
    if (isDue) this.#write(this.#recorder.record());
  }

  #recordAndAct(input: StepInput, cause: number | null, outputs: readonly StepOutput[], xml: string | undefined): void {
    const prepared = this.#effects.prepare(outputs);
    const wires = [...(xml === undefined ? [] : [{ index: -1, xml }]), ...prepared.wires];
    const recording = { input, cause, outputs, wires };
    const act = (): void => this.#effects.act(outputs, input.position, prepared.bodies);
    if (this.#recorder.mayHold(input, outputs)) {
      this.#recorder.hold(recording);
      act();
      return;
    }
    this.#write(this.#recorder.record(recording).then(act));
    if (this.#log.head.position - this.#savedAt >= saveEveryEntries)
      this.#write(this.#writing.then(() => this.#keepState()));
  }

  #write(written: Promise<void>): void {
    this.#writing = Promise.all([this.#writing, written.catch((error: unknown) => this.#fail(error))]).then(
      () => undefined,
    );
  }

  /** Keeps the state, if nothing is under way that the log does not have yet. */
  async #keepState(): Promise<void> {
    const { position, hash } = this.#log.head;
    if (this.#recorder.nextPosition !== position + 1) return;
    this.#savedAt = position;
    await saveState(this.#log, this.#state, position, hash);
  }

  #fail(error: unknown): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#callOff?.();
    this.#options.onFatal(error);
  }

  #setAlarm(): void {
    if (this.#isFiring || !this.#isRunning) return;
    this.#callOff?.();
    const next = nextTimer(this.#state);
    this.#callOff = next === null ? null : this.#ports.alarms.ringAt(next.dueAt, () => this.#fireDue());
  }

  /** Fires what is due, oldest first; what a firing sets anew for now is fired too. */
  #fireDue(): void {
    this.#isFiring = true;
    const now = this.#ports.clock.now();
    for (let count = 0; count < 10_000 && this.#isRunning; count += 1) {
      const next = nextTimer(this.#state);
      if (next === null || next.dueAt > now) break;
      const { stream, timer, dueAt, armedBy } = next;
      this.take({ input: { type: 'TimerFired', data: { timer, dueAt } }, stream, cause: armedBy });
    }
    this.#isFiring = false;
    this.#setAlarm();
  }
}
