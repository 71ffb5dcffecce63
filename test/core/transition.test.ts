import { isDeepStrictEqual } from 'node:util';
import { initialTransition, transition as xstateTransition } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { initialOf, transition } from '../../src/core/transition.ts';
import { machines } from '../../src/machines/machines.ts';
import type { MachineName } from '../machines/support/given.ts';
import { search } from '../machines/support/search.ts';
import { shareOf } from '../support/leftOut.ts';

const names = Object.keys(machines) as MachineName[];

type Result = readonly [AnyMachineSnapshot, readonly { readonly type: string; readonly params?: unknown }[]];

/** Everything of a result that is data. */
const dataOf = ([{ value, context, status }, actions]: Result) => ({
  value,
  context,
  status,
  actions: actions.map(({ type, params }) => ({ type, params })),
});

describe.each(names)('the transition of %s', (name) => {
  const machine = machines[name] as unknown as AnyStateMachine;
  const visits = search(name);
  const steps = shareOf(visits, (_visit, index) => index % 4 === 0 || visits.length < 400).map(({ before, event }) => ({
    snapshot: before.snapshot,
    event: { ...event, at: before.at, chance: 1_234_567, runID: 'run1', settings: before.settings },
  }));

  it('given every step of a search through the chart, when it is taken without an actor of its own, then it is XState’s own', () => {
    expect(steps.length).toBeGreaterThan(10);
    for (const { snapshot, event } of steps) {
      // The machine itself, whose actions are XState's own.
      const theirs = dataOf(xstateTransition(machine, { ...snapshot, machine }, event) as unknown as Result);
      const ours = dataOf(transition(machine, snapshot, event));
      // The look of the test library at two that are alike takes longer than both steps.
      if (!isDeepStrictEqual(ours, theirs)) expect(ours).toEqual(theirs);
    }
  });

  it('given its input, when it is begun without an actor of its own, then it is as XState begins it', () => {
    const { at, settings } = visits[0]?.before ?? expect.fail(`The search through ${name} took no step.`);
    const input = { at, chance: 1_234_567, runID: 'run1', settings, id: 'one' };
    const [theirs] = initialTransition(machine, input) as unknown as Result;
    expect(dataOf([initialOf(machine, input), []])).toEqual(dataOf([theirs, []]));
  });

  it('given a step that was taken before, when it is taken again after all others, then nothing is left of those', () => {
    const [first] = steps;
    if (first === undefined) throw new Error(`The search through ${name} took no step.`);
    const once = dataOf(transition(machine, first.snapshot, first.event));
    for (const { snapshot, event } of steps) transition(machine, snapshot, event);
    expect(dataOf(transition(machine, first.snapshot, first.event))).toEqual(once);
  });
});

describe('actions that change nothing', () => {
  it('given a line that is told to stop a second time, when it hears that, then it is the one that it was, and no copy', () => {
    const machine = machines.exchange as unknown as AnyStateMachine;
    const settings = search('exchange')[0]?.before.settings;
    const told = { type: 'agent.stopping', at: 0, chance: 1, runID: 'run1', settings };
    const [stopping] = transition(
      machine,
      initialOf(machine, { at: 0, chance: 1, runID: 'run1', settings, id: '' }),
      told,
    );
    const [again] = transition(machine, stopping, told);
    expect(stopping.context).toMatchObject({ isStopping: true });
    expect(again).toBe(stopping);
  });
});
