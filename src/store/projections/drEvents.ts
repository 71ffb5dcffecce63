import type { KnownEntry } from '../../facts/fact.ts';
import type {
  DrEventAccepted,
  DrEventCancelled,
  DrEventRefused,
  DrEventStatus,
  SignalSummary,
} from '../../facts/output.ts';
import type { Projection } from '../projection.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';
import { type IndexedSeries, seriesGet, seriesPrune, seriesPut, seriesRange } from './series.ts';

/** DR events: what the VTN asked for, where each event stands, and what it was answered. */

/** What the VTN was told about an event. */
export interface DrEventAnswer {
  readonly at: number;
  readonly modificationNumber: number;
  readonly optType: 'optIn' | 'optOut';
  readonly responseCode: string;
  readonly requestID: string;
}

/** A DR event in the version that holds. */
export interface DrEventView {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly status: DrEventStatus;
  readonly test: boolean;
  readonly startAt: number;
  /** Null when it has no defined end. */
  readonly endAt: number | null;
  readonly offsetMs: number;
  readonly marketContext: string;
  readonly vtnComment: string | null;
  readonly signals: readonly SignalSummary[];
  /** When its first version, and this one, were taken over. */
  readonly firstAt: number;
  readonly acceptedAt: number;
  readonly position: number;
  readonly answer: DrEventAnswer | null;
  readonly answers: number;
  readonly cancelled: { readonly at: number; readonly by: DrEventCancelled['by']; readonly endsAt: number } | null;
  /** What a person decided, over what the agent does by itself. */
  readonly operatorOpt: 'optIn' | 'optOut' | null;
}

/** A version that was not taken over. */
export interface DrEventRefusal extends DrEventRefused {
  readonly at: number;
  readonly position: number;
}

/** Every DR event. */
export interface DrEventsState extends Prunable {
  /** Those the machines still know. */
  readonly known: Keyed<DrEventView>;
  /** Those they have forgotten, by start. */
  readonly past: IndexedSeries<readonly DrEventView[]>;
  readonly refusals: readonly DrEventRefusal[];
}

/** @limit The refusals shown; older ones are in the log. */
export const refusalsKept = 100;

const accepted = (
  state: DrEventsState,
  data: DrEventAccepted,
  { recordedAt: at, position }: KnownEntry,
): DrEventsState => {
  const before = lookUp(state.known, data.eventID);
  const view: DrEventView = {
    eventID: data.eventID,
    modificationNumber: data.modificationNumber,
    status: before === undefined || before.cancelled !== null ? 'far' : before.status,
    test: data.test,
    startAt: data.startAt,
    endAt: data.endAt ?? null,
    offsetMs: data.offsetMs,
    marketContext: data.marketContext,
    vtnComment: data.vtnComment ?? null,
    signals: data.signals,
    firstAt: before?.firstAt ?? at,
    acceptedAt: at,
    position,
    answer: before?.answer ?? null,
    answers: before?.answers ?? 0,
    cancelled: null,
    operatorOpt: before?.operatorOpt ?? null,
  };
  return { ...state, known: withKey(state.known, data.eventID, view) };
};

const change = (
  state: DrEventsState,
  eventID: string,
  alter: (view: DrEventView) => Partial<DrEventView>,
): DrEventsState => {
  const view = lookUp(state.known, eventID);
  return view === undefined ? state : { ...state, known: withKey(state.known, eventID, { ...view, ...alter(view) }) };
};

const forget = (state: DrEventsState, eventID: string): DrEventsState => {
  const view = lookUp(state.known, eventID);
  if (view === undefined) return state;
  const beside = seriesGet(state.past, view.startAt) ?? [];
  return {
    ...state,
    known: withoutKey(state.known, eventID),
    past: seriesPut(state.past, view.startAt, [...beside, view]),
  };
};

const take = (state: DrEventsState, entry: KnownEntry): DrEventsState => {
  const { recordedAt: at, position } = entry;
  switch (entry.type) {
    case 'DrEventAccepted':
      return accepted(state, entry.data, entry);
    case 'DrEventRefused':
      return { ...state, refusals: [...state.refusals, { ...entry.data, at, position }].slice(-refusalsKept) };
    case 'DrEventStatusChanged':
      return change(state, entry.data.eventID, () => ({ status: entry.data.status }));
    case 'DrEventCancelled': {
      const { eventID, by, endsAt } = entry.data;
      return change(state, eventID, ({ status }) => ({
        cancelled: { at, by, endsAt },
        status: endsAt <= at ? 'cancelled' : status,
      }));
    }
    case 'DrEventAnswered': {
      const { eventID, ...answer } = entry.data;
      return change(state, eventID, ({ answers }) => ({ answer: { at, ...answer }, answers: answers + 1 }));
    }
    case 'OperatorOpted':
      return change(state, entry.data.eventID, () => ({ operatorOpt: entry.data.optType }));
    case 'DrEventForgotten':
      return forget(state, entry.data.eventID);
    default:
      return state;
  }
};

const prune = (state: DrEventsState, beforeAt: number): DrEventsState => ({
  ...state,
  past: seriesPrune(state.past, beforeAt),
  refusals: state.refusals.filter(({ at }) => at >= beforeAt),
});

/** All DR events. */
export const drEventsProjection = (keep: Keep = {}): Projection<DrEventsState> =>
  pruned(
    { name: 'drEvents', version: '1', initial: { known: {}, past: [], refusals: [], prunedDay: 0 }, take, prune },
    keep,
  );

const byStart = (a: DrEventView, b: DrEventView): number => a.startAt - b.startAt || a.position - b.position;

/** The events that are not over for long, by their start. */
export const knownDrEvents = (state: DrEventsState): DrEventView[] => Object.values(state.known).sort(byStart);

/** Every event, known or forgotten, that starts in [fromAt, toAt), by its start. */
export const drEventsStarting = (state: DrEventsState, fromAt: number, toAt: number): DrEventView[] =>
  [
    ...seriesRange(state.past, fromAt, toAt).flatMap(({ value }) => value),
    ...Object.values(state.known).filter(({ startAt }) => startAt >= fromAt && startAt < toAt),
  ].sort(byStart);
