import type { ForecastSpan, MoneyScope, PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import {
  add,
  type Decimal,
  decimalOf,
  decimalOfInteger,
  multiply,
  quotient,
  subtract,
  zero,
} from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { cutAtPrices } from './lives.ts';
import type { DeviceLife, LivedSlot } from './terms.ts';

/** What a life comes to: exact sums, divided once. */

/** Watts for milliseconds that make a kilowatt-hour. */
const wattMsPerKwh = decimalOfInteger(3_600_000_000);

/** @limit Decimals of an amount; what is beyond them is no money. */
const moneyDecimals = 9;

/** What was earned, and by what. + comes to you. @unit USD */
export interface LifeWorth {
  /** Cash less wear, and the change of the stock. */
  readonly earnedUsd: Decimal;
  /** What the bill would show. */
  readonly cashUsd: Decimal;
  readonly wearUsd: Decimal;
  readonly stockUsd: Decimal;
  /** Delivered by storage. @unit kWh */
  readonly throughputKilowattHours: Decimal;
}

/** What outcomes are reckoned with. */
export interface BookTerms extends PlanSpan {
  readonly prices: readonly PricedSpan[];
  readonly storages: readonly StorageTerms[];
  readonly moneyScope: MoneyScope;
  readonly forecast: readonly ForecastSpan[];
  /** Beyond this the connection takes nothing, and nobody pays for it; where the site is one bill. @unit W */
  readonly exportLimitWatts: number;
  /** What a stored kWh is worth at both ends. @unit USD/kWh */
  readonly stockUsdPerKwh: DecimalText;
}

/** Sums of several timelines of power, as one. */
const together = (lines: readonly (readonly LivedSlot[])[]): readonly LivedSlot[] => {
  const edges = [...new Set(lines.flatMap((line) => line.flatMap(({ startAt, endAt }) => [startAt, endAt])))].sort(
    (a, b) => a - b,
  );
  const at = lines.map(() => 0);
  return edges.slice(0, -1).map((startAt, index) => {
    let demandWatts = 0;
    for (const [line, slots] of lines.entries()) {
      while ((slots[at[line] as number]?.endAt ?? Number.POSITIVE_INFINITY) <= startAt)
        at[line] = (at[line] as number) + 1;
      const slot = slots[at[line] as number];
      if (slot !== undefined && slot.startAt <= startAt) demandWatts += slot.demandWatts;
    }
    return { startAt, endAt: edges[index + 1] as number, demandWatts };
  });
};

const home = (forecast: readonly ForecastSpan[]): readonly LivedSlot[] =>
  forecast.map(({ startAt, endAt, loadWatts, pvWatts }) => ({
    startAt,
    endAt,
    demandWatts: Math.round(loadWatts - pvWatts),
  }));

/** What each meter measured: every device's own, or the site's. */
const metersOf = (
  lives: readonly DeviceLife[],
  { moneyScope, forecast, prices, exportLimitWatts }: BookTerms,
): readonly (readonly LivedSlot[])[] => {
  if (moneyScope === 'device') return lives.map(({ slots }) => slots);
  const net = cutAtPrices(together([...lives.map(({ slots }) => slots), home(forecast)]), prices);
  return [net.map((slot) => ({ ...slot, demandWatts: Math.max(slot.demandWatts, Math.floor(0 - exportLimitWatts)) }))];
};

const wattMs = ({ startAt, endAt, demandWatts }: LivedSlot): Decimal =>
  decimalOfInteger(demandWatts * (endAt - startAt));

/** Parses a price once, however many slots have it. */
const parsed = (): ((text: DecimalText) => Decimal) => {
  const known = new Map<DecimalText, Decimal>();
  return (text) => {
    const found = known.get(text) ?? decimalOf(text);
    known.set(text, found);
    return found;
  };
};

/** What a meter's energy comes to; where no price is known, at that of the stock. */
const billed = (slots: readonly LivedSlot[], { prices, stockUsdPerKwh }: BookTerms): Decimal => {
  const priceOf = parsed();
  let at = 0;
  let sum = zero;
  for (const slot of slots) {
    while ((prices[at]?.endAt ?? Number.POSITIVE_INFINITY) <= slot.startAt) at += 1;
    if (slot.demandWatts === 0) continue;
    const price = prices[at];
    const isPriced = price !== undefined && price.startAt <= slot.startAt;
    const text = !isPriced ? null : slot.demandWatts > 0 ? price.importUsdPerKwh : price.exportUsdPerKwh;
    sum = add(sum, multiply(wattMs(slot), priceOf(text ?? stockUsdPerKwh)));
  }
  return sum;
};

const inKwh = (sum: Decimal): Decimal => quotient(sum, wattMsPerKwh, moneyDecimals);

const delivered = ({ slots }: DeviceLife): Decimal =>
  slots.filter(({ demandWatts }) => demandWatts < 0).reduce((sum, slot) => subtract(sum, wattMs(slot)), zero);

/** The change of what is stored, to the thousandth of a Wh: floats say no more. */
const stockChange = ({ startWattHours, endWattHours }: DeviceLife): Decimal =>
  quotient(
    decimalOfInteger(Math.round((endWattHours - startWattHours) * 1_000)),
    decimalOfInteger(1_000_000),
    moneyDecimals,
  );

/** What lives come to. */
export const outcomeOf = (lives: readonly DeviceLife[], terms: BookTerms): LifeWorth => {
  const cashUsd = subtract(
    zero,
    inKwh(
      metersOf(lives, terms)
        .map((slots) => billed(slots, terms))
        .reduce(add, zero),
    ),
  );
  const throughputs = lives.map((life) => inKwh(delivered(life)));
  const wearUsd = lives
    .map(({ resourceID }, index) => {
      const wear = terms.storages.find((each) => each.resourceID === resourceID)?.wearUsdPerKwh ?? '0';
      return multiply(decimalOf(wear), throughputs[index] ?? zero);
    })
    .reduce(add, zero);
  const stockUsd = multiply(lives.map(stockChange).reduce(add, zero), decimalOf(terms.stockUsdPerKwh));
  return {
    cashUsd,
    wearUsd,
    stockUsd,
    earnedUsd: add(subtract(cashUsd, wearUsd), stockUsd),
    throughputKilowattHours: throughputs.reduce(add, zero),
  };
};
