import { isDeepStrictEqual } from 'node:util';
import { cellOf, type Columns, headerWithin } from './columns.ts';
import { type CsvRow, csvRowsIn } from './csvRows.ts';
import { isCmep } from './cmep/records.ts';
import { delimiterOf } from './delimiter.ts';
import type { DateOrder, Layout } from './layout.ts';
import { KeptReadings } from './keptReadings.ts';
import { type DevicePart, type MeterPart, meterPartOf, partNotes } from './meterPart.ts';
import { checkedIntervals, type MeterFile } from './meterFile.ts';
import { recognise, sampled } from './recognise.ts';
import { placesOf, tableOfRows } from './table.ts';
import type { FileGap } from './sequence.ts';
import { isText, longestFileBytes } from './fileText.ts';
import { provenOrder } from './timeText.ts';
import { UnusableFile } from './unusableFile.ts';
import { UsualRows } from './usualRows.ts';
import { clockAt, dayBefore } from './usualTimes.ts';

/**
 * A large table of a meter, read as it streams by.
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

/** @limit Rows of a part, if no day ends before: beyond it the table is read whole. */
const longestPart = 20;
/** @limit Days of devices that are remembered: beyond it the table is read whole. */
const mostDays = 400_000;

/** That a table has to be read whole. */
class Undivided extends Error {}

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

const hasNumberedDate =
  (columns: Columns) =>
  (row: CsvRow): boolean =>
    /^\d{1,2}[-/.]\d/.test(dayTextOf(columns, row));

/** Divides rows where a day ends. */
function* divided(rows: Iterable<CsvRow>, columns: Columns, partRows: number): Generator<readonly CsvRow[]> {
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

/** What all parts have to find alike. */
const alikeIn = ({ table, timed, channels, hasRegisters }: MeterPart): unknown => ({
  declared: table.declared,
  name: table.name,
  decimal: table.decimal,
  timeZone: timed.found.timeZone,
  usualMs: timed.found.usualMs,
  isTight: timed.found.isTight,
  isNear: timed.found.isNear,
  order: timed.found.order,
  found: timed.declared.filter(([key]) => key !== 'dates'),
  reading: timed.reading,
  channels: [...channels.of].toSorted(),
  channelNotes: channels.notes,
  hasRegisters,
});

/** What a device states has to be the same in all parts, and its times in one order. */
const together = (before: DevicePart, after: DevicePart): DevicePart => {
  const isSame =
    before.directions.hasImport === after.directions.hasImport &&
    before.directions.hasExport === after.directions.hasExport &&
    before.hasNet === after.hasNet;
  const isBoth = before.directions.hasImport && before.directions.hasExport;
  const isApart = before.toAt <= after.fromAt || after.toAt <= before.fromAt;
  if (!isSame || !isApart || (isBoth && (before.isSparse || after.isSparse))) throw new Undivided();
  return {
    ...after,
    isSparse: before.isSparse || after.isSparse,
    fromAt: Math.min(before.fromAt, after.fromAt),
    toAt: Math.max(before.toAt, after.toAt),
  };
};

/** A part without its readings, which are kept in columns. */
type ToldPart = Omit<MeterPart, 'readings'>;

/** The parts of a table as one. */
class PartsOfTable {
  readonly #first: MeterPart;
  readonly #alike: unknown;
  readonly #usual: UsualRows | null;
  readonly readings = new KeptReadings();
  readonly #holes: FileGap[] = [];
  readonly #devices = new Map<string | null, DevicePart>();
  #whole: ToldPart;

  constructor(first: MeterPart) {
    this.#first = first;
    this.#alike = alikeIn(first);
    this.#whole = first;
    this.#usual = UsualRows.as(first);
    this.#take(first);
  }

  /** Adds rows that are as those before them; false where they need a look of their own. */
  addUsual(rows: readonly CsvRow[]): boolean {
    const part = this.#usual?.read(rows, this.readings) ?? null;
    if (part === null) return false;
    this.#takeDevices(part.devices);
    const { first, count } = this.#whole.span;
    this.#whole = { ...this.#whole, span: { first, last: part.span.last, count: count + part.span.count } };
    return true;
  }

  add(part: MeterPart): void {
    if (part.hasRegisters || part.table.hasSections || !isDeepStrictEqual(alikeIn(part), this.#alike))
      throw new Undivided();
    this.#take(part);
    this.#whole = this.#withTold(part);
    this.#usual?.learn(this.#whole);
  }

  /** All parts together. */
  get whole(): ToldPart {
    return { ...this.#whole, holes: this.#holes, devices: this.#devices };
  }

  #take({ readings, holes, devices }: MeterPart): void {
    for (const reading of readings) this.readings.push(reading);
    this.#holes.push(...holes);
    this.#takeDevices(devices);
  }

  #takeDevices(devices: ReadonlyMap<string | null, DevicePart>): void {
    for (const [device, own] of devices) {
      const before = this.#devices.get(device);
      this.#devices.set(device, before === undefined ? own : together(before, own));
    }
  }

  /** What has to be told of all parts until now. */
  #withTold({ table, timed, tally, span }: MeterPart): ToldPart {
    const before = this.#whole;
    const [found, earlier] = [timed.found, before.timed.found];
    const idle = [...before.table.leftOut.idle, ...table.leftOut.idle].toSorted(([a], [b]) => a - b);
    const units = new Map(before.tally.strangeUnits);
    for (const [unit, count] of tally.strangeUnits) units.set(unit, (units.get(unit) ?? 0) + count);
    return {
      ...this.#first,
      table: {
        ...before.table,
        totals: [...before.table.totals, ...table.totals],
        leftOut: {
          remarks: [...before.table.leftOut.remarks, ...table.leftOut.remarks],
          asides: [...before.table.leftOut.asides, ...table.leftOut.asides],
          idle: new Map(idle),
        },
      },
      timed: {
        ...before.timed,
        lost: [...before.timed.lost, ...timed.lost],
        found: {
          ...earlier,
          offMs: Math.max(earlier.offMs, found.offMs),
          clocks: {
            zone: earlier.clocks.zone ?? found.clocks.zone,
            repeated: new Map([...earlier.clocks.repeated, ...found.clocks.repeated, ...earlier.clocks.repeated]),
          },
          lostRows: [...earlier.lostRows, ...found.lostRows],
        },
      },
      tally: {
        alike: before.tally.alike + tally.alike,
        strangeUnits: units,
        empty: before.tally.empty + tally.empty,
        firstEmpty: before.tally.firstEmpty ?? tally.firstEmpty,
      },
      span: { first: before.span.first, last: span.last ?? before.span.last, count: before.span.count + span.count },
    };
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
const fromItsStart = <Result>(act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    throw error instanceof UnusableFile ? new Undivided() : error;
  }
};

/** The text of a file as it streams by; what is no plain text in UTF-8 is for a whole reading to name. */
function* textIn(pieces: Iterable<Uint8Array>): Generator<string> {
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
const withHead = (rows: Generator<CsvRow>): { readonly head: readonly CsvRow[]; readonly all: Iterable<CsvRow> } => {
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

/** The order that the first date of a file proves which proves one; what contradicts it is found where its part is read. */
const provenIn = (rows: Iterable<CsvRow>, columns: Columns): DateOrder | null => {
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

const readDivided = (
  file: string,
  pieces: Iterable<Uint8Array>,
  given: Layout,
  timeZone: string,
  { partRows }: Division,
): PartsOfTable => {
  const texts = textIn(pieces);
  const first = texts.next();
  const start = first.done === true ? '' : first.value;
  if (!isText(start) || isCmep(start)) throw new Undivided();
  const delimiter = given.delimiter ?? delimiterOf(file, start);
  const text = (function* () {
    yield start;
    yield* texts;
  })();
  const { head, all } = withHead(csvRowsIn(file, text, delimiter));
  const recognised = fromItsStart(() =>
    given.columns === null ? recognise(file, head) : { declared: [], name: null },
  );
  const columns = fromItsStart(() => placesOf(file, head, given, recognised.declared));
  const dates = given.dates ?? provenIn(head, columns);
  if (dates === null && head.some(hasNumberedDate(columns))) {
    // Most of a month may pass before a date says which of its numbers is the day. Pieces are good until the next one is read.
    const order = provenIn(csvRowsIn(file, textIn(pieces), delimiter), columns);
    if (order === null) throw new Undivided();
    return readDivided(file, pieces, { ...given, dates: order }, timeZone, { partRows });
  }
  const above = head.filter(({ line }) => line <= columns.headerLine);
  const partOf = (rows: readonly CsvRow[], layout: Layout): MeterPart =>
    meterPartOf(
      tableOfRows(file, rows, delimiter, layout, () => recognised),
      timeZone,
    );
  let parts: PartsOfTable | null = null;
  let proven = given;
  for (const rows of divided(all, columns, partRows)) {
    if (parts === null) {
      const part = fromItsStart(() => partOf(rows, { ...given, dates }));
      if (part.hasRegisters || part.table.hasSections) throw new Undivided();
      parts = new PartsOfTable(part);
      proven = { ...given, decimal: part.table.decimal, dates: part.timed.found.order };
      continue;
    }
    if (!parts.addUsual(rows)) parts.add(partOf([...above, ...rows], proven));
  }
  if (parts === null) throw new Undivided();
  return parts;
};

const partsOf = (...given: Parameters<typeof readDivided>): PartsOfTable | null => {
  try {
    return readDivided(...given);
  } catch (error) {
    // What is wrong with a row is wrong with it in any reading; what asks for a declaration, another part may prove.
    const isOfPart =
      error instanceof UnusableFile && (error.place?.line === undefined || error.message.includes('declared columns'));
    if (error instanceof Undivided || isOfPart) return null;
    throw error;
  }
};

/** @limit Rows of a part, about: so few that what is made of them is gone before it grows old. */
const usualPartRows = 500;

/** Reads a meter's large table as it streams by; null where it has to be read whole. @throws UnusableFile */
export const meterInParts = (
  file: string,
  pieces: Iterable<Uint8Array>,
  layout: Layout,
  timeZone: string,
  acceptsGaps: boolean,
  division: Division = { partRows: usualPartRows },
): MeterFile<KeptReadings> | null => {
  const parts = partsOf(file, pieces, layout, timeZone, division);
  if (parts === null) return null;
  const { readings, whole } = parts;
  const { holes, timed } = whole;
  const notes = partNotes(whole, timeZone);
  return checkedIntervals(file, { readings, holes, lost: timed.lost, notes }, timeZone, acceptsGaps);
};
