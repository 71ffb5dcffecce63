/** The chart's two bands: prices above, energy and charge below, each with a scale of its own on the same height. */

/** A scale's lowest and highest value. */
export type ScaleBounds = readonly [min: number, max: number];

/** Where the upper band begins, from the bottom of the chart. */
const upperFrom = 0.55;

/** Where the lower band ends, from the bottom of the chart. */
const lowerTo = 0.5;

/** The scale that puts values into the upper band; zero is always shown. */
export const upperScale = (values: readonly number[]): ScaleBounds => {
  const low = Math.min(0, ...values);
  const high = Math.max(low + 0.01, ...values);
  const top = high + (high - low) * 0.12;
  return [top - (top - low) / (1 - upperFrom), top];
};

/** The scale that puts values into the lower band, as far below zero as above. */
export const lowerScale = (values: readonly number[]): ScaleBounds => {
  const most = Math.max(0.1, ...values.map(Math.abs)) * 1.12;
  return [-most, (2 * most) / lowerTo - most];
};

/** The scale that puts a share from 0 to 1 into the lower band. */
export const shareScale: ScaleBounds = [-0.04, 1.08 / lowerTo - 0.04];

const steps = [1, 2, 2.5, 5, 10];

/** Round values from `low` to `high`, about as many as asked for. */
export const roundSteps = (low: number, high: number, count: number): readonly number[] => {
  const raw = (high - low) / Math.max(1, count);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * (steps.find((each) => each * size >= raw) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: Math.max(0, Math.min(50, last - first + 1)) }, (_, place) => (first + place) * step);
};
