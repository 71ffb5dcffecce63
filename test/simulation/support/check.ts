import type { KnownEntry } from '../../../src/facts/fact.ts';
import type { Run } from './run.ts';

/** What a check looks at. */
export interface Evidence {
  readonly run: Run;
  readonly entries: readonly KnownEntry[];
}

/** Something that must hold after a run; what it says does not. */
export type Check = (evidence: Evidence) => readonly string[] | Promise<readonly string[]>;
