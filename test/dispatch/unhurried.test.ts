import { describe, expect, it } from 'vitest';
import { freshHighs } from '../../src/dispatch/highsSolver.ts';
import type { LinearModel, Solver } from '../../src/dispatch/solver.ts';
import { unhurried } from '../../src/dispatch/unhurried.ts';

/** Four columns that are dear, and of which each pair is to come to one at least. */
const model: LinearModel = {
  columns: {
    cost: Float64Array.of(1, 2, 3, 4),
    lower: new Float64Array(4),
    upper: new Float64Array(4).fill(10),
    whole: [],
  },
  rows: {
    lower: new Float64Array(3).fill(1),
    upper: new Float64Array(3).fill(Infinity),
    starts: Int32Array.of(0, 2, 4, 6),
    index: Int32Array.of(0, 1, 1, 2, 2, 3),
    value: new Float64Array(6).fill(1),
  },
};

const inNoTime = (solver: Solver): string => {
  const kept = solver.keep(model);
  try {
    return kept.solve({ timeLimitSeconds: 0 }).status;
  } finally {
    kept.dispose();
  }
};

describe('a solver that nobody waits for', () => {
  it('finds what another has no time for', async () => {
    const highs = await freshHighs();
    expect(inNoTime(highs)).toBe('late');
    expect(inNoTime(unhurried(highs))).toBe('optimal');
  });
});
