import type { PriceDirection, PriceSource, StatedPrice, StatedPrices, StatedSeries } from '../../facts/prices.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { compare, decimalOf, decimalText, parseDecimal, shift } from '../../programme/decimal.ts';
import { toUsdPerKwh } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';

/** How prices without a unit are to be read, and which are to be believed. */
export type PriceRules = Pick<VenSettings, 'priceUnit' | 'plausibleUsdPerKwhMin' | 'plausibleUsdPerKwhMax'>;

/** A price as it was stated, and as it was read. */
export interface ReadSlot {
  readonly startAt: number;
  /** Null when it holds until it is withdrawn. */
  readonly endAt: number | null;
  /** Digit for digit as received. */
  readonly price: DecimalText;
  /** Null when it cannot be told. @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
  /** Whether it came together with a price beyond the bounds of the day. */
  readonly implausible: boolean;
}

/** One series of one version of a source. */
export interface PriceVersion {
  readonly source: PriceSource;
  readonly version: number;
  readonly priority: number;
  readonly direction: PriceDirection;
  readonly seriesID: string;
  readonly seriesName: string;
  readonly seriesType: string;
  readonly receivedAt: number;
  /** The entry that states it. */
  readonly position: number;
  /** Its place among the series of the version: the first one counts. */
  readonly rank: number;
  /** What makes USD of its numbers, as a power of ten, where the source itself says so; null where the settings of the day do. */
  readonly statedPowerOfTen: number | null;
  /** Why nothing can be priced with it, or null. */
  readonly unusable: string | null;
  /** Whether a later version of the source took its place. */
  readonly superseded: boolean;
  /** From when on it prices nothing because it was withdrawn; null when it was not. */
  readonly endsAt: number | null;
  /** Whether its source is silent about it: any price that is still listed goes before it. */
  readonly isWithdrawn: boolean;
  readonly startAt: number;
  readonly endAt: number | null;
  readonly slots: readonly ReadSlot[];
}

const usdPerKwhOf = (price: DecimalText, powerOfTen: number): DecimalText | null => {
  const stated = parseDecimal(price);
  return stated === undefined ? null : decimalText(shift(stated, powerOfTen));
};

/** Tells whether a price lies beyond the bounds of what is believed. */
export const beyondOf = ({
  plausibleUsdPerKwhMin,
  plausibleUsdPerKwhMax,
}: PriceRules): ((usdPerKwh: DecimalText | null) => boolean) => {
  const [min, max] = [decimalOf(String(plausibleUsdPerKwhMin)), decimalOf(String(plausibleUsdPerKwhMax))];
  return (usdPerKwh) => {
    if (usdPerKwh === null) return false;
    const price = decimalOf(usdPerKwh);
    return compare(price, min) < 0 || compare(price, max) > 0;
  };
};

/** Slots read and judged by rules: one that cannot be believed makes the others doubtful, for a wrong unit is wrong for all. */
const readBy = (slots: readonly ReadSlot[], powerOfTen: number, rules: PriceRules | undefined): readonly ReadSlot[] => {
  const read = slots.map((slot) => ({ ...slot, usdPerKwh: usdPerKwhOf(slot.price, powerOfTen) }));
  const beyond = rules === undefined ? () => false : beyondOf(rules);
  const implausible = read.some(({ usdPerKwh }) => beyond(usdPerKwh));
  return read.map((slot) => ({ ...slot, implausible }));
};

/**
 * The version as it is read from an instant on, when the rules changed then: what is to come is read and judged anew, what
 * has begun stays as it was read on its day.
 */
export const readAnew = (version: PriceVersion, rules: PriceRules, fromAt: number): PriceVersion => {
  const { slots, unusable, statedPowerOfTen } = version;
  const first = slots.findIndex(({ startAt }) => startAt >= fromAt);
  if (unusable !== null || first === -1) return version;
  const powerOfTen = statedPowerOfTen ?? toUsdPerKwh[rules.priceUnit];
  return { ...version, slots: [...slots.slice(0, first), ...readBy(slots.slice(first), powerOfTen, rules)] };
};

const unread = ({ startAt, durationMs, price }: StatedPrice): ReadSlot => ({
  startAt,
  endAt: durationMs === undefined ? null : startAt + durationMs,
  price,
  usdPerKwh: null,
  implausible: false,
});

/** In order, each one ending where the next begins at the latest: by that a slot is looked up. */
const oneAfterAnother = (slots: readonly ReadSlot[]): readonly ReadSlot[] =>
  slots
    .toSorted((a, b) => a.startAt - b.startAt)
    .map((slot, index, all) => {
      const next = all[index + 1]?.startAt;
      return next === undefined || (slot.endAt !== null && slot.endAt <= next) ? slot : { ...slot, endAt: next };
    });

const powerOfTenOf = ({ unit }: StatedSeries, rules: PriceRules | undefined): number | null =>
  unit?.powerOfTen ?? (rules === undefined ? null : toUsdPerKwh[rules.priceUnit]);

/** The series of a version of a source, read by the rules of the day; a series that states nothing is none. */
export const versionsOf = (
  { source, version, priority, series }: StatedPrices,
  receivedAt: number,
  position: number,
  rules: PriceRules | undefined,
): PriceVersion[] =>
  series.flatMap((stated, rank) => {
    const slots = oneAfterAnother(stated.intervals.map(unread));
    const [first] = slots;
    if (first === undefined) return [];
    const powerOfTen = powerOfTenOf(stated, rules);
    const unusable = stated.unusable ?? (powerOfTen === null ? 'nobody says in what unit it is' : null);
    return [
      {
        source,
        version,
        priority,
        direction: stated.series,
        seriesID: stated.id,
        seriesName: stated.name,
        seriesType: stated.type,
        receivedAt,
        position,
        rank,
        statedPowerOfTen: stated.unit?.by === 'source' ? stated.unit.powerOfTen : null,
        unusable,
        superseded: false,
        endsAt: null,
        isWithdrawn: false,
        startAt: first.startAt,
        endAt: slots.at(-1)?.endAt ?? null,
        slots: unusable === null && powerOfTen !== null ? readBy(slots, powerOfTen, rules) : slots,
      },
    ];
  });
