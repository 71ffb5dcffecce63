import { localText } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import { KeptReadings } from '../kept/keptReadings.ts';
import type { FileGap } from '../sequence.ts';
import { type AlignedSpans, aligned } from '../table/spans.ts';
import { refuseFile } from '../unusableFile.ts';
import { wattHoursText } from '../cells/wholes.ts';
import type { CmepRecord } from './keptRecords.ts';
import { correctionNotes, Counter, negativeNotes, oneWayNotes } from './notes.ts';
import { type CmepReading, type CmepSpan, intervalSpans, registerNotes, registerSpans, sumOf } from './spans.ts';

/** What the records of a file say of its meters. */
export interface OfMeters {
  readonly readings: KeptReadings;
  readonly holes: readonly FileGap[];
  readonly notes: readonly string[];
}

/** Whether a direction is not known: it states nothing, or is left out beside the other one. */
const isUnknown = (span: CmepSpan | null, isOneWay: boolean): boolean =>
  span === null ? !isOneWay : span.energy === null;

/** Reads the meters of a file, one after another. */
class MeterReader {
  readonly readings = new KeptReadings();
  readonly holes: FileGap[] = [];
  readonly #reading: CmepReading;
  readonly #corrections = new Counter();
  readonly #negatives = new Counter();
  readonly #registerNotes: string[] = [];
  /** Meters of which one direction is stated, by which. */
  readonly #oneWay = { import: new Counter(), export: new Counter() };

  constructor(reading: CmepReading) {
    this.#reading = reading;
  }

  get notes(): readonly string[] {
    const { file } = this.#reading;
    return [
      ...this.#registerNotes,
      ...correctionNotes(file, this.#corrections),
      ...oneWayNotes(file, this.#oneWay),
      ...negativeNotes(file, this.#negatives),
    ];
  }

  /** @throws UnusableFile */
  read(meter: string, records: readonly CmepRecord[]): void {
    const directions = grouped(records, ({ units }) => units.direction);
    const [drawn, delivered] = [directions.get('import'), directions.get('export')];
    const isOneWay = drawn === undefined || delivered === undefined;
    if (isOneWay) this.#oneWay[drawn === undefined ? 'export' : 'import'].add(() => meter);
    const all = aligned(this.#spansOf(drawn ?? []), this.#spansOf(delivered ?? []), sumOf);
    for (const pair of all) {
      const some = (pair.drawn ?? pair.delivered) as CmepSpan;
      if (isUnknown(pair.drawn, isOneWay) || isUnknown(pair.delivered, isOneWay)) {
        const { startAt, endAt, line } = some;
        this.holes.push({ device: meter, startAt, endAt, line });
      } else this.#keep(meter, some, pair);
    }
  }

  /** One direction of one meter: its intervals, held against its registers; or its registers alone. */
  #spansOf(records: readonly CmepRecord[]): Iterable<CmepSpan> {
    const kinds = grouped(records, ({ units }) => units.isRegister);
    const [intervals, registers] = [kinds.get(false), kinds.get(true)];
    if (registers === undefined) return intervalSpans(this.#reading, intervals ?? [], this.#corrections);
    const grown = registerSpans(this.#reading, registers, this.#corrections);
    if (intervals === undefined) return grown;
    const beside = intervalSpans(this.#reading, intervals, new Counter());
    const [{ units }] = registers as [CmepRecord];
    this.#registerNotes.push(...registerNotes(this.#reading, units.name, grown, beside));
    return intervalSpans(this.#reading, intervals, this.#corrections);
  }

  #keep(meter: string, some: CmepSpan, { drawn, delivered }: AlignedSpans<bigint>): void {
    const { unitPower } = this.#reading;
    const { startAt, endAt, line, source } = some;
    const [into, out] = [drawn?.energy ?? 0n, delivered?.energy ?? 0n];
    const isNet = this.#isNet(meter, some, into, out, delivered !== null);
    const span = { startAt, durationMs: endAt - startAt, line };
    const isEstimated = drawn?.quality === 'estimated' || delivered?.quality === 'estimated';
    const quality = isEstimated ? 'estimated' : 'measured';
    const remark = drawn?.remark ?? delivered?.remark ?? null;
    const traits = { device: meter, source, quality, remark, hasDirections: !isNet } as const;
    const [first, second] = [Number(into), Number(out)];
    if (Number.isSafeInteger(first) && Number.isSafeInteger(second) && Number.isSafeInteger(first - second)) {
      this.readings.add(span, this.readings.likenessOf(traits), first, isNet ? null : second, -unitPower);
      return;
    }
    const text = (energy: bigint): string => wattHoursText(energy, unitPower);
    this.readings.push({
      ...span,
      device: meter,
      source,
      quality,
      remark,
      importWattHours: isNet ? null : text(into),
      exportWattHours: isNet ? null : text(out),
      energyWattHours: text(into - out),
    });
  }

  /** What was drawn and is negative is net energy, where nothing else says what was delivered. @throws UnusableFile where it does */
  #isNet(meter: string, { startAt, line }: CmepSpan, into: bigint, out: bigint, hasDelivered: boolean): boolean {
    if (into >= 0n && out >= 0n) return false;
    const { file, timeZone } = this.#reading;
    const at = localText(startAt, timeZone);
    if (hasDelivered)
      refuseFile(
        { file, line },
        `what ${meter} states from ${at} is negative, although its units say that energy only flows one way.`,
      );
    this.#negatives.add(() => `${meter} from ${at}`);
    return true;
  }
}

/** The energy of the meters that records are about. @throws UnusableFile */
export const readingsOf = (reading: CmepReading): OfMeters => {
  const reader = new MeterReader(reading);
  for (const [meter, records] of grouped(reading.kept.records, (record) => record.meter)) reader.read(meter, records);
  const { readings, holes, notes } = reader;
  return { readings, holes, notes };
};
