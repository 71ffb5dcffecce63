/**
 * One VEN of a host: an agent, its log, and what becomes of it when something goes wrong.
 *
 * Nothing that it does reaches beyond it: whatever its steps throw, however much they ask for, its run is ended and begun
 * again, and after too many such ends it is held until a person has looked at it. A disk that refuses everybody is no fault of its own.
 */
import { type AgentState } from '../core/state.ts';
import { reasonOf } from '../core/failure.ts';
import type { Draft } from '../facts/entry.ts';
import { factVersions } from '../facts/fact.ts';
import type { Ports } from '../shell/ports.ts';
import { Agent } from '../shell/agent.ts';
import { foldLog } from '../shell/fold.ts';
import { VtnContact } from '../shell/vtnContact.ts';
import { LogError } from '../store/errors.ts';
import type { EventLog } from '../store/eventLog.ts';
import type { VenPhase } from './conditions.ts';
import type { HostSurroundings } from './hostSurroundings.ts';
import { VenLoad } from './load.ts';
import type { FleetMember, VenHold } from './member.ts';
import { nextTurnOf } from './phase.ts';
import { RestartIntensity } from './restartIntensity.ts';
import { TidyTurns } from './tidyTurns.ts';

/** A run of the agent, and what it stands on. */
interface Run {
  readonly agent: Agent;
  readonly log: EventLog;
  readonly startedAt: number;
  readonly contact: VtnContact;
  readonly tidy: TidyTurns;
}

/** How long a VEN whose log the disk refuses waits before it opens it again. @unit ms */
const diskPauseMs = 15_000;

/** What a disk answers that refuses everybody, and a database whose worker is not the one to act any more. */
const ofTheDisk: ReadonlySet<string> = new Set(['full', 'io', 'busy', 'closed', 'locked', 'fenced', 'unknown']);

/** After how many entries a state is kept: ten thousand logs are folded one after the other, each in a few milliseconds then. */
const keepStateEvery = 100;

/** @limit How long readings, plans and the like wait behind polls that are due, of all VENs of the host. @unit ms */
const othersWaitMs = 60_000;

/** Why a run ended. What an error of the log says is told to its last word, for it says what to do. */
const whyOf = (error: unknown): string =>
  (error instanceof LogError ? error.message : reasonOf(error)).replace(/\.$/, '');

const isOfTheDisk = (error: unknown): boolean => error instanceof LogError && ofTheDisk.has(error.code);

export class FleetVen {
  readonly #around: HostSurroundings;
  readonly #intensity: RestartIntensity;
  #member: FleetMember;
  #phase: VenPhase = 'stopped';
  #because: string | null = null;
  #since: number;
  #run: Run | null = null;
  #load: VenLoad;
  /** Of earlier runs. */
  #contactBeforeAt: number | null = null;
  #faults = 0;
  /** Whether the next run goes on with what the host before this one had: nothing has happened to the VEN since. */
  #resumes = false;
  /** Whether this run is over because of a fault: nothing more is taken. */
  #isBroken = false;
  #callOff: () => void = () => undefined;
  /** What is being started or ended; the next waits for it. */
  #doing: Promise<void> = Promise.resolve();

  constructor(member: FleetMember, around: HostSurroundings) {
    this.#member = member;
    this.#around = around;
    this.#intensity = new RestartIntensity(around.limits.intensity);
    this.#load = new VenLoad(around.limits.load);
    this.#since = around.clock.now();
  }

  get member(): FleetMember {
    return this.#member;
  }

  get phase(): VenPhase {
    return this.#phase;
  }

  /** Why it is in this phase, as far as there is more to say. */
  get because(): string | null {
    return this.#because;
  }

  /** Since when. UTC ms. */
  get since(): number {
    return this.#since;
  }

  /** Faults since the host began. */
  get faults(): number {
    return this.#faults;
  }

  get lastContactAt(): number | null {
    return this.#run?.contact.lastContactAt ?? this.#contactBeforeAt;
  }

  /** When this run began; null while it does not run. UTC ms. */
  get startedAt(): number | null {
    return this.#run?.startedAt ?? null;
  }

  /** What its agent knows; null while it does not run. */
  get state(): AgentState | null {
    return this.#run?.agent.state ?? null;
  }

  /** Its agent; null while it does not run. */
  get agent(): Agent | null {
    return this.#run?.agent ?? null;
  }

  /** Its log; null while it is not open. */
  get log(): EventLog | null {
    return this.#run?.log ?? null;
  }

  /** Starts it in its turn, unless a person has to say so first. */
  begin(): void {
    const hold = this.#around.holds.all().get(this.#member.venID);
    if (hold !== undefined) this.#is(hold.phase, hold.because, hold.since);
    else {
      this.#resumes = true;
      this.#startAt(this.#around.turnOf(this.#member.venID));
    }
  }

  /** Tells that the clock of the host was set. @unit ms */
  clockJumped(jumpMs: number): void {
    this.#run?.agent.take({ stream: 'agent', input: { type: 'ClockJumped', data: { jumpMs } } });
  }

  /** Ends the run in good order and begins none until `release`; it is so after a restart of the host as well. */
  hold(hold: VenHold): Promise<void> {
    this.#around.holds.keep(this.#member.venID, hold);
    this.#callOff();
    this.#is(hold.phase, hold.because, hold.since);
    return this.#afterwards(() => this.#end(hold.because));
  }

  /** Lets it go on: a person has looked. */
  release(): void {
    this.#around.holds.keep(this.#member.venID, null);
    this.#intensity.forgive();
    this.#startAt(this.#around.clock.now());
  }

  /** Goes on with another configuration. */
  async change(member: FleetMember): Promise<void> {
    this.#member = member;
    if (this.#phase !== 'running' && this.#phase !== 'starting') return;
    this.#is('waiting', 'its configuration has changed');
    await this.#afterwards(() => this.#end('its configuration has changed'));
    this.#startAt(this.#around.clock.now());
  }

  /** Ends the run in good order, with the host or because it is of the fleet no more. */
  stop(because: string): Promise<void> {
    this.#callOff();
    this.#is('stopped', because);
    return this.#afterwards(() => this.#end(because));
  }

  #is(phase: VenPhase, because: string | null = null, since = this.#around.clock.now()): void {
    this.#phase = phase;
    this.#because = because;
    this.#since = since;
  }

  #afterwards(act: () => Promise<void>): Promise<void> {
    this.#doing = this.#doing.then(act).catch((error: unknown) => this.#fault(whyOf(error), error));
    return this.#doing;
  }

  /** Waits until the instant, and then for room among all that are starting. */
  #startAt(at: number): void {
    this.#callOff();
    if (this.#phase !== 'resting') this.#is('waiting');
    const { alarms, starts } = this.#around;
    this.#callOff = alarms.ringAt(at, () => void starts.do(() => this.#afterwards(() => this.#start())));
  }

  async #start(): Promise<void> {
    if (this.#phase !== 'waiting' && this.#phase !== 'resting') return;
    const { clock, alarms, chance, journalOf, store, versions, runID } = this.#around;
    const { venID, settings } = this.#member;
    this.#is('starting');
    this.#load = new VenLoad(this.#around.limits.load);
    this.#isBroken = false;
    const resumes = this.#resumes;
    this.#resumes = false;
    const log = await store.open(venID, { createIfMissing: true });
    try {
      const known = await foldLog(log, { fromCheckpoint: true });
      const contact = new VtnContact(this.#member.transport(), clock);
      const ports: Ports = {
        clock,
        alarms,
        chance,
        journal: journalOf(venID),
        transport: contact,
        devices: await this.#member.devices(log, known.state),
        planner: this.#member.planner(),
      };
      const agent = Agent.of(
        ports,
        log,
        {
          runID: runID(),
          settings,
          versions,
          resumes,
          keepStateEvery,
          onFatal: (error) => this.#fault(whyOf(error), error),
          guard: (take) => this.#guarded(take),
          sleep: (state) => this.#around.packing.sleep(state),
          othersWaitMs,
        },
        known,
      );
      const tidy = new TidyTurns(this.#member, this.#around, { agent, log }, () => contact.vtnClock);
      this.#run = { agent, log, startedAt: clock.now(), contact, tidy };
      this.#is('running');
      agent.start();
    } catch (error) {
      if (this.#run === null) await log.close();
      throw error;
    }
  }

  /** A step that throws, takes too long, or is one too many ends the run; nobody else hears of it. */
  #guarded(take: () => void): void {
    if (this.#isBroken) return;
    const { monotonicMs } = this.#around;
    const begun = monotonicMs();
    try {
      take();
    } catch (error) {
      this.#fault(`a step of it failed: ${whyOf(error)}`, error);
      return;
    }
    const now = monotonicMs();
    const excess = this.#load.note(now, now - begun);
    if (excess !== null) this.#fault(excess, null);
  }

  /** Ends the run because of a fault, and decides whether there is another one. */
  #fault(why: string, error: unknown): void {
    if (this.#phase !== 'running' && this.#phase !== 'starting') return;
    const { clock, journalOf } = this.#around;
    const now = clock.now();
    this.#isBroken = true;
    this.#faults += 1;
    const isOfTheDiskAlone = isOfTheDisk(error);
    const pauseMs = isOfTheDiskAlone ? diskPauseMs : this.#intensity.note(now);
    const journal = journalOf(this.#member.venID);
    if (pauseMs === null) {
      const because = `it was ended ${this.#intensity.count} times in a short while, the last time for this: ${why}`;
      this.#quarantine({ phase: 'quarantined', because, since: now });
      journal.error(
        `The VEN is quarantined: ${because}. The others go on; look at it, and let it go on with "ven fleet release".`,
      );
    } else {
      this.#is('resting', why);
      journal.warn(`The run of the VEN was ended: ${why}. It begins again in ${Math.round(pauseMs / 1_000)} s.`);
    }
    void this.#afterwards(() => this.#abandon(why)).then(() => {
      if (this.#phase === 'resting' && pauseMs !== null)
        this.#startAt(nextTurnOf(this.#member.venID, clock.now() + pauseMs, pauseMs));
    });
  }

  #quarantine(hold: VenHold): void {
    this.#is(hold.phase, hold.because, hold.since);
    try {
      this.#around.holds.keep(this.#member.venID, hold);
    } catch (error) {
      this.#around
        .journalOf(this.#member.venID)
        .error(`That the VEN is quarantined could not be kept, and is forgotten with this host: ${reasonOf(error)}`);
    }
  }

  async #end(because: string): Promise<void> {
    const run = this.#run;
    if (run === null) return;
    run.tidy.end();
    await run.agent.stop(because);
    this.#letGo(run);
    await run.log.close();
  }

  /** Lets go of a run that may not be able to end in good order; its log says so where it can. */
  async #abandon(why: string): Promise<void> {
    const run = this.#run;
    if (run === null) return;
    run.tidy.end();
    await run.agent.abandon();
    this.#letGo(run);
    await run.log.append([this.#ended(run, why)]).catch(() => undefined);
    await run.log.close();
  }

  #letGo({ contact }: Run): void {
    this.#contactBeforeAt = contact.lastContactAt ?? this.#contactBeforeAt;
    this.#run = null;
  }

  #ended({ agent }: Run, why: string): Draft {
    return {
      recordedAt: this.#around.clock.now(),
      runID: agent.state.runID,
      direction: 'in',
      stream: 'agent',
      type: 'AgentStopped',
      version: factVersions.AgentStopped,
      data: { because: `its host ended it: ${why}` },
      cause: null,
      chance: this.#around.chance.uint32(),
    };
  }
}
