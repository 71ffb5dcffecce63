import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { FileReading } from './fileReading.ts';
import type { Spanned } from './sequence.ts';

/** Readings of a file, one after the other. */
export interface ReadingRows extends Iterable<FileReading> {
  readonly length: number;
}

/** A number as a whole one and how many of its digits are decimals: exact, without an object of its own kind. */
export interface Scaled {
  readonly whole: number;
  readonly decimals: number;
}

/** What many readings have alike, kept once. */
interface SharedTraits {
  readonly device: string | null;
  readonly source: FileReading['source'];
  readonly quality: FileReading['quality'];
  readonly remark: string | null;
  /** Whether both directions are stated, or only the net. */
  readonly hasDirections: boolean;
}

const plainText = /^-?\d{1,16}(?:\.\d{1,15})?$/;

/** Null where no column holds it exactly. */
const scaledOf = (text: DecimalText): Scaled | null => {
  if (!plainText.test(text)) return null;
  const point = text.indexOf('.');
  const whole = Number(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
  return Number.isSafeInteger(whole) ? { whole, decimals: point < 0 ? 0 : text.length - point - 1 } : null;
};

/** The number with more decimals; null where it would not be exact. */
export const withDecimals = ({ whole, decimals }: Scaled, wanted: number): number | null => {
  const more = whole * 10 ** (wanted - decimals);
  return Number.isSafeInteger(more) ? more : null;
};

/** Without zeros that say nothing, as `decimalText` writes it. */
const textOf = (whole: number, decimals: number): DecimalText => {
  if (decimals === 0 || whole === 0) return String(whole === 0 ? 0 : whole);
  const digits = String(Math.abs(whole)).padStart(decimals + 1, '0');
  let end = digits.length;
  const point = digits.length - decimals;
  while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
  const fraction = end === point ? '' : `.${digits.slice(point, end)}`;
  return `${whole < 0 ? '-' : ''}${digits.slice(0, point)}${fraction}`;
};

/** What a reading states as whole numbers of as many decimals; null where that would not be exact. */
const numbersOf = ({
  importWattHours: drawn,
  exportWattHours: delivered,
  energyWattHours: net,
}: FileReading): { readonly first: number; readonly second: number | null; readonly decimals: number } | null => {
  if (drawn === null && delivered === null) {
    const own = scaledOf(net);
    return own === null ? null : { first: own.whole, second: null, decimals: own.decimals };
  }
  const [a, b] = [scaledOf(drawn ?? ''), scaledOf(delivered ?? '')];
  if (a === null || b === null) return null;
  const decimals = Math.max(a.decimals, b.decimals);
  const [first, second] = [withDecimals(a, decimals), withDecimals(b, decimals)];
  if (first === null || second === null || textOf(first - second, decimals) !== net) return null;
  return { first, second, decimals };
};

const chunkRows = 1 << 15;

/** Columns of so many readings that none is ever copied as they grow. */
class Chunk {
  readonly startAt = new Float64Array(chunkRows);
  readonly durationMs = new Uint32Array(chunkRows);
  readonly line = new Uint32Array(chunkRows);
  readonly likeness = new Uint32Array(chunkRows);
  readonly decimals = new Uint8Array(chunkRows);
  /** What was drawn, or the net where only that is stated. */
  readonly first = new Float64Array(chunkRows);
  /** What was delivered; there are no such numbers where only the net is stated. */
  second: Float64Array | null = null;
}

/**
 * Readings of a large file, by columns: 64 MB of minutes are three million of them, and an object for each is more than
 * a small machine has room for. What no column holds exactly is kept as it is.
 */
export class KeptReadings implements ReadingRows {
  length = 0;
  readonly #chunks: Chunk[] = [];
  readonly #likenesses: SharedTraits[] = [];
  readonly #known = new Map<string, number>();
  #lastLikeness = 0;
  readonly #odd = new Map<number, FileReading>();
  /** Null: as they came. */
  #order: Uint32Array | null = null;

  push(reading: FileReading): void {
    const numbers = numbersOf(reading);
    if (numbers === null) this.#odd.set(this.length, reading);
    const { first, second, decimals } = numbers ?? { first: 0, second: null, decimals: 0 };
    this.add(reading, this.likenessOf({ ...reading, hasDirections: second !== null }), first, second, decimals);
  }

  /** Which likeness a reading has. */
  likenessOf({ device, source, quality, remark, hasDirections }: SharedTraits): number {
    const last = this.#likenesses[this.#lastLikeness];
    const isLast =
      last?.device === device &&
      last.source === source &&
      last.quality === quality &&
      last.remark === remark &&
      last.hasDirections === hasDirections;
    if (isLast) return this.#lastLikeness;
    const key = JSON.stringify([device, source, quality, remark, hasDirections]);
    const index = this.#known.get(key) ?? this.#likenesses.push({ device, source, quality, remark, hasDirections }) - 1;
    this.#known.set(key, index);
    this.#lastLikeness = index;
    return index;
  }

  /** Adds a reading by its numbers: what was drawn and delivered, or the net and null. */
  add(
    { startAt, durationMs, line }: Omit<Spanned, 'device'>,
    likeness: number,
    first: number,
    second: number | null,
    decimals: number,
  ): void {
    const at = this.length % chunkRows;
    if (at === 0) this.#chunks.push(new Chunk());
    const chunk = this.#chunks.at(-1) as Chunk;
    chunk.startAt[at] = startAt;
    chunk.durationMs[at] = durationMs;
    chunk.line[at] = line;
    chunk.likeness[at] = likeness;
    chunk.decimals[at] = decimals;
    chunk.first[at] = first;
    if (second !== null) {
      chunk.second ??= new Float64Array(chunkRows);
      chunk.second[at] = second;
    }
    this.length += 1;
  }

  /** Lays them by device, those of the first one first, and then by time. */
  sort(): void {
    const places = new Map<string | null, number>();
    for (const { device } of this.#likenesses) if (!places.has(device)) places.set(device, places.size);
    const placeOfLikeness = this.#likenesses.map(({ device }) => places.get(device) as number);
    const placeOf = (index: number): number =>
      placeOfLikeness[
        (this.#chunks[Math.floor(index / chunkRows)] as Chunk).likeness[index % chunkRows] as number
      ] as number;
    let isSorted = true;
    for (let index = 1; isSorted && index < this.length; index += 1) {
      const [before, place] = [placeOf(index - 1), placeOf(index)];
      isSorted = before < place || (before === place && this.#startAt(index - 1) <= this.#startAt(index));
    }
    this.#order = null;
    if (isSorted) return;
    const starts = new Uint32Array(places.size + 1);
    for (let index = 0; index < this.length; index += 1)
      starts[placeOf(index) + 1] = (starts[placeOf(index) + 1] ?? 0) + 1;
    for (let place = 1; place < starts.length; place += 1)
      starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
    const order = new Uint32Array(this.length);
    const next = starts.slice();
    for (let index = 0; index < this.length; index += 1) {
      const place = placeOf(index);
      order[next[place] as number] = index;
      next[place] = (next[place] as number) + 1;
    }
    for (let place = 0; place < places.size; place += 1)
      this.#sortByTime(order.subarray(starts[place], starts[place + 1]));
    this.#order = order;
  }

  /** When each is, in order, without what it states. */
  *spans(): Generator<Spanned> {
    for (let place = 0; place < this.length; place += 1) {
      const index = this.#order?.[place] ?? place;
      const [chunk, at] = [this.#chunks[Math.floor(index / chunkRows)] as Chunk, index % chunkRows];
      yield {
        device: (this.#likenesses[chunk.likeness[at] as number] as SharedTraits).device,
        startAt: chunk.startAt[at] as number,
        durationMs: chunk.durationMs[at] as number,
        line: chunk.line[at] as number,
      };
    }
  }

  *[Symbol.iterator](): Generator<FileReading> {
    for (let place = 0; place < this.length; place += 1) yield this.#reading(this.#order?.[place] ?? place);
  }

  #startAt(index: number): number {
    return (this.#chunks[Math.floor(index / chunkRows)] as Chunk).startAt[index % chunkRows] as number;
  }

  /** Most files are in order, or the other way round. */
  #sortByTime(order: Uint32Array): void {
    let [rises, falls] = [true, true];
    for (let place = 1; place < order.length && (rises || falls); place += 1) {
      const step = this.#startAt(order[place] as number) - this.#startAt(order[place - 1] as number);
      if (step < 0) rises = false;
      if (step >= 0) falls = false;
    }
    if (rises) return;
    if (falls) order.reverse();
    else order.sort((a, b) => this.#startAt(a) - this.#startAt(b) || a - b);
  }

  #reading(index: number): FileReading {
    const odd = this.#odd.get(index);
    if (odd !== undefined) return odd;
    const [chunk, at] = [this.#chunks[Math.floor(index / chunkRows)] as Chunk, index % chunkRows];
    const { hasDirections, ...likeness } = this.#likenesses[chunk.likeness[at] as number] as SharedTraits;
    const [first, second, decimals] = [
      chunk.first[at] as number,
      chunk.second?.[at] ?? 0,
      chunk.decimals[at] as number,
    ];
    return {
      ...likeness,
      startAt: chunk.startAt[at] as number,
      durationMs: chunk.durationMs[at] as number,
      importWattHours: hasDirections ? textOf(first, decimals) : null,
      exportWattHours: hasDirections ? textOf(second, decimals) : null,
      energyWattHours: textOf(hasDirections ? first - second : first, decimals),
      line: chunk.line[at] as number,
    };
  }
}
