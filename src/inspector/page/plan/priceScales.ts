/**
 * The price axis: where one hour costs many times another, two straight scales, both from zero, one above the other.
 *
 * A logarithm would be told faster and believed wrongly: on it $4.78 looks little more than $1.64.
 */

/** Prices that hold for a while, as numbers to draw with. */
export interface DrawnPrice {
  readonly startAt: number;
  readonly endAt: number;
  /** @unit USD/kWh */
  readonly usd: number;
}

/** Where scales may end. @unit USD/kWh */
const ends = [
  0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 500,
] as const;

/** Prices up to so many times the median are ordinary, and in any case up to 20 cents. */
const ordinary = { timesMedian: 4, leastUsd: 0.2 } as const;

const headroom = 1.03;

/** The next step above a value. */
const stepAbove = (usd: number): number => ends.find((end) => end > usd) ?? Math.ceil(usd * 2);

/** The scales of a window. @unit USD/kWh */
export interface PriceScales {
  /** Below zero as far as the lowest price is. */
  readonly bottom: number;
  /** Where the lower scale ends: the highest there is when all prices are ordinary. */
  readonly cut: number;
  /** Where the upper scale ends; null where there is one scale. */
  readonly top: number | null;
}

const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length === 0 ? 0 : ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half) - 1] ?? 0)) / 2;
};

/** What scales a window's prices are drawn to. */
export const priceScales = (usd: readonly number[]): PriceScales => {
  const most = Math.max(ordinary.timesMedian * medianOf(usd), ordinary.leastUsd);
  const usual = usd.filter((each) => each <= most);
  const highest = Math.max(0, ...usd);
  const lowest = Math.min(0, ...usd);
  const cut = stepAbove(headroom * Math.max(0, ...usual));
  // A price that is not ordinary and yet lies within the scale needs none of its own.
  return { bottom: lowest < 0 ? -stepAbove(-lowest) : 0, cut, top: highest > cut ? stepAbove(highest) : null };
};

/** @limit Steps of a scale that bear a number. */
const mostTicks = 4;

/** Round values between zero and the end of a scale. */
export const priceTicks = (end: number): readonly number[] => {
  const least = end / mostTicks;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((times) => times * power >= least * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let count = 1; count * step < end * 0.999; count += 1) ticks.push(Math.round(count * step * 1e4) / 1e4);
  return ticks;
};

/** Where the two scales lie. @unit px */
export interface PriceBands {
  readonly upper: { readonly top: number; readonly height: number } | null;
  readonly lower: { readonly top: number; readonly height: number };
}

/** @unit px */
const tear = 12;

/** One band, or two about equally high with a tear between them. */
export const priceBands = ({ top: upperEnd }: PriceScales, top: number, height: number): PriceBands => {
  if (upperEnd === null) return { upper: null, lower: { top, height } };
  const half = (height - tear) / 2;
  return { upper: { top, height: half }, lower: { top: top + half + tear, height: half } };
};

/** Where a price lies on the lower scale, which ends at the cut. @unit px */
export const lowerY = ({ bottom, cut }: PriceScales, { lower }: PriceBands, usd: number): number =>
  lower.top + ((cut - usd) / (cut - bottom)) * lower.height;

/** Where it lies on the upper one. @unit px */
export const upperY = ({ top }: PriceScales, { upper }: PriceBands, usd: number): number =>
  upper === null || top === null ? 0 : upper.top + ((top - usd) / top) * upper.height;

/** Runs of neighbouring prices above the cut. */
export const dearRuns = (
  prices: readonly DrawnPrice[],
  { cut, top }: PriceScales,
): readonly (readonly DrawnPrice[])[] => {
  if (top === null) return [];
  const runs: DrawnPrice[][] = [];
  for (const price of prices) {
    if (price.usd <= cut) continue;
    const last = runs.at(-1);
    if (last?.at(-1)?.endAt === price.startAt) last.push(price);
    else runs.push([price]);
  }
  return runs;
};

/** A step's price as it is written, and where: on its top, or beside it where nothing else is. */
export interface StepLabel {
  readonly price: DrawnPrice;
  readonly at: 'before' | 'top' | 'after';
}

/** About as wide is a price that stands beside its step. @unit px */
const besideWidth = 38;

/** Of a run its highest price on the top, its first and last outside, where the chart from `left` to `width` has room for them. */
export const stepLabels = (
  run: readonly DrawnPrice[],
  x: (at: number) => number,
  { left, width }: { readonly left: number; readonly width: number },
): readonly StepLabel[] => {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return [];
  const peak = run.reduce((best, each) => (each.usd > best.usd ? each : best), first);
  const labels: StepLabel[] = [{ price: peak, at: 'top' }];
  if (first !== peak && x(first.startAt) - besideWidth >= left) labels.push({ price: first, at: 'before' });
  if (last !== peak && x(last.endAt) + besideWidth <= width) labels.push({ price: last, at: 'after' });
  return labels;
};
