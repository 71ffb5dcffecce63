import type { KnownEntry } from '../../../src/facts/fact.ts';
import type { Folded } from '../../support/ledgers.ts';
import type { Run } from './run.ts';

/** What a check looks at. */
export interface Evidence {
  readonly run: Run;
  readonly entries: readonly KnownEntry[];
  /** What the entries come to, by the projections that the command line shows. */
  readonly folded: Folded;
}

/** Something that must hold after a run; what it says does not. */
export type Check = (evidence: Evidence) => readonly string[] | Promise<readonly string[]>;

/** Whether an entry is a message that reached the VEN: the answer to one of its own, or one that was pushed. */
export const isMessage = (
  entry: KnownEntry,
): entry is Extract<KnownEntry, { readonly type: 'MessageReceived' | 'RequestReceived' }> =>
  entry.type === 'MessageReceived' || entry.type === 'RequestReceived';
