import { dayOf, instantsOf, localText } from '../../programme/calendar.ts';
import type { XmlInput } from '../../protocol/foreignXml.ts';
import { grouped } from '../grouped.ts';
import type { Bill, BilledRows } from '../bill.ts';
import { billOfReadings } from '../billOfReadings.ts';
import { type Layout, noLayout } from '../layout.ts';
import { checkedMeterFile, type MeterFile, type ReadOfMeter } from '../meterFile.ts';
import { fullMinute, jitterMs, steadiedNote } from '../times/steadied.ts';
import { refuseFile } from '../unusableFile.ts';
import { chosen, pointName } from './chosen.ts';
import { collect, type Collected } from './collected.ts';
import { type Direction, itemsOf, type EspiReading, offMinuteOf, unitPowerOf, type Use } from './items.ts';
import { laid, type Laid } from './laid.ts';
import { merged, type Merged } from './merged.ts';
import { registerNotes } from './registerCheck.ts';
import { seriesOf } from './series.ts';

/** What was written as UTC is the clock of the zone; in the hour that it showed twice, the first is meant. */
const asLocal =
  (timeZone: string) =>
  (at: number): number => {
    const day = new Date(at).toISOString().slice(0, 10);
    const timeOfDayMs = at - Date.parse(`${day}T00:00:00Z`);
    return (
      instantsOf(day, timeOfDayMs, timeZone)[0] ?? (instantsOf(day, timeOfDayMs + 3_600_000, timeZone)[0] as number)
    );
  };

const deviceNamesOf = (uses: readonly Use[]): ReadonlyMap<string | null, string | null> => {
  const points = [...new Set(uses.map(({ series }) => series.usagePoint))];
  const isUnique = new Set(points.map(pointName)).size === points.length;
  return new Map(
    points.map((point) => [
      point,
      points.length === 1 ? null : isUnique ? pointName(point) : (point ?? '').split('/').slice(-4).join('/'),
    ]),
  );
};

/** Midnight of UTC is where local times written as UTC begin. */
const midnightNotes = (
  { file, timeZone, collected }: EspiReading,
  laidAll: readonly Laid[],
  isLocalTime: boolean,
): readonly string[] => {
  const first = laidAll.flatMap(({ readings }) => readings[0]?.startAt ?? []);
  const suspect = first.find((at) => at % 86_400_000 === 0 && dayOf(at, timeZone).startAt !== at);
  return suspect === undefined || isLocalTime
    ? []
    : [
        `${file}: its readings begin at midnight of UTC, which is ${localText(suspect, timeZone)}; if it writes local time as UTC, declare --columns "${collected.readAs}:times=local".`,
      ];
};

const pointLaid = (reading: EspiReading, device: string | null, uses: readonly Use[], checks: readonly Use[]): Laid => {
  const notes: string[] = [];
  const of = (direction: Direction): Merged => {
    const lists = uses.filter((use) => use.direction === direction).map((use) => itemsOf(reading, use));
    const found = merged(reading, lists);
    notes.push(...found.notes);
    return found;
  };
  const all = { import: of('import'), export: of('export'), net: of('net') };
  const point = laid(reading, device, all);
  const checked = checks.flatMap((check) => registerNotes(reading, check, all[check.direction].items));
  return { ...point, notes: [...notes, ...point.notes, ...checked] };
};

/** What a file states, and the last place of its numbers. */
interface OfPoints {
  readonly read: ReadOfMeter;
  /** @unit Wh, as a power of ten */
  readonly unitPower: number;
}

const ofPoints = (
  file: string,
  bytes: XmlInput,
  readAs: Collected['readAs'],
  timeZone: string,
  layout: Layout,
): OfPoints => {
  if (layout.columns !== null)
    refuseFile(
      { file },
      `a Green Button file has no columns; declare its series, as in --columns "${readAs}:net=MeterReading/1".`,
    );
  const collected = collect(file, bytes, readAs);
  const { uses, checks, notes } = chosen(file, seriesOf(file, collected), collected, layout);
  const offMs = offMinuteOf(collected, [...uses, ...checks]);
  const steady = offMs > jitterMs ? (ms: number): number => ms : fullMinute;
  const localised = layout.isLocalTime ? asLocal(timeZone) : (at: number): number => at;
  const reading: EspiReading = {
    file,
    collected,
    timeZone,
    unitPower: unitPowerOf(collected, [...uses, ...checks]),
    instantOf: (at) => localised(steady(at)),
    lengthOf: (ms) => steady(ms) || ms,
  };
  const names = deviceNamesOf(uses);
  const points = [...grouped(uses, ({ series }) => series.usagePoint)].map(([point, of]) =>
    pointLaid(
      reading,
      names.get(point) ?? null,
      of,
      checks.filter(({ series }) => series.usagePoint === point),
    ),
  );
  const readings = points.length === 1 ? (points[0] as Laid).readings : points.flatMap((point) => point.readings);
  const holes = points.flatMap((point) => point.holes);
  const told = [
    ...notes,
    ...(offMs > 0 && offMs <= jitterMs ? [steadiedNote(file, offMs)] : []),
    ...points.flatMap((point) => point.notes),
    ...midnightNotes(reading, points, layout.isLocalTime),
  ];
  if (readings.length === 0)
    refuseFile(
      { file },
      holes.length === 0 ? 'its interval blocks hold no readings.' : 'no interval of it is stated in both directions.',
    );
  const costs = collected.hasCosts ? [`${file}: the costs of its readings are left out.`] : [];
  const summaries = [...collected.summaries].map(
    ([name, count]) =>
      `${file}: ${count} ${name}, which states sums and nothing of an hour, ${count === 1 ? 'is' : 'are'} left out.`,
  );
  return {
    read: { readings, holes, notes: [...told, ...costs, ...summaries], counted: 'reading' },
    unitPower: reading.unitPower,
  };
};

/** Reads a meter's Green Button file: an Atom feed of interval blocks, or one block. @throws UnusableFile */
export const meterFromGreenButton = (
  file: string,
  bytes: XmlInput,
  timeZone: string,
  acceptsGaps = false,
  layout: Layout = noLayout,
): MeterFile => checkedMeterFile(file, ofPoints(file, bytes, 'meter', timeZone, layout).read, timeZone, acceptsGaps);

/** Reads a Green Button file as what was billed: its quantities alone. @throws UnusableFile */
export const billFromGreenButton = (
  file: string,
  bytes: XmlInput,
  timeZone: string,
  layout: Layout = noLayout,
): Bill<BilledRows> => {
  const { read, unitPower } = ofPoints(file, bytes, 'bill', timeZone, layout);
  const { readings, gaps } = checkedMeterFile(file, read, timeZone, true);
  return billOfReadings({ file, readings, gaps, notes: read.notes }, unitPower);
};
