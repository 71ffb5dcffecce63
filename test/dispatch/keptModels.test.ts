import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshHighs } from '../../src/dispatch/highsSolver.ts';
import { keepingModels, type KeptLimits } from '../../src/dispatch/keptModels.ts';
import { optimiseWith } from '../../src/dispatch/optimiser.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import type { Solution, Solver } from '../../src/dispatch/solver.ts';
import { anyPrices, anyProblem, part } from './support/anyProblem.ts';
import { battery, evenings, hourly, problem } from './support/problems.ts';
import { triesOf } from '../support/leftOut.ts';

/** A solver whose models are counted: how many there are, and how often one was found where it stood. */
const counted = async (limits?: KeptLimits, spoil: (solution: Solution) => Solution = (each) => each) => {
  const fresh = await freshHighs();
  const count = { there: 0, made: 0, warm: 0 };
  const beneath: Solver = {
    keep: (model) => {
      count.there += 1;
      count.made += 1;
      const kept = fresh.keep(model);
      return {
        ...kept,
        solve: (options) => spoil(kept.solve(options)),
        dispose: () => {
          count.there -= 1;
          kept.dispose();
        },
      };
    },
  };
  const keeping = keepingModels(beneath, limits);
  const solver: Solver = {
    keep: (model) => {
      const kept = keeping.keep(model);
      if (kept.isWarm) count.warm += 1;
      return kept;
    },
  };
  return { solver, count, fresh };
};

/** The same devices on other days: other prices, other levels, and the first day again. */
const daysOf = (
  first: PlanningProblem,
  prices: PlanningProblem['prices'],
  level: number,
): readonly PlanningProblem[] => [
  first,
  { ...first, prices },
  {
    ...first,
    devices: first.devices.map((device) =>
      device.kind === 'storage' && device.stateOfCharge !== null ? { ...device, stateOfCharge: level } : device,
    ),
  },
  first,
];

describe('models that are kept', () => {
  it('give the plans that new ones give, whatever was asked of them before', async () => {
    const { solver, count, fresh } = await counted();
    const days = anyProblem.chain((first) =>
      fc.tuple(fc.constant(first), anyPrices(first.fromAt), part).map((each) => daysOf(...each)),
    );
    fc.assert(
      fc.property(days, (asked) => {
        for (const each of asked) expect(optimiseWith(solver, each)).toEqual(optimiseWith(fresh, each));
      }),
      { seed: 2029, numRuns: triesOf(70) },
    );
    expect(count.warm).toBeGreaterThan(count.made / 2);
  });

  it('are one for all days of the same devices', async () => {
    const { solver, count } = await counted();
    for (let day = 0; day < 50; day += 1)
      optimiseWith(
        solver,
        problem([battery({ stateOfCharge: day / 50 })], { prices: hourly(evenings.map((usd) => usd * (1 + day / 9))) }),
      );
    expect(count).toEqual({ there: 1, made: 1, warm: 49 });
  });

  it('are no more, and no larger together, than is allowed', async () => {
    const { solver, count } = await counted({ models: 3 });
    for (let slots = 4; slots < 30; slots += 1)
      optimiseWith(solver, problem([battery()], { prices: hourly(evenings.slice(0, slots)) }));
    expect(count).toEqual({ there: 3, made: 26, warm: 0 });
    const small = await counted({ figures: 0 });
    for (let turn = 0; turn < 2; turn += 1) optimiseWith(small.solver, problem());
    expect(small.count).toEqual({ there: 0, made: 2, warm: 0 });
  });

  it('are let go of when the solver stumbled over one', async () => {
    let isSpoilt = true;
    const { solver, count } = await counted({}, (solution) =>
      isSpoilt ? { ...solution, status: 'failed' } : solution,
    );
    expect(() => optimiseWith(solver, problem())).toThrow('there is always one');
    expect(count.there).toBe(0);
    isSpoilt = false;
    expect(optimiseWith(solver, problem()).solvedBy).toBe('lp');
    expect(count.there).toBe(1);
  });
});
