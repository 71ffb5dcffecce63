import type { EventWish, ReportWish } from '../makes/make.ts';
import { offered, type Offer, type Offers } from './offers.ts';

/** An instant from now, to the second. @unit s */
export const inSeconds = (seconds: number, from = Date.now()): string =>
  `${new Date(from + seconds * 1000).toISOString().slice(0, 19)}Z`;

/** A SIMPLE event of ten minutes in an hour. */
export const simpleEvent = (eventID: string, changes: Partial<EventWish> = {}): EventWish => ({
  eventID,
  modificationNumber: 0,
  eventStatus: 'far',
  marketContext: 'http://MarketContext1',
  responseRequired: 'always',
  dtstart: inSeconds(3_600),
  duration: 'PT10M',
  signals: [
    { signalName: 'SIMPLE', signalType: 'level', values: [{ duration: 'PT10M', value: '1.0' }], currentValue: '0.0' },
  ],
  ...changes,
});

/** Prices of 24 hours from the next full hour on. */
export const priceEvent = (eventID: string, changes: Partial<EventWish> = {}): EventWish => ({
  ...simpleEvent(eventID),
  dtstart: inSeconds(3_600 - ((Date.now() / 1000) % 3_600)),
  duration: 'PT24H',
  signals: [
    {
      signalName: 'ELECTRICITY_PRICE',
      signalType: 'price',
      values: Array.from({ length: 24 }, (_, hour) => ({ duration: 'PT1H', value: (0.1 + hour / 100).toFixed(2) })),
    },
  ],
  ...changes,
});

/** A request for all that was offered under a name, at once and once unless told otherwise. */
export const wishFor = (offer: Offer, reportRequestID: string, changes: Partial<ReportWish> = {}): ReportWish => ({
  reportRequestID,
  ...offer,
  granularity: 'PT0S',
  reportBackDuration: 'PT0S',
  ...changes,
});

/** A request for the status of everything. */
export const statusWish = (offers: Offers, reportRequestID: string, changes: Partial<ReportWish> = {}): ReportWish =>
  wishFor(offered(offers, 'TELEMETRY_STATUS'), reportRequestID, changes);

/** A request for the usage of everything. */
export const usageWish = (offers: Offers, reportRequestID: string, changes: Partial<ReportWish> = {}): ReportWish =>
  wishFor(offered(offers, 'TELEMETRY_USAGE'), reportRequestID, changes);
