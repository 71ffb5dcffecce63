import type { EventLog } from '../store/eventLog.ts';
import { LogError } from '../store/errors.ts';
import {
  beginning,
  resume,
  projectEntry,
  type Projected,
  type Projection,
  type ProjectionFaults,
} from '../store/projection.ts';

/** Several projections of one log, folded in one reading. */

type Projections = Readonly<Record<string, Projection<unknown>>>;
type StateOf<P> = P extends Projection<infer State> ? State : never;

/** The states by the names that were given, and what they leave out. */
export type ViewStates<P extends Projections> = { readonly [Name in keyof P]: StateOf<P[Name]> } & {
  readonly faults: readonly ProjectionFaults[];
};

/** How far the log is folded. */
export interface ViewOptions {
  /** The last position to be taken into account; the log's durable head if absent. */
  readonly until?: number;
}

/** From so many entries on, a fold is kept for the next command. */
const worthKeeping = 3_000;

const keep = async (
  log: EventLog,
  projection: Projection<unknown>,
  before: Projected<unknown>,
  after: Projected<unknown>,
): Promise<void> => {
  if (after.faults !== null || after.position - before.position < worthKeeping) return;
  const { name, version } = projection;
  const { position, hash, state } = after;
  // It only saves time: a disk that refuses it is none of the reader's concern.
  await log.saveCheckpoint({ name, version, position, hash, state }).catch((error: unknown) => {
    if (!(error instanceof LogError)) throw error;
  });
};

/** The checkpoint, unless it knows more than is wanted. */
const start = async (log: EventLog, projection: Projection<unknown>, until: number): Promise<Projected<unknown>> => {
  const resumed = await resume(log, projection);
  return resumed.position <= until ? resumed : beginning(log, projection);
};

/** Folds the log for all projections at once, each from its checkpoint. */
export const viewsOf = async <P extends Projections>(
  log: EventLog,
  projections: P,
  { until }: ViewOptions = {},
): Promise<ViewStates<P>> => {
  const names = Object.keys(projections);
  const list = names.map((name) => projections[name] as Projection<unknown>);
  const to = until ?? log.durableHead.position;
  const before = await Promise.all(list.map((projection) => start(log, projection, to)));
  const now = [...before];
  const from = Math.min(...before.map(({ position }) => position)) + 1;
  for await (const entry of log.read({ from, to })) {
    for (const [index, projection] of list.entries()) {
      const projected = now[index] as Projected<unknown>;
      if (entry.position > projected.position) now[index] = projectEntry(projection, projected, entry);
    }
  }
  if (until === undefined) {
    for (const [index, projection] of list.entries())
      await keep(log, projection, before[index] as Projected<unknown>, now[index] as Projected<unknown>);
  }
  return {
    ...Object.fromEntries(names.map((name, index) => [name, now[index]?.state])),
    faults: now.flatMap(({ faults }) => faults ?? []),
  } as ViewStates<P>;
};
