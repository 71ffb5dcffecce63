import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import type { PriceRules, PriceVersion } from './priceVersion.ts';
import type { Prunable } from './pruned.ts';
import { dayMs, type Series, seriesGet, seriesPut } from './series.ts';

/** What is kept of prices, and how a version is found and put. */

/** Where a version is kept. */
export interface VersionRef {
  readonly key: string;
  /** Null for a version that spans too long to be found by its start. */
  readonly startAt: number | null;
}

/** Every version known. */
export interface PricesState extends Prunable {
  readonly rules: PriceRules | null;
  /** By start, then by position and rank. */
  readonly versions: Series<Keyed<PriceVersion>>;
  /** Open-ended versions and those longer than `findableMs`. */
  readonly long: Keyed<PriceVersion>;
  /** The versions of the events that the machines still know, oldest first. */
  readonly known: Keyed<readonly VersionRef[]>;
  /** The longest of the versions found by their start. @unit ms */
  readonly longestMs: number;
}

/** Longer versions are kept apart. @unit ms */
const findableMs = 35 * dayMs;

const isLong = ({ startAt, endAt }: PriceVersion): boolean => endAt === null || endAt - startAt > findableMs;

const keyOf = ({ position, rank }: PriceVersion): string => `${position}/${rank}`;

/** Where a version is to be found. */
export const refOf = (version: PriceVersion): VersionRef => ({
  key: keyOf(version),
  startAt: isLong(version) ? null : version.startAt,
});

/** The version at its place, unless it was dropped. */
export const versionAt = (state: PricesState, { key, startAt }: VersionRef): PriceVersion | undefined =>
  startAt === null ? lookUp(state.long, key) : lookUp(seriesGet(state.versions, startAt) ?? {}, key);

/** A state with the version in its place. */
export const putVersion = (state: PricesState, version: PriceVersion): PricesState => {
  const { key, startAt } = refOf(version);
  if (startAt === null) return { ...state, long: withKey(state.long, key, version) };
  const beside = seriesGet(state.versions, startAt) ?? {};
  return {
    ...state,
    versions: seriesPut(state.versions, startAt, withKey(beside, key, version)),
    longestMs: Math.max(state.longestMs, (version.endAt ?? startAt) - startAt),
  };
};

/** A state without the version. */
export const dropVersion = (state: PricesState, { key, startAt }: VersionRef): PricesState => {
  if (startAt === null) return { ...state, long: withoutKey(state.long, key) };
  const beside = withoutKey(seriesGet(state.versions, startAt) ?? {}, key);
  return { ...state, versions: seriesPut(state.versions, startAt, beside) };
};
