import { localText } from '../../../programme/calendar.ts';
import { add, compare, type Decimal, decimalText, subtract, zero } from '../../../programme/decimal.ts';
import { grouped } from '../../grouped.ts';
import { isNegative } from '../energyColumns.ts';
import { refuseFile } from '../unusableFile.ts';
import type { CmepReading, CmepRecord } from './records.ts';

/** Energy of one direction over a stretch of time; null where nothing was measured. @unit Wh */
export interface CmepSpan extends Omit<CmepReading, 'at'> {
  readonly startAt: number;
  readonly endAt: number;
  readonly source: 'register' | 'interval';
}

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

const intervalSpans = (stated: readonly Stated[]): readonly CmepSpan[] =>
  stated.map(({ reading: { at, ...rest }, record: { intervalMs } }) => ({
    ...rest,
    startAt: at - (intervalMs ?? 0),
    endAt: at,
    source: 'interval',
  }));

const registerSpans = (file: string, timeZone: string, stated: readonly Stated[]): readonly CmepSpan[] => {
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
  registers: readonly CmepSpan[],
  intervals: readonly CmepSpan[],
): readonly string[] => {
  const told: string[] = [];
  let agreed = 0;
  let from = 0;
  for (const { startAt, endAt, wattHours } of registers) {
    while (from < intervals.length && (intervals[from] as CmepSpan).startAt < startAt) from += 1;
    let to = from;
    while (to < intervals.length && (intervals[to] as CmepSpan).endAt <= endAt) to += 1;
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
): readonly CmepSpan[] => {
  const kinds = grouped(records, ({ isRegister }) => isRegister);
  const of = (isRegister: boolean): readonly Stated[] => distinct(file, timeZone, kinds.get(isRegister) ?? [], told);
  const registers = registerSpans(file, timeZone, of(true));
  if (!kinds.has(false)) return registers;
  const intervals = intervalSpans(of(false));
  const [register] = kinds.get(true) ?? [];
  if (register !== undefined) told.push(...checked(file, timeZone, register.units, registers, intervals));
  return intervals;
};

const joined = (part: readonly CmepSpan[]): CmepSpan => {
  const [first] = part as [CmepSpan];
  const last = part.at(-1) as CmepSpan;
  const isKnown = part.every(({ wattHours }) => wattHours !== null);
  return {
    ...first,
    endAt: last.endAt,
    wattHours: isKnown ? part.reduce((sum, { wattHours }) => add(sum, wattHours ?? zero), zero) : null,
    quality: part.some(({ quality }) => quality === 'estimated') ? 'estimated' : 'measured',
    remark: part.find(({ remark }) => remark !== null)?.remark ?? null,
  };
};

/** Both directions over the same stretches: the shortest that begin and end in both. What only one of them has stands alone. */
export const aligned = (
  drawn: readonly CmepSpan[],
  delivered: readonly CmepSpan[],
): readonly { readonly drawn: CmepSpan | null; readonly delivered: CmepSpan | null }[] => {
  const pairs: { drawn: CmepSpan | null; delivered: CmepSpan | null }[] = [];
  let [i, j] = [0, 0];
  while (i < drawn.length || j < delivered.length) {
    const [a, b] = [drawn[i], delivered[j]];
    if (a === undefined || (b !== undefined && b.startAt < a.startAt)) {
      pairs.push({ drawn: null, delivered: b as CmepSpan });
      j += 1;
      continue;
    }
    if (b === undefined || a.startAt < b.startAt) {
      pairs.push({ drawn: a, delivered: null });
      i += 1;
      continue;
    }
    let [toA, toB] = [i + 1, j + 1];
    while (drawn[toA - 1]?.endAt !== delivered[toB - 1]?.endAt) {
      const isAShorter = (drawn[toA - 1]?.endAt ?? 0) < (delivered[toB - 1]?.endAt ?? 0);
      const [list, to] = isAShorter ? ([drawn, toA] as const) : ([delivered, toB] as const);
      if (list[to] === undefined || list[to].startAt !== list[to - 1]?.endAt) break;
      if (isAShorter) toA += 1;
      else toB += 1;
    }
    const [left, right] = [joined(drawn.slice(i, toA)), joined(delivered.slice(j, toB))];
    if (left.endAt === right.endAt) pairs.push({ drawn: left, delivered: right });
    else pairs.push({ drawn: left, delivered: null }, { drawn: null, delivered: right });
    [i, j] = [toA, toB];
  }
  return pairs;
};
