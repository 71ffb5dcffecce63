import { compare, type Decimal, decimalOf, multiply, parseDecimal, shift } from '../../programme/decimal.ts';
import { csvRows } from '../cells/csvRows.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/**
 * Records MEPMD01 of the California Metering Exchange Protocol: one line holds one channel of one meter, fourteen fields
 * and then readings of three fields each. Times are UTC; that of an interval is its end.
 */

const recordType = 'MEPMD01';

/** A direction, by its registers or by its intervals. */
interface Channel {
  readonly direction: 'import' | 'export';
  readonly isRegister: boolean;
}

const channels: Readonly<Record<string, Channel>> = {
  KWH: { direction: 'import', isRegister: false },
  GKWH: { direction: 'export', isRegister: false },
  KWHREG: { direction: 'import', isRegister: true },
  GKWHREG: { direction: 'export', isRegister: true },
};

/** Purposes whose readings are those of the meter; others are examples, sums and notices. */
const purposes = /^(|OK|RESEND|HISTORY)$/i;

/** One reading of a record. */
export interface CmepReading {
  /** The end of an interval, or the instant of a register. */
  readonly at: number;
  /** Null where nothing was measured. Exact. @unit Wh */
  readonly wattHours: Decimal | null;
  readonly quality: 'measured' | 'estimated';
  readonly remark: string | null;
  readonly line: number;
}

/** One channel of one meter, as one line states it. */
export interface CmepRecord extends Channel {
  readonly meter: string;
  readonly units: string;
  readonly line: number;
  /** When it was made: of two that contradict one another the later counts. */
  readonly madeAt: number;
  /** Null where registers state none. @unit ms */
  readonly intervalMs: number | null;
  readonly readings: readonly CmepReading[];
  /** The last decimal place of its values. */
  readonly decimals: number;
}

/** The records of a file, and what is told of those that are left out. */
export interface CmepFile {
  readonly records: readonly CmepRecord[];
  readonly notes: readonly string[];
}

/** @limit Characters in which the first record stands, if there is one: programs write a header above it. */
const firstWithin = 20_000;

/** Whether a text is made of such records. */
export const isCmep = (text: string): boolean =>
  /(?:^|[\r\n])[\ufeff\s]*"?MEP[A-Z]{2}\d\d"?,/.test(text.slice(0, firstWithin));

const instantOf = (text: string): number | null => {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return null;
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().slice(8, 10) === day;
  return isDay && Number(hour) <= 24 && Number(minute) < 60
    ? midnight + (Number(hour) * 60 + Number(minute)) * 60_000
    : null;
};

/** `00000100` is an hour: months, days, hours and minutes. */
const intervalOf = (text: string): number | null => {
  const [, months, days, hours, minutes] = /^(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (months !== '00') return null;
  const ms = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
  return ms > 0 ? ms : null;
};

type Quality = Pick<CmepReading, 'quality' | 'remark'>;

/** The letter says how the value came to be; a number other than 0 behind it says that something happened meanwhile. */
const qualityOf = (flag: string): Quality | null => {
  if (/^[RV]?0*$/i.test(flag)) return { quality: 'measured', remark: null };
  if (/^[RV]\w*$/i.test(flag)) return { quality: 'measured', remark: flag };
  return /^[AE]\w*$/i.test(flag) ? { quality: 'estimated', remark: flag } : null;
};

interface RecordFields {
  readonly file: string;
  readonly line: number;
  readonly cells: readonly string[];
  readonly constant: Decimal;
  readonly intervalMs: number | null;
}

/** What stands behind the last whole reading is a part of one. @throws UnusableFile */
const checkEnd = ({ file, line, cells }: RecordFields, readings: number): void => {
  const rest = cells.slice(14 + readings * 3).find((cell) => cell !== '');
  if (rest !== undefined)
    refuseFile(
      { file, line, reading: readings + 1 },
      `the record ends before its value, behind ${shown(rest)}: the file is cut off here, or was changed.`,
    );
};

const readingsOf = ({ file, line, cells, constant, intervalMs }: RecordFields): readonly CmepReading[] => {
  const readings: CmepReading[] = [];
  for (let at = 14; at + 2 < cells.length; at += 3) {
    const reading = readings.length + 1;
    const [time = '', flag = '', value = ''] = cells.slice(at, at + 3);
    if (time === '' && flag === '' && value === '') break;
    const before = readings.at(-1)?.at;
    const stamp =
      time !== '' ? instantOf(time) : before === undefined || intervalMs === null ? null : before + intervalMs;
    if (stamp === null)
      return refuseFile({ file, line, reading }, `${shown(time)} is no time such as 202610310500, which is UTC.`);
    const quality = qualityOf(flag);
    const isNothing = value === '' || /^N/i.test(flag);
    if (quality === null && !isNothing)
      return refuseFile(
        { file, line, reading },
        `it is not known what the quality ${shown(flag)} means; R and V are measured, A and E estimated, N nothing.`,
      );
    const number = isNothing ? null : parseDecimal(value);
    if (value.endsWith('.'))
      return refuseFile({ file, line, reading }, `${shown(value)} ends before its decimals: the file is cut off here.`);
    if (number === undefined) return refuseFile({ file, line, reading }, `${shown(value)} is not a number.`);
    readings.push({
      at: stamp,
      wattHours: number === null ? null : shift(multiply(number, constant), 3),
      ...(quality ?? { quality: 'estimated', remark: flag }),
      line,
    });
  }
  return readings;
};

const whyLeftOut = (cells: readonly string[]): string | null => {
  const [type = '', , , , , , , , purpose = '', commodity = '', units = ''] = cells;
  if (type.toUpperCase() !== recordType) return `its type is ${shown(type)}`;
  if (!/^E?$/i.test(commodity)) return `its commodity is ${shown(commodity)} and not electricity`;
  if (!purposes.test(purpose)) return `its purpose is ${shown(purpose)}`;
  return channels[units.toUpperCase()] === undefined ? `its units are ${shown(units)}` : null;
};

const constantOf = (file: string, line: number, text: string): Decimal => {
  const constant = text === '' ? decimalOf('1') : parseDecimal(text);
  return constant !== undefined && compare(constant, decimalOf('0')) > 0
    ? constant
    : refuseFile({ file, line }, `the calculation constant ${shown(text)} is no number above zero.`);
};

const recordOf = (file: string, line: number, cells: readonly string[]): CmepRecord => {
  const [, , , , , , made = '', meter = '', , , units = '', constantText = '', interval = '', count = ''] = cells;
  const channel = channels[units.toUpperCase()] as Channel;
  if (meter === '') refuseFile({ file, line }, 'the record does not say which meter it is about.');
  const intervalMs = intervalOf(interval);
  if (intervalMs === null && !channel.isRegister)
    refuseFile({ file, line }, `${shown(interval)} is no length of an interval such as 00000100, which is an hour.`);
  const constant = constantOf(file, line, constantText);
  const fields: RecordFields = { file, line, cells, constant, intervalMs };
  const readings = readingsOf(fields);
  checkEnd(fields, readings.length);
  if (count !== '' && Number(count) !== readings.length)
    refuseFile(
      { file, line },
      `the record announces ${shown(count)} readings and has ${readings.length}; it is cut off, or was changed.`,
    );
  const texts = cells.slice(14).filter((_, index) => index % 3 === 2);
  return {
    ...channel,
    meter,
    units: units.toUpperCase(),
    line,
    madeAt: instantOf(made) ?? 0,
    intervalMs,
    readings,
    decimals: texts.reduce((most, text) => Math.max(most, (/\.(\d*)/.exec(text)?.[1] ?? '').length), 0),
  };
};

/** The records of a text that are about electricity, in or out. @throws UnusableFile when there are none, or one is damaged */
export const cmepRecords = (file: string, text: string): CmepFile => {
  const rows = csvRows(file, text, ',');
  const records: CmepRecord[] = [];
  const notes: string[] = [];
  for (const { line, cells } of rows) {
    const because = whyLeftOut(cells);
    if (because === null) records.push(recordOf(file, line, cells));
    else notes.push(`${file}: the record on line ${line} is left out: ${because}.`);
  }
  if (records.every(({ readings }) => readings.length === 0))
    refuseFile({ file }, 'none of its records states electricity in KWH, GKWH, KWHREG or GKWHREG.');
  return { records, notes };
};
