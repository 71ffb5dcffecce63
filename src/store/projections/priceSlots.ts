import type { PriceSlot } from '../../programme/priceSlot.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { PricesState } from './priceState.ts';
import type { PriceVersion } from './priceVersion.ts';
import { seriesRange } from './series.ts';

/** A price that holds for a while, and where it comes from. */
export interface PricedSlot extends PriceSlot {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly signalID: string;
  readonly receivedAt: number;
  /** The entry that took the version over. */
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
  readonly isWithdrawn: boolean;
}

const never = Number.POSITIVE_INFINITY;

/** Every version whose prices, replaced and cancelled ones included, share time with [fromAt, toAt), in the order received. */
export const priceVersions = (state: PricesState, fromAt: number, toAt: number): PriceVersion[] =>
  [
    ...seriesRange(state.versions, fromAt - state.longestMs, toAt).flatMap(({ value }) => Object.values(value)),
    ...Object.values(state.long).filter(({ startAt }) => startAt < toAt),
  ]
    .filter(({ endAt }) => (endAt ?? never) > fromAt)
    .sort((a, b) => a.position - b.position || a.rank - b.rank);

const piecesOf = (version: PriceVersion): Piece[] => {
  const { eventID, modificationNumber, signalID, receivedAt, position, rank, implausible, isWithdrawn } = version;
  return version.slots.flatMap(({ startAt, endAt, price, usdPerKwh }) => {
    const until = Math.min(endAt ?? never, version.endsAt ?? never);
    if (usdPerKwh === null || until <= startAt) return [];
    return [
      {
        startAt,
        endAt: until,
        usdPerKwh,
        implausible,
        eventID,
        modificationNumber,
        signalID,
        receivedAt,
        position,
        price,
        rank,
        isWithdrawn,
      },
    ];
  });
};

const isInForce = ({ superseded, unusable }: PriceVersion): boolean => !superseded && unusable === null;

/** Which signals are meant, where a programme states several prices for one time. */
export type SignalFilter = (version: PriceVersion) => boolean;

const everySignal: SignalFilter = () => true;

const pieces = (state: PricesState, fromAt: number, toAt: number, meant: SignalFilter = everySignal): Piece[] =>
  priceVersions(state, fromAt, toAt)
    .filter((version) => isInForce(version) && meant(version))
    .flatMap(piecesOf)
    .filter(({ startAt, endAt }) => startAt < toAt && endAt > fromAt);

/** Where events overlap, one that is listed holds, then the later received, then the one later in the log, then the first signal of the event. */
const holdsOver = (a: Piece, b: Piece): boolean =>
  a.isWithdrawn !== b.isWithdrawn
    ? b.isWithdrawn
    : a.receivedAt !== b.receivedAt
      ? a.receivedAt > b.receivedAt
      : a.position !== b.position
        ? a.position > b.position
        : a.rank < b.rank;

const winner = (candidates: readonly Piece[]): Piece | undefined =>
  candidates.reduce<Piece | undefined>(
    (best, piece) => (best === undefined || holdsOver(piece, best) ? piece : best),
    undefined,
  );

const slotOf = (
  { rank: _rank, isWithdrawn: _isWithdrawn, ...slot }: Piece,
  startAt: number,
  endAt: number,
): PricedSlot => ({ ...slot, startAt, endAt });

/** The price that holds at an instant, with the whole time of its slot; an open end is `Infinity`. */
export const priceAt = (state: PricesState, at: number): PricedSlot | null => {
  const best = winner(pieces(state, at, at + 1));
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
  meant: SignalFilter = everySignal,
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

/**
 * What each listed DR event states for [fromAt, toAt), cut to that time: where two of them share time, it is priced twice.
 * Of an event the first signal counts; what a withdrawn event states goes before any other and is no second price.
 */
export const listedPrices = (
  state: PricesState,
  fromAt: number,
  toAt: number,
  meant: SignalFilter = everySignal,
): PricedSlot[] => {
  const listed = pieces(state, fromAt, toAt, meant).filter(({ isWithdrawn }) => !isWithdrawn);
  const yields = (piece: Piece, other: Piece): boolean =>
    other.eventID === piece.eventID &&
    other.rank < piece.rank &&
    other.startAt < piece.endAt &&
    other.endAt > piece.startAt;
  const isFirst = (piece: Piece): boolean => !listed.some((other) => yields(piece, other));
  return listed
    .filter(isFirst)
    .map((piece) => slotOf(piece, Math.max(piece.startAt, fromAt), Math.min(piece.endAt, toAt)));
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
