import type { ResourceID } from '../types/identifiers.ts';
import type { DateTime, Duration } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { durationProperty } from '../xml/combinators.ts';
import { anyNumber, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, strm, xcal } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { intervals } from './eiEventSignal.ts';
import type { Interval } from './interval.ts';
import type { ItemBase } from './itemBase.ts';
import { itemBase } from './itemBaseField.ts';
import { dtstart } from './properties.ts';

/** What would have been used without the DR event. @rule 2.0b 108 */
export interface EiEventBaseline {
  readonly dtstart: DateTime;
  readonly duration: Duration;
  readonly intervals: readonly Interval[];
  readonly baselineID: string;
  readonly resourceID?: readonly ResourceID[];
  readonly baselineName: string;
  readonly itemBase?: ItemBase;
}

export const eiEventBaseline: Codec<EiEventBaseline> = sequence([
  required(xcal('dtstart'), dtstart),
  required(xcal('duration'), durationProperty),
  required(strm('intervals'), intervals),
  required(ei('baselineID'), text),
  anyNumber(ei('resourceID'), text),
  required(ei('baselineName'), text),
  itemBase,
]);
