import { rm } from 'node:fs/promises';
import { Level } from 'level';
import type { Write } from '../files/salvage.ts';

/** @limit Writes that go to the scratch at a time. */
const atOnce = 2_000;

/** Numbers that sort the last write first. */
const descending = (number: number): string => String(Number.MAX_SAFE_INTEGER - number).padStart(16, '0');

const isPut = 1;

/**
 * A place on disk where everything is sorted that was salvaged: by key, and of one key the last write first. A log may be
 * larger than what a small machine can hold in memory.
 */
export class Scratch {
  readonly #directory: string;
  readonly #level: Level<string, Uint8Array>;

  private constructor(directory: string, level: Level<string, Uint8Array>) {
    this.#directory = directory;
    this.#level = level;
  }

  /** Begins a new one in a directory that nothing else uses. */
  static async open(directory: string): Promise<Scratch> {
    const level = new Level<string, Uint8Array>(directory, { valueEncoding: 'view' });
    await level.open();
    return new Scratch(directory, level);
  }

  async add(writes: readonly Write[]): Promise<void> {
    for (let index = 0; index < writes.length; index += atOnce) {
      await this.#level.batch(
        writes.slice(index, index + atOnce).map(({ key, number, value }) => ({
          type: 'put',
          key: `${key}\0${descending(number)}`,
          value: value === null ? new Uint8Array([0]) : Buffer.concat([new Uint8Array([isPut]), value]),
        })),
      );
    }
  }

  /** The last values of all keys with a prefix, by key without it; removed ones are left out. */
  async *latest(prefix: string): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    let last = '';
    for await (const [full, stored] of this.#level.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
      const key = full.slice(prefix.length, full.indexOf('\0'));
      if (key === last) continue;
      last = key;
      if (stored[0] === isPut) yield [key, stored.subarray(1)];
    }
  }

  /** The last value of a key; undefined when there is none, or it was removed. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const [stored] = await this.#level.values({ gte: `${key}\0`, lt: `${key}\u0001`, limit: 1 }).all();
    return stored?.[0] === isPut ? stored.subarray(1) : undefined;
  }

  /** Closes it and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.#level.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
