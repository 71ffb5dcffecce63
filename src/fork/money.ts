/** What the record and the two lives beside it come to, hour by hour. */
import { cutAtPrices } from '../backtest/lives.ts';
import type { DeviceLife, LivedSlot } from '../backtest/terms.ts';
import { siteLimits } from '../dispatch/model/siteRows.ts';
import type { PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import type { VenSettings } from '../facts/settings.ts';
import { hourMs } from '../programme/calendar.ts';
import { amountOf, comingToYou, differenceOf, sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { meteredHours, pricesNow, type HoursKnown } from '../review/hours.ts';
import { worthOfLives, type ReviewBooks } from '../review/worth.ts';
import { preferredPrices, preferredSite } from '../shell/settings/preferredTerms.ts';
import { importExport } from '../store/projections/usage.ts';
import type { ForkAmount, ForkHour } from './terms.ts';

/** What money is reckoned with. */
export interface ForkBooks extends PlanSpan {
  readonly known: HoursKnown;
  /** As they were: by these all three are valued. */
  readonly settings: VenSettings;
  /** With what wears off in each life. */
  readonly storages: readonly StorageTerms[];
  /** In shadow they were told nothing: what they did by themselves is no record of this. */
  readonly isShadow: boolean;
}

const commonOf = <Span extends PlanSpan>(spans: readonly Span[], { startAt, endAt }: PlanSpan): readonly Span[] =>
  spans
    .filter((span) => span.startAt < endAt && span.endAt > startAt)
    .map((span) => ({ ...span, startAt: Math.max(startAt, span.startAt), endAt: Math.min(endAt, span.endAt) }));

const covers = (prices: readonly PricedSpan[], { startAt, endAt }: PlanSpan): boolean =>
  prices.every(({ importUsdPerKwh, exportUsdPerKwh }) => importUsdPerKwh !== null && exportUsdPerKwh !== null) &&
  prices.reduce((sum, price) => sum + price.endAt - price.startAt, 0) === endAt - startAt;

const wattHoursOf = (slots: readonly LivedSlot[]): number =>
  Math.round(
    slots.reduce((sum, { startAt, endAt, demandWatts }) => sum + (demandWatts * (endAt - startAt)) / hourMs, 0),
  );

const booksOf = ({ settings, storages }: ForkBooks, span: PlanSpan): ReviewBooks => {
  const { timeZone, site = {} } = settings;
  const preferred = preferredSite(site, { fromAt: span.startAt, toAt: span.endAt, timeZone });
  return {
    ...span,
    storages,
    moneyScope: site.moneyScope ?? 'device',
    forecast: commonOf(preferred.forecast ?? [], span),
    exportLimitWatts: siteLimits(preferred).sold * 1_000,
    stockUsdPerKwh: new Map(),
  };
};

const lifeWithin = (life: DeviceLife, prices: readonly PricedSpan[], span: PlanSpan): DeviceLife => ({
  ...life,
  slots: cutAtPrices(commonOf(life.slots, span), prices),
});

/** What lives come to in a stretch of time, with what wears off. */
const lived = (
  books: ForkBooks,
  lives: readonly DeviceLife[],
  prices: readonly PricedSpan[],
  span: PlanSpan,
): ForkAmount & { readonly wearUsd: DecimalText } => {
  const within = lives.map((life) => lifeWithin(life, prices, span));
  const wattHours = within.reduce((sum, { slots }) => sum + wattHoursOf(slots), 0);
  if (!covers(prices, span)) return { usd: null, wattHours, wearUsd: '0' };
  const { cashUsd, wearUsd } = worthOfLives(within, prices, booksOf(books, span));
  return { usd: cashUsd, wattHours, wearUsd };
};

/** By the meters; of a whole hour as the ledger has it. */
const recordedAmount = (
  books: ForkBooks,
  resourceIDs: readonly string[],
  prices: readonly PricedSpan[],
  span: PlanSpan,
): ForkAmount => {
  const { known, settings, isShadow } = books;
  if (isShadow) return { usd: null, wattHours: null };
  const nets = resourceIDs.map((resourceID) => {
    const { importWattHours, exportWattHours } = importExport(
      known.usage,
      resourceID,
      span.startAt,
      span.endAt - span.startAt,
    );
    return importWattHours === null || exportWattHours === null ? null : importWattHours - exportWattHours;
  });
  if (nets.some((net) => net === null)) return { usd: null, wattHours: null };
  const wattHours = nets.reduce<number>((sum, net) => sum + (net ?? 0), 0);
  if (!covers(prices, span)) return { usd: null, wattHours };
  const hasOwnTerms = settings.site?.moneyScope === 'site' || settings.site?.exportPrice !== undefined;
  if (!hasOwnTerms && span.endAt - span.startAt === hourMs) {
    const cash = resourceIDs
      .flatMap((resourceID) => meteredHours(known, resourceID, span))
      .map(({ cashUsd }) => cashUsd);
    return { usd: cash.some((usd) => usd === null) ? null : sumOf(cash.map((usd) => usd ?? '0')), wattHours };
  }
  const [first] = prices;
  if (!hasOwnTerms && prices.length === 1 && first?.importUsdPerKwh === first?.exportUsdPerKwh)
    return { usd: sumOf(nets.map((net) => comingToYou(amountOf(first?.importUsdPerKwh ?? '0', net ?? 0)))), wattHours };
  const lives = resourceIDs.map((resourceID, index): DeviceLife => {
    const demandWatts = Math.round(((nets[index] ?? 0) * hourMs) / (span.endAt - span.startAt));
    return { resourceID, slots: [{ ...span, demandWatts }], startWattHours: 0, endWattHours: 0 };
  });
  return { usd: lived(books, lives, prices, span).usd, wattHours };
};

/** Hours, and what wears off in each life. */
export interface ForkMoney {
  readonly hours: readonly ForkHour[];
  readonly wearSameUsd: DecimalText;
  readonly wearOtherUsd: DecimalText;
}

/** Hour by hour. */
export const forkMoney = (
  books: ForkBooks,
  otherBooks: ForkBooks,
  same: readonly DeviceLife[],
  other: readonly DeviceLife[],
): ForkMoney => {
  const hours: ForkHour[] = [];
  const wear: { same: DecimalText[]; other: DecimalText[] } = { same: [], other: [] };
  const resourceIDs = same.map(({ resourceID }) => resourceID);
  const first = Math.floor(books.startAt / hourMs) * hourMs;
  for (let at = first; at < books.endAt; at += hourMs) {
    const span = { startAt: Math.max(at, books.startAt), endAt: Math.min(at + hourMs, books.endAt) };
    const all = pricesNow(books.known, { startAt: at, endAt: at + hourMs });
    const prices = commonOf(preferredPrices(all, books.settings.site?.exportPrice), span);
    const was = lived(books, same, prices, span);
    const would = lived(otherBooks, other, prices, span);
    wear.same.push(was.wearUsd);
    wear.other.push(would.wearUsd);
    hours.push({
      ...span,
      recorded: recordedAmount(books, resourceIDs, prices, span),
      same: { usd: was.usd, wattHours: was.wattHours },
      other: { usd: would.usd, wattHours: would.wattHours },
      differenceUsd: was.usd === null || would.usd === null ? null : differenceOf(would.usd, was.usd),
    });
  }
  return { hours, wearSameUsd: sumOf(wear.same), wearOtherUsd: sumOf(wear.other) };
};
