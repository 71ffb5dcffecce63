import type { EiActivePeriod } from './eiActivePeriod.ts';
import type { EiEventBaseline } from './eiEventBaseline.ts';
import type { EiEventSignal } from './eiEventSignal.ts';
import type { EiTarget } from './eiTarget.ts';
import type { EventDescriptor } from './eventDescriptor.ts';

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
