import { localText } from '../../programme/calendar.ts';
import { add, compare, type Decimal, decimalText, subtract, zero } from '../../programme/decimal.ts';
import { grouped } from '../grouped.ts';
import { isNegative } from '../headers/energyColumns.ts';
import type { EnergySpan } from '../table/spans.ts';
import { refuseFile } from '../unusableFile.ts';
import type { CmepReading, CmepRecord } from './records.ts';

const sameEnergy = (a: Decimal | null, b: Decimal | null): boolean =>
  a === null || b === null ? a === b : compare(a, b) === 0;

interface Stated {
  readonly reading: CmepReading;
  readonly record: CmepRecord;
}

/** What counts of two statements about the same time: the one that was made later. */
const later = (file: string, timeZone: string, before: Stated, after: Stated, told: string[]): Stated => {
  if (sameEnergy(before.reading.wattHours, after.reading.wattHours)) return before;
  if (before.reading.wattHours === null) return after;
  if (after.reading.wattHours === null) return before;
  if (before.record.madeAt === after.record.madeAt)
    return refuseFile(
      { file, line: after.record.line },
      `${after.record.units} at ${localText(after.reading.at, timeZone)} differs from line ${before.record.line}, and both were made at the same time; leave one of them out.`,
    );
  const [older, newer] = before.record.madeAt < after.record.madeAt ? [before, after] : [after, before];
  told.push(
    `${file}: line ${newer.record.line} corrects line ${older.record.line} at ${localText(newer.reading.at, timeZone)}: what was made later counts.`,
  );
  return newer;
};

/** Each time once, in order. */
const distinct = (
  file: string,
  timeZone: string,
  records: readonly CmepRecord[],
  told: string[],
): readonly Stated[] => {
  const byTime = new Map<number, Stated>();
  for (const record of records)
    for (const reading of record.readings) {
      const before = byTime.get(reading.at);
      const now = { reading, record };
      byTime.set(reading.at, before === undefined ? now : later(file, timeZone, before, now, told));
    }
  return [...byTime.values()].toSorted((a, b) => a.reading.at - b.reading.at);
};

const intervalSpans = (stated: readonly Stated[]): readonly EnergySpan[] =>
  stated.map(({ reading: { at, ...rest }, record: { intervalMs } }) => ({
    ...rest,
    startAt: at - (intervalMs ?? 0),
    endAt: at,
    source: 'interval',
  }));

const registerSpans = (file: string, timeZone: string, stated: readonly Stated[]): readonly EnergySpan[] => {
  const dials = stated.filter(({ reading }) => reading.wattHours !== null);
  return dials.slice(1).map(({ reading, record }, index) => {
    const before = (dials[index] as Stated).reading;
    const grown = subtract(reading.wattHours ?? zero, before.wattHours ?? zero);
    if (isNegative(grown))
      refuseFile(
        { file, line: record.line },
        `the register ${record.units} went backwards, from ${decimalText(before.wattHours ?? zero)} Wh to ${decimalText(reading.wattHours ?? zero)} Wh at ${localText(reading.at, timeZone)}; if the meter was replaced, settle the time before and the time after it from two files.`,
      );
    const { at, ...rest } = reading;
    const isEstimated = before.quality === 'estimated' || reading.quality === 'estimated';
    return {
      ...rest,
      quality: isEstimated ? 'estimated' : 'measured',
      wattHours: grown,
      startAt: before.at,
      endAt: at,
      source: 'register',
    };
  });
};

/** What is to be told of registers beside intervals: whether they grew by the sum of them. */
const checked = (
  file: string,
  timeZone: string,
  units: string,
  registers: readonly EnergySpan[],
  intervals: readonly EnergySpan[],
): readonly string[] => {
  const told: string[] = [];
  let agreed = 0;
  let from = 0;
  for (const { startAt, endAt, wattHours } of registers) {
    while (from < intervals.length && (intervals[from] as EnergySpan).startAt < startAt) from += 1;
    let to = from;
    while (to < intervals.length && (intervals[to] as EnergySpan).endAt <= endAt) to += 1;
    const within = intervals.slice(from, to).filter((each) => each.wattHours !== null);
    const coveredMs = within.reduce((sum, each) => sum + each.endAt - each.startAt, 0);
    if (coveredMs !== endAt - startAt) continue;
    const sum = within.reduce((total, each) => add(total, each.wattHours ?? zero), zero);
    if (compare(sum, wattHours ?? zero) === 0) agreed += 1;
    else
      told.push(
        `${file}: the register ${units} grew by ${decimalText(wattHours ?? zero)} Wh from ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}, and the intervals sum to ${decimalText(sum)} Wh; the intervals are read.`,
      );
  }
  if (told.length > 0) return told;
  return [
    agreed === 0
      ? `${file}: the register ${units} is left out beside intervals, which it cannot be held against.`
      : `${file}: the register ${units} grew by the sum of the intervals, ${agreed} times out of ${agreed}.`,
  ];
};

/** One direction of one meter: its intervals, held against its registers; or its registers alone. */
export const spansOf = (
  file: string,
  timeZone: string,
  records: readonly CmepRecord[],
  told: string[],
): readonly EnergySpan[] => {
  const kinds = grouped(records, ({ isRegister }) => isRegister);
  const of = (isRegister: boolean): readonly Stated[] => distinct(file, timeZone, kinds.get(isRegister) ?? [], told);
  const registers = registerSpans(file, timeZone, of(true));
  if (!kinds.has(false)) return registers;
  const intervals = intervalSpans(of(false));
  const [register] = kinds.get(true) ?? [];
  if (register !== undefined) told.push(...checked(file, timeZone, register.units, registers, intervals));
  return intervals;
};
