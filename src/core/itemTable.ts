/**
 * Many items by key, in the order in which they came: a change copies a short path, and what was there before stays as it was.
 *
 * Each item has a place of its own, numbered as they came; a tree of places holds the items, another tree of keys their places.
 */
import { type Crowd, crowdGet, crowdPut } from '../store/projections/crowd.ts';

/** An item and its key. */
export type Row<Item> = readonly [key: string, item: Item];

/** A part of the tree of places: rows where it is a leaf, else further parts; undefined where nothing is any more. */
export type Rows<Item> = readonly (Rows<Item> | Row<Item> | undefined)[];

const bits = 5;
const width = 2 ** bits;

const rowsAfter = <Item>(
  rows: Rows<Item>,
  height: number,
  place: number,
  row: Row<Item> | undefined,
): Rows<Item> | undefined => {
  const index = Math.floor(place / width ** height) % width;
  const copy = rows.slice();
  copy[index] = height === 0 ? row : rowsAfter((rows[index] ?? []) as Rows<Item>, height - 1, place, row);
  return row === undefined && copy.every((part) => part === undefined) ? undefined : copy;
};

function* rowsOf<Item>(rows: Rows<Item>, height: number): Generator<Row<Item>> {
  for (const part of rows) {
    if (part === undefined) continue;
    if (height === 0) yield part as Row<Item>;
    else yield* rowsOf(part as Rows<Item>, height - 1);
  }
}

/** Items by key, persistent. */
export class ItemTable<Item> {
  readonly size: number;
  /** The tree of places, and how many levels are above its leaves. */
  readonly rows: Rows<Item>;
  readonly height: number;
  readonly #places: Crowd<number>;
  readonly #next: number;

  private constructor(places: Crowd<number>, rows: Rows<Item>, height: number, next: number, size: number) {
    this.#places = places;
    this.rows = rows;
    this.height = height;
    this.#next = next;
    this.size = size;
  }

  /** A table of these. */
  static of<Item>(items: Iterable<Row<Item>>): ItemTable<Item> {
    let table = new ItemTable<Item>({}, [], 0, 0, 0);
    for (const [key, item] of items) table = table.with(key, item);
    return table;
  }

  get(key: string): Item | undefined {
    const place = crowdGet(this.#places, key) ?? -1;
    return place < 0 ? undefined : this.#at(place);
  }

  with(key: string, item: Item): ItemTable<Item> {
    const known = crowdGet(this.#places, key) ?? -1;
    const row: Row<Item> = [key, item];
    if (known >= 0)
      return new ItemTable(
        this.#places,
        this.#put(this.rows, this.height, known, row),
        this.height,
        this.#next,
        this.size,
      );
    // Places of what is gone are not used again; before they are many more than those in use all are numbered anew.
    if (this.#next > 1_024 && this.#next > 4 * this.size) return ItemTable.of(this).with(key, item);
    const place = this.#next;
    const isFull = place >= width ** (this.height + 1);
    const [rows, height] = isFull ? [[this.rows], this.height + 1] : [this.rows, this.height];
    const places = crowdPut(this.#places, key, place);
    return new ItemTable(places, this.#put(rows, height, place, row), height, place + 1, this.size + 1);
  }

  without(key: string): ItemTable<Item> {
    const place = crowdGet(this.#places, key) ?? -1;
    if (place < 0) return this;
    const rows = rowsAfter(this.rows, this.height, place, undefined) ?? [];
    return new ItemTable(crowdPut(this.#places, key, -1), rows, this.height, this.#next, this.size - 1);
  }

  *keys(): Generator<string> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<Item> {
    for (const [, item] of this) yield item;
  }

  [Symbol.iterator](): Generator<Row<Item>> {
    return rowsOf(this.rows, this.height);
  }

  #put(rows: Rows<Item>, height: number, place: number, row: Row<Item>): Rows<Item> {
    return rowsAfter(rows, height, place, row) ?? [];
  }

  #at(place: number): Item | undefined {
    let rows: Rows<Item> = this.rows;
    for (let height = this.height; height > 0; height -= 1)
      rows = (rows[Math.floor(place / width ** height) % width] ?? []) as Rows<Item>;
    return (rows[place % width] as Row<Item> | undefined)?.[1];
  }
}
