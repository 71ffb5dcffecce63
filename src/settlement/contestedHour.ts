import { amountOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { type ContestedPrice, contestedPrices, type Contests } from './contests.ts';
import type { LedgerLine } from './ledgerLine.ts';
import { type PriceSeries, seriesOf } from './ledgerState.ts';
import type { HourPrices } from './settledHour.ts';

/** What was refused of an hour's prices, either way. */
export interface ContestedHour {
  readonly others: readonly ContestedPrice[];
  /** What the hour comes to at each of them; null where its energy or its own price is not known. @unit USD */
  readonly amounts: readonly (DecimalText | null)[];
}

/** The way of which nothing was refused stays as it is settled. */
const amountAt = (
  { importWattHours, exportWattHours, money }: LedgerLine,
  drawn: ContestedPrice | undefined,
  delivered: ContestedPrice | undefined,
): DecimalText | null =>
  money === null || importWattHours === null || exportWattHours === null
    ? null
    : sumOf([
        drawn === undefined ? money.importUsd : amountOf(drawn.usdPerKwh, importWattHours),
        delivered === undefined ? money.exportUsd : amountOf(delivered.usdPerKwh, -exportWattHours),
      ]);

const placeOf = ({ position, startAt }: ContestedPrice): string => `${position} ${startAt}`;

/** What was refused for an hour, of what is drawn as of what is delivered: each refused price with that which stood beside it. */
export const contestedHour = (
  contests: Contests,
  line: LedgerLine,
  prices: HourPrices,
  series: PriceSeries,
): ContestedHour => {
  const { isForDrawn, isForDelivered } = seriesOf(series);
  const drawn = prices.import.flatMap((slot) => contestedPrices(contests, slot, isForDrawn));
  const delivered = prices.export.flatMap((slot) => contestedPrices(contests, slot, isForDelivered));
  const others = [...drawn, ...delivered];
  const amounts = [...new Set(others.map(placeOf))].map((place) => {
    const [one, other] = [drawn, delivered].map((way) => way.find((price) => placeOf(price) === place));
    return amountAt(line, one, other);
  });
  return { others, amounts };
};
