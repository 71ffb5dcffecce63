import { localText } from '../../programme/calendar.ts';
import type { Bill, BilledRows } from '../../files/bill.ts';
import type { ReadingRows } from '../../files/kept/keptReadings.ts';
import type { MeterFile } from '../../files/meterFile.ts';
import type { Settlement } from '../settlement.ts';

/** Files of other days than are settled: what the log knows says nothing of them, and that is told before all else. */

interface FileSpan {
  readonly startAt: number;
  readonly durationMs: number;
}

/** A file none of whose hours lie in the time that is settled. */
export interface Elsewhere {
  readonly role: 'bill' | 'meter';
  readonly text: string;
}

type Period = Pick<Settlement, 'startAt' | 'endAt' | 'timeZone'>;

/** As an option reads it. */
const optionTime = (at: number): string => new Date(at).toISOString().replace(/:\d\d\.000Z$/, 'Z');

const elsewhereText = (
  file: string,
  spans: Iterable<FileSpan>,
  { startAt, endAt, timeZone }: Period,
): string | null => {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const span of spans) {
    const end = span.startAt + span.durationMs;
    if (span.startAt >= startAt && end <= endAt) return null;
    [from, to] = [Math.min(from, span.startAt), Math.max(to, end)];
  }
  if (to === 0) return null;
  return `No hour of ${file} lies in the time that is settled, ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}: it is about ${localText(from, timeZone)} to ${localText(to, timeZone)}. Settle that time with --from ${optionTime(from)} --to ${optionTime(to)}, or give the file of this one.`;
};

/** What is to be said of the files before all else. */
export const elsewhereOf = (
  settlement: Period,
  { bill, meter }: { readonly bill: Bill<BilledRows> | null; readonly meter: MeterFile<ReadingRows> | null },
): readonly Elsewhere[] =>
  [
    bill === null ? null : ({ role: 'bill', file: bill.file, spans: bill.lines } as const),
    meter === null ? null : ({ role: 'meter', file: meter.file, spans: meter.readings } as const),
  ].flatMap((each) => {
    const text = each === null ? null : elsewhereText(each.file, each.spans, settlement);
    return each === null || text === null ? [] : [{ role: each.role, text }];
  });
