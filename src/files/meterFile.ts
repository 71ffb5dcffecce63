import type { FileReading } from './fileReading.ts';
import { KeptReadings, type ReadingRows } from './kept/keptReadings.ts';
import type { Layout } from './layout.ts';
import { type MeterPart, meterPartOf, partNotes } from './meterPart.ts';
import { qualityNotes } from './qualityNotes.ts';
import { checkSequence, type FileGap, gapsIn, gapText, inSequence, joinedGaps, type Spanned } from './sequence.ts';
import { tableOf } from './table/table.ts';
import { type Counted, placeAt, refuseFile } from './unusableFile.ts';

/** A meter file, read. */
export interface MeterFile<Readings extends ReadingRows = readonly FileReading[]> {
  readonly file: string;
  /** By device, then by time. */
  readonly readings: Readings;
  readonly gaps: readonly FileGap[];
  /** What a person should know about how it was read. */
  readonly notes: readonly string[];
}

const usualLength = (readings: Iterable<Spanned>): number => {
  const counts = new Map<number, number>();
  for (const { durationMs } of readings) counts.set(durationMs, (counts.get(durationMs) ?? 0) + 1);
  return [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || a - b)[0]?.[0] ?? 0;
};

/** Longer stretches between two registers are gaps: their energy is known, but not when it flowed. */
const isStretch =
  (usualMs: number) =>
  ({ source, durationMs }: FileReading): boolean =>
    source === 'register' && durationMs > usualMs;

const gapOf = ({ device, startAt, durationMs, line }: Spanned): FileGap => ({
  device,
  startAt,
  endAt: startAt + durationMs,
  line,
});

const refuseGaps = (file: string, [first, ...more]: readonly FileGap[], timeZone: string, counted: Counted): void => {
  if (first === undefined) return;
  const others =
    more.length === 0 ? '' : ` (and ${more.length} more such ${more.length === 1 ? 'gap follows' : 'gaps follow'})`;
  refuseFile(
    placeAt(file, counted, first.line),
    `${gapText(first, timeZone)}${others}; add --accept-gaps to settle the rest and have these hours listed as missing.`,
  );
};

/** What was read of a meter, whatever it was read from. */
export interface ReadOfMeter<Readings extends ReadingRows = readonly FileReading[]> {
  readonly readings: Readings;
  /** Stretches that were stated, and cannot be settled by: beside the holes between the readings. */
  readonly holes?: readonly FileGap[];
  /** Stretches that were told already: they are missing, and nobody has to accept that. */
  readonly lost?: readonly FileGap[];
  readonly notes: readonly string[];
  readonly counted?: Counted;
}

/** A meter file of what was read of it. @throws UnusableFile for gaps that nobody accepts */
const meterFile = <Readings extends ReadingRows>(
  file: string,
  { readings, holes = [], lost = [], notes, counted = 'line' }: ReadOfMeter<Readings>,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile<Readings> => {
  const unstated = joinedGaps(holes);
  const known = joinedGaps(lost);
  const isKnown = ({ device, startAt, endAt }: FileGap): boolean =>
    known.some((each) => each.device === device && each.startAt <= startAt && each.endAt >= endAt);
  if (!acceptsGaps)
    refuseGaps(
      file,
      unstated.filter((gap) => !isKnown(gap)),
      timeZone,
      counted,
    );
  const gaps = joinedGaps([...unstated, ...known]);
  const told = gaps.map((gap) => `${file}: ${gapText(gap, timeZone)}; these hours are missing.`);
  return { file, readings, gaps, notes: [...notes, ...qualityNotes(file, readings), ...told] };
};

/** Checks what was read, whatever it was read from. @throws UnusableFile for repeated or overlapping times, and for gaps unless they are accepted */
export const checkedMeterFile = (
  file: string,
  read: ReadOfMeter,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile => {
  const all = inSequence(file, read.readings, timeZone, read.counted);
  const tooLong = isStretch(usualLength(all));
  const stretches = all.filter(tooLong).map(gapOf);
  const readings = stretches.length === 0 ? all : all.filter((reading) => !tooLong(reading));
  const holes = [...gapsIn(all), ...stretches, ...(read.holes ?? [])];
  return meterFile(file, { ...read, readings, holes }, timeZone, acceptsGaps);
};

/** Readings without the longer stretches between registers, which are gaps. */
const withoutStretches = (
  all: KeptReadings,
): { readonly readings: KeptReadings; readonly stretches: readonly FileGap[] } => {
  if (!all.hasRegisters) return { readings: all, stretches: [] };
  const tooLong = isStretch(usualLength(all.spans()));
  const readings = new KeptReadings();
  const stretches: FileGap[] = [];
  for (const reading of all)
    if (tooLong(reading)) stretches.push(gapOf(reading));
    else readings.push(reading);
  return { readings, stretches };
};

/** The same of readings that are kept in columns. @throws UnusableFile */
export const checkedColumns = (
  file: string,
  read: ReadOfMeter<KeptReadings>,
  timeZone: string,
  acceptsGaps: boolean,
): MeterFile<KeptReadings> => {
  const all = read.readings;
  all.sort();
  checkSequence(file, all.spans(), timeZone, read.counted);
  const { readings, stretches } = withoutStretches(all);
  const holes = [...gapsIn(all.spans()), ...stretches, ...(read.holes ?? [])];
  return meterFile(file, { ...read, readings, holes }, timeZone, acceptsGaps);
};

/** What was read of a table, checked. @throws UnusableFile */
const meterOfPart = (part: MeterPart, timeZone: string, acceptsGaps: boolean): MeterFile => {
  const { readings, holes, timed, table } = part;
  return checkedMeterFile(
    table.columns.file,
    { readings, holes, lost: timed.lost, notes: partNotes(part, timeZone) },
    timeZone,
    acceptsGaps,
  );
};

/** Reads a meter's CSV file. @throws UnusableFile */
export const meterFromCsv = (
  file: string,
  text: string,
  layout: Layout,
  timeZone: string,
  acceptsGaps = false,
): MeterFile => meterOfPart(meterPartOf(tableOf(file, text, layout), timeZone), timeZone, acceptsGaps);
