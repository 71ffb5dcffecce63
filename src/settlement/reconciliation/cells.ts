import type { BilledLine } from '../../files/bill.ts';
import type { FileReading } from '../../files/fileReading.ts';
import type { LedgerLine } from '../ledgerLine.ts';

/** Something that is stated about a stretch of time. */
interface Span {
  readonly startAt: number;
  readonly durationMs: number;
}

/** The shortest stretches in which all sides begin and end together, with what each side states of them. */
export interface ComparedCell {
  readonly startAt: number;
  readonly endAt: number;
  readonly lines: readonly LedgerLine[];
  readonly readings: readonly FileReading[];
  readonly billed: readonly BilledLine[];
}

interface OpenCell {
  startAt: number;
  endAt: number;
  lines: LedgerLine[];
  readings: FileReading[];
  billed: BilledLine[];
}

type Item =
  | { readonly side: 'lines'; readonly span: LedgerLine }
  | { readonly side: 'readings'; readonly span: FileReading }
  | { readonly side: 'billed'; readonly span: BilledLine };

const put = (cell: OpenCell, item: Item): void => {
  if (item.side === 'lines') cell.lines.push(item.span);
  else if (item.side === 'readings') cell.readings.push(item.span);
  else cell.billed.push(item.span);
  cell.endAt = Math.max(cell.endAt, item.span.startAt + item.span.durationMs);
};

/** Lays what three sides state of one device's time into cells, oldest first. */
export const cellsOf = (
  lines: readonly LedgerLine[],
  readings: readonly FileReading[],
  billed: readonly BilledLine[],
): readonly ComparedCell[] => {
  const items: readonly Item[] = [
    ...lines.map((span): Item => ({ side: 'lines', span })),
    ...readings.map((span): Item => ({ side: 'readings', span })),
    ...billed.map((span): Item => ({ side: 'billed', span })),
  ].toSorted((a, b) => a.span.startAt - b.span.startAt || b.span.durationMs - a.span.durationMs);
  const cells: OpenCell[] = [];
  for (const item of items) {
    const last = cells.at(-1);
    const { startAt } = item.span;
    if (last !== undefined && startAt < last.endAt) put(last, item);
    else {
      const cell: OpenCell = { startAt, endAt: startAt, lines: [], readings: [], billed: [] };
      put(cell, item);
      cells.push(cell);
    }
  }
  return cells;
};

/** Whether spans in order fill a stretch from end to end, each beginning where the one before it ends. */
export const tile = (spans: readonly Span[], startAt: number, endAt: number): boolean => {
  let filledTo = startAt;
  for (const span of spans) {
    if (span.startAt !== filledTo) return false;
    filledTo = span.startAt + span.durationMs;
  }
  return filledTo === endAt;
};
