import type { KnownEntry } from '../../facts/fact.ts';
import { withInput, type ToldStep, type Thread } from '../story.ts';
import { DeliveryThread } from './delivery.ts';

/** A device's stretch of time, and the prices that were ever stated for it. */
export interface HourAsked {
  readonly resourceID: string;
  readonly startAt: number;
  readonly endAt: number;
  /** Positions of the entries that state a price for it, and the DR events they are of. */
  readonly pricedBy: ReadonlySet<number>;
  readonly eventIDs: ReadonlySet<string>;
}

/** Follows an hour of usage: its prices, the readings that make it, and each delivery it was part of. */
export class HourThread implements Thread {
  readonly #asked: HourAsked;
  readonly #deliveries = new DeliveryThread([]);

  constructor(asked: HourAsked) {
    this.#asked = asked;
  }

  take(step: ToldStep): readonly KnownEntry[] {
    for (const entry of step)
      if (entry.type === 'UsageDue' && this.#isDueIn(entry)) this.#deliveries.watch(entry.data.deliveryID);
    const ours = step.filter((entry) => this.#isPrice(entry) || this.#isReading(entry));
    return withInput(step, new Set([...ours, ...this.#deliveries.take(step)]));
  }

  #isPrice(entry: KnownEntry): boolean {
    if (this.#asked.pricedBy.has(entry.position)) return true;
    if (entry.type === 'DrEventCancelled') return this.#asked.eventIDs.has(entry.data.eventID);
    if (entry.type !== 'AlarmRaised' || entry.data.alarm !== 'pricesImplausible') return false;
    return this.#asked.eventIDs.has(entry.stream.slice('drEvent/'.length));
  }

  #isReading(entry: KnownEntry): boolean {
    if (entry.type !== 'MeterRead' && entry.type !== 'MeterReadFailed') return false;
    const { resourceID, startAt, endAt } = this.#asked;
    const { boundaryAt } = entry.data;
    if (entry.data.resourceID !== resourceID) return false;
    return entry.type === 'MeterRead'
      ? boundaryAt === startAt || boundaryAt === endAt
      : boundaryAt >= startAt && boundaryAt <= endAt;
  }

  #isDueIn({ data }: KnownEntry & { readonly type: 'UsageDue' }): boolean {
    const { resourceID, startAt, endAt } = this.#asked;
    return data.usage.some(
      (usage) =>
        usage.resourceID === resourceID &&
        usage.intervals.some(
          (interval) => interval.startAt < endAt && interval.startAt + interval.durationMs > startAt,
        ),
    );
  }
}
