import { closeSync, openSync, writeSync } from 'node:fs';
import { localText } from '../../src/programme/calendar.ts';

/** What a made table of a meter looks like. */
export interface MadeTable {
  readonly header: string;
  /** How far its rows are apart. @unit min */
  readonly minutes: number;
  /** The row of an interval, by its start, its last minute and its number. */
  readonly row: (startAt: number, lastAt: number, index: number) => string;
}

const startAt = Date.UTC(2015, 0, 1, 5);
const timeZone = 'America/New_York';
const hourMs = 3_600_000;

/** The local time of a file, found once for each hour. */
const localTimes = (): ((at: number) => string) => {
  const starts = new Map<number, string>();
  return (at) => {
    const hour = Math.floor(at / hourMs);
    const known = starts.get(hour) ?? localText(hour * hourMs, timeZone).slice(0, 14);
    starts.set(hour, known);
    return `${known}${String((at / 60_000) % 60).padStart(2, '0')}`;
  };
};

const kwh = (index: number): string => (((index * 37) % 1_900) / 1_000).toFixed(3);

/** The tables that are measured. */
export const madeTables = (): readonly (readonly [name: string, table: MadeTable])[] => {
  const local = localTimes();
  return [
    [
      'minutes of one net meter',
      { header: 'Start,kWh', minutes: 1, row: (from, _, index) => `${new Date(from).toISOString()},${kwh(index)}` },
    ],
    [
      'quarter hours of local time, as Opower writes them',
      {
        header: 'TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES',
        minutes: 15,
        row: (from, to, index) =>
          `Electric usage,${local(from).slice(0, 10)},${local(from).slice(11)},${local(to).slice(11)},${kwh(index)},$0.12,`,
      },
    ],
    [
      'both directions, in quotes, month before day',
      {
        header: '"Meter","Start","Import kWh","Export kWh","Quality"',
        minutes: 5,
        row: (from, _, index) => {
          const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+) (.*)$/.exec(local(from)) ?? [];
          return `"SN17","${month}/${day}/${year} ${time}","${kwh(index)}","${kwh(index * 7)}","A"`;
        },
      },
    ],
  ];
};

/** The bills that are measured. */
export const madeBills = (): readonly (readonly [name: string, table: MadeTable])[] => {
  const local = localTimes();
  return [
    [
      'quarter hours with price and amount',
      {
        header: 'Start,Net kWh,Price USD/kWh,Amount USD',
        minutes: 15,
        row: (from, _, index) =>
          `${new Date(from).toISOString()},${kwh(index)},0.${1_000 + (index % 300)},${(((index * 7) % 900) / 1_000).toFixed(4)}`,
      },
    ],
    [
      'amounts in dollars, in local time',
      {
        header: 'Service Point,Start,Usage kWh,Charge ($)',
        minutes: 15,
        row: (from, _, index) => `SP-17,${local(from)},${kwh(index)},$0.${10 + (index % 90)}`,
      },
    ],
  ];
};

/** Writes a table, as large as it may be. */
export const writeTable = (file: string, { header, minutes, row }: MadeTable, bytes: number): void => {
  const descriptor = openSync(file, 'w');
  let written = writeSync(descriptor, `${header}\n`);
  let held = '';
  for (let index = 0; written + held.length < bytes - 200; index += 1) {
    const from = startAt + index * minutes * 60_000;
    held += `${row(from, from + (minutes - 1) * 60_000, index)}\n`;
    if (held.length < 1 << 20) continue;
    written += writeSync(descriptor, held);
    held = '';
  }
  writeSync(descriptor, held);
  closeSync(descriptor);
};
