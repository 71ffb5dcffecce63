import { hourMs } from '../programme/calendar.ts';
import { amountOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { lookUp } from '../store/projections/keyed.ts';
import { contradict, listedPrices, type PricedSlot, priceSlots } from '../store/projections/priceSlots.ts';
import { type PricesState, pricingVersions } from '../store/projections/priceState.ts';
import type { LineMoney, LinePart, PriceOrigin, ReadingVersion } from './ledgerLine.ts';
import { type LedgerState, type PriceSeries, seriesOf } from './ledgerState.ts';
import type { Meter } from './meter.ts';

/**
 * What an hour of a device comes to.
 *
 * The hour is cut wherever one of its prices changes, and each part is settled by the registers at its edges: the finest
 * grid that prices and registers have in common. Where a register is lacking at a change, or two listed events state
 * different prices, the hour is left open: nothing is guessed.
 */

/** The prices of an hour, both ways. */
export interface HourPrices {
  readonly import: readonly PricedSlot[];
  readonly export: readonly PricedSlot[];
  readonly isPriced: boolean;
  /** What listed events state beside one another, where they contradict; empty where they do not. */
  readonly contradicting: readonly PricedSlot[];
}

/** An hour, settled as far as it can be. */
export interface SettledHour {
  readonly reading: ReadingVersion;
  readonly prices: HourPrices;
  /** Empty unless all of the hour is settled. */
  readonly parts: readonly LinePart[];
  readonly money: LineMoney | null;
}

const covers = (slots: readonly PricedSlot[], durationMs: number): boolean =>
  slots.reduce((sum, { startAt, endAt }) => sum + endAt - startAt, 0) === durationMs;

const contradictionsIn = (listed: readonly PricedSlot[]): readonly PricedSlot[] =>
  listed.filter((slot) => listed.some((other) => contradict(slot, other)));

/** What is known of the prices of [startAt, startAt + an hour). */
export const hourPrices = (prices: PricesState, startAt: number, series: PriceSeries): HourPrices => {
  const endAt = startAt + hourMs;
  const { isForDrawn, isForDelivered } = seriesOf(series);
  const isOneForBoth = pricingVersions(prices, startAt, endAt).every(
    (version) => isForDrawn(version) && isForDelivered(version),
  );
  const drawn = priceSlots(prices, startAt, endAt, isForDrawn);
  const delivered = isOneForBoth ? drawn : priceSlots(prices, startAt, endAt, isForDelivered);
  const listed = (isOneForBoth ? [isForDrawn] : [isForDrawn, isForDelivered]).map((meant) =>
    listedPrices(prices, startAt, endAt, meant),
  );
  return {
    import: drawn,
    export: delivered,
    isPriced: covers(drawn, hourMs) && covers(delivered, hourMs),
    contradicting: listed.flatMap(contradictionsIn),
  };
};

/** A slot's price and where it comes from. */
export const originOf = (state: Pick<LedgerState, 'sources'>, slot: PricedSlot): PriceOrigin => {
  const { source, version, seriesID, receivedAt, position, price } = slot;
  const message = lookUp(state.sources, String(position));
  return {
    source,
    version,
    seriesID,
    receivedAt,
    position,
    sourcePosition: message?.position ?? null,
    sourceHash: message?.hash ?? null,
    price,
  };
};

/** A stretch with one price each way. */
interface PricedStretch {
  readonly startAt: number;
  endAt: number;
  readonly import: PricedSlot;
  readonly export: PricedSlot;
}

const slotAt = (slots: readonly PricedSlot[], at: number): PricedSlot =>
  slots.find(({ startAt, endAt }) => startAt <= at && at < endAt) as PricedSlot;

const stretchesOf = (prices: HourPrices): readonly PricedStretch[] => {
  const starts = [...new Set([...prices.import, ...prices.export].map(({ startAt }) => startAt))].sort((a, b) => a - b);
  const stretches: PricedStretch[] = [];
  for (const startAt of starts) {
    const next = { startAt, import: slotAt(prices.import, startAt), export: slotAt(prices.export, startAt) };
    const last = stretches.at(-1);
    const goesOn = last?.import.usdPerKwh === next.import.usdPerKwh && last.export.usdPerKwh === next.export.usdPerKwh;
    const endAt = Math.min(next.import.endAt, next.export.endAt);
    if (goesOn) last.endAt = endAt;
    else stretches.push({ ...next, endAt });
  }
  return stretches;
};

type Energies = Pick<LinePart, 'importWattHours' | 'exportWattHours'>;

/** Energy of a part; a whole hour without energy has none in its parts either, for registers do not go back. */
const energiesOf = (meter: Meter, hour: ReadingVersion, { startAt, endAt }: PricedStretch): Energies | null => {
  const isIdle = hour.importWattHours === 0 && hour.exportWattHours === 0;
  const isWhole = startAt === hour.startAt && endAt - startAt === hour.durationMs;
  const { importWattHours, exportWattHours } =
    isIdle || isWhole ? hour : meter(hour.resourceID, startAt, endAt - startAt);
  return importWattHours === null || exportWattHours === null ? null : { importWattHours, exportWattHours };
};

const partsOf = (
  state: Pick<LedgerState, 'sources'>,
  meter: Meter,
  prices: HourPrices,
  hour: ReadingVersion,
): readonly LinePart[] | null => {
  const parts: LinePart[] = [];
  for (const stretch of stretchesOf(prices)) {
    const energies = energiesOf(meter, hour, stretch);
    if (energies === null) return null;
    parts.push({
      startAt: stretch.startAt,
      endAt: stretch.endAt,
      ...energies,
      importUsdPerKwh: stretch.import.usdPerKwh,
      exportUsdPerKwh: stretch.export.usdPerKwh,
      importOrigin: originOf(state, stretch.import),
      exportOrigin: originOf(state, stretch.export),
    });
  }
  return parts;
};

/** What energy comes to at its price both ways; delivered energy is a credit. */
export const moneyOf = (
  parts: readonly Pick<LinePart, 'importWattHours' | 'exportWattHours' | 'importUsdPerKwh' | 'exportUsdPerKwh'>[],
): LineMoney => {
  const importUsd: DecimalText = sumOf(parts.map((part) => amountOf(part.importUsdPerKwh, part.importWattHours)));
  const exportUsd: DecimalText = sumOf(parts.map((part) => amountOf(part.exportUsdPerKwh, -part.exportWattHours)));
  return { importUsd, exportUsd, amountUsd: sumOf([importUsd, exportUsd]) };
};

/** Settles the hour of a device that starts at the instant, as far as what is known allows. */
export const settledHour = (
  state: Pick<LedgerState, 'prices' | 'sources'>,
  meter: Meter,
  resourceID: string,
  startAt: number,
  series: PriceSeries,
): SettledHour => {
  const reading = meter(resourceID, startAt, hourMs);
  const prices = hourPrices(state.prices, startAt, series);
  const isOpen = reading.importWattHours === null || !prices.isPriced || prices.contradicting.length > 0;
  const parts = isOpen ? null : partsOf(state, meter, prices, reading);
  return { reading, prices, parts: parts ?? [], money: parts === null ? null : moneyOf(parts) };
};
