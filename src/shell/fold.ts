/**
 * The state of the agent after a log, by the same steps that led to it.
 *
 * Inputs are fed to the machines again; the outputs they lead to are compared with the recorded ones when asked. Where
 * another version of the machines recorded them, they are not compared, and what was owed and priced follows the record.
 */
import type { Entry } from '../facts/entry.ts';
import type { Input, KnownEntry, Output } from '../facts/fact.ts';
import { upcast } from '../facts/upcast.ts';
import { machineVersion } from '../machines/machineVersion.ts';
import type { Moment } from '../machines/moment.ts';
import { sameContent } from '../machines/sameContent.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { baseStateCheckpoint, stateCheckpoint } from '../store/checkpointNames.ts';
import type { Checkpoint, EventLog } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import {
  fromPlain,
  incompleteVersion,
  partlyFromPlain,
  stateVersion,
  toPlain,
  type PlainState,
} from '../core/plainState.ts';
import { inLine, takeNote, withRecorded } from '../core/recorded.ts';
import { initialState, type AgentState } from '../core/state.ts';
import { withInput, type StepInput, type StepOutput, type StepResult } from '../core/step.ts';
import { failStep, step } from './step.ts';
import { reasonOf } from '../core/failure.ts';
import { type TransitionWatch } from '../core/streams.ts';

/** What the log has, or what follows today. */
export interface Concluded {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

/** A place where the log and the program of today do not say the same. */
export interface ReplayDivergence {
  /** `output`: the machines conclude something else. `decoding`: the XML of a message is read as something else. */
  readonly kind: 'output' | 'decoding';
  readonly position: number;
  /** Position of the input it follows from; of a decoding, its own. */
  readonly input: number;
  readonly recorded: Concluded | null;
  readonly recomputed: Concluded | null;
}

/** What a fold came to. */
export interface FoldResult {
  readonly state: AgentState;
  /** Position of the last entry folded; -1 for none. */
  readonly position: number;
  readonly entries: number;
  readonly divergences: readonly ReplayDivergence[];
  /** Outputs that were not compared because another version of the machines recorded them. */
  readonly uncompared: number;
  /** Steps of another version that today's machines fail on: their streams stayed as they were. */
  readonly unstepped: number;
  readonly foundation: Foundation;
}

/**
 * What a fold was built on. `beginning`: the first entry. `checkpoint`: a state kept later. `base`: the state kept where the log begins.
 * `part of the base`: only the settings and some views of that, because another version kept it. `nothing`: it could not be read; what
 * comes before the next start is let go.
 */
export type Foundation = 'beginning' | 'checkpoint' | 'base' | 'part of the base' | 'nothing';

/** Whether streams may be missing because of what the fold was built on: its outputs cannot be compared then. */
export const isIncomplete = (foundation: Foundation): boolean =>
  foundation === 'part of the base' || foundation === 'nothing';

/** The part of a log that says where it begins, and what it has kept of before. */
export type Beginning = Pick<EventLog, 'base' | 'loadCheckpoint' | 'read'>;

/** A state to fold on from, and where it comes from. */
export interface Ground {
  readonly state: AgentState;
  readonly position: number;
  readonly foundation: Foundation;
}

const nowhere: Ground = { state: initialState, position: -1, foundation: 'beginning' };

/** @limit Divergences that are listed; the first one is the one that matters. */
export const divergenceLimit = 100;

/** Data as the log would have it, to be shown beside what was recorded. */
export const asJson = (data: unknown): unknown => JSON.parse(canonicalJson(data)) as unknown;

const concludedOf = ({ stream, fact }: StepOutput): Concluded => ({ stream, type: fact.type, data: asJson(fact.data) });

/** What a fold compares. */
export interface FoldOptions {
  readonly verify?: boolean;
  /** Outputs before this position are folded and not compared. */
  readonly from?: number;
  /** Told of each transition that is taken. */
  readonly watch?: TransitionWatch;
}

/** Folds entry by entry. */
export class Fold {
  state: AgentState;
  position: number;
  entries = 0;
  uncompared = 0;
  unstepped = 0;
  readonly foundation: Foundation;
  readonly divergences: ReplayDivergence[] = [];
  #verify: boolean;
  readonly #watch: TransitionWatch | undefined;
  #expected: readonly StepOutput[] = [];
  #compared = 0;
  #input = -1;
  /** Another version recorded this, or today's machines were not there from the beginning. */
  #followsRecord = false;
  /** The step under way, when it is today's machines' own. */
  #taken: { readonly before: AgentState; readonly given: StepInput } | null = null;
  /** The step under way, when the record is followed. */
  #foreign: { readonly before: AgentState; readonly moment: Moment; readonly recorded: Output[] } | null = null;

  constructor(options: Partial<Ground> & FoldOptions = {}) {
    const { state, position, foundation } = { ...nowhere, ...options };
    this.state = state;
    this.position = position;
    this.foundation = foundation;
    this.#verify = options.verify ?? false;
    this.#watch = options.watch;
  }

  /** A fold that stands where the log begins: at its first entry, or on what is known of its base. */
  static async of(log: Beginning, options: FoldOptions = {}): Promise<Fold> {
    return new Fold({ ...(log.base.position < 0 ? nowhere : await baseState(log)), ...options });
  }

  /**
   * Takes the next entry; of an input `read` is fed in its place, when that is given.
   *
   * @throws UnreadableFact for a fact this version does not know; StepFault when nothing was ever started.
   */
  take(recorded: Entry, read?: Input): void {
    const entry = upcast(recorded);
    this.entries += 1;
    this.position = entry.position;
    if (entry.direction === 'out') this.#hear(entry);
    else this.#feed(entry, read ?? ({ type: entry.type, data: entry.data } as Input));
  }

  /** What the machines conclude from the last input; nothing where the record decides. */
  get concluded(): readonly StepOutput[] {
    return this.#followsRecord ? [] : this.#expected;
  }

  /** What is known if the step under way ends here; others may follow. */
  get known(): AgentState {
    if (this.#foreign === null) return this.state;
    const concluded = this.#expected.map(({ fact }) => fact);
    return inLine(this.state, { ...this.#foreign, position: this.#input, concluded });
  }

  /** To be called after the last entry: an output may be missing at the end. */
  finish(): FoldResult {
    this.#close();
    const { state, position, entries, divergences, uncompared, unstepped, foundation } = this;
    return { state, position, entries, divergences, uncompared, unstepped, foundation };
  }

  /** Ends the step under way; outputs of the next are compared, or not. */
  compareFromHere(verify: boolean): void {
    this.#close();
    this.#verify = verify;
  }

  /** Notes a difference. */
  note(divergence: ReplayDivergence): void {
    if (this.divergences.length < divergenceLimit) this.divergences.push(divergence);
  }

  #feed({ position, recordedAt, runID, stream, chance = 0 }: KnownEntry, input: Input): void {
    this.#close();
    const given: StepInput = { input, stream, position, recordedAt, runID, chance };
    const recordedBy = input.type === 'AgentStarted' ? input.data.versions.machines : this.state.machineVersion;
    this.#followsRecord = isIncomplete(this.foundation) || (recordedBy !== null && recordedBy !== machineVersion);
    if (this.#followsRecord) this.#follow(given);
    else this.#take(this.#stepped(given), position);
  }

  /** A step that cannot be taken was not taken when it was recorded either: the state stayed as it was. */
  #stepped(given: StepInput): StepResult {
    this.#taken = { before: this.state, given };
    try {
      return step(this.state, given, this.#watch);
    } catch (error) {
      this.unstepped += 1;
      return failStep(this.state, given, { why: reasonOf(error), isRemedied: true });
    }
  }

  /** The record says that the step could not be taken: a message that it led to may not have been written, which nobody does here. */
  #failAsRecorded({ position, data }: KnownEntry & { readonly type: 'StepFailed' }): void {
    const [first] = this.#expected;
    if (this.#taken === null || this.#compared > 0) return;
    if (first?.fact.type === 'StepFailed' && sameContent(first.fact.data, data)) return;
    const { before, given } = this.#taken;
    this.#take(failStep(before, given, data), position - 1);
  }

  #take({ state, outputs }: StepResult, position: number): void {
    this.state = state;
    this.#input = position;
    this.#expected = outputs;
    this.#compared = 0;
  }

  /** The machines are asked, and the record decides. */
  #follow(given: StepInput): void {
    const before = this.state;
    const begun = withInput(before, given);
    const { state, outputs } = (begun.settings === null ? null : this.#tried(before, given)) ?? {
      state: begun,
      outputs: [],
    };
    this.#take({ state: { ...state, views: begun.views, alarms: begun.alarms }, outputs }, given.position);
    const { recordedAt: at, chance, runID } = given;
    if (begun.settings !== null)
      this.#foreign = { before, moment: { at, chance, runID, settings: begun.settings }, recorded: [] };
  }

  #tried(before: AgentState, given: StepInput): StepResult | null {
    try {
      return step(before, given, this.#watch);
    } catch {
      this.unstepped += 1;
      return null;
    }
  }

  #hear(entry: KnownEntry): void {
    if (!this.#followsRecord) {
      if (entry.type === 'StepFailed') this.#failAsRecorded(entry);
      this.#compare(entry);
      return;
    }
    this.state = withRecorded(this.state, entry);
    this.#foreign?.recorded.push({ type: entry.type, data: entry.data } as Output);
    if (this.#verify) this.uncompared += 1;
  }

  #compare({ stream, type, data, position }: KnownEntry): void {
    const expected = this.#expected[this.#compared];
    this.#compared += 1;
    if (!this.#verify) return;
    if (expected?.stream === stream && expected.fact.type === type && sameContent(expected.fact.data, data)) return;
    const recomputed = expected === undefined ? null : concludedOf(expected);
    this.note({ kind: 'output', position, input: this.#input, recorded: { stream, type, data }, recomputed });
  }

  /** Ends the step under way. */
  #close(): void {
    if (this.#foreign !== null) this.state = this.known;
    else if (this.#verify) {
      for (const output of this.#expected.slice(this.#compared)) {
        this.note({
          kind: 'output',
          position: this.position,
          input: this.#input,
          recorded: null,
          recomputed: concludedOf(output),
        });
      }
    }
    this.#expected = [];
    this.#foreign = null;
  }
}

/**
 * Earlier states, each under its name and at least so many entries behind: whoever asks what was known when something was decided folds on
 * from the last one before it. So what was lately is had at once, and what is long ago costs no more than its age.
 */
export const earlierCheckpoints: readonly { readonly name: string; readonly behind: number }[] = [
  { name: 'agent earlier', behind: 250 },
  { name: 'agent earlier 2', behind: 2_000 },
  { name: 'agent earlier 3', behind: 5_000 },
  { name: 'agent earlier 4', behind: 12_000 },
  { name: 'agent earlier 5', behind: 30_000 },
];

/** Where the states of a log stand by their names, as far as this process knows: its one writer reads none to learn that again. */
const keptAt = new WeakMap<EventLog, Map<string, number | undefined>>();

const placesOf = (log: EventLog): Map<string, number | undefined> => {
  const known = keptAt.get(log) ?? new Map<string, number | undefined>();
  keptAt.set(log, known);
  return known;
};

const placeOf = async (log: EventLog, name: string): Promise<number | undefined> => {
  const places = placesOf(log);
  if (!places.has(name)) places.set(name, (await log.loadCheckpoint(name))?.position);
  return places.get(name);
};

const keep = async (log: EventLog, checkpoint: Checkpoint): Promise<void> => {
  await log.saveCheckpoint(checkpoint);
  placesOf(log).set(checkpoint.name, checkpoint.position);
};

/** Hands each kept state down to where it has come to be old enough for, once the state there is old enough for the next place. */
const handDown = async (log: EventLog, position: number): Promise<void> => {
  let there: number | undefined;
  for (const [place, { name, behind }] of [...earlierCheckpoints.entries()].reverse()) {
    const nameAbove = earlierCheckpoints[place - 1]?.name ?? stateCheckpoint;
    const above = await placeOf(log, nameAbove);
    const nextBehind = earlierCheckpoints[place + 1]?.behind ?? 0;
    const isAwaited = place > 0 && there !== undefined && there > position - nextBehind;
    if (above !== undefined && above <= position - behind && !isAwaited) {
      const handed = await log.loadCheckpoint(nameAbove);
      if (handed !== undefined) await keep(log, { ...handed, name });
    }
    there = above; // what is handed down from here is what stands at the place before
  }
};

/** Keeps the state after a position, so that the next start folds only what came after. */
export const saveState = async (log: EventLog, state: AgentState, position: number, hash: string): Promise<void> => {
  await handDown(log, position);
  await keep(log, { name: stateCheckpoint, version: stateVersion, position, hash, state: toPlain(state) });
};

/** The state at the entry after which a log is to hold everything; of an incomplete one only settings and views are taken up again. */
export const baseCheckpointOf = (state: AgentState, { position, hash }: Head, incomplete = false): Checkpoint => ({
  name: baseStateCheckpoint,
  version: incomplete ? incompleteVersion : stateVersion,
  position,
  hash,
  state: toPlain(state),
});

const revived = (state: unknown): AgentState | null => {
  try {
    return fromPlain(state as PlainState);
  } catch {
    return null;
  }
};

/** Whether a checkpoint was kept of this log as it is, at a place from which on everything is there. */
const holds = async (log: EventLog, { position, hash }: Head): Promise<boolean> => {
  if (position < log.base.position) return false;
  for await (const entry of log.read({ from: position, to: position })) return entry.hash === hash;
  return position === log.base.position && hash === log.base.hash;
};

/** The state that was kept last, or earlier; null when there is none that this version understands. */
export const checkpointedState = async (log: EventLog, name = stateCheckpoint): Promise<Ground | null> => {
  const checkpoint = await log.loadCheckpoint(name);
  if (checkpoint === undefined || checkpoint.version !== stateVersion || !(await holds(log, checkpoint))) return null;
  const state = revived(checkpoint.state);
  return state === null ? null : { state, position: checkpoint.position, foundation: 'checkpoint' };
};

/** What the entries that were kept say of themselves up to a position: no streams, but all that settlement rests on. */
export const notedState = async (
  log: Pick<EventLog, 'read'>,
  position: number,
  onEntry: (entry: KnownEntry) => void = () => undefined,
): Promise<AgentState> => {
  let state = initialState;
  for await (const entry of log.read({ to: position })) {
    const known = upcast(entry);
    onEntry(known);
    state = takeNote(state, known);
  }
  return state;
};

/** What is known of the log's base. */
const baseState = async (log: Beginning): Promise<Ground> => {
  const { position, hash } = log.base;
  const checkpoint = await log.loadCheckpoint(baseStateCheckpoint);
  const isThere = checkpoint?.position === position && checkpoint.hash === hash;
  const state = isThere && checkpoint.version === stateVersion ? revived(checkpoint.state) : null;
  if (state !== null) return { state, position, foundation: 'base' };
  const noted = await notedState(log, position);
  if (!isThere) return { state: noted, position, foundation: 'nothing' };
  return {
    state: partlyFromPlain(checkpoint.version, checkpoint.state as PlainState, noted),
    position,
    foundation: 'part of the base',
  };
};

/** A fold that has not passed the position: on the last checkpoint before it, or where the log begins. */
export const foldBefore = async (log: EventLog, position: number, options: FoldOptions = {}): Promise<Fold> => {
  for (const name of [stateCheckpoint, ...earlierCheckpoints.map((earlier) => earlier.name)]) {
    const saved = await checkpointedState(log, name);
    if (saved !== null && saved.position < position) return new Fold({ ...saved, ...options });
  }
  return Fold.of(log, options);
};

/** Folds on from the state that was kept last, whose own entry is read with those after it; null where it is none of this log as it is. */
const foldedOn = async (log: EventLog, until: number): Promise<Fold | null> => {
  const checkpoint = await log.loadCheckpoint(stateCheckpoint);
  if (checkpoint?.version !== stateVersion || checkpoint.position <= log.base.position) return null;
  const { position, hash } = checkpoint;
  let fold: Fold | null = null;
  for await (const entry of log.read({ from: position, to: until })) {
    if (fold === null) {
      const state = entry.position === position && entry.hash === hash ? revived(checkpoint.state) : null;
      if (state === null) return null;
      fold = new Fold({ state, position, foundation: 'checkpoint' });
    } else fold.take(entry);
  }
  return fold;
};

/** Folds a whole log, from its last checkpoint unless told otherwise. */
export const foldLog = async (
  log: EventLog,
  options: { readonly fromCheckpoint?: boolean; readonly verify?: boolean; readonly until?: number } = {},
): Promise<FoldResult> => {
  const { verify = false, until } = options;
  const mayGoOn = options.fromCheckpoint === true && !verify;
  const foldedFurther = mayGoOn ? await foldedOn(log, until ?? log.durableHead.position) : null;
  if (foldedFurther !== null) return foldedFurther.finish();
  const saved = mayGoOn ? await checkpointedState(log) : null;
  const fold = saved === null ? await Fold.of(log, { verify }) : new Fold({ ...saved, verify });
  for await (const entry of log.read({ from: fold.position + 1, ...(until === undefined ? {} : { to: until }) }))
    fold.take(entry);
  return fold.finish();
};
