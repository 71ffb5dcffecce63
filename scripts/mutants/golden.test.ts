/**
 * The golden logs of these machines, in stretches: what follows in each from the state before it is what was recorded.
 *
 * `test/replay/golden.test.ts` says so of the whole log, which takes seconds; a mutant is asked about the stretches that come by it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../src/bundle/openBundle.ts';
import type { AgentState } from '../../src/core/state.ts';
import type { Entry } from '../../src/facts/entry.ts';
import { Fold } from '../../src/shell/fold.ts';
import { memorySource } from '../../test/bundle/support/cutting.ts';
import { goldenDirectory, goldenName, goldenStretches, type GoldenStretch } from '../../test/replay/support/golden.ts';

/** @limit Entries of one stretch: a few dozen milliseconds. */
const entriesOfOne = 150;

interface Stretch {
  readonly state: AgentState;
  readonly position: number;
  readonly entries: Entry[];
}

const stretchesOf = async (name: string): Promise<readonly Stretch[]> => {
  const log = await openBundle(memorySource(readFileSync(join(goldenDirectory, name)), name));
  const fold = await Fold.of(log);
  const stretches: Stretch[] = [];
  for await (const entry of log.read({ from: fold.position + 1 })) {
    const last = stretches.at(-1);
    if (last === undefined || (last.entries.length >= entriesOfOne && entry.direction === 'in'))
      stretches.push({ state: fold.state, position: fold.position, entries: [entry] });
    else last.entries.push(entry);
    fold.take(entry);
  }
  return stretches;
};

for (const golden of Object.keys(goldenStretches) as GoldenStretch[]) {
  const stretches = await stretchesOf(`${goldenName(golden)}.bundle.gz`);
  describe(`the golden log of ${golden}`, () => {
    it.each(stretches)('from entry $position on', ({ state, position, entries }) => {
      const fold = new Fold({ state, position, foundation: 'checkpoint', verify: true });
      for (const entry of entries) {
        fold.take(entry);
        if (fold.divergences.length > 0) break;
      }
      expect(fold.finish().divergences[0]).toBeUndefined();
    });
  });
}
