import type { DateTime, Duration } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { durationProperty, only } from '../xml/combinators.ts';
import { inlined, inlinedWith, optional, optionalIfReadable, required } from '../xml/field.ts';
import { dateTime, duration } from '../xml/leaves.ts';
import { ei, xcal } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** A period of time with what surrounds it; `xcal:properties`. */
export interface Properties {
  readonly dtstart: DateTime;
  /** Zero means open-ended. @rule 2.0b 210 */
  readonly duration: Duration;
  /** The start is spread at random over this time; `tolerance/tolerate/startafter`. */
  readonly startafter?: Duration;
  readonly 'x-eiNotification'?: Duration;
  readonly 'x-eiRampUp'?: Duration;
  readonly 'x-eiRecovery'?: Duration;
}

/** An instant inside its `xcal:date-time`. */
export const dtstart: Codec<DateTime> = only(xcal('date-time'), dateTime);

const tolerate = sequence([optional(xcal('startafter'), duration)]);
const tolerance = sequence([inlined(xcal('tolerate'), tolerate)]);

export const properties: Codec<Properties> = sequence([
  required(xcal('dtstart'), dtstart),
  required(xcal('duration'), durationProperty),
  inlinedWith('startafter', xcal('tolerance'), tolerance),
  optionalIfReadable(ei('x-eiNotification'), durationProperty, '29'),
  optional(ei('x-eiRampUp'), durationProperty),
  optional(ei('x-eiRecovery'), durationProperty),
]);
