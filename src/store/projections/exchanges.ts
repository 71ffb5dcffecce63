import type { KnownEntry } from '../../facts/fact.ts';
import type { FailureReason, QuietPollsSummarised } from '../../facts/input.ts';
import type { Purpose } from '../../facts/output.ts';
import type { Projection } from '../projection.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** Exchanges with the VTN: how many, for what, how they ended and how long they took. It counts, and keeps no past. */

/** What became of the exchanges of one purpose. */
export interface ExchangeCounts {
  readonly sent: number;
  readonly answered: number;
  /** Answered with something that is no message. */
  readonly unreadable: number;
  readonly failed: number;
  /** Under way when a run ended: nothing is known of them. */
  readonly interrupted: number;
  readonly roundTripTotalMs: number;
  readonly roundTripMaxMs: number;
}

/** What the VTN pushed. */
export interface PushedCounts {
  readonly taken: number;
  /** It could not be read, or may have been anybody's. */
  readonly refused: number;
  /** It had come before, and got its reply again. */
  readonly repeated: number;
  /** When a message that could be read was pushed last, UTC ms; null before the first. */
  readonly lastAt: number | null;
}

/** The last exchange that failed. */
export interface LastFailure {
  readonly at: number;
  readonly position: number;
  readonly purpose: Purpose;
  readonly reason: FailureReason | 'unreadable';
  readonly httpStatus: number | null;
  readonly detail: string;
}

/** The health of the line to the VTN. */
export interface ExchangesState extends Prunable {
  readonly byPurpose: Keyed<ExchangeCounts>;
  readonly failures: Keyed<number>;
  readonly underWay: Keyed<Purpose>;
  /** Polls that a summary stands for; they are in the counts of `poll` too. */
  readonly quietPolls: number;
  readonly dropped: number;
  /** The last time the VTN answered anything that could be read. */
  readonly lastContactAt: number | null;
  readonly lastFailure: LastFailure | null;
  /** Failures since the last contact. */
  readonly failuresInARow: number;
  /** The VTN's clock less ours, when it was last told. @unit ms */
  readonly clockOffsetMs: number | null;
  /** What the VTN pushed; absent before the first. */
  readonly pushed?: PushedCounts;
  /** How often each tolerance was needed to read a message. */
  readonly deviations: Keyed<number>;
}

/** @limit Kinds of deviations that are told apart. */
const deviationKinds = 200;

const none: ExchangeCounts = {
  sent: 0,
  answered: 0,
  unreadable: 0,
  failed: 0,
  interrupted: 0,
  roundTripTotalMs: 0,
  roundTripMaxMs: 0,
};

const count = (
  state: ExchangesState,
  purpose: Purpose,
  alter: (counts: ExchangeCounts) => Partial<ExchangeCounts>,
): ExchangesState => {
  const counts = lookUp(state.byPurpose, purpose) ?? none;
  return { ...state, byPurpose: withKey(state.byPurpose, purpose, { ...counts, ...alter(counts) }) };
};

/** An outcome whose request is not known, for a summary stands for it, is a poll's. */
const close = (
  state: ExchangesState,
  exchangeID: string,
): { readonly purpose: Purpose; readonly closed: ExchangesState } => ({
  purpose: lookUp(state.underWay, exchangeID) ?? 'poll',
  closed: { ...state, underWay: withoutKey(state.underWay, exchangeID) },
});

const answered = (state: ExchangesState, exchangeID: string, at: number, roundTripMs: number): ExchangesState => {
  const { purpose, closed } = close(state, exchangeID);
  return count({ ...closed, lastContactAt: at, failuresInARow: 0 }, purpose, (counts) => ({
    answered: counts.answered + 1,
    roundTripTotalMs: counts.roundTripTotalMs + roundTripMs,
    roundTripMaxMs: Math.max(counts.roundTripMaxMs, roundTripMs),
  }));
};

interface Failed {
  readonly exchangeID: string;
  readonly reason: FailureReason | 'unreadable';
  readonly httpStatus?: number;
  readonly detail: string;
}

const failed = (
  state: ExchangesState,
  { exchangeID, reason, httpStatus, detail }: Failed,
  entry: KnownEntry,
): ExchangesState => {
  const { purpose, closed } = close(state, exchangeID);
  const lastFailure = {
    at: entry.recordedAt,
    position: entry.position,
    purpose,
    reason,
    httpStatus: httpStatus ?? null,
    detail,
  };
  const failures = withKey(closed.failures, reason, (lookUp(closed.failures, reason) ?? 0) + 1);
  const outcome = reason === 'unreadable' ? 'unreadable' : 'failed';
  return count({ ...closed, failures, lastFailure, failuresInARow: closed.failuresInARow + 1 }, purpose, (counts) => ({
    [outcome]: counts[outcome] + 1,
  }));
};

const withDeviations = (state: ExchangesState, deviations: readonly string[]): ExchangesState =>
  deviations.reduce((next, deviation) => {
    const seen = lookUp(next.deviations, deviation);
    if (seen === undefined && Object.keys(next.deviations).length >= deviationKinds) return next;
    return { ...next, deviations: withKey(next.deviations, deviation, (seen ?? 0) + 1) };
  }, state);

const quiet = (state: ExchangesState, data: QuietPollsSummarised): ExchangesState =>
  count(
    { ...state, quietPolls: state.quietPolls + data.count, lastContactAt: data.lastAt, failuresInARow: 0 },
    'poll',
    ({ sent, answered: before, roundTripTotalMs, roundTripMaxMs }) => ({
      sent: sent + data.count,
      answered: before + data.count,
      roundTripTotalMs: roundTripTotalMs + data.roundTripTotalMs,
      roundTripMaxMs: Math.max(roundTripMaxMs, data.roundTripMaxMs),
    }),
  );

const nothingPushed: PushedCounts = { taken: 0, refused: 0, repeated: 0, lastAt: null };

const pushed = (state: ExchangesState, alter: (counts: PushedCounts) => Partial<PushedCounts>): ExchangesState => {
  const counts = state.pushed ?? nothingPushed;
  return { ...state, pushed: { ...counts, ...alter(counts) } };
};

/** Whatever was under way when a new run begins has no outcome any more. */
const interrupted = (state: ExchangesState): ExchangesState => {
  const purposes = Object.values(state.underWay);
  if (purposes.length === 0) return state;
  return purposes.reduce(
    (next, purpose) => count(next, purpose, (counts) => ({ interrupted: counts.interrupted + 1 })),
    { ...state, underWay: {} } as ExchangesState,
  );
};

const take = (state: ExchangesState, entry: KnownEntry): ExchangesState => {
  switch (entry.type) {
    case 'SendRequested': {
      const { exchangeID, purpose } = entry.data;
      const underWay = withKey(state.underWay, exchangeID, purpose);
      return count({ ...state, underWay }, purpose, ({ sent }) => ({ sent: sent + 1 }));
    }
    case 'MessageReceived': {
      const { exchangeID, roundTripMs, clockOffsetMs, deviations } = entry.data;
      const next = withDeviations(answered(state, exchangeID, entry.recordedAt, roundTripMs), deviations);
      return clockOffsetMs === undefined ? next : { ...next, clockOffsetMs };
    }
    case 'EmptyReplyReceived':
      return answered(state, entry.data.exchangeID, entry.recordedAt, entry.data.roundTripMs);
    case 'MessageRejected': {
      const { exchangeID, text, path } = entry.data;
      return failed(state, { exchangeID, reason: 'unreadable', detail: `${text} (${path})` }, entry);
    }
    case 'SignatureRefused': {
      const { exchangeID, text, service } = entry.data;
      if (service !== undefined) return pushed(state, ({ refused }) => ({ refused: refused + 1 }));
      return failed(state, { exchangeID, reason: 'unreadable', detail: text }, entry);
    }
    case 'RequestReceived': {
      const next = pushed(state, ({ taken }) => ({ taken: taken + 1, lastAt: entry.recordedAt }));
      return withDeviations(next, entry.data.deviations);
    }
    case 'RequestRejected':
      return pushed(state, ({ refused }) => ({ refused: refused + 1 }));
    case 'ReplyRequested':
      return entry.data.repeats === undefined ? state : pushed(state, ({ repeated }) => ({ repeated: repeated + 1 }));
    case 'ExchangeFailed':
      return failed(state, entry.data, entry);
    case 'QuietPollsSummarised':
      return quiet(state, entry.data);
    case 'MessageDropped':
      return { ...state, dropped: state.dropped + 1 };
    case 'AgentStarted':
      return interrupted(state);
    default:
      return state;
  }
};

const initial: ExchangesState = {
  byPurpose: {},
  failures: {},
  underWay: {},
  quietPolls: 0,
  dropped: 0,
  lastContactAt: null,
  lastFailure: null,
  failuresInARow: 0,
  clockOffsetMs: null,
  deviations: {},
  prunedDay: 0,
};

/** Exchanges with the VTN. */
export const exchangesProjection = (keep: Keep = {}): Projection<ExchangesState> =>
  pruned({ name: 'exchanges', version: '1', initial, take, prune: (state) => state }, keep);

/** Counts of all purposes together. */
export const allExchanges = (state: ExchangesState): ExchangeCounts =>
  Object.values(state.byPurpose).reduce(
    (sum, counts) => ({
      sent: sum.sent + counts.sent,
      answered: sum.answered + counts.answered,
      unreadable: sum.unreadable + counts.unreadable,
      failed: sum.failed + counts.failed,
      interrupted: sum.interrupted + counts.interrupted,
      roundTripTotalMs: sum.roundTripTotalMs + counts.roundTripTotalMs,
      roundTripMaxMs: Math.max(sum.roundTripMaxMs, counts.roundTripMaxMs),
    }),
    none,
  );
