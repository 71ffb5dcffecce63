import { amountOf, comingToYou, sumOf } from '../programme/money.ts';
import { moneyWords } from '../programme/moneyWords.ts';
import { hoursOf, localText, type DaySpan } from '../programme/calendar.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { hourDelivery } from '../store/projections/hourDelivery.ts';
import type { DeliveriesState } from '../store/projections/deliveryState.ts';
import { priceAt } from '../store/projections/priceSlots.ts';
import type { PricesState } from '../store/projections/priceState.ts';
import { netUsage } from '../store/projections/usage.ts';
import type { UsageState } from '../store/projections/usageState.ts';

/** One hour of one device: what it cost, what it used, what it is worth, and whether the VTN has it. */
export interface HourLine {
  readonly resourceID: string;
  readonly startAt: number;
  /** `2026-11-01 01:00 -05:00` */
  readonly local: string;
  readonly usdPerKwh: DecimalText | null;
  /** Net: import positive, export negative. */
  readonly energyWattHours: number | null;
  /** Positive is owed by the participant, negative is a credit. Exact, not rounded. */
  readonly amountUsd: DecimalText | null;
  readonly delivery: string;
}

/** The folds that a day is told from. */
export interface DayViews {
  readonly usage: UsageState;
  readonly deliveries: DeliveriesState;
  readonly prices: PricesState;
}

/** The hours of a day, device by device. */
export const hourLines = (
  views: DayViews,
  resourceIDs: readonly string[],
  span: DaySpan,
  timeZone: string,
): readonly HourLine[] =>
  resourceIDs.flatMap((resourceID) =>
    hoursOf(span).map((startAt): HourLine => {
      const usdPerKwh = priceAt(views.prices, startAt)?.usdPerKwh ?? null;
      const { energyWattHours } = netUsage(views.usage, resourceID, startAt, 3_600_000);
      return {
        resourceID,
        startAt,
        local: localText(startAt, timeZone),
        usdPerKwh,
        energyWattHours,
        amountUsd: usdPerKwh === null || energyWattHours === null ? null : amountOf(usdPerKwh, energyWattHours),
        delivery: hourDelivery(views.deliveries, resourceID, startAt).status,
      };
    }),
  );

/** The sum of the hours that have an amount. */
export const totalOf = (
  lines: readonly HourLine[],
): { readonly energyWattHours: number; readonly amountUsd: DecimalText } => ({
  energyWattHours: lines.reduce((sum, { energyWattHours }) => sum + (energyWattHours ?? 0), 0),
  amountUsd: sumOf(lines.flatMap(({ amountUsd }) => amountUsd ?? [])),
});

const minus = '\u2212';

/** Watt-hours as kWh with three digits. */
export const kilowattHoursText = (wattHours: number | null): string =>
  wattHours === null ? '–' : (wattHours / 1000).toFixed(3).replace('-', minus);

/** Energy with its direction: what is no zero and no minus is a plus. */
export const directedText = (text: string): string => {
  if (text === '–') return text;
  return /^−?0\.0+$/.test(text) ? text.replace('−', '') : text.startsWith('−') ? text : `+${text}`;
};

/** A price with at least four decimals, so that prices stand one under the other; not a digit is lost. */
export const priceText = (usdPerKwh: DecimalText | null): string => {
  if (usdPerKwh === null) return '–';
  const [whole = '', fraction = ''] = usdPerKwh.split('.');
  return `${whole.replace('-', minus)}.${fraction.padEnd(4, '0')}`;
};

/** An amount in dollars, as people read it: what comes to you is +, what goes from you −. */
export const toYouText = (amount: DecimalText | null): string =>
  amount === null ? '–' : moneyWords(comingToYou(amount)).replace('$', '');
