import type { DecimalText } from '../protocol/types/scalars.ts';
import type { FileGap } from './sequence.ts';
import type { Steps } from './headers/steps.ts';

/** What a bill states for a stretch of time; null where it has no such column. */
export interface BilledLine {
  /** As the bill calls the device; null when it names none. */
  readonly device: string | null;
  readonly startAt: number;
  readonly durationMs: number;
  /** Net: import positive, export negative. Exact. @unit Wh */
  readonly energyWattHours: DecimalText | null;
  /** Exact. @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
  /** A charge is positive, a credit negative. Exact. @unit USD */
  readonly amountUsd: DecimalText | null;
  readonly line: number;
}

/** A sum that a bill states: of a local day, of a longer time, or, with no time, of the whole bill. */
export interface BilledTotal extends Omit<BilledLine, 'startAt' | 'durationMs' | 'usdPerKwh'> {
  readonly stage: 'day' | 'month' | 'bill';
  /** Null for the whole bill. */
  readonly startAt: number | null;
  readonly endAt: number | null;
}

/** Lines of a bill, one after the other. */
export interface BilledRows extends Iterable<BilledLine> {
  readonly length: number;
}

/** A bill, read. */
export interface Bill<Lines extends BilledRows = readonly BilledLine[]> {
  readonly file: string;
  /** What it states by intervals of less than a day: by device, then by time. */
  readonly lines: Lines;
  readonly totals: readonly BilledTotal[];
  /** What it leaves out between its lines: findings, not faults. */
  readonly gaps: readonly FileGap[];
  /** The last decimal place in which its numbers are written. */
  readonly steps: Steps;
  /** What a person should know about how it was read. */
  readonly notes: readonly string[];
}
