import type { Spanned } from '../sequence.ts';

/** What many rows have alike, kept once: whose they are, and what else is said of all of them. */
interface Traits {
  readonly device: string | null;
}

/** When a row is, and where it stands. */
type Placed = Omit<Spanned, 'device'>;

const chunkRows = 1 << 15;

/** Columns of so many rows that none is ever copied as they grow. */
class Chunk {
  readonly startAt = new Float64Array(chunkRows);
  readonly durationMs = new Uint32Array(chunkRows);
  readonly line = new Uint32Array(chunkRows);
  readonly likeness = new Uint32Array(chunkRows);
  /** Whole numbers, and how many of their digits are decimals; there is no column of what no row states. */
  readonly whole: (Float64Array | undefined)[] = [];
  readonly decimals: (Uint8Array | undefined)[] = [];
}

/** Where a row stands among the chunks. */
const placeIn = (index: number): readonly [chunk: number, at: number] => [
  Math.floor(index / chunkRows),
  index % chunkRows,
];

/**
 * Rows of a large file, by columns: 64 MB of minutes are three million of them, and an object for each is more than
 * a small machine has room for. What no column holds exactly is kept as it is.
 */
export abstract class KeptRows<RowTraits extends Traits, Row extends Spanned> implements Iterable<Row> {
  length = 0;
  readonly #chunks: Chunk[] = [];
  protected readonly likenesses: RowTraits[] = [];
  readonly #known = new Map<string, number>();
  #lastLikeness = 0;
  readonly #odd = new Map<number, Row>();
  /** Null: as they came. */
  #order: Uint32Array | null = null;

  /** Which likeness a row has. */
  likenessOf(traits: RowTraits): number {
    const last = this.likenesses[this.#lastLikeness];
    if (last !== undefined && this.areAlike(last, traits)) return this.#lastLikeness;
    const key = JSON.stringify(Object.entries(traits).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const index = this.#known.get(key) ?? this.likenesses.push(traits) - 1;
    this.#known.set(key, index);
    this.#lastLikeness = index;
    return index;
  }

  /** Adds a row that states nothing yet. */
  addRow({ startAt, durationMs, line }: Placed, likeness: number): void {
    const at = this.length % chunkRows;
    if (at === 0) this.#chunks.push(new Chunk());
    const chunk = this.#chunks.at(-1) as Chunk;
    chunk.startAt[at] = startAt;
    chunk.durationMs[at] = durationMs;
    chunk.line[at] = line;
    chunk.likeness[at] = likeness;
    this.length += 1;
  }

  /** Says what the last row states in a column. */
  state(column: number, whole: number, decimals: number): void {
    const chunk = this.#chunks.at(-1) as Chunk;
    const at = (this.length - 1) % chunkRows;
    const [wholes, places] = [
      (chunk.whole[column] ??= new Float64Array(chunkRows)),
      (chunk.decimals[column] ??= new Uint8Array(chunkRows)),
    ];
    wholes[at] = whole;
    places[at] = decimals;
  }

  /** Keeps the row that is added next as it is. */
  keepOdd(row: Row): void {
    this.#odd.set(this.length, row);
  }

  /** Lays them by device, those of the first one first, and then by time. */
  sort(): void {
    const places = new Map<string | null, number>();
    for (const { device } of this.likenesses) if (!places.has(device)) places.set(device, places.size);
    const placeOfLikeness = this.likenesses.map(({ device }) => places.get(device) as number);
    const placeOf = (index: number): number => {
      const [chunk, at] = placeIn(index);
      return placeOfLikeness[(this.#chunks[chunk] as Chunk).likeness[at] as number] as number;
    };
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
    for (let place = 0; place < this.length; place += 1) yield this.#spanOf(this.#order?.[place] ?? place);
  }

  *[Symbol.iterator](): Generator<Row> {
    for (let place = 0; place < this.length; place += 1) {
      const index = this.#order?.[place] ?? place;
      yield this.#odd.get(index) ?? this.#rowAt(index);
    }
  }

  protected abstract areAlike(a: RowTraits, b: RowTraits): boolean;

  /** The row of what was kept of it: `whole` and `decimals` of a column. */
  protected abstract rowOf(
    traits: RowTraits,
    span: Spanned,
    whole: (column: number) => number,
    decimals: (column: number) => number,
  ): Row;

  #rowAt(index: number): Row {
    const [place, at] = placeIn(index);
    const chunk = this.#chunks[place] as Chunk;
    return this.rowOf(
      this.likenesses[chunk.likeness[at] as number] as RowTraits,
      this.#spanOf(index),
      (column) => chunk.whole[column]?.[at] ?? 0,
      (column) => chunk.decimals[column]?.[at] ?? 0,
    );
  }

  #spanOf(index: number): Spanned {
    const [place, at] = placeIn(index);
    const chunk = this.#chunks[place] as Chunk;
    return {
      device: (this.likenesses[chunk.likeness[at] as number] as RowTraits).device,
      startAt: chunk.startAt[at] as number,
      durationMs: chunk.durationMs[at] as number,
      line: chunk.line[at] as number,
    };
  }

  #startAt(index: number): number {
    const [chunk, at] = placeIn(index);
    return (this.#chunks[chunk] as Chunk).startAt[at] as number;
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
}
