/**
 * What a DR event states of prices, in the programme's own words: the one place where an EiEvent is read for its prices.
 *
 * Old logs hold DR events and no prices of their own, and are lifted by this very reading: should an event come to be read
 * differently one day, the reading of today stays with the upcaster.
 */
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../protocol/elements/eiEventSignal.ts';
import { type Interval, signalValue } from '../protocol/elements/interval.ts';
import type { ItemBase } from '../protocol/elements/itemBase.ts';
import { parseDateTime } from '../protocol/types/dateTime.ts';
import { durationMs } from '../protocol/types/duration.ts';
import { scaleExponents } from '../protocol/types/quantity.ts';
import type { PriceSource, StatedPrice, StatedPrices, StatedSeries } from './prices.ts';

/** The signals that state a price of energy, the one that counts first. @rule 2.0b 104 */
const priceSignals: readonly string[] = ['ELECTRICITY_PRICE', 'ENERGY_PRICE'];
const priceTypes: ReadonlySet<string> = new Set(['price', 'priceRelative', 'priceMultiplier']);

const minuteMs = 60_000;

/**
 * The unit of a price signal.
 *
 * @reading `currency` in USD, which says nothing of energy, is treated as no unit at all: the programme's applies.
 */
const unitOf = (itemBase: ItemBase | undefined): Pick<StatedSeries, 'unit' | 'unusable'> => {
  if (itemBase === undefined) return {};
  if (itemBase.element !== 'currencyPerKWh' && itemBase.element !== 'currency')
    return { unusable: `its unit is ${itemBase.element}, which is no price of energy` };
  if (itemBase.itemUnits.trim().toUpperCase() !== 'USD')
    return { unusable: `its currency is ${itemBase.itemUnits}, and only USD is understood` };
  if (itemBase.element === 'currency') return {};
  return { unit: { currency: 'USD', per: 'kWh', powerOfTen: scaleExponents[itemBase.siScaleCode], by: 'source' } };
};

const notStated = (signalType: string): string | undefined =>
  signalType === 'price' ? undefined : `it states ${signalType}, and what that is relative to is not known`;

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
const pricesOf = (intervals: readonly Interval[], startAt: number, untilAt: number | null): readonly StatedPrice[] => {
  const prices: StatedPrice[] = [];
  let at = startAt;
  intervals.forEach((interval, index) => {
    const length = interval.duration === undefined ? 0 : durationMs(interval.duration, at);
    const lastsToTheEnd = length <= 0 && index === intervals.length - 1;
    const endAt = lastsToTheEnd ? untilAt : at + Math.max(0, length);
    const price = signalValue(interval);
    if (price !== undefined && (endAt === null || endAt > at))
      prices.push({ startAt: at, ...(endAt === null ? {} : { durationMs: endAt - at }), price });
    at = endAt ?? at;
  });
  return prices;
};

const isPriceSignal = ({ signalName, signalType }: EiEventSignal): boolean =>
  priceSignals.includes(signalName) && priceTypes.has(signalType);

const seriesOf = (event: EiEvent): readonly StatedSeries[] => {
  const startAt = pricedFrom(event);
  if (startAt === undefined) return [];
  const untilAt = pricedUntil(event, startAt);
  return event.eiEventSignals.eiEventSignal
    .filter(isPriceSignal)
    .toSorted((a, b) => priceSignals.indexOf(a.signalName) - priceSignals.indexOf(b.signalName))
    .map(({ signalID: id, signalName: name, signalType: type, intervals, itemBase }) => {
      const { unit, unusable = undefined } = unitOf(itemBase);
      const why = notStated(type) ?? unusable;
      return {
        series: 'both',
        id,
        name,
        type,
        ...(unit === undefined ? {} : { unit }),
        ...(why === undefined ? {} : { unusable: why }),
        intervals: pricesOf(intervals, startAt, untilAt),
      };
    });
};

/** A DR event as a source of prices. */
export const drEventSource = (eventID: string): PriceSource => ({ kind: 'drEvent', id: eventID });

/** What a version of a DR event states; a test states nothing. @rule 2.0b 6 */
export const eventPrices = (event: EiEvent, isTest: boolean): StatedPrices => ({
  source: drEventSource(event.eventDescriptor.eventID),
  version: event.eventDescriptor.modificationNumber,
  priority: event.eventDescriptor.priority ?? 0,
  series: isTest ? [] : seriesOf(event),
});
