import type { AnyMachineSnapshot } from 'xstate';
import { addressOf, machines, machineVersion } from '../machines/machines.ts';
import { viewFolds, type AgentState } from './state.ts';

/** A stream's snapshot as data. */
export interface PlainStream {
  readonly value: unknown;
  readonly context: unknown;
}

/** The agent's state as data: what a checkpoint keeps, and what two folds are compared by. */
export interface PlainState extends Omit<AgentState, 'streams'> {
  readonly streams: Readonly<Record<string, PlainStream>>;
}

/** Names everything whose change makes a checkpoint worthless. */
export const stateVersion = [machineVersion, ...Object.values(viewFolds).map(({ name, version }) => `${name} ${version}`)].join(', ');

/** The state as data. */
export const toPlain = ({ streams, ...rest }: AgentState): PlainState => ({
  ...rest,
  streams: Object.fromEntries(Object.entries(streams).map(([stream, { value, context }]) => [stream, { value, context }])),
});

const revive = (stream: string, { value, context }: PlainStream): AnyMachineSnapshot => {
  const address = addressOf(stream);
  if (address === null) throw new Error(`The stream ${stream} belongs to no machine.`);
  const machine = machines[address.machine] as unknown as { resolveState(state: PlainStream): AnyMachineSnapshot };
  return machine.resolveState({ value, context });
};

/** The state of data. @throws Error when it names a stream or a state that is not there. */
export const fromPlain = ({ streams, ...rest }: PlainState): AgentState => ({
  ...rest,
  streams: Object.fromEntries(Object.entries(streams).map(([stream, plain]) => [stream, revive(stream, plain)])),
});
