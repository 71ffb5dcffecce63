import type { Whole } from '../cells/wholes.ts';
import { Chunks } from './chunks.ts';
import type { FlagMeaning, Units } from './words.ts';

/** What a line says of all its readings. */
interface RecordHead {
  readonly meter: string;
  readonly units: Units;
  readonly line: number;
  /** When it was made: of two that contradict one another the later counts. */
  readonly madeAt: number;
  /** Null where registers state none. @unit ms */
  readonly intervalMs: number | null;
  /** Its readings: from the first to before the last. */
  readonly from: number;
  readonly to: number;
}

/** One line: values of one meter in one unit. */
export interface CmepRecord extends RecordHead {
  readonly firstAt: number;
  /** When its readings are; null where they are one interval after another from the first. */
  readonly instants: Float64Array | null;
}

/** What a reading states beside its time. */
export interface CmepValue extends Omit<FlagMeaning, 'isNothing'> {
  /** Exact. @unit Wh */
  readonly energy: Whole;
}

/** A time of one record. */
export interface CmepInstant {
  readonly at: number;
  readonly record: CmepRecord;
  /** Which reading of the file it is. */
  readonly index: number;
}

/** The readings of a file, by columns: 64 MB are three million of them. */
export class KeptRecords {
  readonly #records: CmepRecord[] = [];
  readonly #whole = new Chunks(() => new Float64Array(Chunks.rows));
  readonly #decimals = new Chunks(() => new Uint8Array(Chunks.rows));
  readonly #quality = new Chunks(() => new Uint32Array(Chunks.rows));
  readonly #qualities: FlagMeaning[] = [];
  readonly #odd = new Map<number, Whole>();
  length = 0;

  get records(): readonly CmepRecord[] {
    return this.#records;
  }

  /** By which number a quality is kept. */
  keepQuality(quality: FlagMeaning): number {
    return this.#qualities.push(quality) - 1;
  }

  /** Adds a reading: a whole number of Wh with so many decimals. */
  add(quality: number, whole: number, decimals: number): void {
    this.#quality.set(this.length, quality);
    this.#whole.set(this.length, whole);
    this.#decimals.set(this.length, decimals);
    this.length += 1;
  }

  /** The same of a number that no column holds. */
  addOdd(quality: number, energy: Whole): void {
    this.#odd.set(this.length, energy);
    this.add(quality, Number.NaN, 0);
  }

  /** Adds a reading that states nothing. */
  addNothing(): void {
    this.add(0, Number.NaN, 0);
  }

  /** Ends a record, whose readings were added. */
  close(head: RecordHead, instants: readonly number[]): void {
    const [firstAt = 0] = instants;
    const { intervalMs } = head;
    const isPaced = intervalMs !== null && instants.every((at, index) => at === firstAt + index * intervalMs);
    this.#records.push({ ...head, firstAt, instants: isPaced ? null : Float64Array.from(instants) });
  }

  /** What a reading states; null where nothing was measured. */
  value(index: number): CmepValue | null {
    const whole = this.#whole.get(index);
    const energy = Number.isNaN(whole)
      ? this.#odd.get(index)
      : { whole: BigInt(whole), powerOfTen: -this.#decimals.get(index) };
    if (energy === undefined) return null;
    const { quality, remark } = this.#qualities[this.#quality.get(index)] as FlagMeaning;
    return { quality, remark, energy };
  }

  /** Readings of records in order of time; those of one time in that of the file. */
  *inOrder(records: readonly CmepRecord[]): Generator<CmepInstant> {
    if (risesThroughout(records)) {
      for (const record of records) yield* instantsOf(record);
      return;
    }
    const count = records.reduce((sum, { from, to }) => sum + to - from, 0);
    const [ats, owners, indexes] = [new Float64Array(count), new Uint32Array(count), new Uint32Array(count)];
    const order = Uint32Array.from({ length: count }, (_, place) => place);
    let place = 0;
    for (const [owner, record] of records.entries())
      for (const { at, index } of instantsOf(record)) {
        ats[place] = at;
        owners[place] = owner;
        indexes[place] = index;
        place += 1;
      }
    order.sort((a, b) => (ats[a] as number) - (ats[b] as number) || a - b);
    for (const each of order)
      yield {
        at: ats[each] as number,
        record: records[owners[each] as number] as CmepRecord,
        index: indexes[each] as number,
      };
  }
}

function* instantsOf(record: CmepRecord): Generator<CmepInstant> {
  const { from, to, firstAt, intervalMs, instants } = record;
  for (let index = from; index < to; index += 1)
    yield { at: instants?.[index - from] ?? firstAt + (index - from) * (intervalMs ?? 0), record, index };
}

const risesThroughout = (records: readonly CmepRecord[]): boolean => {
  let before = Number.NEGATIVE_INFINITY;
  for (const record of records)
    for (const { at } of instantsOf(record)) {
      if (at < before) return false;
      before = at;
    }
  return true;
};
