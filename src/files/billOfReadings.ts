import { decimalOfInteger, decimalText, shift } from '../programme/decimal.ts';
import type { Bill, BilledLine, BilledRows } from './bill.ts';
import type { ReadingRows } from './kept/keptReadings.ts';
import type { MeterFile } from './meterFile.ts';
import { qualityNotes } from './qualityNotes.ts';

/** Readings as lines, made as they are gone through: objects that nobody keeps need no room. */
const linesOf = (readings: ReadingRows): BilledRows => ({
  length: readings.length,
  *[Symbol.iterator](): Generator<BilledLine> {
    for (const { device, startAt, durationMs, energyWattHours, line } of readings)
      yield { device, startAt, durationMs, energyWattHours, usdPerKwh: null, amountUsd: null, line };
  },
});

/** A file of readings as what was billed: its quantities alone. `lastPlace`: that of its numbers, as a power of ten of Wh. */
export const billOfReadings = (
  { file, readings, gaps, notes }: MeterFile<ReadingRows>,
  lastPlace: number,
): Bill<BilledRows> => ({
  file,
  lines: linesOf(readings),
  totals: [],
  gaps,
  steps: { energyWattHours: decimalText(shift(decimalOfInteger(1), lastPlace)), usdPerKwh: null, amountUsd: null },
  notes: [...notes, ...qualityNotes(file, readings)],
});
