import type { Stream } from '../facts/entry.ts';
import type { InstructionKind } from '../facts/instructions.ts';
import type { MachineID } from './machines.ts';

/** Machines of which there is one, and machines of which there is one for each thing. */
export type ThingID = 'drEvent' | 'reportRequest' | 'device' | 'instruction' | 'opt';
export type SingleID = Exclude<MachineID, ThingID>;

declare const machineOf: unique symbol;

/** The address of an instance of a machine: only what this file makes is one, so that a slip of the pen does not compile. */
export type StreamOf<ID extends MachineID = MachineID> = Stream & { readonly [machineOf]: ID };

/** The stream of a machine of which there is one. */
export const theStream = <ID extends SingleID>(machine: ID): StreamOf<ID> => `${machine}` as StreamOf<ID>;

/** The stream of a thing: `drEvent/{eventID}`. */
export const streamOf = <ID extends ThingID>(machine: ID, id: string): StreamOf<ID> =>
  `${machine}/${id}` as StreamOf<ID>;

/** The stream of what a person told a device. */
export const instructionStream = (kind: InstructionKind, resourceID: string): StreamOf<'instruction'> =>
  streamOf('instruction', `${kind}/${resourceID}`);

/** The lifecycle’s. */
export const venStream = theStream('ven');
/** The line’s. */
export const exchangeStream = theStream('exchange');
/** That of what the VTN pushes. */
export const inboundStream = theStream('inbound');
/** The watchdogs’. */
export const watchStream = theStream('watch');
/** The site’s. */
export const siteStream = theStream('site');
