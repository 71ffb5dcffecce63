import { outcomeOf } from '../backtest/books.ts';
import { drawnIn } from '../backtest/needs.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import type { ForecastSpan, MoneyScope, PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import {
  add,
  decimalOf,
  decimalOfInteger,
  decimalText,
  multiply,
  shift,
  subtract,
  zero,
} from '../programme/decimal.ts';
import { sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { ReviewedLoad } from './needs.ts';
import type { ReviewWorth } from './terms.ts';

/** What a day is reckoned with, whoever lived it. */
export interface ReviewBooks extends PlanSpan {
  readonly storages: readonly StorageTerms[];
  readonly moneyScope: MoneyScope;
  readonly forecast: readonly ForecastSpan[];
  /** Beyond this the connection takes nothing. @unit W */
  readonly exportLimitWatts: number;
  /** By resourceID. @unit USD/kWh */
  readonly stockUsdPerKwh: ReadonlyMap<string, DecimalText>;
  /** None where absent. */
  readonly loads?: readonly ReviewedLoad[];
}

/** Energy without a price comes to nothing, whoever moved it: such hours are told by name. */
const unpricedAsNothing = (prices: readonly PricedSpan[]): readonly PricedSpan[] =>
  prices.map(({ startAt, endAt, importUsdPerKwh, exportUsdPerKwh }) => ({
    startAt,
    endAt,
    importUsdPerKwh: importUsdPerKwh ?? '0',
    exportUsdPerKwh: exportUsdPerKwh ?? '0',
  }));

/** What the change of a stock is worth: to the thousandth of a Wh, floats say no more. @unit USD */
export const stockWorth = (usdPerKwh: DecimalText, startWattHours: number, endWattHours: number): DecimalText =>
  decimalText(
    multiply(shift(decimalOfInteger(Math.round((endWattHours - startWattHours) * 1_000)), -6), decimalOf(usdPerKwh)),
  );

/** The parts of a worth, with their sum. */
export const worthOfParts = (cashUsd: DecimalText, wearUsd: DecimalText, stockUsd: DecimalText): ReviewWorth => ({
  cashUsd,
  wearUsd,
  stockUsd,
  valueUsd: decimalText(add(subtract(decimalOf(cashUsd), decimalOf(wearUsd)), decimalOf(stockUsd))),
});

/** What is stored more at the end; what a load has drawn of its needs counts as stored, each at its own price. */
export const stocksOf = (
  lives: readonly DeviceLife[],
  { loads = [], stockUsdPerKwh }: Pick<ReviewBooks, 'loads' | 'stockUsdPerKwh'>,
): DecimalText =>
  sumOf(
    lives.flatMap(({ resourceID, slots, startWattHours, endWattHours }) => {
      const load = loads.find((each) => each.resourceID === resourceID);
      return load === undefined
        ? [stockWorth(stockUsdPerKwh.get(resourceID) ?? '0', startWattHours, endWattHours)]
        : load.needs.map((need) => stockWorth(need.usdPerKwh, 0, drawnIn(slots, need)));
    }),
  );

/** What lives are worth at prices. */
export const worthOfLives = (
  lives: readonly DeviceLife[],
  prices: readonly PricedSpan[],
  books: ReviewBooks,
): ReviewWorth => {
  const { startAt, endAt, storages, moneyScope, forecast, exportLimitWatts } = books;
  const { cashUsd, wearUsd } = outcomeOf(lives, {
    startAt,
    endAt,
    prices: unpricedAsNothing(prices),
    storages,
    moneyScope,
    forecast,
    exportLimitWatts,
    stockUsdPerKwh: '0',
  });
  return worthOfParts(decimalText(cashUsd), decimalText(wearUsd), stocksOf(lives, books));
};

/** Worths of several days as one. */
export const sumOfWorths = (worths: readonly ReviewWorth[]): ReviewWorth => {
  const all = (of: (worth: ReviewWorth) => DecimalText): DecimalText =>
    decimalText(worths.map((worth) => decimalOf(of(worth))).reduce(add, zero));
  return worthOfParts(
    all(({ cashUsd }) => cashUsd),
    all(({ wearUsd }) => wearUsd),
    all(({ stockUsd }) => stockUsd),
  );
};
