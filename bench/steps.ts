import { transition, type AnyMachineSnapshot, type AnyStateMachine, type EventObject } from 'xstate';
import { initialState } from '../src/core/state.ts';
import type { StepInput } from '../src/core/step.ts';
import { step } from '../src/shell/step.ts';
import type { Input } from '../src/facts/fact.ts';
import { upcast } from '../src/facts/upcast.ts';
import { machines } from '../src/machines/machines.ts';
import { withDirectory } from './support/directory.ts';
import { rateFigure, type Subject } from './support/figure.ts';
import { measurePair } from './support/measure.ts';
import { simulate } from './support/simulation.ts';

const hourMs = 3_600_000;
const rounds = 9;

/** One transition that a step led to. */
interface Taken {
  readonly machine: AnyStateMachine;
  readonly snapshot: AnyMachineSnapshot;
  readonly event: EventObject;
}

/** The inputs of an afternoon with prices, status reports each minute and a poll each minute, as the log has them. */
const recordedInputs = (): Promise<readonly StepInput[]> =>
  withDirectory(async (directory) => {
    const world = await simulate({ directory, settings: { minimumPollFreqMs: 60_000 } });
    await world.runTo(world.startAt + 8 * hourMs);
    const inputs: StepInput[] = [];
    for await (const recorded of world.hosted.log.read()) {
      if (recorded.direction !== 'in') continue;
      const { type, data, stream, position, recordedAt, runID, chance = 0 } = upcast(recorded);
      inputs.push({ input: { type, data } as Input, stream, position, recordedAt, runID, chance });
    }
    await world.stop();
    return inputs;
  });

const runThrough = (inputs: readonly StepInput[]): number => {
  let state = initialState;
  for (const input of inputs) ({ state } = step(state, input));
  return inputs.length;
};

/** Listens to the machines while the inputs are stepped through. */
const transitionsOf = (inputs: readonly StepInput[]): readonly Taken[] => {
  const taken: Taken[] = [];
  const all = Object.values(machines) as unknown as AnyStateMachine[];
  for (const machine of all) {
    const original = machine.transition.bind(machine);
    machine.transition = (snapshot, event, scope) => {
      taken.push({ machine, snapshot, event: event as EventObject });
      return original(snapshot, event, scope);
    };
  }
  runThrough(inputs);
  for (const machine of all) Reflect.deleteProperty(machine, 'transition');
  return taken;
};

/** Steps in memory: routing, transitions, timers, views and outputs, beside the transitions alone. */
export const steps: Subject = {
  name: 'steps',
  title: 'Reactor: steps in memory, beside XState’s own transition() of the same machines, snapshots and events',
  measure: async () => {
    const inputs = await recordedInputs();
    const taken = transitionsOf(inputs);
    const bare = (): number => {
      for (const { machine, snapshot, event } of taken) transition(machine, snapshot, event);
      return inputs.length;
    };
    const paired = await measurePair(() => runThrough(inputs), bare, rounds);
    const each = (taken.length / inputs.length).toFixed(1);
    return [
      rateFigure(`steps (${inputs.length} inputs, ${each} transitions each)`, 'steps', 'bare transition()', paired),
    ];
  },
};
