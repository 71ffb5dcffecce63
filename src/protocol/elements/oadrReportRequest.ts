import type { UnreadableTold } from '../errors.ts';
import type { ReadingType } from '../types/enumerations.ts';
import { readingTypes } from '../types/enumerations.ts';
import type { ReportRequestID, ReportSpecifierID, RID } from '../types/identifiers.ts';
import type { Duration } from '../types/scalars.ts';
import { type Codec, WireReading } from '../xml/codec.ts';
import { durationProperty, only } from '../xml/combinators.ts';
import type { XmlElement } from '../xml/element.ts';
import { extensibleToken } from '../xml/enumerated.ts';
import { oneOrMore, optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, xcal } from '../xml/names.ts';
import { valueWithin } from '../xml/perItem.ts';
import { sequence } from '../xml/sequence.ts';
import type { ItemBase } from './itemBase.ts';
import { itemBase } from './itemBaseField.ts';
import type { Properties } from './properties.ts';
import { properties } from './properties.ts';

/** One data point that is asked for. @rule 2.0b 338 */
export interface SpecifierPayload {
  readonly rID: RID;
  readonly itemBase?: ItemBase;
  readonly readingType: ReadingType;
}

/** Which report is wanted, of which data points, how finely and how often. @rule 2.0b 324 */
export interface ReportSpecifier {
  readonly reportSpecifierID: ReportSpecifierID;
  readonly granularity: Duration;
  readonly reportBackDuration: Duration;
  readonly reportInterval?: Properties;
  readonly specifierPayload: readonly SpecifierPayload[];
}

/** A request for a report. */
export interface OadrReportRequest {
  readonly reportRequestID: ReportRequestID;
  readonly reportSpecifier: ReportSpecifier;
}

const specifierPayload: Codec<SpecifierPayload> = sequence([
  required(ei('rID'), text),
  itemBase,
  required(ei('readingType'), extensibleToken(readingTypes)),
]);

const reportSpecifier: Codec<ReportSpecifier> = sequence([
  required(ei('reportSpecifierID'), text),
  required(xcal('granularity'), durationProperty),
  required(ei('reportBackDuration'), durationProperty),
  optional(ei('reportInterval'), only(xcal('properties'), properties)),
  oneOrMore(ei('specifierPayload'), specifierPayload),
]);

export const oadrReportRequest: Codec<OadrReportRequest> = sequence([
  required(ei('reportRequestID'), text),
  required(ei('reportSpecifier'), reportSpecifier),
]);

/** What can be told of a report request that cannot be read as a whole. */
export const identifyRequest = (element: XmlElement): UnreadableTold => {
  const reportRequestID = valueWithin(element, ei('reportRequestID'), text, new WireReading(false));
  return reportRequestID === undefined || reportRequestID === '' ? {} : { reportRequestID };
};
