import type { Stream } from '../facts/entry.ts';
import { isFactType, type Output } from '../facts/fact.ts';
import type { EventFor } from '../machines/inbox.ts';
import type { MachineID } from '../machines/machines.ts';
import type { Signal } from '../machines/signals.ts';
import type { StreamOf } from '../machines/streams.ts';

/** An event for a stream; `tell` makes one. */
export interface Told {
  readonly to: StreamOf;
  readonly event: EventFor;
}

/** What was touched and is looked at once, when the step has nothing more to say, however often it was touched. */
export type Unsettled = 'prices' | 'sampling' | 'plan' | 'overrides';

/** What follows: an event for a stream, a signal for whom it concerns, a fact to conclude, or something to settle at the end. */
export type Consequence =
  | Told
  | { readonly signal: Signal }
  | { readonly fact: Output; readonly stream: Stream }
  | { readonly unsettled: Unsettled };

/** Tells a stream something that its machine can hear. */
export const tell = <ID extends MachineID>(to: StreamOf<ID>, event: EventFor<ID>): Told => ({ to, event });

/** Whether something a machine emitted is a fact; everything else is a signal. */
export const isOutput = (emitted: Output | Signal): emitted is Output => isFactType(emitted.type);
