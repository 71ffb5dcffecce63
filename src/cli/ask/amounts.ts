/** Amounts as people give them. */
import { UsageError } from '../options.ts';

/** The power that a text names. @unit W @throws UsageError */
export const powerNamed = (text: string): number => {
  const [, digits = '', kilo = ''] = /^(\d+(?:\.\d+)?) ?(?:(k)?W)?$/i.exec(text.trim()) ?? [];
  const watts = digits === '' ? Number.NaN : Number(digits) * (kilo === '' ? 1 : 1_000);
  if (!Number.isFinite(watts) || watts <= 0)
    throw new UsageError(`"${text}" is no power: write 3kW, 2500W, or watts without a unit (2500), above zero.`);
  return Math.round(watts * 1_000) / 1_000;
};

const unitsMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, min: 60_000, m: 60_000, s: 1_000 };

/** The length of time that a text names. @unit ms @throws UsageError */
export const lengthNamed = (text: string): number => {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?) ?(d|h|min|m|s)(?![a-z]) ?/gi)];
  const ms = parts.reduce(
    (sum, [, amount = '', unit = '']) => sum + Number(amount) * (unitsMs[unit.toLowerCase()] ?? 0),
    0,
  );
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim() || ms <= 0)
    throw new UsageError(`"${text}" is no length of time: write 45min, 2h, 1h30min or 1d.`);
  return Math.round(ms);
};
