import type { Codec } from '../xml/codec.ts';
import { oneOrMore, optionalIfReadable, required } from '../xml/field.ts';
import { ei } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { EiActivePeriod } from './eiActivePeriod.ts';
import { eiActivePeriod } from './eiActivePeriod.ts';
import type { EiEventBaseline } from './eiEventBaseline.ts';
import { eiEventBaseline } from './eiEventBaseline.ts';
import type { EiEventSignal } from './eiEventSignal.ts';
import { eiEventSignal } from './eiEventSignal.ts';
import type { EiTarget } from './eiTarget.ts';
import { eiTarget } from './eiTarget.ts';
import type { EventDescriptor } from './eventDescriptor.ts';
import { eventDescriptor } from './eventDescriptor.ts';

/** The signals of a DR event, and the baseline that may stand beside them. */
export interface EiEventSignals {
  readonly eiEventSignal: readonly EiEventSignal[];
  readonly eiEventBaseline?: EiEventBaseline;
}

/** A DR event. */
export interface EiEvent {
  readonly eventDescriptor: EventDescriptor;
  readonly eiActivePeriod: EiActivePeriod;
  readonly eiEventSignals: EiEventSignals;
  readonly eiTarget: EiTarget;
}

const eiEventSignals: Codec<EiEventSignals> = sequence([
  oneOrMore(ei('eiEventSignal'), eiEventSignal),
  optionalIfReadable(ei('eiEventBaseline'), eiEventBaseline, '100'),
]);

export const eiEvent: Codec<EiEvent> = sequence([
  required(ei('eventDescriptor'), eventDescriptor),
  required(ei('eiActivePeriod'), eiActivePeriod),
  required(ei('eiEventSignals'), eiEventSignals),
  required(ei('eiTarget'), eiTarget, { rule: '19.9', value: {} }),
]);
