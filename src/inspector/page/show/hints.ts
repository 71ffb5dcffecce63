/** What a fact's bare number means, by its name: units stand last in a name. */
import { dollarsText, energyText, powerText } from '../../../text/quantities.ts';
import { durationText, momentText } from '../../../text/times.ts';

const hints: readonly (readonly [ending: RegExp, hint: (value: number, timeZone: string) => string])[] = [
  [/(At|Until|boundary)$/, (value, timeZone) => (value > 1e11 ? momentText(value, timeZone) : '')],
  [/Ms$/, (value) => (value >= 1_000 ? durationText(value) : '')],
  [/WattHours$/, (value) => energyText(value, 3)],
  [/Watts$/, (value) => powerText(value)],
  [/Usd$/, (value) => dollarsText(value, 4)],
];

/** The meaning, or an empty text. */
export const hintFor = (name: string, value: unknown, timeZone: string): string => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  return hints.find(([ending]) => ending.test(name))?.[1](value, timeZone) ?? '';
};
