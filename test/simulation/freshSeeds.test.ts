import { describe, expect, it } from 'vitest';
import { livesPushed } from './support/plan.ts';
import { simulate } from './support/simulate.ts';

/** A file of its own, as the other shares of the simulation: a process that lives through all of them needs much memory. */

/** Seeds that nobody has lived before, another each day; the first of them is printed. */
const freshSeeds = 2;
const freshFrom = 1_000_000 + Math.floor(Date.now() / 86_400_000) * 10;

describe('the agent under trouble that is new each day', () => {
  it(
    `given ${freshSeeds} seeds that nobody has lived before, from ${freshFrom} on, then every invariant holds in them too`,
    { timeout: 400_000 },
    async () => {
      for (let seed = freshFrom; seed < freshFrom + freshSeeds; seed += 1) {
        const verdict = await simulate(seed, 1, { without: new Set(), isPushed: livesPushed(seed) });
        expect(verdict.violations, `seed ${seed}`).toEqual([]);
      }
    },
  );
});
