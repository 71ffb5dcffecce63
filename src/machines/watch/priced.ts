/** A stretch of time. UTC ms. */
export interface WatchedSpan {
  readonly startAt: number;
  readonly endAt: number;
}

/** Whether no part of a time is without a price. */
export const isPriced = (unpriced: readonly WatchedSpan[], span: WatchedSpan): boolean =>
  unpriced.every(({ startAt, endAt }) => endAt <= span.startAt || startAt >= span.endAt);
