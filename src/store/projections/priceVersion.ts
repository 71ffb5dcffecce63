import type { DrEventAccepted } from '../../facts/output.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { compare, decimalOf, decimalText, parseDecimal, shift } from '../../programme/decimal.ts';
import { toUsdPerKwh } from '../../programme/money.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import { type Interval, signalValue } from '../../protocol/elements/interval.ts';
import type { ItemBase } from '../../protocol/elements/itemBase.ts';
import { parseDateTime } from '../../protocol/types/dateTime.ts';
import { durationMs } from '../../protocol/types/duration.ts';
import type { SiScaleCode } from '../../protocol/types/enumerations.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';

/** How prices without a unit are to be read, and which are to be believed. */
export type PriceRules = Pick<VenSettings, 'priceUnit' | 'plausibleUsdPerKwhMin' | 'plausibleUsdPerKwhMax'>;

/** A price as it stood on the wire. */
export interface WireSlot {
  readonly startAt: number;
  /** Null when it holds until the event is cancelled. */
  readonly endAt: number | null;
  /** Digit for digit as received. */
  readonly price: DecimalText;
  /** Null when it cannot be told. @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
}

/** One price signal of one version of a DR event. */
export interface PriceVersion {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly signalID: string;
  readonly signalName: string;
  readonly signalType: string;
  readonly receivedAt: number;
  /** The entry that took the version over. */
  readonly position: number;
  /** Its place among the price signals of the version: the first one counts. */
  readonly rank: number;
  /** What makes USD of the wire's unit, as a power of ten; null when the wire names no unit and the programme's applies. */
  readonly wirePowerOfTen: number | null;
  /** Why nothing can be priced with it, or null. */
  readonly unusable: string | null;
  /** Whether one of its prices lies beyond the configured bounds. */
  readonly implausible: boolean;
  /** Whether a later version of the event took its place. */
  readonly superseded: boolean;
  /** From when on it prices nothing because the event was cancelled; null when it was not. */
  readonly endsAt: number | null;
  /** Whether the VTN stopped listing its event: any price that is still listed goes before it. */
  readonly isWithdrawn: boolean;
  readonly startAt: number;
  readonly endAt: number | null;
  readonly slots: readonly WireSlot[];
}

/** The signals that state a price of energy, the one that counts first. @rule 2.0b 104 */
const priceSignals: readonly string[] = ['ELECTRICITY_PRICE', 'ENERGY_PRICE'];
const priceTypes: ReadonlySet<string> = new Set(['price', 'priceRelative', 'priceMultiplier']);

const powersOfTen: { readonly [code in SiScaleCode]: number } = {
  p: -12,
  n: -9,
  micro: -6,
  m: -3,
  c: -2,
  d: -1,
  none: 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
};

const minuteMs = 60_000;

interface Unit {
  readonly wirePowerOfTen: number | null;
  readonly unusable: string | null;
}

/**
 * The unit of a price signal.
 *
 * @reading `currency` in USD, which says nothing of energy, is treated as no unit at all: the programme's applies.
 */
const unitOf = (itemBase: ItemBase | undefined): Unit => {
  if (itemBase === undefined) return { wirePowerOfTen: null, unusable: null };
  if (itemBase.element !== 'currencyPerKWh' && itemBase.element !== 'currency') {
    return { wirePowerOfTen: null, unusable: `its unit is ${itemBase.element}, which is no price of energy` };
  }
  if (itemBase.itemUnits.trim().toUpperCase() !== 'USD') {
    return { wirePowerOfTen: null, unusable: `its currency is ${itemBase.itemUnits}, and only USD is understood` };
  }
  return { wirePowerOfTen: itemBase.element === 'currency' ? null : powersOfTen[itemBase.siScaleCode], unusable: null };
};

/**
 * Where the prices of an event begin.
 *
 * @reading On the minute: a dtstart some seconds past it (00:00:01 has been seen) means the minute, or a second of
 * every day would have no price.
 */
const pricedFrom = (event: EiEvent): number | undefined => {
  const dtstart = parseDateTime(event.eiActivePeriod.dtstart);
  return dtstart === undefined ? undefined : dtstart - (dtstart % minuteMs);
};

const pricedUntil = (event: EiEvent, startAt: number): number | null => {
  const length = durationMs(event.eiActivePeriod.duration, startAt);
  return length > 0 ? startAt + length : null;
};

/** Intervals one after another from the start of the event; their own dtstart is ignored. @rule 2.0b 103 */
const slotsOf = (intervals: readonly Interval[], startAt: number, untilAt: number | null): WireSlot[] => {
  const slots: WireSlot[] = [];
  let at = startAt;
  intervals.forEach((interval, index) => {
    const length = interval.duration === undefined ? 0 : durationMs(interval.duration, at);
    const lastsToTheEnd = length <= 0 && index === intervals.length - 1;
    const endAt = lastsToTheEnd ? untilAt : at + Math.max(0, length);
    const price = signalValue(interval);
    if (price !== undefined && (endAt === null || endAt > at))
      slots.push({ startAt: at, endAt, price, usdPerKwh: null });
    at = endAt ?? at;
  });
  return slots;
};

/** The version with its prices in USD/kWh, and judged, by the rules. */
export const priced = (version: PriceVersion, rules: PriceRules): PriceVersion => {
  if (version.unusable !== null) return version;
  const powerOfTen = version.wirePowerOfTen ?? toUsdPerKwh[rules.priceUnit];
  const min = decimalOf(String(rules.plausibleUsdPerKwhMin));
  const max = decimalOf(String(rules.plausibleUsdPerKwhMax));
  let implausible = false;
  const slots = version.slots.map((slot) => {
    const stated = parseDecimal(slot.price);
    if (stated === undefined) return { ...slot, usdPerKwh: null };
    const usdPerKwh = shift(stated, powerOfTen);
    implausible ||= compare(usdPerKwh, min) < 0 || compare(usdPerKwh, max) > 0;
    return { ...slot, usdPerKwh: decimalText(usdPerKwh) };
  });
  return { ...version, slots, implausible };
};

const isPriceSignal = ({ signalName, signalType }: EiEventSignal): boolean =>
  priceSignals.includes(signalName) && priceTypes.has(signalType);

const notStated = (signalType: string): string | null =>
  signalType === 'price' ? null : `it states ${signalType}, and what that is relative to is not known`;

/** The price signals of a version of a DR event; none when it is a test. @rule 2.0b 6 */
export const versionsOf = (
  accepted: DrEventAccepted,
  receivedAt: number,
  position: number,
  rules: PriceRules,
): PriceVersion[] => {
  const startAt = pricedFrom(accepted.event);
  if (accepted.test || startAt === undefined) return [];
  const untilAt = pricedUntil(accepted.event, startAt);
  return accepted.event.eiEventSignals.eiEventSignal
    .filter(isPriceSignal)
    .toSorted((a, b) => priceSignals.indexOf(a.signalName) - priceSignals.indexOf(b.signalName))
    .flatMap(({ signalID, signalName, signalType, intervals, itemBase }, rank) => {
      const slots = slotsOf(intervals, startAt, untilAt);
      const last = slots.at(-1);
      if (last === undefined) return [];
      const { wirePowerOfTen, unusable } = unitOf(itemBase);
      const version: PriceVersion = {
        eventID: accepted.eventID,
        modificationNumber: accepted.modificationNumber,
        signalID,
        signalName,
        signalType,
        receivedAt,
        position,
        rank,
        wirePowerOfTen,
        unusable: notStated(signalType) ?? unusable,
        implausible: false,
        superseded: false,
        endsAt: null,
        isWithdrawn: false,
        startAt,
        endAt: last.endAt,
        slots,
      };
      return [priced(version, rules)];
    });
};
