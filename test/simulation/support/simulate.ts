import type { Leaving } from './adversity/draw.ts';
import { planOf } from './plan.ts';
import { prepare, runThrough } from './run.ts';
import { violationsOf } from './invariants.ts';

/** What a seed came to. */
export interface Verdict {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly seen: ReadonlySet<string>;
  /** Those of logs that gave way to others included. */
  readonly entries: number;
}

const textOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name}: ${error.message} ${String(error.stack?.split('\n')[1] ?? '')}`
    : String(error);

/** Simulates a seed for some days of trouble and one of healing. Whatever goes wrong is a violation. */
export const simulate = async (
  seed: number,
  days: number,
  leaving: Leaving = { without: new Set() },
  // As many states are kept of a long seed as of a short one: each is all that the agent knows.
  sampleEvery = 25 * days,
): Promise<Verdict> => {
  const run = await prepare(planOf(seed, days, leaving), sampleEvery);
  try {
    await runThrough(run);
    const { storm } = run.watch;
    const violations = storm === null ? await violationsOf(run) : [`W3: ${storm}`];
    return { seed, violations, seen: run.seen, entries: run.entriesLived };
  } catch (error) {
    return {
      seed,
      violations: [`the simulation broke: ${textOf(error)}`],
      seen: run.seen,
      entries: run.entriesLived,
    };
  }
};
