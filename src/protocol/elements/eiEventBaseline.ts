import type { ResourceID } from '../types/identifiers.ts';
import type { DateTime, Duration } from '../types/scalars.ts';
import type { Interval } from './interval.ts';
import type { ItemBase } from './itemBase.ts';

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
