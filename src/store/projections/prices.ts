import type { KnownEntry } from '../../facts/fact.ts';
import { neutralIn } from '../../facts/neutral.ts';
import type { PricesReceived, PricesWithdrawn } from '../../facts/output.ts';
import { sourceKey } from '../../facts/prices.ts';
import type { Projection } from '../projection.ts';
import { datedFrom, datedNow, datedPut } from './dated.ts';
import {
  dropVersion,
  type PricesState,
  putVersion,
  refOf,
  type SourceVersions,
  versionAt,
  type VersionRef,
} from './priceState.ts';
import { type PriceRules, type PriceVersion, readAnew, versionsOf } from './priceVersion.ts';
import { type Keep, pruned } from './pruned.ts';
import { seriesPrune, seriesRange } from './series.ts';
import { shardDrop, shardGet, shardMap, shardPut } from './shards.ts';
import { emptyIndex, indexPrune } from './timeIndex.ts';

/**
 * Prices: every series of every version of every source, never overwritten.
 *
 * What holds at an instant is worked out in `priceSlots.ts`. Prices that are withdrawn go on holding for the time before
 * that; a version that a later one replaced prices nothing, but stays to be shown. A price without a unit is read by the
 * settings of its day: of those in force when it came, and of later ones as long as its time has not begun.
 */

/** @limit How many replaced versions of one source are kept where the past is dropped anyway. */
export const keptVersionsPerSource = 8;

const nothing: SourceVersions = { current: [], replaced: [] };

/** Changes the versions of a source that are in force: until an instant, or until further notice. */
const changeCurrent = (state: PricesState, key: string, change: Partial<PriceVersion>, until = Infinity): PricesState =>
  (shardGet(state.known, key) ?? nothing).current
    .flatMap((ref) => versionAt(state, ref) ?? [])
    .filter(({ endsAt }) => endsAt === null || endsAt > until)
    .reduce((next, version) => putVersion(next, { ...version, ...change }), state);

const receive = (state: PricesState, data: PricesReceived, entry: KnownEntry, keepsAll: boolean): PricesState => {
  const key = sourceKey(data.source);
  const versions = versionsOf(data, entry.recordedAt, entry.position, datedNow(state.rules));
  const before = shardGet(state.known, key);
  if (versions.length === 0 && before === undefined) return state;
  const { current, replaced } = before ?? nothing;
  const behind = changeCurrent(state, key, { superseded: true });
  const past = [...replaced, ...current];
  const surplus = keepsAll ? [] : past.slice(0, -keptVersionsPerSource);
  const added = versions.reduce(putVersion, surplus.reduce(dropVersion, behind));
  const now: SourceVersions = { current: versions.map(refOf), replaced: past.slice(surplus.length) };
  return { ...added, known: shardPut(added.known, key, now) };
};

/**
 * Prices that are taken back end. Silence does not take them back: a VTN that lost its memory lists nothing, and the
 * programme bills the prices it sent all the same. They hold until others take their place. What was taken back by a
 * clock that was ahead ends when that clock is set right.
 */
const withdraw = (state: PricesState, { source, endsAt }: PricesWithdrawn): PricesState =>
  endsAt === null
    ? changeCurrent(state, sourceKey(source), { isWithdrawn: true })
    : changeCurrent(state, sourceKey(source), { endsAt }, endsAt);

/** Other rules judge what is to come: the text as stated is kept for this. What has begun stays as it was read on its day. */
const takeRules = (state: PricesState, settings: PriceRules, at: number): PricesState => {
  const { priceUnit, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax } = settings;
  const now: PriceRules = { priceUnit, plausibleUsdPerKwhMin, plausibleUsdPerKwhMax };
  const rules = datedPut(state.rules, at, now);
  if (rules === state.rules) return state;
  const ahead = [
    ...seriesRange(state.versions, at - state.longestMs, Number.MAX_SAFE_INTEGER).flatMap(({ value }) => value),
    ...Object.values(state.long),
  ];
  return ahead.reduce<PricesState>(
    (next, version) => {
      const read = readAnew(version, now, at);
      return read === version ? next : putVersion(next, read);
    },
    { ...state, rules },
  );
};

/** The facts of which it makes something. */
export const pricesHears: ReadonlySet<string> = new Set<KnownEntry['type']>([
  'AgentStarted',
  'SettingsChanged',
  'PricesReceived',
  'PricesWithdrawn',
  'PricesClosed',
  'DrEventAccepted',
  'DrEventCancelled',
  'DrEventForgotten',
]);

const take =
  (keepsAll: boolean) =>
  (state: PricesState, entry: KnownEntry): PricesState => {
    if (entry.type === 'AgentStarted' || entry.type === 'SettingsChanged') {
      const rules = entry.data.settings ?? datedNow(state.rules);
      return rules === undefined ? state : takeRules(state, rules, entry.recordedAt);
    }
    const neutral = neutralIn(entry);
    switch (neutral?.type) {
      case 'PricesReceived':
        return receive(state, neutral.data, entry, keepsAll);
      case 'PricesWithdrawn':
        return withdraw(state, neutral.data);
      case 'PricesClosed': {
        const known = shardDrop(state.known, sourceKey(neutral.data.source));
        return known === state.known ? state : { ...state, known };
      }
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
    rules: datedFrom(state.rules, keptFrom),
    versions: seriesPrune(state.versions, keptFrom - state.longestMs),
    long: Object.fromEntries(Object.entries(state.long).filter(([, version]) => !isOver(version, keptFrom))),
  };
  const isThere = (ref: VersionRef): boolean => versionAt(left, ref) !== undefined;
  const known = shardMap(state.known, ({ current, replaced }) => {
    const kept = { current: current.filter(isThere), replaced: replaced.filter(isThere) };
    return kept.current.length + kept.replaced.length === 0 ? null : kept;
  });
  return {
    ...left,
    pricing: indexPrune(state.pricing, keptFrom, isThere),
    known,
  };
};

/** Prices of all sources. With `keepMs`, versions are dropped when their time has passed, and only the last few of a source are kept. */
export const pricesProjection = (keep: Keep = {}): Projection<PricesState> =>
  pruned(
    {
      name: 'prices',
      version: '2',
      initial: { rules: [], versions: [], long: {}, pricing: emptyIndex, known: [], longestMs: 0, prunedDay: 0 },
      take: take(keep.keepMs === undefined),
      prune,
    },
    keep,
  );
