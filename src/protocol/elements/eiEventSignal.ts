import type { SignalName, SignalType } from '../types/enumerations.ts';
import { signalNames, signalTypes } from '../types/enumerations.ts';
import type { SignalID } from '../types/identifiers.ts';
import { responseCodes } from '../types/responseCode.ts';
import type { DecimalText } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { listOf, only } from '../xml/combinators.ts';
import { closedToken, extensibleToken } from '../xml/enumerated.ts';
import { oneOrMore, optional, optionalIfReadable, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, strm } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { EiTarget } from './eiTarget.ts';
import { eiTarget } from './eiTarget.ts';
import type { Interval } from './interval.ts';
import { interval } from './interval.ts';
import type { ItemBase } from './itemBase.ts';
import { itemBase } from './itemBaseField.ts';
import { floatValue } from './payloadBase.ts';

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

/** One interval or more. */
export const intervals: Codec<readonly Interval[]> = listOf(oneOrMore(ei('interval'), interval), 'interval');

export const eiEventSignal: Codec<EiEventSignal> = sequence([
  required(strm('intervals'), intervals),
  optional(ei('eiTarget'), eiTarget),
  required(ei('signalName'), extensibleToken(signalNames, responseCodes.notRecognized)),
  required(ei('signalType'), closedToken(signalTypes)),
  required(ei('signalID'), text),
  itemBase,
  optionalIfReadable(ei('currentValue'), only(ei('payloadFloat'), floatValue), '14'),
]);
