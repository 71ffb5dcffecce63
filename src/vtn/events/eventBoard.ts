import { dayOf, daySpan, nextDay, nextTimeOfDay, timeOnDay } from '../../programme/calendar.ts';
import type { DaySpan, LocalDay } from '../../programme/calendar.ts';
import type { ItemBase } from '../../protocol/elements/itemBase.ts';
import type { OadrEvent } from '../../protocol/elements/oadrEvent.ts';
import type { EventID, MarketContext, VenID } from '../../protocol/types/identifiers.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { BookDecimal } from '../decimal.ts';
import { endOf, inListOrder, oadrEventOf } from './drEvents.ts';
import type { DrEventChange, DrEventLook, DrEventScript, ListedDrEvent } from './drEvents.ts';
import { openPriceBook } from './priceBook.ts';
import type { PriceProvider, QuotedUnit } from './prices.ts';
import { createRandom } from '../random.ts';
import type { Seed } from '../random.ts';

/** What becomes of the DR events when the VTN restarts. `renamed`: the same prices again, under new eventIDs. */
export type EventsAfterRestart = 'kept' | 'forgotten' | 'renamed';

/** What the event board is told. */
export interface EventBoardOptions {
  readonly seed: Seed;
  readonly timeZone: string;
  readonly prices: PriceProvider;
  /** Local time of day, `HH:MM`, at which the next day's prices come out. */
  readonly publishAt: string;
  /** How long a DR event that is over stays in the list. @unit ms */
  readonly listedAfterEndMs: number;
  readonly marketContext: MarketContext;
  readonly intervalDtstart: DrEventLook['intervalDtstart'];
  /** Whether the price signal says what its unit is; NHEC's does not. */
  readonly declaresUnit: boolean;
  readonly dayDuration: 'PTnH' | 'P1D';
}

/** The DR events of the VTN: one of prices each day, and whatever a test adds. */
export interface EventBoard {
  /** Brings the list up to an instant: publishes prices whose time has come, drops what has been over for long. */
  readonly advance: (at: number) => void;
  /** Everything listed for a VEN, in the order of the list. */
  readonly listFor: (venID: VenID, at: number) => readonly OadrEvent[];
  /** Whether the list differs from what a VEN was handed by a poll last. */
  readonly hasNews: (venID: VenID) => boolean;
  /** What a VEN has not been handed yet by a poll, in its present version. */
  readonly newsFor: (venID: VenID, at: number) => readonly OadrEvent[];
  /** Marks everything listed as handed out: a poll gives each version once, whether or not its answer arrives. */
  readonly handedOut: (venID: VenID) => void;
  /** Forgets what a VEN was handed: the next poll gives it everything again. */
  readonly handOutAgain: (venID: VenID) => void;
  readonly listed: () => readonly ListedDrEvent[];
  readonly add: (script: DrEventScript, at: number) => EventID;
  /** Changes a DR event and raises its modificationNumber. @throws RangeError for an unknown eventID. */
  readonly modify: (eventID: EventID, change: DrEventChange, at: number) => void;
  /** Changes a day's prices. @throws RangeError for a day whose prices are not out. */
  readonly modifyPrices: (day: LocalDay, prices: readonly DecimalText[], at: number) => void;
  /** Cancels a DR event by its status. @throws RangeError for an unknown eventID. */
  readonly cancel: (eventID: EventID, at: number) => void;
  /** Takes a DR event out of the list without a word: an implied cancellation. @rule 2.0b 61 */
  readonly withdraw: (eventID: EventID) => void;
  /** Keeps a day's prices back when their time comes. */
  readonly withhold: (day: LocalDay) => void;
  /** Publishes prices that were kept back, late. */
  readonly release: (day: LocalDay, at: number) => void;
  /** The eventID of a day's prices, once they are out. */
  readonly priceEventOf: (day: LocalDay) => EventID | undefined;
  /** The prices of a day as they stand now, on the wire's unit, whether or not anybody was told. */
  readonly pricesOf: (day: DaySpan) => readonly DecimalText[] | undefined;
  /** The price of an instant. @unit USD/kWh */
  readonly priceAt: (at: number) => BookDecimal | undefined;
  readonly restart: (events: EventsAfterRestart, at: number) => void;
}

const scaleOf: Record<QuotedUnit, 'none' | 'c' | 'm'> = { usd_per_kwh: 'none', cents_per_kwh: 'c', usd_per_mwh: 'm' };

/** The unit of a price signal, for a VTN that says it. @rule 2.0b 104 */
const currencyPerKWh = (unit: QuotedUnit): ItemBase => ({
  element: 'currencyPerKWh',
  itemDescription: 'currencyPerKWh',
  itemUnits: 'USD',
  siScaleCode: scaleOf[unit],
});

/** Puts up the board as it would look at an instant, had the VTN been running since the day before. */
export const openEventBoard = (options: EventBoardOptions, startedAt: number): EventBoard => {
  const { seed, timeZone, prices, publishAt } = options;
  const list = new Map<EventID, ListedDrEvent>();
  const handedOutTo = new Map<VenID, Map<EventID, number>>();
  const priceEvents = new Map<LocalDay, EventID>();
  const withheld = new Set<LocalDay>();
  const eventIDs = createRandom(seed, 'eventID');
  let generation = 0;
  let nextPublication = nextTimeOfDay(startedAt, publishAt, timeZone);

  const look: DrEventLook = {
    marketContext: options.marketContext,
    intervalDtstart: options.intervalDtstart,
    signalIDOf: (eventID, index) => createRandom(seed, 'signalID', eventID, index).identifier(),
  };

  const book = openPriceBook(prices, timeZone);

  const known = (eventID: EventID): ListedDrEvent => {
    const found = list.get(eventID);
    if (found === undefined) throw new RangeError(`The VTN lists no DR event with the eventID "${eventID}".`);
    return found;
  };

  const add = (script: DrEventScript, at: number): EventID => {
    const eventID = script.eventID ?? eventIDs.identifier();
    list.set(eventID, {
      eventID,
      script,
      modificationNumber: script.modificationNumber ?? 0,
      createdAt: at,
      modifiedAt: at,
    });
    return eventID;
  };

  const priceSignal = (values: readonly DecimalText[]) => ({
    signalName: 'ELECTRICITY_PRICE' as const,
    signalType: 'price' as const,
    values,
    ...(options.declaresUnit ? { itemBase: currencyPerKWh(prices.unit) } : {}),
  });

  const publish = (day: DaySpan, at: number): void => {
    const values = book.pricesOf(day);
    if (values === undefined) return;
    const eventID = createRandom(seed, 'priceEvent', day.day, generation).identifier();
    priceEvents.set(day.day, eventID);
    const duration = options.dayDuration === 'P1D' ? { duration: 'P1D' } : {};
    const lengthMs = day.endAt - day.startAt;
    add({ eventID, startAt: day.startAt, lengthMs, ...duration, signals: [priceSignal(values)] }, at);
  };

  const publishUnlessWithheld = (day: DaySpan, at: number): void => {
    if (!withheld.has(day.day)) publish(day, at);
  };

  const forgetOld = (at: number): void => {
    for (const listed of list.values()) {
      if (endOf(listed) + options.listedAfterEndMs >= at) continue;
      list.delete(listed.eventID);
      for (const seen of handedOutTo.values()) seen.delete(listed.eventID);
    }
  };

  const advance = (at: number): void => {
    if (at < nextPublication) return;
    while (nextPublication <= at) {
      publishUnlessWithheld(nextDay(dayOf(nextPublication, timeZone), timeZone), nextPublication);
      nextPublication = nextTimeOfDay(nextPublication, publishAt, timeZone);
    }
    forgetOld(at);
  };

  /** Today's prices came out yesterday; tomorrow's are out when it is past the time of publication. */
  const publishWhatIsOut = (at: number): void => {
    const today = dayOf(at, timeZone);
    const yesterday = dayOf(today.startAt - 1, timeZone);
    publishUnlessWithheld(today, timeOnDay(yesterday, publishAt, timeZone));
    const publication = timeOnDay(today, publishAt, timeZone);
    if (at >= publication) publishUnlessWithheld(nextDay(today, timeZone), publication);
  };

  const change = (listed: ListedDrEvent, changed: Partial<ListedDrEvent>, at: number): void => {
    list.set(listed.eventID, {
      ...listed,
      ...changed,
      modificationNumber: listed.modificationNumber + 1,
      modifiedAt: at,
    });
  };

  const modify = (eventID: EventID, changed: DrEventChange, at: number): void => {
    const listed = known(eventID);
    change(listed, { script: { ...listed.script, ...changed } }, at);
  };

  const modifyPrices = (day: LocalDay, values: readonly DecimalText[], at: number): void => {
    const eventID = priceEvents.get(day);
    if (eventID === undefined)
      throw new RangeError(`The VTN has published no prices for ${day} that could be changed.`);
    book.change(day, values);
    modify(eventID, { signals: [priceSignal(values)] }, at);
  };

  const isFor = (listed: ListedDrEvent, venID: VenID): boolean => listed.script.venIDs?.includes(venID) ?? true;

  const versionsFor = (venID: VenID): Map<EventID, number> => {
    const seen = handedOutTo.get(venID) ?? new Map<EventID, number>();
    handedOutTo.set(venID, seen);
    return seen;
  };

  const written = (venID: VenID, at: number, isWanted: (listed: ListedDrEvent) => boolean): readonly OadrEvent[] =>
    inListOrder(
      [...list.values()].filter((listed) => isFor(listed, venID) && isWanted(listed)),
      at,
    ).map((listed) => oadrEventOf(listed, venID, at, look));

  const isNews = (venID: VenID, listed: ListedDrEvent): boolean =>
    versionsFor(venID).get(listed.eventID) !== listed.modificationNumber;

  const hasNews = (venID: VenID): boolean =>
    [...list.values()].some((listed) => isFor(listed, venID) && isNews(venID, listed)) ||
    [...versionsFor(venID).keys()].some((eventID) => !list.has(eventID));

  const restart = (events: EventsAfterRestart, at: number): void => {
    if (events === 'kept') return;
    list.clear();
    priceEvents.clear();
    handedOutTo.clear();
    generation += 1;
    if (events === 'renamed') publishWhatIsOut(at);
  };

  publishWhatIsOut(startedAt);
  return {
    advance,
    listFor: (venID, at) => written(venID, at, () => true),
    hasNews,
    newsFor: (venID, at) => written(venID, at, (listed) => isNews(venID, listed)),
    handedOut: (venID) => {
      const listed = [...list.values()].filter((one) => isFor(one, venID));
      handedOutTo.set(venID, new Map(listed.map(({ eventID, modificationNumber }) => [eventID, modificationNumber])));
    },
    handOutAgain: (venID) => void handedOutTo.delete(venID),
    listed: () => [...list.values()],
    add,
    modify,
    modifyPrices,
    cancel: (eventID, at) => change(known(eventID), { cancelledAt: at }, at),
    withdraw: (eventID) => void list.delete(eventID),
    withhold: (day) => void withheld.add(day),
    release: (day, at) => {
      withheld.delete(day);
      if (!priceEvents.has(day)) publish(daySpan(day, timeZone), at);
    },
    priceEventOf: (day) => priceEvents.get(day),
    pricesOf: book.pricesOf,
    priceAt: book.priceAt,
    restart,
  };
};
