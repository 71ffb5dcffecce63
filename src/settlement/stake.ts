import { hourMs } from '../programme/calendar.ts';
import { compare, decimalOf } from '../programme/decimal.ts';
import { amountOf, differenceOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { priceSlots } from '../store/projections/priceSlots.ts';
import { dayMs } from '../store/projections/series.ts';
import { limitsWithin } from '../store/projections/deviceLimits.ts';
import { boundariesWithin } from '../store/projections/usage.ts';
import { isMissed, type Reading } from '../store/projections/usageState.ts';
import type { Stake } from './ledgerException.ts';
import type { LedgerLine } from './ledgerLine.ts';
import type { LedgerState } from './ledgerState.ts';
import type { HourPrices } from './settledHour.ts';

/** The money at stake: between which amounts an hour may turn out, and what that rests on. Bounds are shown, and never booked. */

interface Range<T> {
  readonly low: T;
  readonly high: T;
  readonly basis: string;
}

const lesser = (a: DecimalText, b: DecimalText): DecimalText => (compare(decimalOf(a), decimalOf(b)) <= 0 ? a : b);
const greater = (a: DecimalText, b: DecimalText): DecimalText => (compare(decimalOf(a), decimalOf(b)) >= 0 ? a : b);

const rangeOf = (prices: readonly DecimalText[], basis: string): Range<DecimalText> | null =>
  prices.length === 0 ? null : { low: prices.reduce(lesser), high: prices.reduce(greater), basis };

/** How far to look for prices or readings where the hour has none. @unit ms */
const reachMs = 35 * dayMs;
const weekMs = 7 * dayMs;

/** What the hour's price may be: what is stated for it, unless that is not sure, else what prices were about that time. */
const priceRange = (
  state: LedgerState,
  { startAt }: LedgerLine,
  prices: HourPrices,
  isSure: boolean,
): Range<DecimalText> | null => {
  const stated = [...prices.import, ...prices.export, ...prices.contradicting].map(({ usdPerKwh }) => usdPerKwh);
  if (prices.isPriced && isSure)
    return rangeOf(stated, stated.every((price) => price === stated[0]) ? 'its price' : 'the prices stated for it');
  const near = priceSlots(state.prices, startAt - weekMs, startAt + hourMs + weekMs).map(({ usdPerKwh }) => usdPerKwh);
  return rangeOf([...stated, ...near], 'the prices of the weeks about it');
};

/** What the hour may have drawn and delivered. */
interface EnergyRange {
  readonly importWattHours: Range<number>;
  readonly exportWattHours: Range<number>;
  readonly basis: string;
}

const upTo = (wattHours: number, basis: string): Range<number> => ({
  low: 0,
  high: Math.max(0, Math.floor(wattHours)),
  basis,
});

const readingBefore = (state: LedgerState, { resourceID, startAt }: LedgerLine): Reading | undefined =>
  boundariesWithin(state.usage, resourceID, startAt - reachMs, startAt + 1)
    .flatMap(({ value }) => (isMissed(value) ? [] : [value]))
    .at(-1);

const readingAfter = (state: LedgerState, { resourceID, startAt }: LedgerLine): Reading | undefined =>
  boundariesWithin(state.usage, resourceID, startAt + hourMs, startAt + hourMs + reachMs).flatMap(({ value }) =>
    isMissed(value) ? [] : [value],
  )[0];

/** What the registers on either side leave room for. */
const byRegisters = (state: LedgerState, line: LedgerLine): EnergyRange | null => {
  const [before, after] = [readingBefore(state, line), readingAfter(state, line)];
  if (before === undefined || after === undefined) return null;
  const [drawn, delivered] = [
    after.importWattHours - before.importWattHours,
    after.exportWattHours - before.exportWattHours,
  ];
  if (drawn < 0 || delivered < 0) return null;
  const basis = 'what the registers grew by about it';
  return { importWattHours: upTo(drawn, basis), exportWattHours: upTo(delivered, basis), basis };
};

/** What the device can draw or deliver in an hour. */
const byLimits = (state: LedgerState, { resourceID, startAt }: LedgerLine): EnergyRange | null => {
  const limits = limitsWithin(state.usage.limits, resourceID, startAt, startAt + hourMs);
  if (limits === null) return null;
  const basis = 'what the device can do in an hour';
  return {
    importWattHours: upTo(limits.maxChargeWatts, basis),
    exportWattHours: upTo(limits.maxDischargeWatts, basis),
    basis,
  };
};

const narrower = (a: Range<number>, b: Range<number>): Range<number> => (a.high <= b.high ? a : b);

const energyRange = (state: LedgerState, line: LedgerLine): EnergyRange | null => {
  const { importWattHours, exportWattHours } = line;
  if (importWattHours !== null && exportWattHours !== null) {
    const basis = 'its energy';
    return {
      importWattHours: { low: importWattHours, high: importWattHours, basis },
      exportWattHours: { low: exportWattHours, high: exportWattHours, basis },
      basis,
    };
  }
  const [registers, limits] = [byRegisters(state, line), byLimits(state, line)];
  if (registers === null || limits === null) return registers ?? limits;
  return {
    importWattHours: narrower(registers.importWattHours, limits.importWattHours),
    exportWattHours: narrower(registers.exportWattHours, limits.exportWattHours),
    basis: `${registers.basis} and ${limits.basis}`,
  };
};

/** The least and the most that energy and price in their ranges can come to. */
const corners = (
  energy: Range<number>,
  price: Range<DecimalText>,
  sign: 1 | -1,
): { readonly low: DecimalText; readonly high: DecimalText } => {
  const amounts = [energy.low, energy.high].flatMap((wattHours) =>
    [price.low, price.high].map((usdPerKwh) => amountOf(usdPerKwh, sign * wattHours)),
  );
  return { low: amounts.reduce(lesser), high: amounts.reduce(greater) };
};

const stakeOf = (state: LedgerState, line: LedgerLine, prices: HourPrices, isSure: boolean): Stake => {
  const [energy, price] = [energyRange(state, line), priceRange(state, line, prices, isSure)];
  if (energy === null || price === null) {
    return {
      lowUsd: null,
      highUsd: null,
      basis: energy === null ? 'nothing bounds its energy' : 'no price is known anywhere near it',
    };
  }
  const drawn = corners(energy.importWattHours, price, 1);
  const delivered = corners(energy.exportWattHours, price, -1);
  return {
    lowUsd: sumOf([drawn.low, delivered.low]),
    highUsd: sumOf([drawn.high, delivered.high]),
    basis: `${energy.basis}, at ${price.basis}`,
  };
};

/** What the hour may come to, by what is known of its energy and its price. */
export const openStake = (state: LedgerState, line: LedgerLine, prices: HourPrices): Stake =>
  stakeOf(state, line, prices, true);

/** What the hour may come to, when its price may have been changed without our knowing. */
export const unsureStake = (state: LedgerState, line: LedgerLine, prices: HourPrices): Stake =>
  stakeOf(state, line, prices, false);

/** All of the amount, or nothing. */
export const wholeStake = ({ money }: LedgerLine, open: () => Stake): Stake =>
  money === null
    ? open()
    : {
        lowUsd: lesser('0', money.amountUsd),
        highUsd: greater('0', money.amountUsd),
        basis: 'all of its amount or nothing',
      };

/** One of some amounts. */
export const amongAmounts = (amounts: readonly DecimalText[], basis: string): Stake => ({
  lowUsd: amounts.reduce(lesser),
  highUsd: amounts.reduce(greater),
  basis,
});

/** How far apart the bounds are; null where nothing bounds the hour. @unit USD */
export const widthOf = ({ lowUsd, highUsd }: Stake): DecimalText | null =>
  lowUsd === null || highUsd === null ? null : differenceOf(highUsd, lowUsd);

/** The greater of two amounts. */
export const greaterUsd = greater;
