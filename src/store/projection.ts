import type { KnownEntry } from '../facts/fact.ts';

/**
 * A pure fold of the log into a state.
 *
 * The state is plain JSON data, because checkpoints keep it; an entry that does not concern it leaves the same reference.
 */
export interface Projection<State> {
  readonly name: string;
  /** Raised whenever the same entries would give another state; checkpoints of other versions are thrown away. */
  readonly version: string;
  readonly initial: State;
  apply(state: State, entry: KnownEntry): State;
}
