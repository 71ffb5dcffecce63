import { type PriceSource, sourceKey } from '../../facts/prices.ts';
import type { PriceSlot } from '../../programme/priceSlot.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { type PricesState, pricingVersions } from './priceState.ts';
import type { PriceVersion, ReadSlot } from './priceVersion.ts';
import { seriesRange } from './series.ts';

/** A price that holds for a while, and where it comes from. */
export interface PricedSlot extends PriceSlot {
  readonly source: PriceSource;
  readonly version: number;
  readonly seriesID: string;
  readonly receivedAt: number;
  /** The entry that states it. */
  readonly position: number;
  /** Digit for digit as received. */
  readonly price: DecimalText;
}

/** A stretch of time. UTC ms. */
export interface TimeSpan {
  readonly startAt: number;
  readonly endAt: number;
}

/** A price and the version that states it. */
interface Piece extends PricedSlot {
  readonly rank: number;
  readonly priority: number;
  readonly isWithdrawn: boolean;
}

const never = Number.POSITIVE_INFINITY;

/** Every version whose prices, replaced and cancelled ones included, share time with [fromAt, toAt), in the order received. */
export const priceVersions = (state: PricesState, fromAt: number, toAt: number): PriceVersion[] =>
  [
    ...seriesRange(state.versions, fromAt - state.longestMs, toAt).flatMap(({ value }) => value),
    ...Object.values(state.long).filter(({ startAt }) => startAt < toAt),
  ]
    .filter(({ endAt }) => (endAt ?? never) > fromAt)
    .sort((a, b) => a.position - b.position || a.rank - b.rank);

/** The first slot that ends after the instant; slots stand one after another. */
const firstAfter = (slots: readonly ReadSlot[], at: number): number => {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle]?.endAt ?? never) > at) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** What a version states for some of [fromAt, toAt). */
const piecesOf = (version: PriceVersion, fromAt: number, toAt: number): Piece[] => {
  const { source, version: number, seriesID, receivedAt, position, rank, priority, isWithdrawn, slots } = version;
  const found: Piece[] = [];
  for (let index = firstAfter(slots, fromAt); index < slots.length; index += 1) {
    const { startAt, endAt, price, usdPerKwh, implausible } = slots[index] as ReadSlot;
    if (startAt >= toAt) break;
    const until = Math.min(endAt ?? never, version.endsAt ?? never);
    if (usdPerKwh === null || until <= startAt || until <= fromAt) continue;
    found.push({
      startAt,
      endAt: until,
      usdPerKwh,
      implausible,
      source,
      version: number,
      seriesID,
      receivedAt,
      position,
      price,
      rank,
      priority,
      isWithdrawn,
    });
  }
  return found;
};

/** Which series are meant, where a programme states several prices for one time. */
export type SeriesFilter = (version: PriceVersion) => boolean;

/** What is drawn is priced by; a series for what is delivered alone says nothing of it. */
export const isForImport: SeriesFilter = ({ direction }) => direction !== 'export';

/** What is delivered is priced by. */
export const isForExport: SeriesFilter = ({ direction }) => direction !== 'import';

/** Whether all that is priced in [fromAt, toAt) is priced alike, whether it is drawn or delivered. */
export const isOneForBoth = (state: PricesState, fromAt: number, toAt: number): boolean =>
  pricingVersions(state, fromAt, toAt).every((version) => isForImport(version) && isForExport(version));

const pieces = (state: PricesState, fromAt: number, toAt: number, meant: SeriesFilter): Piece[] =>
  pricingVersions(state, fromAt, toAt)
    .filter(meant)
    .flatMap((version) => piecesOf(version, fromAt, toAt));

/** 1 goes before 2; 0 is none, and comes last. @rule 2.0b 3 */
const precedence = ({ priority }: Piece): number => (priority === 0 ? never : priority);

/**
 * Where sources overlap, one that is listed holds; of two that are, the one with the lowest priority but 0, then the later
 * received, then the one later in the log, then the first series of the source.
 *
 * @reading The standard leaves overlaps to us: this says which price is acted upon, and settlement takes none.
 */
const holdsOver = (a: Piece, b: Piece): boolean => {
  if (a.isWithdrawn !== b.isWithdrawn) return b.isWithdrawn;
  if (!a.isWithdrawn && precedence(a) !== precedence(b)) return precedence(a) < precedence(b);
  if (a.receivedAt !== b.receivedAt) return a.receivedAt > b.receivedAt;
  return a.position !== b.position ? a.position > b.position : a.rank < b.rank;
};

const winner = (candidates: readonly Piece[]): Piece | undefined =>
  candidates.reduce<Piece | undefined>(
    (best, piece) => (best === undefined || holdsOver(piece, best) ? piece : best),
    undefined,
  );

/** Spelled out: plans of many devices are asked for with weeks of these. */
const slotOf = (
  { usdPerKwh, implausible, source, version, seriesID, receivedAt, position, price }: Piece,
  startAt: number,
  endAt: number,
): PricedSlot => ({ startAt, endAt, usdPerKwh, implausible, source, version, seriesID, receivedAt, position, price });

/** The price that holds at an instant, with the whole time of its slot; an open end is `Infinity`. */
export const priceAt = (state: PricesState, at: number): PricedSlot | null => {
  const best = winner(pieces(state, at, at + 1, isForImport));
  return best === undefined ? null : slotOf(best, best.startAt, best.endAt);
};

/**
 * The prices that hold in [fromAt, toAt), oldest first, cut to that time; unpriced time is left out.
 *
 * Every instant has the price that `priceAt` gives for it.
 */
export const priceSlots = (
  state: PricesState,
  fromAt: number,
  toAt: number,
  meant: SeriesFilter = isForImport,
): PricedSlot[] => {
  const waiting = pieces(state, fromAt, toAt, meant).sort((a, b) => a.startAt - b.startAt);
  const edges = new Set([fromAt, toAt]);
  for (const { startAt, endAt } of waiting) edges.add(Math.max(startAt, fromAt)).add(Math.min(endAt, toAt));
  const cuts = [...edges].sort((a, b) => a - b);
  const found: { readonly piece: Piece; readonly startAt: number; endAt: number }[] = [];
  let running: Piece[] = [];
  let next = 0;
  for (const [index, startAt] of cuts.slice(0, -1).entries()) {
    const endAt = cuts[index + 1] as number;
    while (next < waiting.length && (waiting[next] as Piece).startAt <= startAt) running.push(waiting[next++] as Piece);
    running = running.filter((piece) => piece.endAt > startAt);
    const piece = winner(running);
    const last = found.at(-1);
    if (last !== undefined && last.piece === piece && last.endAt === startAt) last.endAt = endAt;
    else if (piece !== undefined) found.push({ piece, startAt, endAt });
  }
  return found.map(({ piece, startAt, endAt }) => slotOf(piece, startAt, endAt));
};

/** The pieces of each source. */
const bySource = (all: readonly Piece[]): readonly (readonly Piece[])[] => {
  const groups = new Map<string, Piece[]>();
  for (const piece of all) {
    const key = sourceKey(piece.source);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [piece]);
    else group.push(piece);
  }
  return [...groups.values()];
};

const meets = (a: TimeSpan, b: TimeSpan): boolean => a.startAt < b.endAt && a.endAt > b.startAt;

/**
 * What each listed source states for [fromAt, toAt), cut to that time: where two of them share time, it is priced twice.
 * Of a source the first series counts; what a withdrawn source states goes before any other and is no second price.
 */
export const listedPrices = (
  state: PricesState,
  fromAt: number,
  toAt: number,
  meant: SeriesFilter = isForImport,
): PricedSlot[] =>
  bySource(pieces(state, fromAt, toAt, meant).filter(({ isWithdrawn }) => !isWithdrawn))
    .flatMap((own) => own.filter((piece) => !own.some((other) => other.rank < piece.rank && meets(other, piece))))
    .map((piece) => slotOf(piece, Math.max(piece.startAt, fromAt), Math.min(piece.endAt, toAt)));

/** Whether two slots of different sources state different prices for the same time. */
export const contradict = (a: PricedSlot, b: PricedSlot): boolean =>
  meets(a, b) && a.usdPerKwh !== b.usdPerKwh && sourceKey(a.source) !== sourceKey(b.source);

/** Where listed sources state different prices for the same time. */
export interface Overlap extends TimeSpan {
  /** Who states them. @limit The first 20. */
  readonly sources: readonly Pick<PricedSlot, 'source' | 'version'>[];
}

/** @limit Sources that are named where prices overlap. */
const namedSources = 20;

interface Edge {
  readonly at: number;
  readonly slot: PricedSlot;
  readonly isStart: boolean;
}

/** The first to the last instant in [fromAt, toAt) that is priced twice and differently; null when none is. */
export const overlapWithin = (state: PricesState, fromAt: number, toAt: number): Overlap | null => {
  const edges: Edge[] = listedPrices(state, fromAt, toAt)
    .flatMap((slot) => [
      { at: slot.startAt, slot, isStart: true },
      { at: slot.endAt, slot, isStart: false },
    ])
    .sort((a, b) => a.at - b.at || Number(a.isStart) - Number(b.isStart));
  const running = new Set<PricedSlot>();
  const prices = new Map<DecimalText, number>();
  const sources = new Map<string, Pick<PricedSlot, 'source' | 'version'>>();
  let found: TimeSpan | null = null;
  edges.forEach(({ at, slot, isStart }, index) => {
    if (isStart) running.add(slot);
    else running.delete(slot);
    const count = (prices.get(slot.usdPerKwh) ?? 0) + (isStart ? 1 : -1);
    if (count === 0) prices.delete(slot.usdPerKwh);
    else prices.set(slot.usdPerKwh, count);
    const endAt = edges[index + 1]?.at ?? at;
    if (prices.size < 2 || endAt === at) return;
    found = { startAt: found?.startAt ?? at, endAt };
    for (const { source, version } of running) {
      if (sources.size === namedSources) break;
      sources.set(sourceKey(source), { source, version });
    }
  });
  return found === null ? null : { ...(found as TimeSpan), sources: [...sources.values()] };
};

/** The time in [fromAt, toAt) for which no price is known. */
export const unpriced = (state: PricesState, fromAt: number, toAt: number): TimeSpan[] => {
  const holes: TimeSpan[] = [];
  let filledTo = fromAt;
  for (const { startAt, endAt } of priceSlots(state, fromAt, toAt)) {
    if (startAt > filledTo) holes.push({ startAt: filledTo, endAt: startAt });
    filledTo = endAt;
  }
  return filledTo < toAt ? [...holes, { startAt: filledTo, endAt: toAt }] : holes;
};

/** Whether every instant of [fromAt, toAt) has a price; an implausible one counts, for it has arrived. */
export const pricesCover = (state: PricesState, fromAt: number, toAt: number): boolean =>
  unpriced(state, fromAt, toAt).length === 0;
