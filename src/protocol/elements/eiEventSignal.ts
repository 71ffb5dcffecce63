import type { SignalName, SignalType } from '../types/enumerations.ts';
import type { SignalID } from '../types/identifiers.ts';
import type { DecimalText } from '../types/scalars.ts';
import type { EiTarget } from './eiTarget.ts';
import type { Interval } from './interval.ts';
import type { ItemBase } from './itemBase.ts';

/** A series of values over the time of a DR event. */
export interface EiEventSignal {
  readonly intervals: readonly Interval[];
  /** Device classes only. @rule 2.0b 111 */
  readonly eiTarget?: EiTarget;
  readonly signalName: SignalName;
  readonly signalType: SignalType;
  readonly signalID: SignalID;
  readonly itemBase?: ItemBase;
  /** Informational. @rule 2.0b 14 */
  readonly currentValue?: DecimalText;
}
