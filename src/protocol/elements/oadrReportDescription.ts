import type { ReadingType, ReportType } from '../types/enumerations.ts';
import type { MarketContext, RID } from '../types/identifiers.ts';
import type { Duration } from '../types/scalars.ts';
import type { EiTarget } from './eiTarget.ts';
import type { ItemBase } from './itemBase.ts';

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
