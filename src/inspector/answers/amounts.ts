/** What hours come to. */
import { dayOf, hourMs, hoursOf, type DaySpan, type LocalDay } from '../../programme/calendar.ts';
import { amountOf, differenceOf, sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { priceAt, priceSlots } from '../../store/projections/priceSlots.ts';
import { firstReadingAt, importExport } from '../../store/projections/usage.ts';
import type { ShownMoment } from '../history/history.ts';
import { slotsOf } from './devices.ts';

/** As much of a moment as money is reckoned from. */
export interface MoneyMoment {
  readonly agent: ShownMoment['agent'];
  readonly views: Pick<ShownMoment['views'], 'prices' | 'usage'>;
  /** UTC ms. */
  readonly asOf: number;
}

/** A device's hour at its price: what is paid is positive; null while it is unpriced or not measured. @unit USD */
export const amountOfHour = (
  { views }: Pick<MoneyMoment, 'views'>,
  resourceID: string,
  startAt: number,
): DecimalText | null => {
  const { importWattHours, exportWattHours } = importExport(views.usage, resourceID, startAt, hourMs);
  const price = priceAt(views.prices, startAt);
  return importWattHours === null || exportWattHours === null || price === null
    ? null
    : amountOf(price.usdPerKwh, importWattHours - exportWattHours);
};

/** What a plan brings in a stretch of time, at the prices in hand: positive earns, negative costs. @unit USD */
export const plannedUsd = (
  moment: Pick<MoneyMoment, 'agent' | 'views'>,
  resourceID: string,
  fromAt: number,
  toAt: number,
): number | null => {
  const slots = slotsOf(moment, resourceID).filter(({ startAt, endAt }) => endAt > fromAt && startAt < toAt);
  if (slots.length === 0) return null;
  return slots.reduce((value, { startAt, endAt, demandWatts }) => {
    const parts = priceSlots(moment.views.prices, Math.max(startAt, fromAt), Math.min(endAt, toAt));
    return parts.reduce(
      (sum, part) => sum - (demandWatts / 1_000) * ((part.endAt - part.startAt) / hourMs) * Number(part.usdPerKwh),
      value,
    );
  }, 0);
};

/** A day's money as the bill will show it; positive comes to you. */
export interface DayMoney {
  /** Of hours that were metered and have a price, exactly. @unit USD */
  readonly soFarUsd: DecimalText;
  /** By the day's end, with what is planned; null without a plan. @unit USD */
  readonly plannedUsd: number | null;
  /** Up to here every hour is metered and priced; those that began before a device was first read are nobody's loss. UTC ms. */
  readonly knownUntil: number;
}

/** The money of a day, of all its devices. */
export const dayMoneyOf = (moment: MoneyMoment, span: DaySpan, resourceIDs: readonly string[]): DayMoney => {
  const past = hoursOf(span).filter((startAt) => startAt + hourMs <= moment.asOf);
  const firstRead = resourceIDs.map((resourceID) => firstReadingAt(moment.views.usage, resourceID) ?? span.startAt);
  const amounts = past.map((startAt) => resourceIDs.map((resourceID) => amountOfHour(moment, resourceID, startAt)));
  const soFarUsd = differenceOf('0', sumOf(amounts.flat().flatMap((amount) => amount ?? [])));
  const openAt = past.length === 0 ? span.startAt : (past.at(-1) ?? 0) + hourMs;
  const planned = resourceIDs.flatMap((resourceID) => plannedUsd(moment, resourceID, openAt, span.endAt) ?? []);
  const firstOpen = amounts.findIndex((hour, place) =>
    hour.some((amount, device) => amount === null && (firstRead[device] ?? 0) <= (past[place] ?? 0)),
  );
  return {
    soFarUsd,
    plannedUsd: planned.length === 0 ? null : planned.reduce((sum, each) => sum + each, Number(soFarUsd)),
    knownUntil: firstOpen < 0 ? openAt : (past[firstOpen] ?? openAt),
  };
};

/** @limit So far back a full day is looked for. @unit local days */
const searchedDays = 40;

const isFull = ({ views }: ShownMoment, span: DaySpan, resourceIDs: readonly string[]): boolean =>
  resourceIDs.some((resourceID) =>
    hoursOf(span).every((startAt) => importExport(views.usage, resourceID, startAt, hourMs).importWattHours !== null),
  );

/** The local day to look at: today; at the end of a log at rest the last day of which every hour was metered, if there is one. */
export const shownDayOf = (moment: ShownMoment, resourceIDs: readonly string[]): LocalDay => {
  const today = dayOf(moment.asOf, moment.timeZone);
  if (!moment.isAtRest) return today.day;
  let span = today;
  for (let days = 0; days < searchedDays; days += 1) {
    if (isFull(moment, span, resourceIDs)) return span.day;
    span = dayOf(span.startAt - 1, moment.timeZone);
  }
  return today.day;
};
