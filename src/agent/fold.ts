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
import type { EventLog } from '../store/eventLog.ts';
import { fromPlain, stateVersion, toPlain, type PlainState } from './plainState.ts';
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
}

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
  readonly divergences: ReplayDivergence[] = [];
  readonly #verify: boolean;
  #expected: readonly StepOutput[] = [];
  #compared = 0;
  #input = -1;
  #recordedVersion: string | null = null;

  constructor(options: { readonly state?: AgentState; readonly position?: number; readonly verify?: boolean } = {}) {
    this.state = options.state ?? initialState;
    this.position = options.position ?? -1;
    this.#verify = options.verify ?? false;
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
    const { state, position, entries, divergences, uncompared } = this;
    return { state, position, entries, divergences, uncompared };
  }

  #feed(entry: KnownEntry): void {
    this.#missing();
    if (entry.type === 'AgentStarted') this.#recordedVersion = entry.data.versions.machines;
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
    if (this.#recordedVersion !== machineVersion) {
      this.uncompared += 1;
      return;
    }
    const { stream, type, data, position } = entry;
    if (expected?.stream === stream && expected.fact.type === type && sameContent(expected.fact.data, data)) return;
    const recomputed = expected === undefined ? null : { stream: expected.stream, type: expected.fact.type, data: asJson(expected.fact.data) };
    this.#note({ position, input: this.#input, recorded: { stream, type, data }, recomputed });
  }

  #missing(): void {
    if (!this.#verify || this.#recordedVersion !== machineVersion) return;
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

const savedState = async (log: EventLog): Promise<{ state: AgentState; position: number } | null> => {
  const checkpoint = await log.loadCheckpoint(checkpointName);
  if (checkpoint === undefined || checkpoint.version !== stateVersion) return null;
  try {
    return { state: fromPlain(checkpoint.state as PlainState), position: checkpoint.position };
  } catch {
    return null;
  }
};

/** Folds a whole log, from its last checkpoint unless told otherwise. */
export const foldLog = async (
  log: EventLog,
  options: { readonly fromCheckpoint?: boolean; readonly verify?: boolean; readonly until?: number } = {},
): Promise<FoldResult> => {
  const saved = options.fromCheckpoint === true && options.verify !== true ? await savedState(log) : null;
  const fold = new Fold({ ...(saved ?? {}), verify: options.verify ?? false });
  const to = options.until === undefined ? {} : { to: options.until };
  for await (const entry of log.read({ from: fold.position + 1, ...to })) fold.take(entry);
  return fold.finish();
};
