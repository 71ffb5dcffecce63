import { localText } from '../../../programme/calendar.ts';
import { placeAt, refuseFile, shown } from '../unusableFile.ts';
import type { Collected } from './collected.ts';
import type { Series } from './series.ts';
import { wattHoursText, type Whole, wholeOf } from './units.ts';

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

/** What reading a file needs to know everywhere. */
export interface EspiReading {
  readonly file: string;
  readonly collected: Collected;
  readonly timeZone: string;
  /** What a unit of energy is: the smallest power of ten in the file. @unit Wh, as a power of ten */
  readonly unitPower: number;
  /** Where a time stands in truth: the same, unless local times were written as UTC. */
  readonly instantOf: (at: number) => number;
}

/** How to choose among series, for the end of a sentence. */
export const chooseBy = (role: string, name: string): string => `--columns ${shown(`meter:${role}=${name}`)}`;

const valueOf = ({ file, collected }: Pick<EspiReading, 'file' | 'collected'>, index: number): Whole => {
  const text = collected.readings.value[index] ?? '';
  return (
    wholeOf(text) ??
    refuseFile({ file }, `reading ${index + 1} has the value ${shown(text.slice(0, 30))}, which is no number.`)
  );
};

const millisecondsOf = (
  reading: EspiReading,
  index: number,
  name: 'start' | 'duration',
  absent: number | null,
): number => {
  const { startAt, durationMs, odd } = reading.collected.readings;
  const ms = (name === 'start' ? startAt : durationMs)[index] as number;
  if (!Number.isNaN(ms)) return ms;
  const text = odd.get(`${index} ${name}`) ?? '';
  if (text === '' && absent !== null) return absent;
  return refuseFile(
    { file: reading.file },
    `reading ${index + 1} has the ${name} ${shown(text.slice(0, 30))}, which is no number of seconds.`,
  );
};

/** The smallest power of ten in which the values of series are written. @unit Wh, as a power of ten */
export const unitPowerOf = (file: string, collected: Collected, uses: readonly Use[]): number =>
  uses.reduce((least, { series, powerOfTen }) => {
    const decimals = series.stretches.reduce((most, { from, to }) => {
      let own = most;
      for (let index = from; index < to; index += 1) {
        const point = (collected.readings.value[index] ?? '').indexOf('.');
        if (point >= 0) own = Math.max(own, -valueOf({ file, collected }, index).powerOfTen);
      }
      return own;
    }, 0);
    return Math.min(least, powerOfTen - decimals);
  }, 12);

const itemOf = (reading: EspiReading, use: Use, index: number): EspiItem => {
  const { whole, powerOfTen } = valueOf(reading, index);
  if (use.direction !== 'net' && whole < 0n)
    refuseFile(
      { file: reading.file },
      `reading ${index + 1} is negative, although its flowDirection says that energy only flows one way; if the series is net in truth, declare it with ${chooseBy('net', use.series.name)}.`,
    );
  const shift = BigInt(use.powerOfTen + powerOfTen - reading.unitPower);
  const energy = whole * 10n ** shift;
  const startAt = reading.instantOf(millisecondsOf(reading, index, 'start', null));
  return {
    startAt,
    endAt: startAt + millisecondsOf(reading, index, 'duration', use.isRegister ? 0 : null),
    energy: use.isTurned ? -energy : energy,
    line: index + 1,
    use,
  };
};

const inOrder = (items: EspiItem[]): EspiItem[] =>
  items.every((item, index) => index === 0 || item.startAt >= (items[index - 1] as EspiItem).startAt)
    ? items
    : items.toSorted((a, b) => a.startAt - b.startAt);

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

/** What a series states, in order of time; registers become the energy between them. @throws UnusableFile */
export const itemsOf = (reading: EspiReading, use: Use): EspiItem[] => {
  const items: EspiItem[] = [];
  for (const { from, to } of use.series.stretches)
    for (let index = from; index < to; index += 1) items.push(itemOf(reading, use, index));
  const ordered = inOrder(items);
  return use.isRegister ? grownBetween(reading, ordered) : ordered;
};
