import { daySpan, hoursOf, type LocalDay } from '../../src/programme/calendar.ts';
import { decimalOf, decimalText, shift } from '../../src/programme/decimal.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { fold, rebuild } from '../../src/store/projection.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import type { DeliveriesState } from '../../src/store/projections/deliveryState.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { priceAt } from '../../src/store/projections/priceSlots.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import type { PricesState } from '../../src/store/projections/priceState.ts';
import { netUsage, usageProjection } from '../../src/store/projections/usage.ts';
import type { UsageState } from '../../src/store/projections/usageState.ts';
import type { Vtn } from '../../src/vtn/vtn.ts';

/** An hour of a device as either side has it in its books. */
export interface LedgerLine {
  readonly startAt: number;
  /** Net energy told and taken; null when it was told as not measured, or not told. @unit kWh */
  readonly energyKilowattHours: string | null;
  readonly usdPerKwh: string | null;
  /** The request it is booked under. */
  readonly reportRequestID: string | null;
}

const normalised = (text: string | undefined): string | null =>
  text === undefined ? null : decimalText(decimalOf(text));

/** What the VTN has booked of a device's day. */
export const vtnLedger = (vtn: Vtn, resourceID: string, day: LocalDay): readonly LedgerLine[] =>
  vtn
    .bookingOf(day)
    .hours.filter((hour) => hour.resourceID === resourceID)
    .map(({ startAt, energyKilowattHours, priceUsdPerKwh, reportRequestID }) => ({
      startAt,
      energyKilowattHours: normalised(energyKilowattHours),
      usdPerKwh: normalised(priceUsdPerKwh),
      reportRequestID: reportRequestID ?? null,
    }));

/** What the log says, by the projections that the command line shows, rebuilt from the first entry. */
export interface Books {
  readonly ledger: (resourceID: string, day: LocalDay) => readonly LedgerLine[];
  /** What the meter's readings give for each hour, told or not. @unit Wh */
  readonly metered: (resourceID: string, day: LocalDay) => readonly (number | null)[];
  readonly statuses: (resourceID: string, day: LocalDay) => readonly string[];
}

/** What a log comes to. */
export interface Folded {
  readonly deliveries: DeliveriesState;
  readonly prices: PricesState;
  readonly usage: UsageState;
}

/** Folds entries that are at hand. */
export const foldedOf = (entries: readonly Entry[]): Folded => ({
  deliveries: fold(deliveriesProjection(), entries).state,
  prices: fold(pricesProjection(), entries).state,
  usage: fold(usageProjection(), entries).state,
});

/** Opens the books of a log. */
export const booksOf = async (log: EventLog, timeZone: string): Promise<Books> =>
  booksOn(
    {
      deliveries: (await rebuild(log, deliveriesProjection())).state,
      prices: (await rebuild(log, pricesProjection())).state,
      usage: (await rebuild(log, usageProjection())).state,
    },
    timeZone,
  );

/** The books by what a log comes to. */
export const booksOn = ({ deliveries, prices, usage }: Folded, timeZone: string): Books => {
  const hours = (day: LocalDay): readonly number[] => hoursOf(daySpan(day, timeZone));
  return {
    ledger: (resourceID, day) =>
      hours(day).map((startAt) => {
        const { energyWattHours, reportRequestIDs } = hourDelivery(deliveries, resourceID, startAt);
        const kilowattHours =
          energyWattHours === null ? null : decimalText(shift(decimalOf(String(energyWattHours)), -3));
        return {
          startAt,
          energyKilowattHours: kilowattHours,
          usdPerKwh: normalised(priceAt(prices, startAt)?.usdPerKwh),
          reportRequestID: reportRequestIDs[0] ?? null,
        };
      }),
    metered: (resourceID, day) =>
      hours(day).map((startAt) => netUsage(usage, resourceID, startAt, 3_600_000).energyWattHours),
    statuses: (resourceID, day) => hours(day).map((startAt) => hourDelivery(deliveries, resourceID, startAt).status),
  };
};
