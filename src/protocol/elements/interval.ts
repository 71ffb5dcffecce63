import type { DateTime, DecimalText, Duration } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { durationProperty, only } from '../xml/combinators.ts';
import { optional, several, someOf } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { atom, ei, oadr, xcal } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { OadrReportPayload } from './oadrReportPayload.ts';
import { oadrReportPayload } from './oadrReportPayload.ts';
import type { OpaqueXml } from './opaqueXml.ts';
import { opaqueXml } from './opaqueXml.ts';
import type { PayloadBase } from './payloadBase.ts';
import { payloadBase } from './payloadBase.ts';
import { dtstart } from './properties.ts';

/**
 * One interval of a signal, a baseline or a report, with at least one payload.
 *
 * A signal's interval has one `signalPayload`; a report's has one `oadrReportPayload` for each data point.
 * The schema lets an interval hold any number of any kind, so each kind is a list, absent when there is none.
 */
export interface Interval {
  /** In an event's signal to be ignored: durations are accumulated from the active period. @rule 2.0b 103 */
  readonly dtstart?: DateTime;
  readonly duration?: Duration;
  /** 0, 1, 2 … as text. @rule 2.0b 2 */
  readonly uid?: string;
  readonly signalPayload?: readonly PayloadBase[];
  readonly oadrReportPayload?: readonly OadrReportPayload[];
  /** Each an Atom feed. */
  readonly oadrGBPayload?: readonly OpaqueXml[];
}

/** The number a signal's interval carries, or nothing when it does not carry exactly one. @rule 2.0b 2 */
export const signalValue = (interval: Interval): DecimalText | undefined =>
  interval.signalPayload?.length === 1 ? interval.signalPayload[0]?.payloadFloat : undefined;

export const interval: Codec<Interval> = sequence([
  optional(xcal('dtstart'), dtstart),
  optional(xcal('duration'), durationProperty),
  optional(xcal('uid'), only(xcal('text'), text)),
  someOf(
    several(ei('signalPayload'), sequence([payloadBase])),
    several(oadr('oadrReportPayload'), oadrReportPayload),
    several(oadr('oadrGBPayload'), only(atom('feed'), opaqueXml)),
  ),
]);
