import { differenceOf } from '../programme/money.ts';
import { hourMs } from '../programme/calendar.ts';
import { lookUp } from '../store/projections/keyed.ts';
import { boundariesWithin, boundaryIsKnown, boundaryToleranceMs } from '../store/projections/usage.ts';
import type { DatedHour } from './datedHours.ts';
import { lineDelivery } from './lineDelivery.ts';
import type { Adjustment, LedgerLine, PriceOrigin } from './ledgerLine.ts';
import { type LedgerState, type Posting, postingsOf, type PriceSeries } from './ledgerState.ts';
import type { Meter } from './meter.ts';
import { type HourPrices, originOf, settledHour } from './settledHour.ts';
import { crowdKeys } from '../store/projections/crowd.ts';

/** The lines of a ledger, and what changed in them. */

/** Devices that were ever configured, metered or due, in the order of their names. */
export const devicesOf = ({ usage, deliveries, configured }: LedgerState): readonly string[] =>
  [...new Set([...Object.keys(configured), ...crowdKeys(usage.meters), ...crowdKeys(deliveries.claims)])].sort();

/** Whether the device was configured during all of the hour, or something was read at its edges: then a line is due. */
export const isExpected = (state: LedgerState, resourceID: string, startAt: number): boolean => {
  const endAt = startAt + hourMs;
  const spans = lookUp(state.configured, resourceID) ?? [];
  if (spans.some(({ fromAt, toAt }) => fromAt <= startAt && (toAt === null || toAt >= endAt))) return true;
  return (
    boundariesWithin(state.usage, resourceID, startAt, startAt + 1).length > 0 &&
    boundariesWithin(state.usage, resourceID, endAt, endAt + 1).length > 0
  );
};

/** Whether the hour is over for so short a while that its last reading may still be on its way. */
export const isAwaited = (state: LedgerState, resourceID: string, startAt: number, at: number): boolean =>
  at < startAt + hourMs + boundaryToleranceMs &&
  !boundaryIsKnown(state.usage, resourceID, startAt + hourMs) &&
  postingsOf(state, resourceID, startAt).length === 0;

const originsOf = (state: LedgerState, prices: HourPrices): readonly PriceOrigin[] => {
  const origins = [...prices.import, ...prices.export, ...prices.contradicting].map((slot) => originOf(state, slot));
  return [
    ...new Map(origins.map((origin) => [`${origin.position} ${origin.seriesID} ${origin.price}`, origin])).values(),
  ];
};

const firstOf = (postings: readonly Posting[]): LedgerLine['first'] => {
  const [first] = postings;
  return first === undefined || first.money === null
    ? null
    : { money: first.money, position: first.position, at: first.at };
};

/** One device's hour as it stands, with the prices it was settled by. */
export interface LineAndPrices {
  readonly line: LedgerLine;
  readonly prices: HourPrices;
}

/** The line of a device's hour. */
export const lineOf = (
  state: LedgerState,
  meter: Meter,
  resourceID: string,
  { startAt, day }: DatedHour,
  series: PriceSeries,
): LineAndPrices => {
  const { reading, prices, parts, money } = settledHour(state, meter, resourceID, startAt, series);
  const { importWattHours, exportWattHours } = reading;
  const only = parts.length === 1 ? parts[0] : undefined;
  const line: LedgerLine = {
    resourceID,
    startAt,
    durationMs: hourMs,
    day,
    importWattHours,
    exportWattHours,
    energyWattHours: importWattHours === null || exportWattHours === null ? null : importWattHours - exportWattHours,
    importUsdPerKwh: only?.importUsdPerKwh ?? onePrice(prices, 'import'),
    exportUsdPerKwh: only?.exportUsdPerKwh ?? onePrice(prices, 'export'),
    money,
    parts,
    reading,
    origins: originsOf(state, prices),
    delivery: lineDelivery(state.deliveries, resourceID, startAt),
    first: firstOf(postingsOf(state, resourceID, startAt)),
  };
  return { line, prices };
};

/** The one price of the hour, also where its energy is not known. */
const onePrice = (prices: HourPrices, way: 'import' | 'export'): string | null => {
  const [first, ...others] = new Set(prices[way].map(({ usdPerKwh }) => usdPerKwh));
  return first === undefined || others.length > 0 || !prices.isPriced || prices.contradicting.length > 0 ? null : first;
};

const netOf = ({ importWattHours, exportWattHours }: Posting): number | null =>
  importWattHours === null || exportWattHours === null ? null : importWattHours - exportWattHours;

/** Every change of a device's hour after it was first complete, oldest first. */
export const adjustmentsOf = (
  state: LedgerState,
  resourceID: string,
  { startAt, day }: DatedHour,
): readonly Adjustment[] => {
  const postings = postingsOf(state, resourceID, startAt);
  return postings.slice(1).map((posting, index): Adjustment => {
    const before = postings[index] as Posting;
    return {
      resourceID,
      startAt,
      durationMs: hourMs,
      day,
      because: posting.because ?? 'priceRevised',
      position: posting.position,
      at: posting.at,
      oldWattHours: netOf(before),
      newWattHours: netOf(posting),
      oldUsdPerKwh: before.usdPerKwh,
      newUsdPerKwh: posting.usdPerKwh,
      oldUsd: before.money?.amountUsd ?? null,
      newUsd: posting.money?.amountUsd ?? null,
      deltaUsd: differenceOf(posting.money?.amountUsd ?? '0', before.money?.amountUsd ?? '0'),
    };
  });
};
