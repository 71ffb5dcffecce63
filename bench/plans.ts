import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PlannerProcess } from '../src/adapters/planning/plannerProcess.ts';
import { freshHighs, highsSolver } from '../src/dispatch/highsSolver.ts';
import { optimiseWith } from '../src/dispatch/optimiser.ts';
import type { PlanningProblem } from '../src/dispatch/planningProblem.ts';
import type { Solver } from '../src/dispatch/solver.ts';
import { atMost, type Figure, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { planningProblem } from './support/planningProblem.ts';

/** Plans in a row, and how many of them are looked at for what they leave behind. */
const plans = 3_000;
const lookedAt = 300;

/** Plans that are let go before any is measured. */
const warmUp = 10;

const measured = 30;

const megabyte = 2 ** 20;

/** @unit MB */
const residentOf = (pid: number | 'self'): number => {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4_096) / megabyte;
};

const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const megabytes = (value: number): string => `${value.toFixed(1)} MB`;

const timed = async (planner: PlannerProcess, problem: PlanningProblem): Promise<number> => {
  const startedAt = performance.now();
  await planner.plan(problem);
  return performance.now() - startedAt;
};

const warmFigure = async (planner: PlannerProcess, devices: number): Promise<Figure> => {
  const times: number[] = [];
  for (let run = 0; run < warmUp + measured; run += 1)
    times.push(await timed(planner, planningProblem({ slots: 24, devices, seed: run })));
  const middle = median(times.slice(warmUp));
  return {
    name: `a plan of 24 hours for ${devices === 1 ? 'one battery' : `${devices} batteries`}, warm`,
    value: milliseconds(middle),
    ...(devices === 10 ? { goal: atMost(middle, 200, 'ms') } : {}),
  };
};

/** Why a plan of a day is as it is, with what binds, the prices at which it would be otherwise, and what wishes cost. */
const explainedFigure = async (planner: PlannerProcess): Promise<Figure> => {
  const times: number[] = [];
  for (let run = 0; run < warmUp + measured; run += 1) {
    const problem = planningProblem({ slots: 24, devices: 1, seed: run });
    const { devices } = await planner.plan(problem);
    const startedAt = performance.now();
    await planner.explain({ problem, devices, untilAt: problem.toAt });
    times.push(performance.now() - startedAt);
  }
  const middle = median(times.slice(warmUp));
  return {
    name: 'a day of one battery, fully explained, warm',
    value: milliseconds(middle),
    goal: atMost(middle, 50, 'ms'),
  };
};

/** The same devices on another day: other prices and levels. */
const onDay = (first: PlanningProblem, other: PlanningProblem): PlanningProblem => ({
  ...first,
  prices: other.prices,
  devices: first.devices.map((device, index) => {
    const then = other.devices[index];
    return device.kind === 'storage' && then?.kind === 'storage'
      ? { ...device, stateOfCharge: then.stateOfCharge }
      : device;
  }),
});

/** Planning for the same devices day after day, with the model of the day before and with a new one, in turns in this process. */
const keptFigure = async (slots: number, devices: number, days: number): Promise<Figure> => {
  const [fresh, keeping] = [await freshHighs(), await highsSolver()];
  const [anew, kept]: [number[], number[]] = [[], []];
  const first = planningProblem({ slots, devices, seed: 1 });
  const took = (solver: Solver, problem: PlanningProblem): number => {
    const startedAt = performance.now();
    optimiseWith(solver, problem);
    return performance.now() - startedAt;
  };
  for (let day = 0; day < 2 * days; day += 1) {
    const problem = onDay(first, planningProblem({ slots, devices, seed: day + 2 }));
    anew.push(took(fresh, problem));
    kept.push(took(keeping, problem));
  }
  const [before, now] = [median(anew.slice(-days)), median(kept.slice(-days))];
  return {
    name: `the next plan for the same devices, ${slots} slots × ${devices}`,
    value: milliseconds(now),
    floor: { name: 'with a new model', value: milliseconds(before) },
    ratio: `${((now / before) * 100).toFixed(0)} %`,
    goal: atMost((now / before) * 100, 80, '% of the time'),
  };
};

/** A plan that is hard, and how long this process could do nothing else meanwhile. */
const hardFigures = async (planner: PlannerProcess): Promise<readonly Figure[]> => {
  const problem = planningProblem({ slots: 288, devices: 100, seed: 1 });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const took = await timed(planner, problem);
  delay.disable();
  const stall = delay.max / 1e6;
  return [
    {
      name: 'a plan of 288 slots for 100 batteries behind one limit',
      value: `${(took / 1_000).toFixed(1)} s`,
      goal: atMost(took / 1_000, 5, 's'),
    },
    { name: 'the longest that polling waits meanwhile', value: milliseconds(stall), goal: atMost(stall, 20, 'ms') },
  ];
};

const memoryFigures = async (): Promise<readonly Figure[]> => {
  const planner = new PlannerProcess();
  // What the first plan loads stays for the next; and before and after are both without garbage.
  await planner.plan(planningProblem({ slots: 48, devices: 1, seed: 0 }));
  await planner.close();
  globalThis.gc?.();
  const before = residentOf('self');
  const resident: number[] = [];
  for (let run = 0; run < plans; run += 1) {
    await planner.plan(planningProblem({ slots: 48, devices: 1, seed: run }));
    if (planner.pid !== undefined) resident.push(residentOf(planner.pid));
  }
  const [early, late] = [median(resident.slice(lookedAt, 2 * lookedAt)), median(resident.slice(-lookedAt))];
  await planner.close();
  globalThis.gc?.();
  const left = residentOf('self') - before;
  return [
    {
      name: `memory of the planner’s process after ${plans.toLocaleString('en')} plans`,
      value: megabytes(late),
      floor: { name: `after ${lookedAt}`, value: megabytes(early) },
      goal: atMost(late / early, 1.05, 'times as much'),
    },
    {
      name: 'memory that stays with the agent when it has ended',
      value: megabytes(left),
      goal: atMost(left, 10, 'MB'),
    },
  ];
};

/** Planning as `ven run` does it, in a process of its own; the way there and back is part of every figure. */
export const planning: Subject = {
  name: 'plans',
  title: `Plans, made in a process of their own: medians of ${measured} after ${warmUp}`,
  measure: async () => {
    const planner = new PlannerProcess();
    const figures = [
      await warmFigure(planner, 1),
      await warmFigure(planner, 10),
      await explainedFigure(planner),
      ...(await hardFigures(planner)),
    ];
    await planner.close();
    // Memory comes before what is solved in this process, which would stay with it.
    const memory = await memoryFigures();
    return [...figures, ...memory, await keptFigure(24, 1, 200), await keptFigure(288, 20, 6)];
  },
};
