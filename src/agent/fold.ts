/**
 * The state of the agent after a log, by the same steps that led to it.
 *
 * Inputs are fed to the machines again; the outputs they lead to are compared with the recorded ones when asked.
 */
import type { Entry } from '../facts/entry.ts';
import type { Input, KnownEntry } from '../facts/fact.ts';
import { upcast } from '../facts/upcast.ts';
import { machineVersion } from '../machines/machines.ts';
import { sameContent } from '../machines/sameContent.ts';
import type { Checkpoint, EventLog, Head } from '../store/eventLog.ts';
import { fromPlain, partlyFromPlain, stateVersion, toPlain, type PlainState } from './plainState.ts';
import { initialState, type AgentState } from './state.ts';
import { step, type StepOutput } from './step.ts';

/** A recorded output that the machines of today do not conclude, or the other way round. */
export interface ReplayDivergence {
  readonly position: number;
  /** Position of the input it follows from. */
  readonly input: number;
  readonly recorded: { readonly stream: string; readonly type: string; readonly data: unknown } | null;
  readonly recomputed: { readonly stream: string; readonly type: string; readonly data: unknown } | null;
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
  readonly foundation: Foundation;
}

/**
 * What a fold was built on. `beginning`: the first entry. `checkpoint`: a state kept later. `base`: the state kept where the log begins.
 * `part of the base`: only the settings and some views of that, because another version kept it. `nothing`: it could not be read; what
 * comes before the next start is let go.
 */
export type Foundation = 'beginning' | 'checkpoint' | 'base' | 'part of the base' | 'nothing';

/** Whether streams may be missing because of what the fold was built on: its outputs cannot be compared then. */
export const isIncomplete = (foundation: Foundation): boolean => foundation === 'part of the base' || foundation === 'nothing';

/** A state to fold on from, and where it comes from. */
interface Ground {
  readonly state: AgentState;
  readonly position: number;
  readonly foundation: Foundation;
}

const nowhere: Ground = { state: initialState, position: -1, foundation: 'beginning' };

/** @limit Divergences that are listed; the first one is the one that matters. */
export const divergenceLimit = 100;

/** Data as JSON has it, to be shown beside what was recorded. */
const asJson = (data: unknown): unknown => JSON.parse(JSON.stringify(data)) as unknown;

/** Folds entry by entry. */
export class Fold {
  state: AgentState;
  position: number;
  entries = 0;
  uncompared = 0;
  readonly foundation: Foundation;
  readonly divergences: ReplayDivergence[] = [];
  readonly #verify: boolean;
  #expected: readonly StepOutput[] = [];
  #compared = 0;
  #input = -1;

  constructor(options: Partial<Ground> & { readonly verify?: boolean } = {}) {
    const { state, position, foundation } = { ...nowhere, ...options };
    this.state = state;
    this.position = position;
    this.foundation = foundation;
    this.#verify = options.verify ?? false;
  }

  /** A fold that stands where the log begins: at its first entry, or on what is known of its base. */
  static async of(log: EventLog, options: { readonly verify?: boolean } = {}): Promise<Fold> {
    return new Fold({ ...(log.base.position < 0 ? nowhere : await baseState(log)), ...options });
  }

  /** Takes the next entry. @throws UnreadableFact for a fact this version does not know; StepFault when a machine fails on it. */
  take(recorded: Entry): void {
    const entry = upcast(recorded);
    this.entries += 1;
    this.position = entry.position;
    if (entry.direction === 'out') this.#compare(entry);
    else this.#feed(entry);
  }

  /** To be called after the last entry: an output may be missing at the end. */
  finish(): FoldResult {
    this.#missing();
    const { state, position, entries, divergences, uncompared, foundation } = this;
    return { state, position, entries, divergences, uncompared, foundation };
  }

  #feed(entry: KnownEntry): void {
    this.#missing();
    if (this.foundation === 'nothing' && this.state.settings === null && entry.type !== 'AgentStarted') return;
    const input = { type: entry.type, data: entry.data } as Input;
    const { position, recordedAt, runID, stream, chance = 0 } = entry;
    const result = step(this.state, { input, stream, position, recordedAt, runID, chance });
    this.state = result.state;
    this.#input = position;
    this.#expected = result.outputs;
    this.#compared = 0;
  }

  #compare(entry: KnownEntry): void {
    const expected = this.#expected[this.#compared];
    this.#compared += 1;
    if (!this.#verify) return;
    if (!this.#isComparable) {
      this.uncompared += 1;
      return;
    }
    const { stream, type, data, position } = entry;
    if (expected?.stream === stream && expected.fact.type === type && sameContent(expected.fact.data, data)) return;
    const recomputed = expected === undefined ? null : { stream: expected.stream, type: expected.fact.type, data: asJson(expected.fact.data) };
    this.#note({ position, input: this.#input, recorded: { stream, type, data }, recomputed });
  }

  get #isComparable(): boolean {
    return !isIncomplete(this.foundation) && this.state.machineVersion === machineVersion;
  }

  #missing(): void {
    if (!this.#verify || !this.#isComparable) return;
    for (const { stream, fact } of this.#expected.slice(this.#compared)) {
      this.#note({ position: this.position, input: this.#input, recorded: null, recomputed: { stream, type: fact.type, data: fact.data } });
    }
    this.#expected = [];
  }

  #note(divergence: ReplayDivergence): void {
    if (this.divergences.length < divergenceLimit) this.divergences.push(divergence);
  }
}

/** The name under which the agent's state is kept in the log. */
const checkpointName = 'agent';

/** Keeps the state after a position, so that the next start folds only what came after. */
export const saveState = (log: EventLog, state: AgentState, position: number, hash: string): Promise<void> =>
  log.saveCheckpoint({ name: checkpointName, version: stateVersion, position, hash, state: toPlain(state) });

/** The name under which the agent's state at the log's base is kept. */
const baseName = 'base';

/** Keeps the state at the entry after which a log is to hold everything. */
export const baseCheckpointOf = (state: AgentState, { position, hash }: Head): Checkpoint => ({
  name: baseName,
  version: stateVersion,
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

const savedState = async (log: EventLog): Promise<Ground | null> => {
  const checkpoint = await log.loadCheckpoint(checkpointName);
  if (checkpoint === undefined || checkpoint.version !== stateVersion) return null;
  const state = revived(checkpoint.state);
  return state === null ? null : { state, position: checkpoint.position, foundation: 'checkpoint' };
};

/** What is known of the log's base. */
const baseState = async (log: EventLog): Promise<Ground> => {
  const { position, hash } = log.base;
  const checkpoint = await log.loadCheckpoint(baseName);
  if (checkpoint?.position !== position || checkpoint.hash !== hash) return { state: initialState, position, foundation: 'nothing' };
  const state = checkpoint.version === stateVersion ? revived(checkpoint.state) : null;
  if (state !== null) return { state, position, foundation: 'base' };
  return { state: partlyFromPlain(checkpoint.version, checkpoint.state as PlainState), position, foundation: 'part of the base' };
};

/** Folds a whole log, from its last checkpoint unless told otherwise. */
export const foldLog = async (
  log: EventLog,
  options: { readonly fromCheckpoint?: boolean; readonly verify?: boolean; readonly until?: number } = {},
): Promise<FoldResult> => {
  const { verify = false, until } = options;
  const saved = options.fromCheckpoint === true && !verify ? await savedState(log) : null;
  const fold = saved === null ? await Fold.of(log, { verify }) : new Fold({ ...saved, verify });
  for await (const entry of log.read({ from: fold.position + 1, ...(until === undefined ? {} : { to: until }) })) fold.take(entry);
  return fold.finish();
};
