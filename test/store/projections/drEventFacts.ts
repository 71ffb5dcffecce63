import type { DrEventAccepted, DrEventCancelled } from '../../../src/facts/output.ts';
import { eventPrices } from '../../../src/facts/eventPrices.ts';
import { eventTerms } from '../../../src/facts/eventTerms.ts';
import { withdrawalOf } from '../../../src/facts/neutral.ts';
import type { EiEvent } from '../../../src/protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../../src/protocol/elements/eiEventSignal.ts';
import { formatDateTime } from '../../../src/protocol/types/dateTime.ts';
import { formatDurationMs } from '../../../src/protocol/types/duration.ts';
import { hourMs, type Told } from './facts.ts';

/** A price signal whose intervals all last the same. */
export const priceSignal = (
  prices: readonly string[],
  slotMs = hourMs,
  changes: Partial<EiEventSignal> = {},
): EiEventSignal => ({
  intervals: prices.map((payloadFloat, index) => ({
    duration: formatDurationMs(slotMs),
    uid: String(index),
    signalPayload: [{ payloadFloat }],
  })),
  signalName: 'ELECTRICITY_PRICE',
  signalType: 'price',
  signalID: 'signal-1',
  ...changes,
});

/** What a DR event of a test says, beyond its signals. */
export interface EventTerms {
  readonly eventID?: string;
  readonly modificationNumber?: number;
  readonly startAt: number;
  /** 0: without a defined end. */
  readonly activeMs: number;
  readonly test?: boolean;
  /** 1 is the highest; 0 is none. */
  readonly priority?: number;
}

const eiEvent = (terms: EventTerms, signals: readonly EiEventSignal[]): EiEvent => ({
  eventDescriptor: {
    eventID: terms.eventID ?? 'event-1',
    modificationNumber: terms.modificationNumber ?? 0,
    ...(terms.priority === undefined ? {} : { priority: terms.priority }),
    eiMarketContext: 'oadr://unknown.context',
    createdDateTime: formatDateTime(terms.startAt),
    eventStatus: 'far',
  },
  eiActivePeriod: { dtstart: formatDateTime(terms.startAt), duration: formatDurationMs(terms.activeMs) },
  eiEventSignals: { eiEventSignal: signals },
  eiTarget: {},
});

/** A DR event version is taken over at the instant. */
export const eventAccepted = (at: number, terms: EventTerms, signals: readonly EiEventSignal[]): Told => {
  const event = eiEvent(terms, signals);
  const data: DrEventAccepted = {
    eventID: terms.eventID ?? 'event-1',
    modificationNumber: terms.modificationNumber ?? 0,
    kind: (terms.modificationNumber ?? 0) === 0 ? 'new' : 'modified',
    event,
    test: terms.test ?? false,
    offsetMs: 0,
    startAt: terms.startAt,
    ...(terms.activeMs === 0 ? {} : { endAt: terms.startAt + terms.activeMs }),
    ...eventTerms(event),
  };
  return [at, 'DrEventAccepted', data];
};

/** What a DR event version states of prices is received at the instant; a price without a unit is read by the settings. */
export const accepted = (at: number, terms: EventTerms, signals: readonly EiEventSignal[]): Told => [
  at,
  'PricesReceived',
  eventPrices(eiEvent(terms, signals), terms.test ?? false),
];

/** Hourly prices from an instant on are received. */
export const pricesAccepted = (
  at: number,
  startAt: number,
  prices: readonly string[],
  terms: Partial<EventTerms> = {},
): Told => accepted(at, { startAt, activeMs: prices.length * hourMs, ...terms }, [priceSignal(prices)]);

/** A DR event is cancelled, and ends at the instant. */
export const eventCancelled = (at: number, eventID = 'event-1', changes: Partial<DrEventCancelled> = {}): Told => [
  at,
  'DrEventCancelled',
  { eventID, modificationNumber: 1, by: 'explicit', endsAt: at, ...changes },
];

/** The prices of a DR event that is cancelled are withdrawn, and end at the instant. */
export const cancelled = (
  at: number,
  eventID = 'event-1',
  { by = 'explicit', endsAt = at }: Partial<DrEventCancelled> = {},
): Told => [at, 'PricesWithdrawn', withdrawalOf({ eventID, by, endsAt })];
