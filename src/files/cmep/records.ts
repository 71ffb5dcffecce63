import { compare, decimalOfInteger } from '../../programme/decimal.ts';
import { csvRowsIn } from '../cells/csvRows.ts';
import { type Place, refuseFile, shown } from '../unusableFile.ts';
import { KeptRecords } from './keptRecords.ts';
import { constantNotes, leftOutNotes } from './notes.ts';
import { type Constant, constantOf, countedOf } from './values.ts';
import { intervalOf, purposes, qualityOf, type FlagMeaning, stampReader, type Units, unitsOf } from './words.ts';

/**
 * Records MEPMD01 of the California Metering Exchange Protocol: one line holds one channel of one meter, fourteen fields
 * and then readings of three fields each. Times are UTC; that of an interval is its end.
 */

const recordType = 'MEPMD01';
const firstReading = 14;
const one = decimalOfInteger(1);
const unknownQuality = 'R and V are measured, A and E estimated, N nothing';

/** @limit Characters in which the first record stands, if there is one: programs write a header above it. */
const firstWithin = 20_000;

/** Whether bytes begin a text of such records, in UTF-8 or UTF-16. */
export const isCmep = (head: Uint8Array): boolean => {
  const start = Buffer.from(head.subarray(0, firstWithin * 2))
    .toString('latin1')
    .replaceAll('\0', '');
  return /(?:^|[\r\n])[\u00ef\u00bb\u00bf\u00fe\u00ff\s]*"?MEP[A-Z]{2}\d\d"?,/i.test(start.slice(0, firstWithin));
};

const whyLeftOut = (cells: readonly string[]): string | null => {
  const [type = '', , , , , , , , purpose = '', commodity = '', units = ''] = cells;
  if (type.toUpperCase() !== recordType) return `its type is ${shown(type)}`;
  if (!/^E?$/i.test(commodity)) return `its commodity is ${shown(commodity)} and not electricity`;
  if (!purposes.test(purpose)) return `its purpose is ${shown(purpose)}`;
  return unitsOf(units) === undefined ? `its units are ${shown(units)}` : null;
};

/** What stands behind the last whole reading is a part of one. @throws UnusableFile */
const checkEnd = (place: Place, cells: readonly string[], readings: number): void => {
  const rest = cells.slice(firstReading + readings * 3).find((cell) => cell !== '');
  if (rest !== undefined)
    refuseFile(
      { ...place, reading: readings + 1 },
      `the record ends before its value, behind ${shown(rest)}: the file is cut off here, or was changed.`,
    );
};

/** Reads records, one after another. */
class RecordReader {
  readonly kept = new KeptRecords();
  /** The last decimal place in which kWh are written. */
  written = 0;
  /** Meters by what their values are multiplied with, where that is not 1. */
  readonly constants = new Map<string, Set<string>>();
  readonly #file: string;
  readonly #instantOf = stampReader();
  readonly #qualities = new Map<string, { readonly quality: FlagMeaning; readonly kept: number } | null>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Reads a record. @throws UnusableFile */
  read(line: number, cells: readonly string[]): void {
    const [, , , , , , made = '', meter = '', , , unitsName = '', constantText = '', interval = '', count = ''] = cells;
    const units = unitsOf(unitsName) as Units;
    const place = { file: this.#file, line };
    if (meter === '') refuseFile(place, 'the record does not say which meter it is about.');
    const intervalMs = intervalOf(interval);
    if (intervalMs === null && !units.isRegister)
      refuseFile(place, `${shown(interval)} is no length of an interval such as 00000100, which is an hour.`);
    const constant =
      constantOf(constantText) ??
      refuseFile(place, `the calculation constant ${shown(constantText)} is no number above zero.`);
    if (compare(constant.exact, one) !== 0)
      this.constants.set(constantText, (this.constants.get(constantText) ?? new Set()).add(meter));
    const from = this.kept.length;
    const instants = this.#readings(place, cells, constant, intervalMs);
    checkEnd(place, cells, instants.length);
    if (count !== '' && Number(count) !== instants.length)
      refuseFile(
        place,
        `the record announces ${shown(count)} readings and has ${instants.length}; it is cut off, or was changed.`,
      );
    const madeAt = this.#instantOf(made) ?? 0;
    this.kept.close({ meter, units, line, madeAt, intervalMs, from, to: this.kept.length }, instants);
  }

  /** Keeps the readings of a record, and says when they are. */
  #readings(place: Place, cells: readonly string[], constant: Constant, intervalMs: number | null): readonly number[] {
    const instants: number[] = [];
    for (let at = firstReading; at + 2 < cells.length; at += 3) {
      const [time, flag, value] = [cells[at] as string, cells[at + 1] as string, cells[at + 2] as string];
      if (time === '' && flag === '' && value === '') break;
      const reading = instants.length + 1;
      const before = instants.at(-1);
      const next = before === undefined || intervalMs === null ? null : before + intervalMs;
      const instant = time === '' ? next : this.#instantOf(time);
      if (instant === null)
        return refuseFile({ ...place, reading }, `${shown(time)} is no time such as 202610310500, which is UTC.`);
      const fault = this.#keepValue(flag, value, constant);
      if (fault !== null) return refuseFile({ ...place, reading }, fault);
      instants.push(instant);
    }
    return instants;
  }

  /** Keeps a value; what is wrong with it, or null. */
  #keepValue(flag: string, value: string, constant: Constant): string | null {
    const quality = this.#qualityOf(flag);
    if (value === '' || quality?.quality.isNothing === true) {
      this.kept.addNothing();
      return null;
    }
    if (quality === null) return `it is not known what the quality ${shown(flag)} means; ${unknownQuality}.`;
    if (value.endsWith('.')) return `${shown(value)} ends before its decimals: the file is cut off here.`;
    const counted = countedOf(value, constant);
    if (counted === undefined) return `${shown(value)} is not a number.`;
    this.written = Math.max(this.written, counted.written);
    if ('odd' in counted) this.kept.addOdd(quality.kept, counted.odd);
    else this.kept.add(quality.kept, counted.scaled.whole, counted.scaled.decimals);
    return null;
  }

  /** What a flag says, and by which number it is kept; null where nobody knows it. */
  #qualityOf(flag: string): { readonly quality: FlagMeaning; readonly kept: number } | null {
    const known = this.#qualities.get(flag);
    if (known !== undefined) return known;
    const quality = qualityOf(flag);
    const found = quality === null ? null : { quality, kept: this.kept.keepQuality(quality) };
    this.#qualities.set(flag, found);
    return found;
  }
}

/** The records of a file that are about electricity, in or out, and what is told of the others. */
export interface CmepFile {
  readonly kept: KeptRecords;
  /** The last decimal place in which kWh are written. */
  readonly written: number;
  readonly notes: readonly string[];
}

/** The records of a text that comes in pieces. @throws UnusableFile when there are none, or one is damaged */
export const cmepRecords = (file: string, texts: Iterable<string>): CmepFile => {
  const reader = new RecordReader(file);
  const leftOut = new Map<string, number[]>();
  for (const { line, cells } of csvRowsIn(file, texts, ',')) {
    const because = whyLeftOut(cells);
    if (because === null) reader.read(line, cells);
    else
      leftOut
        .set(because, leftOut.get(because) ?? [])
        .get(because)
        ?.push(line);
  }
  if (reader.kept.length === 0)
    refuseFile(
      { file },
      `none of its records states electricity in KWH, GKWH, KWHREG or GKWHREG${leftOut.size === 0 ? '' : `; of the first, ${[...leftOut.keys()][0]}`}.`,
    );
  return {
    kept: reader.kept,
    written: reader.written,
    notes: [...leftOutNotes(file, leftOut), ...constantNotes(file, reader.constants)],
  };
};
