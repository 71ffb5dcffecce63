import { cellOf, type Columns, headerWithin } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { longestFileBytes } from '../fileText.ts';
import type { DateOrder } from '../layout.ts';
import { isOfNotes, mentionsEstimate, saysEstimated } from '../cells/quality.ts';
import { sampled } from '../headers/recognise.ts';
import { provenOrder } from '../times/timeText.ts';
import { UnusableFile } from '../unusableFile.ts';
import { clockAt, dayBefore } from './usualTimes.ts';

/**
 * A large table, read as it streams by.
 *
 * It is divided where a day of the file ends, and each part is read as a file of its own. What a file proves as a whole (the
 * order of its dates, the sign before decimals, the length of its intervals, which directions it states) each part has to
 * prove alike, no device may have times of one part between those of another, and no day may stand in two. Where that is
 * not so, nothing is concluded: such a file is read whole, as small ones are.
 */

/** How a large table is divided. */
export interface Division {
  /** Rows of a part, about. */
  readonly partRows: number;
}

/** @limit Rows of a part, as many times the usual ones, if no day ends before: beyond it the table is read whole. */
const longestPart = 20;
/** @limit Days of devices that are remembered: beyond it the table is read whole. */
const mostDays = 400_000;

/** That a table has to be read whole. */
export class Undivided extends Error {}

const clockPart = /[T ,]*\d{1,2}[AB]?:\d{2}.*$/;
const instantPart = /^(\d{10})(?:\d{3})?(?:\.\d+)?$/;

/** The day of a row as the file writes it. */
const dayTextOf = (columns: Columns, row: CsvRow): string => {
  const text = cellOf(columns, row, 'date') ?? cellOf(columns, row, 'time') ?? cellOf(columns, row, 'end') ?? '';
  const clock = clockAt(text);
  if (clock > 0) return dayBefore(text, clock);
  const [, seconds] = instantPart.exec(text) ?? [];
  return seconds === undefined ? text.replace(clockPart, '') : String(Math.floor(Number(seconds) / 86_400));
};

/** Whether a row writes its date in numbers whose order has to be proved. */
export const hasNumberedDate =
  (columns: Columns) =>
  (row: CsvRow): boolean =>
    /^\d{1,2}[-/.]\d/.test(dayTextOf(columns, row));

/** Divides rows where a day ends. */
export function* divided(rows: Iterable<CsvRow>, columns: Columns, partRows: number): Generator<readonly CsvRow[]> {
  const done = new Set<string>();
  // Made anew for each part: a set that is emptied again and again leaves more behind than it held.
  let own = new Set<string>();
  let held: readonly CsvRow[] = [];
  let part: CsvRow[] = [];
  let [last, lastDevice, lastChannel] = ['', '', ''];
  for (const row of rows) {
    const text = dayTextOf(columns, row);
    const day = /\d.*\d/.test(text) ? text : last;
    if (day !== last) {
      if (part.length >= partRows) {
        if (held.length > 0) yield held;
        held = part;
        part = [];
        for (const each of own) done.add(each);
        own = new Set();
      }
      if (done.size > mostDays) throw new Undivided();
    }
    const [device, channel] = [cellOf(columns, row, 'device') ?? '', cellOf(columns, row, 'channel') ?? ''];
    if (day !== last || device !== lastDevice || channel !== lastChannel || part.length === 0) {
      const series = `${device}\n${channel}\n${day}`;
      if (!own.has(series)) {
        if (done.has(series) && row.line > columns.headerLine) throw new Undivided();
        own.add(series);
      }
      lastDevice = device;
      lastChannel = channel;
    }
    last = day;
    part.push(row);
    if (part.length > partRows * longestPart) throw new Undivided();
  }
  // A few rows at the end prove nothing by themselves.
  if (part.length * 2 < partRows) yield [...held, ...part];
  else {
    if (held.length > 0) yield held;
    yield part;
  }
}

/** @limit What is decoded at once. @unit bytes */
const decodedBytes = 1 << 16;

const decodedOr = (act: () => string): string => {
  try {
    return act();
  } catch {
    throw new Undivided();
  }
};

/** What the beginning of a file does not say is for a whole reading to refuse. */
export const fromItsStart = <Result>(act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    throw error instanceof UnusableFile ? new Undivided() : error;
  }
};

/** The text of a file as it streams by; what is no plain text in UTF-8 is for a whole reading to name. */
export function* textIn(pieces: Iterable<Uint8Array>): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  for (const piece of pieces)
    for (let at = 0; at < piece.byteLength; at += decodedBytes) {
      const own = piece.subarray(at, at + decodedBytes);
      bytes += own.byteLength;
      const text = decodedOr(() => decoder.decode(own, { stream: true }));
      if (bytes > longestFileBytes || text.includes('\0')) throw new Undivided();
      yield text;
    }
  yield decodedOr(() => decoder.decode());
}

/** As many of the first rows as say what the columns mean, and all rows, these included. */
export const withHead = (
  rows: Generator<CsvRow>,
): { readonly head: readonly CsvRow[]; readonly all: Iterable<CsvRow> } => {
  const head: CsvRow[] = [];
  while (head.length < headerWithin + sampled) {
    const next = rows.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  return {
    head,
    all: (function* () {
      yield* head;
      yield* rows;
    })(),
  };
};

/** Columns of notes that the beginning of a file says nothing by. */
export const openNotesIn = ({ at, headers }: Columns): readonly number[] =>
  at.has('quality') ? [] : headers.flatMap((header, index) => (isOfNotes(header) ? [index] : []));

/** As long as the start of a word that ends in the next piece of text may be. */
const wordLength = 64;

/** Whether the text of a file has anything that a note would say it by; that costs a small part of reading its rows. */
export const mayBeMarked = (texts: Iterable<string>): boolean => {
  let end = '';
  for (const text of texts) {
    if (mentionsEstimate(end + text)) return true;
    end = text.slice(-wordLength);
  }
  return false;
};

/** The first row whose notes say that it is estimated, if there is one. */
export const firstMarkedIn = (rows: Iterable<CsvRow>, notes: readonly number[]): readonly CsvRow[] => {
  for (const row of rows) if (notes.some((index) => saysEstimated(row.cells[index] ?? ''))) return [row];
  return [];
};

/** The order that the first date of a file proves which proves one; what contradicts it is found where its part is read. */
export const provenIn = (rows: Iterable<CsvRow>, columns: Columns): DateOrder | null => {
  let last = '';
  for (const row of rows) {
    const text = dayTextOf(columns, row);
    if (row.line <= columns.headerLine || text === last) continue;
    last = text;
    const order = provenOrder([text]);
    if (order !== null && order !== 'contradiction') return order;
  }
  return null;
};
