/**
 * What each stream has, on a shelf for each kind of machine.
 *
 * A poll touches the lifecycle and the line; it must not cost more because four thousand DR events are known. So a change
 * copies the shelf that it is on, and within a step each shelf at most once. Nothing else ever changes.
 */
import type { Stream } from '../facts/entry.ts';

type Shelf<Item> = ReadonlyMap<string, Item>;

/** `drEvent/17` and all that hangs on it belongs on the shelf `drEvent`. */
const shelfOf = (key: string): string => {
  for (let index = 0; index < key.length; index += 1) {
    const char = key.charCodeAt(index);
    if (char === 47 || char === 32) return key.slice(0, index); // a slash, or the blank between a stream and its timer
  }
  return key;
};

/** Items by stream, or by stream and something more after a blank; in the order in which they came, shelf by shelf. */
export class Shelves<Item> {
  readonly shelves: ReadonlyMap<string, Shelf<Item>>;
  /** Shelves that belong to the step under way: they were copied for it already. Null when none is. */
  readonly #own: Set<string> | null;

  private constructor(shelves: ReadonlyMap<string, Shelf<Item>>, own: Set<string> | null) {
    this.shelves = shelves;
    this.#own = own;
  }

  /** Shelves with these items. */
  static of<Item>(items: Iterable<readonly [string, Item]> = []): Shelves<Item> {
    const shelves = new Map<string, Map<string, Item>>();
    for (const [key, item] of items) {
      const name = shelfOf(key);
      const shelf = shelves.get(name);
      if (shelf === undefined) shelves.set(name, new Map([[key, item]]));
      else shelf.set(key, item);
    }
    return new Shelves(shelves, null);
  }

  /** The same for the length of a step: what is changed from here on changes these shelves, and not the ones given. */
  opened(): Shelves<Item> {
    return new Shelves(new Map(this.shelves), new Set());
  }

  /** The same when the step is over: nothing changes them any more. */
  closed(): Shelves<Item> {
    return this.#own === null ? this : new Shelves(this.shelves, null);
  }

  get(key: string): Item | undefined {
    return this.shelves.get(shelfOf(key))?.get(key);
  }

  /** The items of a kind of machine. */
  shelf(name: string): Shelf<Item> {
    return this.shelves.get(name) ?? new Map<string, Item>();
  }

  with(key: string, item: Item): Shelves<Item> {
    return this.#changed(shelfOf(key), (shelf) => void shelf.set(key, item));
  }

  without(key: string): Shelves<Item> {
    return this.get(key) === undefined ? this : this.#changed(shelfOf(key), (shelf) => void shelf.delete(key));
  }

  /** Without a stream, or all that it has. */
  withoutStream(stream: Stream): Shelves<Item> {
    const mine = [...this.shelf(shelfOf(stream)).keys()].filter((key) => isOf(key, stream));
    if (mine.length === 0) return this;
    return this.#changed(shelfOf(stream), (shelf) => mine.forEach((key) => void shelf.delete(key)));
  }

  /** What a stream has. */
  *ofStream(stream: Stream): Generator<readonly [string, Item]> {
    for (const entry of this.shelf(shelfOf(stream))) if (isOf(entry[0], stream)) yield entry;
  }

  *[Symbol.iterator](): Generator<readonly [string, Item]> {
    for (const shelf of this.shelves.values()) yield* shelf;
  }

  *values(): Generator<Item> {
    for (const shelf of this.shelves.values()) yield* shelf.values();
  }

  #changed(name: string, change: (shelf: Map<string, Item>) => void): Shelves<Item> {
    const present = this.shelves.get(name);
    if (this.#own?.has(name) === true && present !== undefined) {
      change(present as Map<string, Item>);
      return this;
    }
    const shelf = new Map(present);
    change(shelf);
    if (this.#own !== null) {
      this.#own.add(name);
      (this.shelves as Map<string, Shelf<Item>>).set(name, shelf);
      return this;
    }
    return new Shelves(new Map(this.shelves).set(name, shelf), null);
  }
}

/** Whether a key is a stream’s own, or that of something it has. */
const isOf = (key: string, stream: Stream): boolean => key === stream || key.startsWith(`${stream} `);
