import type { DrEventAccepted, DrEventCancelled } from '../../../src/facts/output.ts';
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
}

const eiEvent = (terms: EventTerms, signals: readonly EiEventSignal[]): EiEvent => ({
  eventDescriptor: {
    eventID: terms.eventID ?? 'event-1',
    modificationNumber: terms.modificationNumber ?? 0,
    eiMarketContext: 'oadr://unknown.context',
    createdDateTime: formatDateTime(terms.startAt),
    eventStatus: 'far',
  },
  eiActivePeriod: { dtstart: formatDateTime(terms.startAt), duration: formatDurationMs(terms.activeMs) },
  eiEventSignals: { eiEventSignal: signals },
  eiTarget: {},
});

/** A DR event version is taken over at the instant. */
export const accepted = (at: number, terms: EventTerms, signals: readonly EiEventSignal[]): Told => {
  const data: DrEventAccepted = {
    eventID: terms.eventID ?? 'event-1',
    modificationNumber: terms.modificationNumber ?? 0,
    kind: (terms.modificationNumber ?? 0) === 0 ? 'new' : 'modified',
    event: eiEvent(terms, signals),
    test: terms.test ?? false,
    offsetMs: 0,
    startAt: terms.startAt,
    ...(terms.activeMs === 0 ? {} : { endAt: terms.startAt + terms.activeMs }),
  };
  return [at, 'DrEventAccepted', data];
};

/** Hourly prices from an instant on are taken over. */
export const pricesAccepted = (
  at: number,
  startAt: number,
  prices: readonly string[],
  terms: Partial<EventTerms> = {},
): Told => accepted(at, { startAt, activeMs: prices.length * hourMs, ...terms }, [priceSignal(prices)]);

/** A DR event is cancelled, and ends at the instant. */
export const cancelled = (at: number, eventID = 'event-1', changes: Partial<DrEventCancelled> = {}): Told => [
  at,
  'DrEventCancelled',
  { eventID, modificationNumber: 1, by: 'explicit', endsAt: at, ...changes },
];
