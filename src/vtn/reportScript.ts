import type { ReportSpecifierID, RID, ReportRequestID } from '../protocol/types/identifiers.ts';
import type { DateTime, Duration } from '../protocol/types/scalars.ts';

/** A report asked for by a poll. */
export interface ReportScript {
  /**
   * `oneShot`: now and once. `periodic`: each reportBackDuration, for `lengthMs` or until cancelled. `metadata`: what can be
   * reported. `history`: what has been kept since `startInMs` (negative).
   */
  readonly kind: 'oneShot' | 'periodic' | 'metadata' | 'history';
  /** Without it, whatever the VEN offers as TELEMETRY_USAGE, or HISTORY_USAGE for `history`. */
  readonly reportSpecifierID?: ReportSpecifierID;
  readonly rIDs?: readonly RID[];
  readonly granularity?: Duration;
  readonly reportBackDuration?: Duration;
  /** When the series starts, from now; a positive one is a delayed report. @unit ms */
  readonly startInMs?: number;
  /** 0 is without end. @unit ms */
  readonly lengthMs?: number;
  readonly reportRequestID?: ReportRequestID;
  /** Written instead of start and length: for what they cannot say. */
  readonly reportInterval?: { readonly dtstart: DateTime; readonly duration: Duration };
}
