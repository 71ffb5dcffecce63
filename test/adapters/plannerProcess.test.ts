import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { PlannerProcess, type PlannerLimits } from '../../src/adapters/planning/plannerProcess.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import { flatProblem } from '../dispatch/support/problems.ts';

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Resolves when there is no such process any more. */
const gone = async (pid: number): Promise<true> => {
  while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  return true;
};

const planners: PlannerProcess[] = [];

const planner = (limits?: PlannerLimits): PlannerProcess => {
  const made = new PlannerProcess(limits);
  planners.push(made);
  return made;
};

afterEach(async () => {
  await Promise.all(planners.splice(0).map((each) => each.close()));
});

/** The number of the process that has just planned. */
const plannedBy = async (asked: PlannerProcess): Promise<number> => {
  await asked.plan(flatProblem());
  const { pid } = asked;
  if (pid === undefined) throw new Error('There is no process after a plan.');
  return pid;
};

describe('the planner’s process', () => {
  it('plans what is planned in this process, and stays for the next question', async () => {
    const asked = planner();
    expect(asked.pid).toBeUndefined();
    expect(await asked.plan(flatProblem())).toEqual(await optimise(flatProblem()));
    const first = asked.pid;
    expect(await plannedBy(asked)).toBe(first);
    expect(first).not.toBe(process.pid);
  });

  it('ends when nobody asks any more, and comes back when somebody does', async () => {
    const asked = planner({ idleMs: 1 });
    const problem = flatProblem();
    await asked.plan(problem);
    await expect.poll(() => asked.pid).toBeUndefined();
    expect(await asked.plan(problem)).toEqual(await optimise(problem));
  });

  it('ends when it is closed, and can be asked again', async () => {
    const asked = planner();
    const pid = await plannedBy(asked);
    await asked.close();
    expect(isThere(pid)).toBe(false);
    expect(await plannedBy(asked)).not.toBe(pid);
  });

  it('fails the plan when it is killed in the middle, and the next plan is made by another process', async () => {
    const asked = planner();
    const pid = await plannedBy(asked);
    const plan = asked.plan(flatProblem({ hours: 2_000 }));
    process.kill(pid, 'SIGKILL');
    await expect(plan).rejects.toThrow('the planner’s process ended with SIGKILL');
    expect(await plannedBy(asked)).not.toBe(pid);
  });

  it('fails a plan that takes too long, and leaves no process behind', async () => {
    const patient = planner();
    const pid = await plannedBy(patient);
    await patient.close();
    await gone(pid);
    const asked = planner({ planMs: 1 });
    await expect(asked.plan(flatProblem())).rejects.toThrow('the planner took longer than 0.001 s');
    expect(asked.pid).toBeUndefined();
  });

  it('is given up when it needs too much memory, and another begins anew', async () => {
    const asked = planner({ residentBytes: 1 });
    const problem = flatProblem({ hours: 2 });
    // It is looked at while it works, and after its answer: one of both ends it.
    const outcome = await asked.plan(problem).catch((error: unknown) => String(error));
    expect([await optimise(problem), 'Error: the planner needed more than 0 MB']).toContainEqual(outcome);
    expect(asked.pid).toBeUndefined();
  });

  it('ends with whoever asked, however that ends', async () => {
    const script = `
      import { PlannerProcess } from './src/adapters/planning/plannerProcess.ts';
      import { flatProblem } from './test/dispatch/support/problems.ts';
      const planner = new PlannerProcess();
      await planner.plan(flatProblem());
      console.log(planner.pid);
      setInterval(() => undefined, 1000);`;
    const agent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      agent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    expect(isThere(pid)).toBe(true);
    agent.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  });

  /** The code with which a script ends that has nothing to do but what is said. */
  const endOf = (lines: string): Promise<number | null> => {
    const script = `
      import { PlannerProcess } from './src/adapters/planning/plannerProcess.ts';
      import { flatProblem } from './test/dispatch/support/problems.ts';
      const planner = new PlannerProcess();
      ${lines}`;
    return new Promise((resolve) =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'inherit' }).once(
        'exit',
        resolve,
      ),
    );
  };

  it('keeps no process alive that has nothing else to do', async () => {
    expect(await endOf('await planner.plan(flatProblem());')).toBe(0);
  });

  it('can be closed, and waited for, by a script that has nothing else to do', async () => {
    expect(await endOf('await planner.plan(flatProblem()); await planner.close(); process.exitCode = 7;')).toBe(7);
    // And in the middle of a plan
    expect(
      await endOf(
        'const plan = planner.plan(flatProblem()).catch(() => 8); await planner.close(); process.exitCode = await plan;',
      ),
    ).toBe(8);
  });
});
