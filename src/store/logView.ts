import { inflateRawSync } from 'node:zlib';
import type { Entry } from '../facts/entry.ts';
import { damageAt } from './errors.ts';
import type { LogParts } from './diskLog.ts';
import type { Checkpoint } from './eventLog.ts';
import type { Head } from './head.ts';
import { endOf, type Gap, isGap, isGapText, parseGap } from './gaps.ts';
import { emptyHead, parseEntry } from './hashChain.ts';
import { headAt } from './logWriter.ts';
import { unpackCheckpoint } from './packing.ts';

/** @limit XML of one message; no message near it is ever sent or received. */
const maxWireBytes = 64 * 1024 * 1024;

/** What the database says of itself. */
export interface Meta {
  readonly format: number;
  /** UTC ms. */
  readonly createdAt: number;
  /** Of a log among many that is still being copied here, or that goes on elsewhere; absent of one that is appended to. */
  readonly standing?: 'arriving' | 'left';
}

/** Where everything begins to be there, and how many entries were let go of before. */
export interface Base extends Head {
  readonly forgotten: number;
}

/** Values by keys that sort as text, as of one instant. */
export interface Sublevel<Value> {
  get(key: string): Promise<Value | undefined>;
  /** The last key that is not after the given one, with its value. */
  lastUpTo(key: string): Promise<readonly [key: string, value: Value] | undefined>;
  /** The values of the keys between two, inclusive, in chunks. `most`: how many there can be. */
  values(from: string, to: string, most?: number): AsyncGenerator<readonly Value[]>;
}

/** The four sublevels of a log's database. */
export interface Sublevels {
  readonly entries: Sublevel<string>;
  readonly wires: Sublevel<Uint8Array>;
  readonly checkpoints: Sublevel<Uint8Array>;
  readonly meta: Sublevel<string>;
}

/** After every key there is. */
const afterAll = '\uffff';

/** Keys sort as positions do: 16 digits hold every safe integer. */
export const keyOf = (position: number): string => String(position).padStart(16, '0');

/** What the database says of itself, from how it is kept. */
export const metaOf = (text: string | undefined): Meta | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as Meta);

/** The same of up to where the chain was checked. */
export const settledOf = (text: string | undefined): Head =>
  text === undefined ? emptyHead : (JSON.parse(text) as Head);

/** The same of where everything begins to be there. */
export const baseOf = (text: string | undefined): Base =>
  text === undefined ? { ...emptyHead, forgotten: 0 } : (JSON.parse(text) as Base);

/** What a log's database holds, whoever reads its files. Bytes of entries are checked by those who follow the chain. */
export class LogView {
  readonly #sublevels: Sublevels;

  constructor(sublevels: Sublevels) {
    this.#sublevels = sublevels;
  }

  async readMeta(): Promise<Meta | undefined> {
    return metaOf(await this.#sublevels.meta.get('log'));
  }

  /** Up to where the chain was checked before; the empty head where a marker beside the database says it, or nobody. */
  async readSettled(): Promise<Head> {
    return settledOf(await this.#sublevels.meta.get('settled'));
  }

  /** Where everything begins to be there, and how many entries were let go of before. */
  async readBase(): Promise<Base> {
    return baseOf(await this.#sublevels.meta.get('base'));
  }

  /** The entry at a position, whose bytes are checked by reading it through the chain, or the gap it lies in. @throws LogError `corrupt` when there is neither. */
  async at(position: number): Promise<Entry | Gap> {
    const [key, text] = (await this.#sublevels.entries.lastUpTo(keyOf(position))) ?? [];
    if (key === undefined || text === undefined) throw damageAt(position, 'no entry stands there');
    const gap = isGapText(text) ? parseGap(Number(key), text) : null;
    if ((gap?.to ?? Number(key)) < position) throw damageAt(position, 'no entry stands there');
    return gap ?? parseEntry(position, text);
  }

  /** The last position that holds anything; -1 for none. */
  async lastPosition(): Promise<number> {
    const [key] = (await this.#sublevels.entries.lastUpTo(afterAll)) ?? [];
    return key === undefined ? -1 : Number(key);
  }

  /** The last entry up to a position; of a gap that holds it, the end. */
  async headAt(position: number): Promise<Head> {
    if (position < 0) return emptyHead;
    const there = await this.at(position);
    return isGap(there) ? endOf(there) : headAt(there);
  }

  /** The stored texts between two positions, inclusive, in chunks. */
  texts(from: number, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<readonly string[]> {
    return this.#sublevels.entries.values(keyOf(from), keyOf(to), to - from + 1);
  }

  /** The XML at a position; undefined when there is none, null when a repair found it lost. */
  async wire(position: number): Promise<string | null | undefined> {
    const wire = await this.#sublevels.wires.get(keyOf(position));
    return wire === undefined ? undefined : wire.length === 0 ? null : inflate(position, wire);
  }

  /** The XML at a position as it is kept; undefined when there is none, empty when a repair found it lost. */
  packedWire(position: number): Promise<Uint8Array | undefined> {
    return this.#sublevels.wires.get(keyOf(position));
  }

  /** All checkpoints whose bytes are those that were saved. */
  async *keptCheckpoints(): AsyncGenerator<Checkpoint> {
    for await (const values of this.#sublevels.checkpoints.values('', afterAll))
      for (const packed of values) {
        const checkpoint = unpackCheckpoint(packed);
        if (checkpoint !== undefined) yield checkpoint;
      }
  }

  /** UTC ms before which XML may be gone. */
  async forgottenBefore(): Promise<number> {
    return Number((await this.#sublevels.meta.get('forgottenBefore')) ?? Number.NEGATIVE_INFINITY);
  }

  /** A checkpoint, or undefined when there is none or its bytes are not those that were saved. */
  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    const stored = await this.#sublevels.checkpoints.get(name);
    return stored === undefined ? undefined : unpackCheckpoint(stored);
  }

  /** All that stands there, whatever it is worth, by the key under which a log of its own has it: for a repair. */
  async *stored(): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    const { entries, wires, checkpoints, meta } = this.#sublevels;
    let last = await entries.lastUpTo(afterAll);
    while (last !== undefined) {
      const [key, text] = last;
      yield [`!entries!${key}`, Buffer.from(text)];
      const wire = await wires.get(key);
      if (wire !== undefined) yield [`!wires!${key}`, wire];
      last = Number(key) > 0 ? await entries.lastUpTo(keyOf(Number(key) - 1)) : undefined;
    }
    for await (const values of checkpoints.values('', afterAll))
      for (const packed of values) {
        const checkpoint = unpackCheckpoint(packed);
        if (checkpoint !== undefined) yield [`!checkpoints!${checkpoint.name}`, packed];
      }
    for (const name of ['log', 'base', 'forgottenBefore']) {
      const text = await meta.get(name);
      if (text !== undefined) yield [`!meta!${name}`, Buffer.from(text)];
    }
  }

  /** What each part takes up. */
  async parts(): Promise<LogParts> {
    const entries = { entriesBytes: 0, gaps: 0 };
    for await (const texts of this.#sublevels.entries.values('', afterAll)) {
      for (const text of texts) {
        entries.entriesBytes += text.length;
        if (isGapText(text)) entries.gaps += 1;
      }
    }
    const { wires, checkpoints } = this.#sublevels;
    return { ...entries, xmlBytes: await bytesOf(wires), checkpointsBytes: await bytesOf(checkpoints) };
  }
}

const bytesOf = async (sublevel: Sublevel<Uint8Array>): Promise<number> => {
  let bytes = 0;
  for await (const values of sublevel.values('', afterAll)) for (const value of values) bytes += value.length;
  return bytes;
};

/** Unpacks XML. @throws LogError `corrupt` */
export const inflate = (position: number, wire: Uint8Array): string => {
  try {
    return inflateRawSync(wire, { maxOutputLength: maxWireBytes }).toString();
  } catch (cause) {
    throw damageAt(position, 'the XML there cannot be unpacked', cause);
  }
};
