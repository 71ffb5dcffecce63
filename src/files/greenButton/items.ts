import { fullMinute, jitterMs } from '../times/steadied.ts';
import { localText } from '../../programme/calendar.ts';
import { placeAt, refuseFile, shown } from '../unusableFile.ts';
import type { Collected } from './collected.ts';
import type { Series } from './series.ts';
import { wattHoursText, type Whole } from '../cells/wholes.ts';

/** What a series is taken to state. */
export type Direction = 'import' | 'export' | 'net';

/** A series that is read, and as what. */
export interface Use {
  readonly series: Series;
  readonly direction: Direction;
  /** Whether its sign is turned: net with export positive. */
  readonly isTurned: boolean;
  readonly isRegister: boolean;
  /** What makes Wh of its values, as a power of ten. */
  readonly powerOfTen: number;
}

/** Energy of an interval in one direction. */
export interface EspiItem {
  readonly startAt: number;
  readonly endAt: number;
  /** In the units of the reading. */
  readonly energy: bigint;
  /** The number of the reading in the file, from 1. */
  readonly line: number;
  readonly use: Use;
}

/** EspiItems in order of time, to be gone through as often as needed. */
export type EspiItems = Iterable<EspiItem>;

/** What reading a file needs to know everywhere. */
export interface EspiReading {
  readonly file: string;
  readonly collected: Collected;
  readonly timeZone: string;
  /** What a unit of energy is: the smallest power of ten in the file. @unit Wh, as a power of ten */
  readonly unitPower: number;
  /** Where a time stands in truth: the same, unless local times were written as UTC, or all stamps are close to a full minute. */
  readonly instantOf: (at: number) => number;
  /** How long an interval is in truth: as stated, or full minutes where all stamps are close to them. @unit ms */
  readonly lengthOf: (ms: number) => number;
}

/** How to choose among series, for the end of a sentence. */
export const chooseBy = ({ readAs }: Pick<Collected, 'readAs'>, role: string, name: string): string =>
  `--columns ${shown(`${readAs}:${role}=${name}`)}`;

const valueOf = ({ file, collected }: EspiReading, index: number): Whole =>
  collected.readings.value(index) ??
  refuseFile(
    { file },
    `reading ${index + 1} has the value ${shown(collected.readings.written(index, 'value').slice(0, 30))}, which is no number.`,
  );

const millisecondsOf = (
  { file, collected: { readings } }: EspiReading,
  index: number,
  name: 'start' | 'duration',
  absent: number | null,
): number => {
  const ms = name === 'start' ? readings.startAt(index) : readings.durationMs(index);
  if (!Number.isNaN(ms)) return ms;
  const text = readings.written(index, name);
  if (text === '' && absent !== null) return absent;
  return refuseFile(
    { file },
    `reading ${index + 1} has the ${name} ${shown(text.slice(0, 30))}, which is no number of seconds.`,
  );
};

/** Nothing is off where no number is stated. */
const offOf = (ms: number): number => (Number.isNaN(ms) ? 0 : Math.abs(ms - fullMinute(ms)));

/** The numbers of the readings of a use, in the order of the file. */
function* indexesOf({ series }: Use): Generator<number> {
  for (const { from, to } of series.stretches) for (let index = from; index < to; index += 1) yield index;
}

/** How far the times of uses are off the full minute at most, in their starts and lengths; none where intervals are shorter. @unit ms */
export const offMinuteOf = ({ readings }: Collected, uses: readonly Use[]): number => {
  let most = 0;
  for (const use of uses)
    for (const index of indexesOf(use)) {
      const [startAt, durationMs] = [readings.startAt(index), readings.durationMs(index)];
      if (durationMs > 0 && durationMs < 60_000 - jitterMs) return Number.POSITIVE_INFINITY;
      const off = Math.max(offOf(startAt), offOf(durationMs));
      if (off > most) most = off;
    }
  return most;
};

/** The smallest power of ten in which the values of series are written. @unit Wh, as a power of ten */
export const unitPowerOf = ({ readings }: Collected, uses: readonly Use[]): number =>
  uses.reduce((least, use) => {
    let decimals = 0;
    for (const index of indexesOf(use)) decimals = Math.max(decimals, readings.decimals(index));
    return Math.min(least, use.powerOfTen - decimals);
  }, 12);

const itemOf = (reading: EspiReading, use: Use, index: number): EspiItem => {
  const { whole, powerOfTen } = valueOf(reading, index);
  if (use.direction !== 'net' && whole < 0n)
    refuseFile(
      { file: reading.file },
      `reading ${index + 1} is negative, although its flowDirection says that energy only flows one way; if the series is net in truth, declare it with ${chooseBy(reading.collected, 'net', use.series.name)}.`,
    );
  const stated = use.series.type('intervalLength');
  const lengthMs = use.isRegister ? 0 : /^[1-9]\d{0,7}$/.test(stated) ? Number(stated) * 1_000 : null;
  const shift = BigInt(use.powerOfTen + powerOfTen - reading.unitPower);
  const energy = whole * 10n ** shift;
  const startAt = reading.instantOf(millisecondsOf(reading, index, 'start', null));
  const durationMs = reading.lengthOf(millisecondsOf(reading, index, 'duration', lengthMs));
  if (durationMs === 0 && !use.isRegister)
    refuseFile(
      { file: reading.file },
      `reading ${index + 1} has the duration 0, so that its energy belongs to no time; if the series is a register in truth, its ReadingType has to say so (accumulationBehaviour 1, 3 or 9).`,
    );
  return {
    startAt,
    endAt: startAt + durationMs,
    energy: use.isTurned ? -energy : energy,
    line: index + 1,
    use,
  };
};

const isInOrder = (reading: EspiReading, use: Use): boolean => {
  let before = Number.NEGATIVE_INFINITY;
  for (const index of indexesOf(use)) {
    const startAt = reading.instantOf(millisecondsOf(reading, index, 'start', null));
    if (startAt < before) return false;
    before = startAt;
  }
  return true;
};

/** Registers, read one after another, become the energy between them. */
const grownBetween = ({ file, unitPower, timeZone }: EspiReading, dials: readonly EspiItem[]): EspiItem[] =>
  dials.slice(1).flatMap((after, index): EspiItem[] => {
    const before = dials[index] as EspiItem;
    const energy = after.energy - before.energy;
    if (after.startAt === before.startAt)
      return energy === 0n
        ? []
        : refuseFile(
            placeAt(file, 'reading', after.line),
            `the register of ${localText(after.startAt, timeZone)} stands here again, with another number than in reading ${before.line}.`,
          );
    if (energy < 0n)
      refuseFile(
        { file },
        `the register went backwards, from ${wattHoursText(before.energy, unitPower)} Wh in reading ${before.line} to ${wattHoursText(after.energy, unitPower)} Wh in reading ${after.line}; if the meter was replaced, settle the time before and the time after it from two files.`,
      );
    return [{ ...after, startAt: before.startAt, endAt: after.startAt, energy }];
  });

/** What a series states, made anew each time it is gone through: objects that nobody keeps need no room. */
const streamed = (reading: EspiReading, use: Use): EspiItems => ({
  *[Symbol.iterator]() {
    for (const index of indexesOf(use)) yield itemOf(reading, use, index);
  },
});

/** What a series states, in order of time; registers become the energy between them. @throws UnusableFile, when it is gone through */
export const itemsOf = (reading: EspiReading, use: Use): EspiItems => {
  const inFile = streamed(reading, use);
  if (!use.isRegister && isInOrder(reading, use)) return inFile;
  const items = [...inFile].toSorted((a, b) => a.startAt - b.startAt);
  return use.isRegister ? grownBetween(reading, items) : items;
};
