import { isDeepStrictEqual } from 'node:util';
import { type CsvRow, csvRowsIn } from '../cells/csvRows.ts';
import { delimiterOf } from '../cells/delimiter.ts';
import {
  divided,
  type Division,
  firstMarkedIn,
  fromItsStart,
  hasNumberedDate,
  mayBeMarked,
  openNotesIn,
  provenIn,
  textIn,
  Undivided,
  withHead,
} from './divided.ts';
import { isText } from '../fileText.ts';
import type { Layout } from '../layout.ts';
import { recognise } from '../headers/recognise.ts';
import type { FileGap } from '../sequence.ts';
import { placesOf, type Table, tableOfRows } from './table.ts';
import type { DevicePart, TablePart } from './tablePart.ts';
import { UnusableFile } from '../unusableFile.ts';
import { summedTogether } from './columnSums.ts';
import type { UsualPart, UsualRows, UsualStatement } from './usualRows.ts';

/** What all parts have to find alike. */
const alikeIn = ({ table, timed, channels, hasRegisters }: TablePart): unknown => ({
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

/** How the parts of a table are read, and who keeps what their rows state. */
export interface PartedReading<Part extends TablePart> {
  readonly file: string;
  /** Reads a part as a table of its own. @throws UnusableFile */
  readonly partOf: (table: Table) => Part;
  /** How rows as those of the first part are read; null where every row needs a look of its own. */
  readonly usualAs: (first: Part) => UsualRows | null;
  /** Keeps what the rows of a part state. */
  readonly keep: (part: Part) => void;
  /** The same of a row that is as those before it, and of all of a part. */
  readonly keepUsual: (statement: UsualStatement) => void;
  readonly keptUsual?: (part: UsualPart) => void;
}

/** The parts of a table as one. */
export class PartsOfTable<Part extends TablePart> {
  readonly #first: TablePart;
  readonly #alike: unknown;
  readonly #usual: UsualRows | null;
  readonly #reading: PartedReading<Part>;
  readonly #holes: FileGap[] = [];
  readonly #devices = new Map<string | null, DevicePart>();
  #whole: TablePart;

  constructor(first: Part, reading: PartedReading<Part>) {
    this.#first = first;
    this.#reading = reading;
    this.#alike = alikeIn(first);
    this.#whole = first;
    this.#usual = reading.usualAs(first);
    this.#take(first);
  }

  /** Adds rows that are as those before them; false where they need a look of their own. */
  addUsual(rows: readonly CsvRow[]): boolean {
    const part = this.#usual?.read(rows, this.#reading.keepUsual) ?? null;
    if (part === null) return false;
    this.#takeDevices(part.devices);
    this.#reading.keptUsual?.(part);
    const { first, count } = this.#whole.span;
    this.#whole = {
      ...this.#whole,
      table: { ...this.#whole.table, summed: summedTogether(this.#whole.table.summed, part.summed) },
      span: { first, last: part.span.last, count: count + part.span.count },
    };
    return true;
  }

  /** Adds a part that was read as a table of its own. @throws Undivided where it is none like the others */
  add(part: Part): void {
    if (part.hasRegisters || part.table.hasSections || !isDeepStrictEqual(alikeIn(part), this.#alike))
      throw new Undivided();
    this.#take(part);
    this.#whole = this.#withTold(part);
    this.#usual?.learn(this.#whole);
  }

  /** All parts together. */
  get whole(): TablePart {
    return { ...this.#whole, holes: this.#holes, devices: this.#devices };
  }

  #take(part: Part): void {
    this.#reading.keep(part);
    for (const hole of part.holes) this.#holes.push(hole);
    this.#takeDevices(part.devices);
  }

  #takeDevices(devices: ReadonlyMap<string | null, DevicePart>): void {
    for (const [device, own] of devices) {
      const before = this.#devices.get(device);
      this.#devices.set(device, before === undefined ? own : together(before, own));
    }
  }

  /** What has to be told of all parts until now. */
  #withTold({ table, timed, tally, span }: TablePart): TablePart {
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
        summed: summedTogether(before.table.summed, table.summed),
        leftOut: {
          remarks: [...before.table.leftOut.remarks, ...table.leftOut.remarks],
          asides: [...before.table.leftOut.asides, ...table.leftOut.asides],
          extra: [...before.table.leftOut.extra, ...table.leftOut.extra],
          idle: new Map(idle),
        },
      },
      timed: {
        ...before.timed,
        lost: [...before.timed.lost, ...timed.lost],
        found: {
          ...earlier,
          offMs: Math.max(earlier.offMs, found.offMs),
          midnights: new Set([...earlier.midnights, ...found.midnights]),
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

/** @limit Rows of a part, about: so few that what is made of them is gone before it grows old. */
const usualPartRows = 500;

/** Reads a table in parts; `marked`: rows far down that say what a column of notes means, null before they are looked for. @throws Undivided where it has to be read whole; UnusableFile */
const readDivided = <Part extends TablePart>(
  reading: PartedReading<Part>,
  pieces: Iterable<Uint8Array>,
  given: Layout,
  { partRows }: Division,
  marked: readonly CsvRow[] | null = null,
): PartsOfTable<Part> => {
  const { file, partOf: readPart } = reading;
  const texts = textIn(pieces);
  const first = texts.next();
  const start = first.done === true ? '' : first.value;
  if (!isText(start)) throw new Undivided();
  const delimiter = given.delimiter ?? delimiterOf(file, start);
  const text = (function* () {
    yield start;
    yield* texts;
  })();
  const { head, all } = withHead(csvRowsIn(file, text, delimiter));
  const recognised = fromItsStart(() =>
    given.columns === null ? recognise(file, [...head, ...(marked ?? [])]) : { declared: [], name: null },
  );
  const columns = fromItsStart(() => placesOf(file, head, given, recognised.declared));
  const notes = given.columns === null && marked === null ? openNotesIn(columns) : [];
  if (notes.length > 0) {
    // Pieces are good until the next one is read.
    const found = mayBeMarked(textIn(pieces)) ? firstMarkedIn(csvRowsIn(file, textIn(pieces), delimiter), notes) : [];
    return readDivided(reading, pieces, given, { partRows }, found);
  }
  const dates = given.dates ?? provenIn(head, columns);
  if (dates === null && head.some(hasNumberedDate(columns))) {
    // Most of a month may pass before a date says which of its numbers is the day.
    const order = provenIn(csvRowsIn(file, textIn(pieces), delimiter), columns);
    if (order === null) throw new Undivided();
    return readDivided(reading, pieces, { ...given, dates: order }, { partRows }, marked);
  }
  const above = head.filter(({ line }) => line <= columns.headerLine);
  const partOf = (rows: readonly CsvRow[], layout: Layout): Part => {
    const table = tableOfRows(file, rows, delimiter, layout, () => recognised);
    if (table.hasUntimed) throw new Undivided();
    return readPart(table);
  };
  let parts: PartsOfTable<Part> | null = null;
  let proven = given;
  for (const rows of divided(all, columns, partRows)) {
    if (parts === null) {
      const part = fromItsStart(() => partOf(rows, { ...given, dates }));
      if (part.hasRegisters || part.table.hasSections) throw new Undivided();
      parts = new PartsOfTable(part, reading);
      proven = { ...given, decimal: part.table.decimal, dates: part.timed.found.order };
      continue;
    }
    if (!parts.addUsual(rows)) parts.add(partOf([...above, ...rows], proven));
  }
  if (parts === null) throw new Undivided();
  return parts;
};

/** Reads a large table as it streams by; null where it has to be read whole. @throws UnusableFile */
export const partsOf = <Part extends TablePart>(
  reading: PartedReading<Part>,
  pieces: Iterable<Uint8Array>,
  layout: Layout,
  division: Division = { partRows: usualPartRows },
): PartsOfTable<Part> | null => {
  try {
    return readDivided(reading, pieces, layout, division);
  } catch (error) {
    // What is wrong with a row is wrong with it in any reading; what asks for a declaration, another part may prove.
    const isOfPart =
      error instanceof UnusableFile && (error.place?.line === undefined || error.message.includes('declared columns'));
    if (error instanceof Undivided || isOfPart) return null;
    throw error;
  }
};
