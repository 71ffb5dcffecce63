import type { ReportRequestAccepted } from '../../facts/output.ts';

/** What was agreed when the request was accepted. */
export type Terms = ReportRequestAccepted;
