import type { KnownEntry } from '../../facts/fact.ts';
import type { DrEventCancelled } from '../../facts/output.ts';
import type { Projection } from '../projection.ts';
import { lookUp, withKey, withoutKey } from './keyed.ts';
import { dropVersion, type PricesState, putVersion, refOf, versionAt } from './priceState.ts';
import { priced, type PriceRules, type PriceVersion, versionsOf } from './priceVersion.ts';
import { type Keep, pruned } from './pruned.ts';
import { seriesPrune, seriesRange } from './series.ts';

/**
 * Prices: every price signal of every version of every DR event, never overwritten.
 *
 * What holds at an instant is worked out in `priceSlots.ts`. The prices of a cancelled event go on holding for the time
 * before its cancellation; a version that a later one replaced prices nothing, but stays to be shown.
 */

/** @limit How many replaced versions of one event are kept where the past is dropped anyway. */
export const keptVersionsPerEvent = 8;

/** Changes the versions of an event that are in force. */
const changeCurrent = (state: PricesState, eventID: string, change: Partial<PriceVersion>): PricesState =>
  (lookUp(state.known, eventID) ?? [])
    .flatMap((ref) => versionAt(state, ref) ?? [])
    .filter(({ superseded, endsAt }) => !superseded && endsAt === null)
    .reduce((next, version) => putVersion(next, { ...version, ...change }), state);

const accept = (
  state: PricesState,
  entry: KnownEntry & { type: 'DrEventAccepted' },
  keepsAll: boolean,
): PricesState => {
  if (state.rules === null) return state;
  const { eventID } = entry.data;
  const versions = versionsOf(entry.data, entry.recordedAt, entry.position, state.rules);
  const before = lookUp(state.known, eventID) ?? [];
  if (versions.length === 0 && before.length === 0) return state;
  const replaced = changeCurrent(state, eventID, { superseded: true });
  const refs = [...before, ...versions.map(refOf)];
  const surplus = keepsAll ? [] : refs.slice(0, -keptVersionsPerEvent - versions.length);
  const thinned = surplus.reduce(dropVersion, replaced);
  const added = versions.reduce(putVersion, thinned);
  return { ...added, known: withKey(added.known, eventID, refs.slice(surplus.length)) };
};

/**
 * A cancellation that was said takes the prices back. One by silence does not: a VTN that lost its memory lists nothing,
 * and the programme bills the prices it sent all the same. They hold until others take their place.
 */
const cancel = (state: PricesState, { eventID, endsAt, by }: DrEventCancelled): PricesState =>
  by === 'implicit' ? changeCurrent(state, eventID, { isWithdrawn: true }) : changeCurrent(state, eventID, { endsAt });

const sameRules = (a: PriceRules | null, b: PriceRules): boolean =>
  a !== null && JSON.stringify(a) === JSON.stringify(b);

/** A corrected unit corrects what was received before it: the wire's text is kept for this. */
const takeRules = (state: PricesState, settings: PriceRules): PricesState => {
  const { priceUnit, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax } = settings;
  const rules = { priceUnit, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax };
  if (sameRules(state.rules, rules)) return state;
  const all = [
    ...seriesRange(state.versions, 0, Number.MAX_SAFE_INTEGER).flatMap(({ value }) => Object.values(value)),
    ...Object.values(state.long),
  ];
  return all.reduce<PricesState>((next, version) => putVersion(next, priced(version, rules)), { ...state, rules });
};

const take =
  (keepsAll: boolean) =>
  (state: PricesState, entry: KnownEntry): PricesState => {
    switch (entry.type) {
      case 'AgentStarted':
        return takeRules(state, entry.data.settings);
      case 'DrEventAccepted':
        return accept(state, entry, keepsAll);
      case 'DrEventCancelled':
        return cancel(state, entry.data);
      case 'DrEventForgotten':
        return lookUp(state.known, entry.data.eventID) === undefined
          ? state
          : { ...state, known: withoutKey(state.known, entry.data.eventID) };
      default:
        return state;
    }
  };

const isOver = ({ endAt, endsAt, superseded }: PriceVersion, beforeAt: number): boolean => {
  const until = Math.min(endAt ?? Number.POSITIVE_INFINITY, endsAt ?? Number.POSITIVE_INFINITY);
  return until < beforeAt || (superseded && endAt === null);
};

const prune = (state: PricesState, keptFrom: number): PricesState => {
  const left: PricesState = {
    ...state,
    versions: seriesPrune(state.versions, keptFrom - state.longestMs),
    long: Object.fromEntries(Object.entries(state.long).filter(([, version]) => !isOver(version, keptFrom))),
  };
  const known = Object.entries(state.known)
    .map(([eventID, refs]) => [eventID, refs.filter((ref) => versionAt(left, ref) !== undefined)] as const)
    .filter(([, refs]) => refs.length > 0);
  return { ...left, known: Object.fromEntries(known) };
};

/** Prices of all DR events. With `keepMs`, versions are dropped when their time has passed, and only the last few of an event are kept. */
export const pricesProjection = (keep: Keep = {}): Projection<PricesState> =>
  pruned(
    {
      name: 'prices',
      version: '1',
      initial: { rules: null, versions: [], long: {}, known: {}, longestMs: 0, prunedDay: 0 },
      take: take(keep.keepMs === undefined),
      prune,
    },
    keep,
  );
