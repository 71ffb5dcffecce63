import type { AnyMachineSnapshot, AnyStateMachine, MachineContext, StateValue } from 'xstate';
import { machines, type MachineID } from '../machines/machines.ts';
import { sparing } from './transition.ts';

/** A stream's snapshot as data. */
export interface PlainStream {
  readonly value: unknown;
  readonly context: unknown;
}

/** The snapshot of a machine in a state. @throws Error when the machine has no such state. */
export const revived = (machineID: MachineID, { value, context }: PlainStream): AnyMachineSnapshot => {
  const machine: AnyStateMachine = machines[machineID];
  const made = machine.resolveState({ value: value as StateValue, context: context as MachineContext });
  return sparing(machine, made);
};
