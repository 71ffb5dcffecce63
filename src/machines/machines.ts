import type { AnyStateMachine } from 'xstate';
import type { Stream } from '../facts/entry.ts';
import { device } from './device.ts';
import { drEvent } from './drEvent.ts';
import { exchange } from './exchange.ts';
import { inbound } from './inbound.ts';
import { instruction } from './instruction.ts';
import { opt } from './opt.ts';
import { reportRequest } from './reportRequest.ts';
import { site } from './site.ts';
import { ven } from './ven.ts';
import { watch } from './watch.ts';

/** Every statechart by its id: what a stream is an instance of. */
export const machines = {
  ven,
  exchange,
  inbound,
  watch,
  drEvent,
  reportRequest,
  site,
  device,
  instruction,
  opt,
} as const satisfies Record<string, AnyStateMachine>;

export type MachineID = keyof typeof machines;

/** The machine a stream is an instance of, and the id of its thing (empty for the single ones). */
export const addressOf = (stream: Stream): { readonly machine: MachineID; readonly id: string } | null => {
  const slash = stream.indexOf('/');
  const name = slash === -1 ? stream : stream.slice(0, slash);
  return Object.hasOwn(machines, name)
    ? { machine: name as MachineID, id: slash === -1 ? '' : stream.slice(slash + 1) }
    : null;
};
