import { decimalText, subtract, zero } from '../../programme/decimal.ts';
import { grouped } from '../grouped.ts';
import type { Bill, BilledRows } from '../bill.ts';
import { billOfReadings } from '../billOfReadings.ts';
import type { FileReading } from '../fileReading.ts';
import { checkedMeterFile, type MeterFile } from '../meterFile.ts';
import type { FileGap } from '../sequence.ts';
import { aligned, type EnergySpan } from '../table/spans.ts';
import { refuseFile } from '../unusableFile.ts';
import { type CmepRecord, cmepRecords } from './records.ts';
import { spansOf } from './spans.ts';

/** What the records of a file say of their meters. */
interface OfMeters {
  readonly readings: readonly FileReading[];
  readonly holes: readonly FileGap[];
  readonly notes: readonly string[];
  readonly decimals: number;
}

const holeOf = (device: string, { startAt, endAt, line }: EnergySpan): FileGap => ({ device, startAt, endAt, line });

/** A reading of the meter, or a hole where one of its directions is not known. */
const statedBy = (
  device: string,
  drawn: EnergySpan | null,
  delivered: EnergySpan | null,
  isOneWay: boolean,
): { readonly reading: FileReading } | { readonly hole: FileGap } => {
  const some = (drawn ?? delivered) as EnergySpan;
  const isUnknown = [drawn, delivered].some((span) => (span === null ? !isOneWay : span.wattHours === null));
  if (isUnknown) return { hole: holeOf(device, some) };
  const [into, out] = [drawn?.wattHours ?? zero, delivered?.wattHours ?? zero];
  const stated = [drawn, delivered].flatMap((span) => span ?? []);
  return {
    reading: {
      device,
      startAt: some.startAt,
      durationMs: some.endAt - some.startAt,
      importWattHours: decimalText(into),
      exportWattHours: decimalText(out),
      energyWattHours: decimalText(subtract(into, out)),
      source: some.source,
      quality: stated.some(({ quality }) => quality === 'estimated') ? 'estimated' : 'measured',
      remark: stated.find(({ remark }) => remark !== null)?.remark ?? null,
      line: some.line,
    },
  };
};

const ofMeter = (
  file: string,
  timeZone: string,
  meter: string,
  records: readonly CmepRecord[],
): Omit<OfMeters, 'decimals'> => {
  const notes: string[] = [];
  const directions = grouped(records, ({ direction }) => direction);
  const of = (direction: CmepRecord['direction']): readonly EnergySpan[] =>
    spansOf(file, timeZone, directions.get(direction) ?? [], notes);
  const [drawn, delivered] = [of('import'), of('export')];
  if (directions.size === 1)
    notes.push(
      `${file}: of ${meter} only what was ${directions.has('import') ? 'drawn is stated; what was delivered' : 'delivered is stated; what was drawn'} counts as none.`,
    );
  const all = aligned(drawn, delivered).map((pair) =>
    statedBy(meter, pair.drawn, pair.delivered, directions.size === 1),
  );
  return {
    readings: all.flatMap((each) => ('reading' in each ? [each.reading] : [])),
    holes: all.flatMap((each) => ('hole' in each ? [each.hole] : [])),
    notes,
  };
};

const ofMeters = (file: string, text: string, timeZone: string): OfMeters => {
  const { records, notes } = cmepRecords(file, text);
  const meters = [...grouped(records, ({ meter }) => meter)].map(([meter, of]) => ofMeter(file, timeZone, meter, of));
  const units = [...new Set(records.map((record) => record.units))].join(', ');
  const readings = meters.flatMap((each) => each.readings);
  if (readings.length === 0)
    refuseFile({ file }, 'its records state no interval in full; one reading of a register says nothing of an hour.');
  return {
    readings,
    holes: meters.flatMap((each) => each.holes),
    notes: [
      `${file}: read as: MEPMD01 (CMEP), ${units}; stamps are UTC and end their interval.`,
      ...notes,
      ...meters.flatMap((each) => each.notes),
    ],
    decimals: records.reduce((most, { decimals }) => Math.max(most, decimals), 0),
  };
};

/** Reads a meter's MEPMD01 records. @throws UnusableFile */
export const meterFromCmep = (file: string, text: string, timeZone: string, acceptsGaps = false): MeterFile =>
  checkedMeterFile(file, ofMeters(file, text, timeZone), timeZone, acceptsGaps);

/** Reads MEPMD01 records as what was billed: its quantities alone. @throws UnusableFile */
export const billFromCmep = (file: string, text: string, timeZone: string): Bill<BilledRows> => {
  const read = ofMeters(file, text, timeZone);
  const { readings, gaps } = checkedMeterFile(file, read, timeZone, true);
  return billOfReadings({ file, readings, gaps, notes: read.notes }, 3 - read.decimals);
};
