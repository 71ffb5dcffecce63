import type { Write } from './salvage.ts';

/** Writes in the order of their keys, of one key the last first, in blocks that are fetched one by one. */
export interface Sorted {
  readonly smallestKey: string;
  readonly largestKey: string;
  /** Up to which key each block goes: not before any of its own, and before all of the next one's. */
  ends(): Promise<readonly string[]>;
  block(index: number): Promise<readonly Write[]>;
}

/** Writes that are in memory as one block. */
export const sortedWrites = (writes: readonly Write[]): Sorted | null => {
  const sorted = writes.toSorted((one, other) =>
    one.key < other.key ? -1 : one.key > other.key ? 1 : other.number - one.number,
  );
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    smallestKey: first.key,
    largestKey: last.key,
    ends: async () => [last.key],
    block: async () => sorted,
  };
};

/** The first index for which the question is answered yes, once it is so for all later ones. */
const firstWhere = (length: number, isSo: (index: number) => boolean): number => {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

const firstBlockWith = async (source: Sorted, key: string): Promise<number> => {
  const ends = await source.ends();
  return firstWhere(ends.length, (index) => (ends[index] as string) >= key);
};

const holds = ({ smallestKey, largestKey }: Sorted, from: string, to: string): boolean =>
  smallestKey <= to && largestKey >= from;

/** The last write of a key in one source. */
const writeIn = async (source: Sorted, key: string): Promise<Write | undefined> => {
  if (!holds(source, key, key)) return undefined;
  const index = await firstBlockWith(source, key);
  if (index >= (await source.ends()).length) return undefined;
  const block = await source.block(index);
  const found = block[firstWhere(block.length, (each) => (block[each] as Write).key >= key)];
  return found?.key === key ? found : undefined;
};

/** The value that was last written under a key; undefined when there is none, or it was removed. */
export const valueOf = async (sources: readonly Sorted[], key: string): Promise<Uint8Array | undefined> => {
  let last: Write | undefined;
  for (const source of sources) {
    const write = await writeIn(source, key);
    if (write !== undefined && write.number > (last?.number ?? -1)) last = write;
  }
  return last?.value ?? undefined;
};

/** The last key of a source that lies before another. */
const keyBefore = async (source: Sorted, key: string): Promise<string | undefined> => {
  if (source.smallestKey >= key) return undefined;
  const blocks = (await source.ends()).length;
  const index = Math.min(await firstBlockWith(source, key), blocks - 1);
  const block = await source.block(index);
  const place = firstWhere(block.length, (each) => (block[each] as Write).key >= key) - 1;
  if (place >= 0) return block[place]?.key;
  return index === 0 ? undefined : (await source.block(index - 1)).at(-1)?.key;
};

/** The last key not after `to` and not before `from` that has a value, with it. */
export const lastValue = async (
  sources: readonly Sorted[],
  from: string,
  to: string,
): Promise<readonly [key: string, value: Uint8Array] | undefined> => {
  const atEnd = await valueOf(sources, to);
  if (atEnd !== undefined) return [to, atEnd];
  for (let before = to; ;) {
    const keys = await Promise.all(sources.map((source) => keyBefore(source, before)));
    const key = keys.reduce<string | undefined>(
      (last, each) => (each !== undefined && (last === undefined || each > last) ? each : last),
      undefined,
    );
    if (key === undefined || key < from) return undefined;
    const value = await valueOf(sources, key);
    if (value !== undefined) return [key, value];
    before = key;
  }
};

/** Goes through one source. */
class Walk {
  readonly source: Sorted;
  #block: readonly Write[] = [];
  #index = 0;
  #next = 0;
  #blocks = 0;

  constructor(source: Sorted) {
    this.source = source;
  }

  get current(): Write | undefined {
    return this.#block[this.#index];
  }

  async begin(from: string): Promise<void> {
    this.#blocks = (await this.source.ends()).length;
    this.#next = await firstBlockWith(this.source, from);
    await this.#fetch();
    this.#index = firstWhere(this.#block.length, (each) => (this.#block[each] as Write).key >= from);
    if (this.current === undefined) await this.#fetch();
  }

  /** Goes on behind a key; false when the next block has to be fetched first. */
  passes(key: string): boolean {
    while (this.current?.key === key) this.#index += 1;
    return this.current !== undefined || this.#next >= this.#blocks;
  }

  /** Goes on in the next block, behind a key. */
  async fetchBehind(key: string): Promise<void> {
    do await this.#fetch();
    while (!this.passes(key));
  }

  async #fetch(): Promise<void> {
    this.#block = this.#next < this.#blocks ? await this.source.block(this.#next) : [];
    this.#next += 1;
    this.#index = 0;
  }
}

/** @limit Values that are handed on at a time: few at first, for often nobody asks for more, and then twice as many each time. */
const firstChunk = 4;
const largestChunk = 1_024;

const newest = (walks: readonly Walk[]): Write | undefined => {
  let best: Write | undefined;
  for (const { current } of walks) {
    if (current === undefined) continue;
    if (best === undefined || current.key < best.key || (current.key === best.key && current.number > best.number))
      best = current;
  }
  return best;
};

/** The values of all keys between two, inclusive, in their order. */
export async function* valuesBetween(
  sources: readonly Sorted[],
  from: string,
  to: string,
): AsyncGenerator<readonly Uint8Array[]> {
  // Most sources follow on one another: each is begun only when its turn comes.
  const coming = sources
    .filter((source) => holds(source, from, to))
    .toSorted((one, other) => (one.smallestKey < other.smallestKey ? 1 : -1));
  let walks: Walk[] = [];
  let chunk: Uint8Array[] = [];
  let most = firstChunk;
  for (;;) {
    let write = newest(walks);
    for (let next = coming.at(-1); next !== undefined && next.smallestKey <= (write?.key ?? to); next = coming.at(-1)) {
      coming.pop();
      const walk = new Walk(next);
      await walk.begin(from);
      walks.push(walk);
      write = newest(walks);
    }
    if (write === undefined || write.key > to) break;
    for (const walk of walks) if (!walk.passes(write.key)) await walk.fetchBehind(write.key);
    if (walks.some(({ current }) => current === undefined))
      walks = walks.filter(({ current }) => current !== undefined);
    if (write.value !== null) chunk.push(write.value);
    if (chunk.length < most) continue;
    yield chunk;
    chunk = [];
    most = Math.min(largestChunk, 2 * most);
  }
  if (chunk.length > 0) yield chunk;
}
