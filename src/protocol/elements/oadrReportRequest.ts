import type { ReadingType } from '../types/enumerations.ts';
import type { ReportRequestID, ReportSpecifierID, RID } from '../types/identifiers.ts';
import type { Duration } from '../types/scalars.ts';
import type { ItemBase } from './itemBase.ts';
import type { Properties } from './properties.ts';

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
