/** The day as the agent tells it, beside what the VTN has booked. */
import type { AgentState } from '../../core/state.ts';
import type { DaySpan } from '../../programme/calendar.ts';
import { decimalOf, roundHalfEven } from '../../programme/decimal.ts';
import type { BookedDay } from '../../vtn/booking.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { Vtn } from '../../vtn/vtn.ts';
import {
  directedText,
  hourLines,
  kilowattHoursText,
  priceText,
  totalOf,
  toYouText,
  type HourLine,
} from '../dayTable.ts';
import { tableText } from '../table.ts';

type BookedHour = BookedDay['hours'][number];

/** One hour of both ledgers. */
interface Pair {
  readonly line: HourLine;
  readonly booked: BookedHour | undefined;
}

/** Both ledgers of a day. */
export interface Ledgers {
  readonly text: string;
  /** Whether they say the same of every hour. */
  readonly agree: boolean;
  /** The sum of the agent's column, exactly; a credit is negative. */
  readonly amountUsd: DecimalText;
}

/** Kilowatt-hours as the agent's own column has them. */
const bookedText = (kilowattHours: string | undefined): string =>
  kilowattHours === undefined ? '–' : directedText(roundHalfEven(decimalOf(kilowattHours), 3).replace('-', '−'));

const rowOf = ({ line, booked }: Pair): readonly string[] => [
  line.local.slice(11, 16),
  priceText(line.usdPerKwh),
  directedText(kilowattHoursText(line.energyWattHours)),
  toYouText(line.amountUsd),
  line.delivery,
  bookedText(booked?.energyKilowattHours),
  toYouText(booked?.amountUsd ?? null),
];

const saysTheSame = ({ line: { energyWattHours, amountUsd }, booked }: Pair): boolean =>
  booked !== undefined &&
  energyWattHours !== null &&
  Math.round(Number(booked.energyKilowattHours) * 1_000) === energyWattHours &&
  booked.amountUsd !== undefined &&
  amountUsd !== null &&
  toYouText(booked.amountUsd) === toYouText(amountUsd);

const pairsOf = (lines: readonly HourLine[], hours: readonly BookedHour[]): readonly Pair[] => {
  const booked = new Map(hours.map((hour) => [hour.startAt, hour]));
  return lines.map((line): Pair => ({ line, booked: booked.get(line.startAt) }));
};

/** Whether the agent's lines of a device's day and what the VTN has booked of that device say the same, hour by hour. */
export const areSame = (lines: readonly HourLine[], hours: readonly BookedHour[]): boolean =>
  pairsOf(lines, hours).every(saysTheSame);

/** Lays both ledgers of a device's day side by side. */
export const compareLedgers = (
  state: AgentState,
  vtn: Vtn,
  resourceID: string,
  span: DaySpan,
  timeZone: string,
): Ledgers => {
  const lines = hourLines(state.views, [resourceID], span, timeZone);
  const { hours, totals } = vtn.bookingOf(span.day);
  const pairs = pairsOf(lines, hours);
  const total = totalOf(lines);
  const header = ['hour', 'USD/kWh', 'kWh net', 'USD', 'delivery', 'VTN: kWh', 'VTN: USD'];
  const sum = [
    'total',
    '',
    directedText(kilowattHoursText(total.energyWattHours)),
    toYouText(total.amountUsd),
    '',
    bookedText(totals.energyKilowattHours),
    toYouText(totals.amountUsd),
  ];
  return {
    text: tableText(header, [...pairs.map(rowOf), sum], { rightFrom: 1, ruleBeforeLast: true }),
    agree: pairs.every(saysTheSame),
    amountUsd: total.amountUsd,
  };
};
