import type { Dated } from './dated.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import type { PriceRules, PriceVersion } from './priceVersion.ts';
import type { Prunable } from './pruned.ts';
import { dayMs, type IndexedSeries, seriesGet, seriesPut } from './series.ts';
import type { Shards } from './shards.ts';
import { indexDrop, indexFind, indexPut, type TimeIndex } from './timeIndex.ts';

/** What is kept of prices, and how a version is found and put. */

/** Where a version is kept. */
export interface VersionRef {
  readonly position: number;
  readonly rank: number;
  /** Null for a version that spans too long to be found by its start. */
  readonly startAt: number | null;
}

/** The versions of a source. */
export interface SourceVersions {
  /** Those that are in force, or were withdrawn and not replaced. */
  readonly current: readonly VersionRef[];
  /** Those that were replaced, oldest first. */
  readonly replaced: readonly VersionRef[];
}

/** Every version known. */
export interface PricesState extends Prunable {
  /** How prices were to be read, and which to be believed, from when on. */
  readonly rules: Dated<PriceRules>;
  /** The books: every version by its start, then in the order received. */
  readonly versions: IndexedSeries<readonly PriceVersion[]>;
  /** Open-ended versions and those longer than `findableMs`. */
  readonly long: Keyed<PriceVersion>;
  /** Those that price something, by the time they price: what looks up a price looks here. */
  readonly pricing: TimeIndex<VersionRef>;
  /** By source, as long as it is spoken of. */
  readonly known: Shards<SourceVersions>;
  /** The longest of the versions found by their start. @unit ms */
  readonly longestMs: number;
}

/** Longer versions are kept apart. @unit ms */
const findableMs = 35 * dayMs;

const isLong = ({ startAt, endAt }: PriceVersion): boolean => endAt === null || endAt - startAt > findableMs;

const keyOf = ({ position, rank }: VersionRef | PriceVersion): string => `${position}/${rank}`;

/** Where a version stands, or would stand, among those that begin with it: they are kept in the order received. */
const placeAmong = (beside: readonly PriceVersion[], { position, rank }: VersionRef): number => {
  let low = 0;
  let high = beside.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const each = beside[middle] as PriceVersion;
    if (each.position < position || (each.position === position && each.rank < rank)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const isAt = (version: PriceVersion | undefined, { position, rank }: VersionRef): version is PriceVersion =>
  version?.position === position && version.rank === rank;

/** Where a version is to be found. */
export const refOf = (version: PriceVersion): VersionRef => ({
  position: version.position,
  rank: version.rank,
  startAt: isLong(version) ? null : version.startAt,
});

/** The version at its place, unless it was dropped. */
export const versionAt = (state: PricesState, ref: VersionRef): PriceVersion | undefined => {
  if (ref.startAt === null) return lookUp(state.long, keyOf(ref));
  const beside = seriesGet(state.versions, ref.startAt) ?? [];
  const found = beside[placeAmong(beside, ref)];
  return isAt(found, ref) ? found : undefined;
};

/** Until when a version prices something; null when it goes on. */
const pricesUntil = ({ endAt, endsAt }: PriceVersion): number | null =>
  endAt === null ? endsAt : endsAt === null ? endAt : Math.min(endAt, endsAt);

const withPricing = (state: PricesState, before: PriceVersion | undefined, after: PriceVersion | null): PricesState => {
  const covered = (version: PriceVersion) => ({ startAt: version.startAt, endAt: pricesUntil(version) });
  const prices = (version: PriceVersion | null | undefined): version is PriceVersion =>
    version !== null &&
    version !== undefined &&
    !version.superseded &&
    version.unusable === null &&
    (pricesUntil(version) ?? Infinity) > version.startAt;
  const isSame =
    prices(before) === prices(after) &&
    (!prices(before) || !prices(after) || pricesUntil(before) === pricesUntil(after));
  if (isSame) return state;
  const dropped = prices(before) ? indexDrop(state.pricing, keyOf(before), covered(before)) : state.pricing;
  return {
    ...state,
    pricing: prices(after) ? indexPut(dropped, keyOf(after), covered(after), refOf(after)) : dropped,
  };
};

/** A state with the version in its place. */
export const putVersion = (state: PricesState, version: PriceVersion): PricesState => {
  const ref = refOf(version);
  const { startAt } = ref;
  const next = withPricing(state, versionAt(state, ref), version);
  if (startAt === null) return { ...next, long: withKey(state.long, keyOf(ref), version) };
  const beside = seriesGet(state.versions, startAt) ?? [];
  const place = placeAmong(beside, ref);
  return {
    ...next,
    versions: seriesPut(state.versions, startAt, beside.toSpliced(place, isAt(beside[place], ref) ? 1 : 0, version)),
    longestMs: Math.max(state.longestMs, (version.endAt ?? startAt) - startAt),
  };
};

/** A state without the version. */
export const dropVersion = (state: PricesState, ref: VersionRef): PricesState => {
  const { startAt } = ref;
  const next = withPricing(state, versionAt(state, ref), null);
  if (startAt === null) return { ...next, long: withoutKey(state.long, keyOf(ref)) };
  const beside = (seriesGet(state.versions, startAt) ?? []).filter((each) => !isAt(each, ref));
  return { ...next, versions: seriesPut(state.versions, startAt, beside) };
};

/** The versions that may price some of [fromAt, toAt), in the order received. */
export const pricingVersions = (state: PricesState, fromAt: number, toAt: number): PriceVersion[] =>
  indexFind(state.pricing, fromAt, toAt)
    .flatMap((ref) => versionAt(state, ref) ?? [])
    .sort((a, b) => a.position - b.position || a.rank - b.rank);
