/**
 * What each stream has, on a shelf for each kind of machine.
 *
 * A poll touches the lifecycle and the line; it must not cost more because four thousand DR events are known. So a change
 * copies the shelf that it is on, and within a step each shelf at most once. A shelf of many is a table, of which a change
 * copies a path: a reading of one device must not cost more because there are ten thousand. Nothing else ever changes.
 *
 * Shelves may sleep: they are named, and only fetched when something on one of them is asked for.
 */
import type { Stream } from '../facts/entry.ts';
import { ItemTable } from './itemTable.ts';

/** The items of a kind of machine, in the order in which they came. */
export interface Shelf<Item> extends Iterable<readonly [string, Item]> {
  readonly size: number;
  readonly get: (key: string) => Item | undefined;
  readonly keys: () => Iterable<string>;
  readonly values: () => Iterable<Item>;
}

/** @limit A shelf of more items is a table. */
const fewItems = 64;

/** `drEvent/17` and all that hangs on it belongs on the shelf `drEvent`. */
export const shelfOf = (key: string): string => {
  for (let index = 0; index < key.length; index += 1) {
    const char = key.charCodeAt(index);
    if (char === 47 || char === 32) return key.slice(0, index); // a slash, or the blank between a stream and its timer
  }
  return key;
};

/** Shelves that are fetched when something on one of them is asked for. */
export interface SleepingShelves<Item> {
  /** All shelves in their order, those that do not sleep among them. */
  readonly names: readonly string[];
  fetch(): ReadonlyMap<string, Shelf<Item>>;
  readonly isFetched: boolean;
  /** Of all their items the one that is asked for all the time, as far as there is one. */
  readonly first: Item | null;
}

/** Items by stream, or by stream and something more after a blank; in the order in which they came, shelf by shelf. */
export class Shelves<Item> {
  /** All of them, or those that do not sleep. */
  #shelves: ReadonlyMap<string, Shelf<Item>>;
  #sleeping: SleepingShelves<Item> | null;
  /** Shelves that belong to the step under way: they were copied for it already. Null when none is. */
  readonly #own: Set<string> | null;

  private constructor(
    shelves: ReadonlyMap<string, Shelf<Item>>,
    own: Set<string> | null,
    sleeping: SleepingShelves<Item> | null = null,
  ) {
    this.#shelves = shelves;
    this.#own = own;
    this.#sleeping = sleeping;
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
    return new Shelves(
      new Map([...shelves].map(([name, shelf]) => [name, shelf.size > fewItems ? ItemTable.of(shelf) : shelf])),
      null,
    );
  }

  /** All shelves. */
  get shelves(): ReadonlyMap<string, Shelf<Item>> {
    if (this.#sleeping !== null) this.#wake(this.#sleeping);
    return this.#shelves;
  }

  /** Those that do not sleep. */
  get awake(): ReadonlyMap<string, Shelf<Item>> {
    return this.#shelves;
  }

  /** Of what sleeps that which is asked for all the time; null when there is none, or nothing sleeps. */
  get firstAsleep(): Item | null {
    return this.#sleeping?.first ?? null;
  }

  /** Whether some sleep, and have not been fetched. */
  get isAsleep(): boolean {
    return this.#sleeping?.isFetched === false;
  }

  /** The same, of which only these shelves do not rest. */
  asleep(awake: ReadonlySet<string>, sleeping: SleepingShelves<Item>): Shelves<Item> {
    return new Shelves(new Map([...this.shelves].filter(([name]) => awake.has(name))), null, sleeping);
  }

  /** The same for the length of a step: what is changed from here on changes these shelves, and not the ones given. */
  opened(): Shelves<Item> {
    return new Shelves(new Map(this.#shelves), new Set(), this.#sleeping);
  }

  /** The same when the step is over: nothing changes them any more. */
  closed(): Shelves<Item> {
    return this.#own === null ? this : new Shelves(this.#shelves, null, this.#sleeping);
  }

  get(key: string): Item | undefined {
    return this.#named(shelfOf(key))?.get(key);
  }

  /** The items of a kind of machine. */
  shelf(name: string): Shelf<Item> {
    return this.#named(name) ?? new Map<string, Item>();
  }

  with(key: string, item: Item): Shelves<Item> {
    const name = shelfOf(key);
    const present = this.#named(name);
    return present instanceof ItemTable
      ? this.#replaced(name, (present as ItemTable<Item>).with(key, item))
      : this.#changed(name, (shelf) => void shelf.set(key, item));
  }

  without(key: string): Shelves<Item> {
    if (this.get(key) === undefined) return this;
    return this.#without(shelfOf(key), [key]);
  }

  /** Without a stream, or all that it has. */
  withoutStream(stream: Stream): Shelves<Item> {
    const mine = [...this.shelf(shelfOf(stream)).keys()].filter((key) => isOf(key, stream));
    return mine.length === 0 ? this : this.#without(shelfOf(stream), mine);
  }

  /** Without the items of a kind of machine that are not to be kept. */
  filtered(name: string, isKept: (key: string, item: Item) => boolean): Shelves<Item> {
    const gone = [...this.shelf(name)].filter(([key, item]) => !isKept(key, item)).map(([key]) => key);
    return gone.length === 0 ? this : this.#without(name, gone);
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

  #without(name: string, keys: readonly string[]): Shelves<Item> {
    const present = this.#named(name);
    return present instanceof ItemTable
      ? this.#replaced(
          name,
          keys.reduce((table, key) => table.without(key), present as ItemTable<Item>),
        )
      : this.#changed(name, (shelf) => keys.forEach((key) => void shelf.delete(key)));
  }

  #replaced(name: string, shelf: Shelf<Item>): Shelves<Item> {
    if (this.#own === null) return new Shelves(new Map(this.#shelves).set(name, shelf), null, this.#sleeping);
    (this.#shelves as Map<string, Shelf<Item>>).set(name, shelf);
    return this;
  }

  /** A shelf, for which those asleep are fetched only when it is none of those that are here. */
  #named(name: string): Shelf<Item> | undefined {
    const here = this.#shelves.get(name);
    return here !== undefined || this.#sleeping === null ? here : this.shelves.get(name);
  }

  /** Puts what slept among the others, each where it stood. */
  #wake(sleeping: SleepingShelves<Item>): void {
    const fetched = sleeping.fetch();
    const here = this.#shelves;
    const shelfOfName = (name: string): Shelf<Item> => here.get(name) ?? fetched.get(name) ?? new Map<string, Item>();
    this.#shelves = new Map([...sleeping.names, ...here.keys()].map((name) => [name, shelfOfName(name)]));
    this.#sleeping = null;
  }

  #changed(name: string, change: (shelf: Map<string, Item>) => void): Shelves<Item> {
    const present = this.#named(name);
    if (this.#own?.has(name) === true && present instanceof Map) {
      change(present as Map<string, Item>);
      return this;
    }
    const shelf = new Map(present);
    change(shelf);
    if (shelf.size > fewItems) return this.#replaced(name, ItemTable.of(shelf));
    this.#own?.add(name);
    return this.#replaced(name, shelf);
  }
}

/** Whether a key is a stream’s own, or that of something it has. */
const isOf = (key: string, stream: Stream): boolean => key === stream || key.startsWith(`${stream} `);
