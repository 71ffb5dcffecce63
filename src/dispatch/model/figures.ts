import { parseDecimal } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';

/** The number, kept between two others; what is no number is the lowest. */
export const clamped = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? low : Math.min(high, Math.max(low, value));

/** @limit What a rate can be at most. @unit USD/kWh */
const largestUsd = 1_000;

/** A text as the optimiser's number. */
export const floatOf = (text: DecimalText | undefined, otherwise: number): number => {
  const value = text === undefined ? undefined : parseDecimal(text)?.toNumber();
  return value !== undefined && Number.isFinite(value) ? clamped(value, -largestUsd, largestUsd) : otherwise;
};

/** @limit What a device can hold, and its power. @unit kWh, kW */
const largest = 1e6;

/** Watts or watt-hours in thousands; what is absurd is nothing, or as much as can be. */
export const kilo = (value: number): number => clamped(value / 1_000, 0, largest);

/** A part of a whole, 0 to 1. */
export const share = (value: number | undefined, otherwise: number): number =>
  value === undefined || Number.isNaN(value) ? otherwise : clamped(value, 0, 1);

/** @limit Below it a device loses so much that nobody means it. */
const leastEfficiency = 0.3;

/** A part that is not lost; what is no number loses nothing. */
export const efficiency = (value: number): number => (Number.isFinite(value) ? clamped(value, leastEfficiency, 1) : 1);
