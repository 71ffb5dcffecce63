import type { KnownEntry } from '../facts/fact.ts';
import { type PriceSource, sourceKey, type StatedPrices } from '../facts/prices.ts';
import { type Keyed, lookUp, withKey } from '../store/projections/keyed.ts';
import type { PricedSlot, SeriesFilter } from '../store/projections/priceSlots.ts';
import { type PriceRules, type PriceVersion, versionsOf } from '../store/projections/priceVersion.ts';

/**
 * Contests: prices that a source has listed and that were refused, because they came without a higher version. What was
 * stated first stays in force; that something else was said is kept.
 */

/** Refused listings of each source, whole, that state other prices than any before, oldest first. */
export type Contests = Keyed<readonly PriceVersion[]>;

/** @limit Refused listings kept of one source; a VTN that lists a new one with each poll is not followed for ever. */
export const contestsPerSource = 8;

/** What one listing states, of all of its series: two of them together are one offer. */
const pricesOf = (listing: readonly PriceVersion[]): string =>
  JSON.stringify(listing.map(({ direction, seriesID, startAt, slots }) => [direction, seriesID, startAt, slots]));

const listingsIn = (versions: readonly PriceVersion[]): readonly (readonly PriceVersion[])[] =>
  [...new Set(versions.map(({ position }) => position))].map((at) =>
    versions.filter(({ position }) => position === at),
  );

/** Notes what a refused listing would have priced. */
export const contested = (
  contests: Contests,
  stated: StatedPrices,
  { recordedAt, position }: KnownEntry,
  rules: PriceRules | undefined,
): Contests => {
  const key = sourceKey(stated.source);
  const before = lookUp(contests, key) ?? [];
  const listings = listingsIn(before);
  if (rules === undefined || listings.length >= contestsPerSource) return contests;
  const listing = versionsOf(stated, recordedAt, position, rules);
  const isKnown = listings.some((known) => pricesOf(known) === pricesOf(listing));
  return listing.length === 0 || isKnown ? contests : withKey(contests, key, [...before, ...listing]);
};

/** What an older log says of a refused listing: the prices that its message listed for the source. */
export const refusedIn = (
  listed: readonly StatedPrices[],
  source: PriceSource,
  version: number,
): StatedPrices | undefined =>
  listed.find((stated) => sourceKey(stated.source) === sourceKey(source) && stated.version === version);

/** A price that was refused. */
export interface ContestedPrice {
  readonly startAt: number;
  readonly usdPerKwh: string;
  readonly version: number;
  readonly position: number;
}

/** Of the series that one listing states for the same way, the first one counts. */
const firstOfEach = (versions: readonly PriceVersion[]): readonly PriceVersion[] =>
  versions.filter(({ position, rank }) => versions.every((other) => other.position !== position || other.rank >= rank));

/** Prices of the series meant that were refused for some of a slot's time after its own was taken over, and differ from it. */
export const contestedPrices = (
  contests: Contests,
  slot: PricedSlot,
  meant: SeriesFilter,
): readonly ContestedPrice[] => {
  const later = (lookUp(contests, sourceKey(slot.source)) ?? []).filter(({ position }) => position > slot.position);
  return firstOfEach(later.filter(meant)).flatMap(({ slots, version, position }) =>
    slots.flatMap(({ startAt, endAt, usdPerKwh }) => {
      const isOther =
        startAt < slot.endAt &&
        (endAt ?? slot.endAt) > slot.startAt &&
        usdPerKwh !== null &&
        usdPerKwh !== slot.usdPerKwh;
      return isOther ? [{ startAt, usdPerKwh, version, position }] : [];
    }),
  );
};
