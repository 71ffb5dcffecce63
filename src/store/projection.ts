import type { Entry } from '../facts/entry.ts';
import { UnreadableFact } from '../facts/upcast.ts';
import type { Checkpoint, EventLog } from './eventLog.ts';
import type { Head } from './head.ts';
import { emptyHead } from './hashChain.ts';
import { headAt, isSameHead } from './logWriter.ts';

/**
 * A question asked of the whole log, as a fold: `initial`, then `apply` for every entry in order.
 *
 * `apply` is pure, gets entries as they were recorded (in whatever version: `upcast` brings them up), and returns
 * the same state when one does not concern it. States survive JSON, because checkpoints keep them.
 */
export interface Projection<State> {
  readonly name: string;
  /** Changes whenever `apply` would answer differently; checkpoints of other versions are thrown away. */
  readonly version: string;
  readonly initial: State;
  apply(state: State, entry: Entry): State;
}

/** An entry that `apply` threw on: it was left out of the state. */
export interface ProjectionFault {
  readonly position: number;
  readonly type: string;
  readonly message: string;
}

/** All faults of a fold, without holding each of them. */
export interface ProjectionFaults {
  readonly count: number;
  readonly first: ProjectionFault;
  readonly last: ProjectionFault;
}

/** A state, and the entry after which it holds. */
export interface Projected<State> extends Head {
  readonly state: State;
  /** What the state leaves out, or null. Whoever shows the state shows this beside it. */
  readonly faults: ProjectionFaults | null;
}

/** How far, and from where, a projection is rebuilt. */
export interface RebuildOptions {
  /** The position after which the state is wanted. Default: the durable head. */
  readonly until?: number;
  /** Whether to take up the saved checkpoint when it is not beyond `until`. Default false: from the first entry. */
  readonly fromCheckpoint?: boolean;
}

/** The name of the checkpoint that holds what was known at a log's base. */
export const baseCheckpoint = (projection: string): string => `base ${projection}`;

/** The state before the first entry. */
export const unprojected = <State>(projection: Projection<State>): Projected<State> => ({
  ...emptyHead,
  state: projection.initial,
  faults: null,
});

/**
 * Takes one entry into account.
 *
 * A fact that `apply` throws on is left out and named in `faults`: one strange fact must not keep tomorrow's
 * prices from being seen, and the fold stays the same function of the log, live and replayed. A fact that this
 * release cannot read at all is another matter: nobody knows what leaving it out would mean.
 *
 * @throws UnreadableFact when `apply` does.
 */
export const projectEntry = <State>(
  projection: Projection<State>,
  before: Projected<State>,
  entry: Entry,
): Projected<State> => {
  try {
    return { ...headAt(entry), state: projection.apply(before.state, entry), faults: before.faults };
  } catch (error) {
    if (error instanceof UnreadableFact) throw error;
    return { ...headAt(entry), state: before.state, faults: addFault(before.faults, entry, error) };
  }
};

const addFault = (faults: ProjectionFaults | null, { position, type }: Entry, error: unknown): ProjectionFaults => {
  const fault = { position, type, message: error instanceof Error ? error.message : String(error) };
  return { count: (faults?.count ?? 0) + 1, first: faults?.first ?? fault, last: fault };
};

/** Folds entries that are at hand. */
export const fold = <State>(
  projection: Projection<State>,
  entries: Iterable<Entry>,
  start = unprojected(projection),
): Projected<State> => {
  let projected = start;
  for (const entry of entries) projected = projectEntry(projection, projected, entry);
  return projected;
};

/** Folds the log up to a position: what was known then, or, without a position, what is known now. */
export const rebuild = async <State>(
  log: EventLog,
  projection: Projection<State>,
  options: RebuildOptions = {},
): Promise<Projected<State>> => {
  const until = options.until ?? log.durableHead.position;
  const resumed = await (options.fromCheckpoint === true ? resume(log, projection) : beginning(log, projection));
  let projected = resumed.position <= until ? resumed : await beginning(log, projection);
  for await (const entry of log.read({ from: projected.position + 1, to: until }))
    projected = projectEntry(projection, projected, entry);
  return projected;
};

/** The state before the first entry that is sure to be there: what was known at the log's base, if that was kept, or nothing. */
export const beginning = async <State>(
  log: Pick<EventLog, 'base' | 'loadCheckpoint'>,
  projection: Projection<State>,
): Promise<Projected<State>> => {
  const checkpoint = log.base.position < 0 ? undefined : await log.loadCheckpoint(baseCheckpoint(projection.name));
  if (checkpoint === undefined || checkpoint.version !== projection.version || !isSameHead(checkpoint, log.base))
    return unprojected(projection);
  return { ...headAt(checkpoint), state: checkpoint.state as State, faults: null };
};

/** The projection's checkpoint if the log still says the same there, or its beginning. */
export const resume = async <State>(log: EventLog, projection: Projection<State>): Promise<Projected<State>> => {
  const checkpoint = await log.loadCheckpoint(projection.name);
  if (checkpoint === undefined || checkpoint.version !== projection.version) return beginning(log, projection);
  if (!(await holds(log, checkpoint))) return beginning(log, projection);
  return { ...headAt(checkpoint), state: checkpoint.state as State, faults: null };
};

const holds = async (log: EventLog, { position, hash }: Checkpoint): Promise<boolean> => {
  for await (const entry of log.read({ from: position, to: position })) return entry.hash === hash;
  return false;
};
