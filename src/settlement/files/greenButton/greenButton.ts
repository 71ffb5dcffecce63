import { type Decimal, decimalText, parseDecimal, shift, subtract, zero } from '../../../programme/decimal.ts';
import { type ForeignElement, readForeignXml } from '../../../protocol/foreignXml.ts';
import { grouped } from '../../grouped.ts';
import { isNegative } from '../energyColumns.ts';
import { checkedMeterFile, type MeterFile } from '../meterFile.ts';
import { type FileReading } from '../fileReading.ts';
import { inSequence } from '../sequence.ts';
import { refuseFile } from '../unusableFile.ts';
import { childOf, childrenOf, remarkOn, resourcesOf, textOf } from './espi.ts';
import { type Series, seriesOf } from './series.ts';

/** A value of one direction. @unit Wh */
interface Value {
  readonly device: string | null;
  readonly startAt: number;
  readonly durationMs: number;
  readonly energy: Decimal;
  readonly remark: string | null;
  /** The number of the reading in the file, from 1. */
  readonly line: number;
}

/** Seconds, as whole milliseconds. */
const secondsIn = (
  file: string,
  line: number,
  period: ForeignElement | undefined,
  local: string,
  absent?: number,
): number => {
  const text = textOf(period, local);
  if (text === '' && absent !== undefined) return absent;
  return /^\d{1,11}$/.test(text)
    ? Number(text) * 1_000
    : refuseFile(
        { file },
        `reading ${line} has the ${local} ${JSON.stringify(text.slice(0, 30))}, which is no number of seconds.`,
      );
};

const remarkOf = (reading: ForeignElement, { defaultQuality }: Series): string | null => {
  const stated = childrenOf(reading, 'ReadingQuality').map((each) => textOf(each, 'quality'));
  const codes = stated.length > 0 || defaultQuality === '' ? stated : [defaultQuality];
  const remarks = codes.flatMap((code) => remarkOn(code) ?? []);
  return remarks.length === 0 ? null : [...new Set(remarks)].join(', ');
};

const valueOf = (file: string, series: Series, device: string | null, reading: ForeignElement, line: number): Value => {
  const period = childOf(reading, 'timePeriod');
  const text = textOf(reading, 'value');
  const value = /^-?\d+(\.\d+)?$/.test(text) ? parseDecimal(text) : undefined;
  if (value === undefined)
    return refuseFile(
      { file },
      `reading ${line} has the value ${JSON.stringify(text.slice(0, 30))}, which is no number.`,
    );
  if (series.direction !== 'net' && isNegative(value))
    return refuseFile(
      { file },
      `reading ${line} is negative, although its flowDirection says that energy only flows one way.`,
    );
  return {
    device,
    startAt: secondsIn(file, line, period, 'start'),
    durationMs: secondsIn(file, line, period, 'duration', series.isRegister ? 0 : undefined),
    energy: shift(value, series.powerOfTen),
    remark: remarkOf(reading, series),
    line,
  };
};

/** Registers, read one after another, become the energy between them. */
const grownBetween = (file: string, values: readonly Value[], timeZone: string): readonly Value[] => {
  const dials = inSequence(file, values, timeZone);
  return dials.slice(1).map((after, index) => {
    const before = dials[index] as Value;
    const energy = subtract(after.energy, before.energy);
    if (isNegative(energy))
      refuseFile(
        { file },
        `the register went backwards, from ${decimalText(before.energy)} Wh in reading ${before.line} to ${decimalText(after.energy)} Wh in reading ${after.line}; if the meter was replaced, settle the time before and the time after it from two files.`,
      );
    return { ...after, startAt: before.startAt, durationMs: after.startAt - before.startAt, energy };
  });
};

const readingOf = (
  key: { readonly device: string | null; readonly isRegister: boolean },
  drawn: Value | undefined,
  delivered: Value | undefined,
  net: Value | undefined,
): FileReading => {
  const any = (net ?? drawn ?? delivered) as Value;
  const remarks = [net, drawn, delivered].flatMap((value) => value?.remark ?? []);
  return {
    device: key.device,
    startAt: any.startAt,
    durationMs: any.durationMs,
    importWattHours: net === undefined ? decimalText(drawn?.energy ?? zero) : null,
    exportWattHours: net === undefined ? decimalText(delivered?.energy ?? zero) : null,
    energyWattHours: decimalText(net?.energy ?? subtract(drawn?.energy ?? zero, delivered?.energy ?? zero)),
    source: key.isRegister ? 'register' : 'interval',
    quality: remarks.length === 0 ? 'measured' : 'estimated',
    remark: remarks.length === 0 ? null : [...new Set(remarks)].join(', '),
    line: any.line,
  };
};

type Direction = Series['direction'];

/** The directions of one device laid together; where a direction is stated, each interval needs it. */
const joined = (
  device: string | null,
  isRegister: boolean,
  byDirection: ReadonlyMap<Direction, readonly Value[]>,
): readonly FileReading[] => {
  const at = (direction: Direction): ReadonlyMap<string, Value> =>
    new Map((byDirection.get(direction) ?? []).map((value) => [`${value.startAt} ${value.durationMs}`, value]));
  const [drawn, delivered, net] = [at('import'), at('export'), at('net')];
  const keys = net.size > 0 ? [...net.keys()] : [...new Set([...drawn.keys(), ...delivered.keys()])];
  const isWhole = (key: string): boolean =>
    net.size > 0 || [drawn, delivered].every((each) => each.size === 0 || each.has(key));
  return keys
    .filter(isWhole)
    .map((key) =>
      readingOf(
        { device, isRegister },
        net.size > 0 ? undefined : drawn.get(key),
        net.size > 0 ? undefined : delivered.get(key),
        net.get(key),
      ),
    );
};

/** The values of a series; registers become the energy between them. */
const valuesOf = (
  file: string,
  series: Series,
  device: string | null,
  numbered: ReadonlyMap<ForeignElement, number>,
  timeZone: string,
): readonly Value[] => {
  const readings = series.blocks.flatMap(({ element }) => childrenOf(element, 'IntervalReading'));
  const values = readings.map((reading) => valueOf(file, series, device, reading, numbered.get(reading) ?? 0));
  return series.isRegister ? grownBetween(file, values, timeZone) : inSequence(file, values, timeZone);
};

/** Every reading of the file, numbered from 1, so that a sentence can name one. */
const numbering = (series: readonly Series[]): ReadonlyMap<ForeignElement, number> =>
  new Map(
    series
      .flatMap(({ blocks }) => blocks.flatMap(({ element }) => childrenOf(element, 'IntervalReading')))
      .map((reading, index) => [reading, index + 1]),
  );

const deviceReadings = (
  file: string,
  device: string | null,
  series: readonly Series[],
  numbered: ReadonlyMap<ForeignElement, number>,
  timeZone: string,
): readonly FileReading[] => {
  const byDirection = new Map<Direction, Value[]>();
  for (const each of series)
    byDirection.set(each.direction, [
      ...(byDirection.get(each.direction) ?? []),
      ...valuesOf(file, each, device, numbered, timeZone),
    ]);
  return joined(
    device,
    series.every(({ isRegister }) => isRegister),
    byDirection,
  );
};

/** Reads a meter's Green Button file: an Atom feed of interval blocks, or one block. @throws UnusableFile */
export const meterFromGreenButton = (
  file: string,
  bytes: Uint8Array | string,
  timeZone: string,
  acceptsGaps = false,
): MeterFile => {
  const xml = readForeignXml(bytes);
  if (!xml.ok) return refuseFile({ file }, xml.because);
  const { series, notes } = seriesOf(file, resourcesOf(xml.root));
  const numbered = numbering(series);
  const byPoint = grouped(series, ({ usagePoint }) => usagePoint);
  const readings = [...byPoint].flatMap(([usagePoint, of]) =>
    deviceReadings(file, byPoint.size > 1 ? usagePoint : null, of, numbered, timeZone),
  );
  if (readings.length === 0) refuseFile({ file }, 'its interval blocks hold no readings.');
  const isOneWay = series.every(({ direction }) => direction === 'import');
  const told = isOneWay ? [`${file}: it states only what was drawn; delivered energy counts as none.`] : [];
  return checkedMeterFile(file, readings, [...notes, ...told], timeZone, acceptsGaps);
};
