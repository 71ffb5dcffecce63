import type { KnownEntry } from '../facts/fact.ts';
import { neutralIn } from '../facts/neutral.ts';
import { type Keyed, lookUp, withKey, withoutKey } from '../store/projections/keyed.ts';
import { type Prunable, pruned } from '../store/projections/pruned.ts';

/**
 * Confirmations: whether an acknowledgement was given by a VTN that remembered the request.
 *
 * A VTN that was restarted answers 200 to a report under a request it has forgotten, and drops it. An acknowledgement is
 * confirmed when its request was made by the registration of the time. It is not when that registration turns out to have
 * been lost, nothing in between showed that it was known, and either the request was not fresh when the report went out, or
 * the loss came to light soon after.
 */

/** A request younger than this when its report is acknowledged counts as remembered. @unit ms */
export const freshForMs = 30 * 60_000;

/** A registration that turns out to be lost within this after an acknowledgement may have been lost before it. @unit ms */
export const suspectForMs = 15 * 60_000;

interface Acknowledgement {
  readonly deliveryID: string;
  readonly at: number;
  /** How old the request was, or how long ago the VTN last showed that it knew us. @unit ms */
  readonly ageMs: number;
}

/** Which acknowledgements are in doubt, and what is needed to tell. */
export interface ConfirmationsState extends Prunable {
  /** Requests in force, with when they were made or last known to be remembered. */
  readonly requests: Keyed<number>;
  /** Acknowledgements since the VTN last showed that it knew us. */
  readonly recent: readonly Acknowledgement[];
  /** Why a delivery's acknowledgement is not confirmed, by deliveryID, with the entry that shows it. */
  readonly unconfirmed: Keyed<{ readonly why: string; readonly position: number }>;
  readonly isRegistered: boolean;
}

const initial: ConfirmationsState = { requests: {}, recent: [], unconfirmed: {}, isRegistered: false, prunedDay: 0 };

/** The VTN knows us: what it acknowledged so far it acknowledged in its right mind. */
const remembered = (state: ConfirmationsState, at: number): ConfirmationsState => ({
  ...state,
  isRegistered: true,
  recent: [],
  requests: Object.fromEntries(Object.keys(state.requests).map((reportRequestID) => [reportRequestID, at])),
});

const forgottenWhy =
  'the VTN turned out to have forgotten its registration, and nothing shows that it still knew the request';

const forgotten = (state: ConfirmationsState, { position, recordedAt }: KnownEntry): ConfirmationsState => ({
  ...state,
  isRegistered: false,
  recent: [],
  requests: {},
  unconfirmed: state.recent
    .filter(({ ageMs, at }) => ageMs > freshForMs || recordedAt - at < suspectForMs)
    .reduce((all, { deliveryID }) => withKey(all, deliveryID, { why: forgottenWhy, position }), state.unconfirmed),
});

const acknowledged = (
  state: ConfirmationsState,
  entry: KnownEntry & { type: 'UsageDeliveryAcknowledged' },
): ConfirmationsState => {
  const { deliveryID, reportRequestID } = entry.data;
  const knownAt = lookUp(state.requests, reportRequestID);
  if (knownAt !== undefined)
    return {
      ...state,
      recent: [...state.recent, { deliveryID, at: entry.recordedAt, ageMs: entry.recordedAt - knownAt }],
    };
  const why = `no registration of the time had made the request "${reportRequestID}"`;
  return { ...state, unconfirmed: withKey(state.unconfirmed, deliveryID, { why, position: entry.position }) };
};

/** Endings after which the VTN is not bound by the request any more. */
const voids: ReadonlySet<string> = new Set(['registrationEnded', 'reportsRegistered']);

/** Whether the VTN asks for usage, and under which request. */
const asking = (state: ConfirmationsState, entry: KnownEntry): ConfirmationsState => {
  const neutral = neutralIn(entry);
  if (neutral?.type === 'UsageAsked')
    return { ...state, requests: withKey(state.requests, neutral.data.asker.id, entry.recordedAt) };
  return neutral?.type === 'UsageUnasked' && voids.has(neutral.data.because)
    ? { ...state, requests: withoutKey(state.requests, neutral.data.asker.id) }
    : state;
};

const take = (state: ConfirmationsState, entry: KnownEntry): ConfirmationsState => {
  switch (entry.type) {
    case 'Registered':
      return entry.data.renewed || !state.isRegistered
        ? remembered(state, entry.recordedAt)
        : remembered(forgotten(state, entry), entry.recordedAt);
    case 'RegistrationEnded':
      return entry.data.by === 'lost'
        ? forgotten(state, entry)
        : { ...state, isRegistered: false, recent: [], requests: {} };
    case 'ReportsRegistered':
      return { ...state, recent: [] };
    case 'UsageDeliveryAcknowledged':
      return acknowledged(state, entry);
    default:
      return asking(state, entry);
  }
};

/** The fold; nothing of it is ever dropped but requests that are void. */
export const confirmationsFold = pruned(
  { name: 'confirmations', version: '2', initial, take, prune: (state) => state },
  {},
);
