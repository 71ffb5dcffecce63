import { closeSync, openSync, writeSync } from 'node:fs';

/** What made records of a meter look like. */
export interface MadeRecords {
  /** Units that are stated, each in records of its own. */
  readonly units: readonly ('KWH' | 'GKWH')[];
  /** How long an interval is. @unit min */
  readonly minutes: number;
  readonly meters: number;
}

const firstDay = Date.UTC(1990, 0, 1, 5);
const dayMs = 86_400_000;

const stamp = (at: number): string => new Date(at).toISOString().replace(/\D/g, '').slice(0, 12);

/** A day of one meter in one unit. */
const record = (units: string, minutes: number, meter: number, day: number): string => {
  const count = (24 * 60) / minutes;
  const readings = Array.from(
    { length: count },
    (_, index) =>
      `${stamp(firstDay + day * dayMs + (index + 1) * minutes * 60_000)},R0,${(((day * count + index) * 37 + meter) % 1_900) / 1_000}`,
  );
  const interval = `0000${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`;
  return `MEPMD01,19970819,UTILITY,,AGENT,,${stamp(firstDay + (day + 1) * dayMs)},M${meter},OK,E,${units},1,${interval},${count},${readings.join(',')}\n`;
};

/** Writes MEPMD01 records, day by day, as large as the file may be. */
export const writeCmep = (file: string, { units, minutes, meters }: MadeRecords, bytes: number): void => {
  const descriptor = openSync(file, 'w');
  let written = 0;
  for (let day = 0; ; day += 1) {
    const of = Array.from({ length: meters }, (_, meter) =>
      units.map((each) => record(each, minutes, meter, day)).join(''),
    ).join('');
    if (written + of.length > bytes) break;
    written += writeSync(descriptor, of);
  }
  closeSync(descriptor);
};
