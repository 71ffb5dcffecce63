import { localText } from '../../programme/calendar.ts';
import { Ahead } from '../kept/ahead.ts';
import type { EnergySpan } from '../table/spans.ts';
import { refuseFile } from '../unusableFile.ts';
import { type Whole, wattHoursText } from '../cells/wholes.ts';
import type { CmepRecord, KeptRecords } from './keptRecords.ts';
import type { Counter } from './notes.ts';
import type { FlagMeaning } from './words.ts';

/** What reading a file needs to know everywhere. */
export interface CmepReading {
  readonly file: string;
  readonly timeZone: string;
  readonly kept: KeptRecords;
  /** What a unit of energy is. @unit Wh, as a power of ten */
  readonly unitPower: number;
}

/** Energy of one direction, in units of the reading. */
export type CmepSpan = EnergySpan<bigint>;

/** What is stated about a time; null energy where nothing was measured. */
interface Stated extends Pick<FlagMeaning, 'quality' | 'remark'> {
  readonly at: number;
  readonly record: CmepRecord;
  readonly energy: bigint | null;
}

/** The sum of energies. */
export const sumOf = (energies: readonly bigint[]): bigint => energies.reduce((sum, each) => sum + each, 0n);

/** What counts of two statements about the same time: the one that was made later. */
const later = ({ file, timeZone }: CmepReading, before: Stated, after: Stated, corrections: Counter): Stated => {
  if (before.energy === after.energy || after.energy === null) return before;
  if (before.energy === null) return after;
  const { units, line, madeAt } = after.record;
  const at = localText(after.at, timeZone);
  const lengths = [before.record.intervalMs, after.record.intervalMs].map((ms) => (ms ?? 0) / 60_000);
  if (lengths[0] !== lengths[1] && !units.isRegister)
    return refuseFile(
      { file, line },
      `${units.name} that ends at ${at} is stated for ${lengths[1]} minutes here, and for ${lengths[0]} on line ${before.record.line}; leave one of them out.`,
    );
  if (before.record.madeAt === madeAt)
    return refuseFile(
      { file, line },
      `${units.name} at ${at} differs from line ${before.record.line}, and both were made at the same time; leave one of them out.`,
    );
  const [older, newer] = before.record.madeAt < madeAt ? [before, after] : [after, before];
  corrections.add(() => `line ${newer.record.line} corrects line ${older.record.line} at ${at}`);
  return newer;
};

const unitsIn = ({ unitPower }: CmepReading, { whole, powerOfTen }: Whole): bigint =>
  powerOfTen === unitPower ? whole : whole * 10n ** BigInt(powerOfTen - unitPower);

/** What records state, each time once, in order. @throws UnusableFile */
function* statedBy(reading: CmepReading, records: readonly CmepRecord[], corrections: Counter): Generator<Stated> {
  const { kept } = reading;
  let before: Stated | null = null;
  for (const { at, record, index } of kept.inOrder(records)) {
    const value = kept.value(index);
    const now: Stated =
      value === null
        ? { at, record, energy: null, quality: 'estimated', remark: null }
        : { at, record, energy: unitsIn(reading, value.energy), quality: value.quality, remark: value.remark };
    if (before !== null && before.at === at) before = later(reading, before, now, corrections);
    else {
      if (before !== null) yield before;
      before = now;
    }
  }
  if (before !== null) yield before;
}

/** The energy of intervals. @throws UnusableFile, when it is gone through */
export function* intervalSpans(
  reading: CmepReading,
  records: readonly CmepRecord[],
  corrections: Counter,
): Generator<CmepSpan> {
  for (const { at, record, energy, quality, remark } of statedBy(reading, records, corrections)) {
    const startAt = at - (record.intervalMs ?? 0);
    yield { startAt, endAt: at, energy, quality, remark, source: 'interval', line: record.line };
  }
}

/** The energy between registers, read one after another. @throws UnusableFile, when it is gone through */
export function* registerSpans(
  reading: CmepReading,
  records: readonly CmepRecord[],
  corrections: Counter,
): Generator<CmepSpan> {
  const { file, timeZone, unitPower } = reading;
  let before: (Stated & { readonly energy: bigint }) | null = null;
  for (const { at, energy, record, ...rest } of statedBy(reading, records, corrections)) {
    if (energy === null) continue;
    const now = { at, energy, record, ...rest };
    if (before !== null && energy < before.energy)
      refuseFile(
        { file, line: record.line },
        `the register ${record.units.name} went backwards, from ${wattHoursText(before.energy, unitPower)} Wh to ${wattHoursText(energy, unitPower)} Wh at ${localText(at, timeZone)}; if the meter was replaced, settle the time before and the time after it from two files.`,
      );
    if (before !== null)
      yield {
        startAt: before.at,
        endAt: at,
        energy: energy - before.energy,
        quality: before.quality === 'estimated' ? 'estimated' : rest.quality,
        remark: rest.remark,
        source: 'register',
        line: record.line,
      };
    before = now;
  }
}

/** What is to be told of registers beside intervals: whether they grew by the sum of them. */
export const registerNotes = (
  { file, timeZone, unitPower }: CmepReading,
  name: string,
  registers: Iterable<CmepSpan>,
  intervals: Iterable<CmepSpan>,
): readonly string[] => {
  const ahead = new Ahead(intervals);
  let [held, agreed] = [0, 0];
  let differs: string | null = null;
  for (const { startAt, endAt, energy } of registers) {
    while (ahead.next !== undefined && ahead.next.startAt < startAt) ahead.take();
    let [coveredMs, sum] = [0, 0n];
    while (ahead.next !== undefined && ahead.next.endAt <= endAt) {
      const each = ahead.take();
      if (each.energy === null) continue;
      coveredMs += each.endAt - each.startAt;
      sum += each.energy;
    }
    if (coveredMs !== endAt - startAt) continue;
    held += 1;
    if (sum === energy) agreed += 1;
    else
      differs ??= `grew by ${wattHoursText(energy ?? 0n, unitPower)} Wh from ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}, and the intervals sum to ${wattHoursText(sum, unitPower)} Wh`;
  }
  const register = `${file}: the register ${name}`;
  if (held === 0) return [`${register} is left out beside intervals, which it cannot be held against.`];
  if (differs === null) return [`${register} grew by the sum of the intervals, ${agreed} times out of ${held}.`];
  const others = held - agreed - 1;
  return [
    `${register} ${differs}${others === 0 ? '' : ` (and it differs ${others} more ${others === 1 ? 'time' : 'times'} out of ${held})`}; the intervals are read.`,
  ];
};
