import type { ReadingType, ReportType } from '../types/enumerations.ts';
import { readingTypes, reportTypes } from '../types/enumerations.ts';
import type { MarketContext, RID } from '../types/identifiers.ts';
import type { Duration } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { extensibleToken } from '../xml/enumerated.ts';
import { optional, required } from '../xml/field.ts';
import { anyURI, boolean, duration, text } from '../xml/leaves.ts';
import { ei, emix, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { EiTarget } from './eiTarget.ts';
import { eiTarget } from './eiTarget.ts';
import type { ItemBase } from './itemBase.ts';
import { itemBase } from './itemBaseField.ts';

/** How often a data point can be sampled. */
export interface OadrSamplingRate {
  readonly oadrMinPeriod: Duration;
  readonly oadrMaxPeriod: Duration;
  readonly oadrOnChange: boolean;
}

/** A data point that can be reported; metadata only. */
export interface OadrReportDescription {
  readonly rID: RID;
  readonly reportSubject?: EiTarget;
  readonly reportDataSource?: EiTarget;
  readonly reportType: ReportType;
  readonly itemBase?: ItemBase;
  readonly readingType: ReadingType;
  readonly marketContext?: MarketContext;
  readonly oadrSamplingRate?: OadrSamplingRate;
}

const oadrSamplingRate: Codec<OadrSamplingRate> = sequence([
  required(oadr('oadrMinPeriod'), duration),
  required(oadr('oadrMaxPeriod'), duration),
  required(oadr('oadrOnChange'), boolean),
]);

export const oadrReportDescription: Codec<OadrReportDescription> = sequence([
  required(ei('rID'), text),
  optional(ei('reportSubject'), eiTarget),
  optional(ei('reportDataSource'), eiTarget),
  required(ei('reportType'), extensibleToken(reportTypes)),
  itemBase,
  required(ei('readingType'), extensibleToken(readingTypes)),
  optional(emix('marketContext'), anyURI),
  optional(oadr('oadrSamplingRate'), oadrSamplingRate),
]);
