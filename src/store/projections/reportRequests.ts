import type { KnownEntry } from '../../facts/fact.ts';
import type {
  ReportKind,
  ReportRequestAccepted,
  ReportRequestEnded,
  ReportRequestRefused,
} from '../../facts/output.ts';
import type { Projection } from '../projection.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';
import { type IndexedSeries, seriesGet, seriesPrune, seriesPut, seriesRange } from './series.ts';

/** Report requests: which reports the VTN asked for, at what pace, and what came of each request. */

/** A request for a report. */
export interface ReportRequestView {
  readonly reportRequestID: string;
  readonly kind: ReportKind;
  readonly reportSpecifierID: string;
  readonly rIDs: readonly string[];
  readonly startAt: number;
  /** Null when it runs until cancelled. */
  readonly endAt: number | null;
  readonly granularityMs: number;
  readonly reportBackMs: number;
  readonly aligned: ReportRequestAccepted['aligned'];
  readonly acceptedAt: number;
  readonly position: number;
  /** Usage reports that fell due under it, and that were acknowledged under it. */
  readonly due: number;
  readonly acknowledged: number;
  readonly lastAcknowledgedAt: number | null;
  /** Null while it is in force. */
  readonly ended: { readonly at: number; readonly because: ReportRequestEnded['because'] } | null;
}

/** A request that was not taken over. */
export interface ReportRequestRefusal extends ReportRequestRefused {
  readonly at: number;
}

/** Every report request. */
export interface ReportRequestsState extends Prunable {
  readonly inForce: Keyed<ReportRequestView>;
  /** Those that ended, by when they were accepted. */
  readonly past: IndexedSeries<readonly ReportRequestView[]>;
  readonly refusals: readonly ReportRequestRefusal[];
}

/** @limit The refusals shown; older ones are in the log. */
export const refusedRequestsKept = 100;

const end = (
  state: ReportRequestsState,
  reportRequestID: string,
  at: number,
  because: ReportRequestEnded['because'],
): ReportRequestsState => {
  const view = lookUp(state.inForce, reportRequestID);
  if (view === undefined) return state;
  const ended = { ...view, ended: { at, because } };
  const beside = seriesGet(state.past, view.acceptedAt) ?? [];
  return {
    ...state,
    inForce: withoutKey(state.inForce, reportRequestID),
    past: seriesPut(state.past, view.acceptedAt, [...beside, ended]),
  };
};

const accept = (
  state: ReportRequestsState,
  data: ReportRequestAccepted,
  { recordedAt: at, position }: KnownEntry,
): ReportRequestsState => {
  const view: ReportRequestView = {
    reportRequestID: data.reportRequestID,
    kind: data.kind,
    reportSpecifierID: data.reportSpecifierID,
    rIDs: data.rIDs,
    startAt: data.startAt,
    endAt: data.endAt ?? null,
    granularityMs: data.granularityMs,
    reportBackMs: data.reportBackMs,
    aligned: data.aligned,
    acceptedAt: at,
    position,
    due: 0,
    acknowledged: 0,
    lastAcknowledgedAt: null,
    ended: null,
  };
  const cleared = end(state, data.reportRequestID, at, 'replaced');
  return { ...cleared, inForce: withKey(cleared.inForce, data.reportRequestID, view) };
};

const change = (
  state: ReportRequestsState,
  reportRequestID: string,
  alter: (view: ReportRequestView) => Partial<ReportRequestView>,
): ReportRequestsState => {
  const view = lookUp(state.inForce, reportRequestID);
  return view === undefined
    ? state
    : { ...state, inForce: withKey(state.inForce, reportRequestID, { ...view, ...alter(view) }) };
};

const take = (state: ReportRequestsState, entry: KnownEntry): ReportRequestsState => {
  const at = entry.recordedAt;
  switch (entry.type) {
    case 'ReportRequestAccepted':
      return accept(state, entry.data, entry);
    case 'ReportRequestRefused':
      return { ...state, refusals: [...state.refusals, { ...entry.data, at }].slice(-refusedRequestsKept) };
    case 'ReportRequestEnded':
      return end(state, entry.data.reportRequestID, at, entry.data.because);
    case 'UsageDue':
      return change(state, entry.data.reportRequestID, ({ due }) => ({ due: due + 1 }));
    case 'UsageDeliveryAcknowledged':
      return change(state, entry.data.reportRequestID, ({ acknowledged }) => ({
        acknowledged: acknowledged + 1,
        lastAcknowledgedAt: at,
      }));
    default:
      return state;
  }
};

const prune = (state: ReportRequestsState, beforeAt: number): ReportRequestsState => ({
  ...state,
  past: seriesPrune(state.past, beforeAt),
  refusals: state.refusals.filter(({ at }) => at >= beforeAt),
});

/** All report requests. */
export const reportRequestsProjection = (keep: Keep = {}): Projection<ReportRequestsState> =>
  pruned(
    {
      name: 'reportRequests',
      version: '1',
      initial: { inForce: {}, past: [], refusals: [], prunedDay: 0 },
      take,
      prune,
    },
    keep,
  );

const byAcceptance = (a: ReportRequestView, b: ReportRequestView): number => a.position - b.position;

/** The requests in force, in the order they were accepted. */
export const requestsInForce = (state: ReportRequestsState): ReportRequestView[] =>
  Object.values(state.inForce).sort(byAcceptance);

/** Every request, in force or ended, that was accepted in [fromAt, toAt). */
export const requestsAccepted = (state: ReportRequestsState, fromAt: number, toAt: number): ReportRequestView[] =>
  [
    ...seriesRange(state.past, fromAt, toAt).flatMap(({ value }) => value),
    ...Object.values(state.inForce).filter(({ acceptedAt }) => acceptedAt >= fromAt && acceptedAt < toAt),
  ].sort(byAcceptance);
