import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Level } from 'level';
import type { Entry } from '../facts/entry.ts';
import { canonicalJson } from './canonicalJson.ts';
import { damageAt } from './errors.ts';
import type { Checkpoint, Head, LogParts } from './eventLog.ts';
import { endOf, type Gap, gapText, isGap, isGapText, parseGap } from './gaps.ts';
import { emptyHead, parseEntry, type SealedEntry } from './hashChain.ts';
import { packCheckpoint, unpackCheckpoint } from './packing.ts';
import type { Meta, Suspect } from './levelOpening.ts';
import type { LogPaths } from './logDirectory.ts';
import { compactedFormat, writeBufferBytes } from './logMarker.ts';
import { headAt } from './logWriter.ts';

/** @limit Texts fetched from LevelDB at a time. */
const readChunk = 1_024;
/** @limit Bytes LevelDB prepares for a reader at a time; its own default of 16 KiB halves the speed. */
const readChunkBytes = 1024 * 1024;
/** @limit What LevelDB keeps of what it has read; a VEN seldom reads a thing twice. */
const cacheBytes = 1024 * 1024;
/** @limit XML of one message; no message near it is ever sent or received. */
const maxWireBytes = 64 * 1024 * 1024;

/** Keys of all sublevels lie between these. */
const firstKey = '!';
const lastKey = '"';

/** An entry or a gap of a damaged log, and its packed XML. */
export interface Restored {
  readonly position: number;
  readonly text: string;
  readonly wire?: Uint8Array;
}

/** What LevelDB can do beside what every such database can. */
interface Compactable {
  compactRange(start: string, end: string): Promise<void>;
}

/** Where everything begins to be there, and how many entries were let go of before. */
export interface Base extends Head {
  readonly forgotten: number;
}

/** One value on its way into LevelDB, under its full key. */
interface Put<Value = string | Uint8Array> {
  readonly type: 'put';
  readonly key: string;
  readonly value: Value;
  readonly valueEncoding: 'utf8' | 'view';
}

/** LevelDB as this log uses it: four sublevels, keys that sort by position, texts that are checked by those who read them. */
export class Database implements Suspect {
  readonly paths: LogPaths;
  readonly #level: Level;
  readonly #entries;
  readonly #wires;
  readonly #checkpoints;
  readonly #meta;

  private constructor(paths: LogPaths, level: Level) {
    this.paths = paths;
    this.#level = level;
    this.#entries = level.sublevel('entries');
    this.#wires = level.sublevel<string, Uint8Array>('wires', { valueEncoding: 'view' });
    this.#checkpoints = level.sublevel<string, Uint8Array>('checkpoints', { valueEncoding: 'view' });
    this.#meta = level.sublevel('meta');
  }

  static async open(paths: LogPaths, createIfMissing: boolean): Promise<Database> {
    const level = new Level(paths.database, {
      createIfMissing,
      writeBufferSize: writeBufferBytes,
      cacheSize: cacheBytes,
    });
    await level.open();
    return new Database(paths, level);
  }

  async readMeta(): Promise<Meta | undefined> {
    const text = await this.#meta.get('log');
    return text === undefined ? undefined : (JSON.parse(text) as Meta);
  }

  writeMeta(meta: Meta): Promise<void> {
    return this.#level.batch([{ type: 'put', sublevel: this.#meta, key: 'log', value: canonicalJson(meta) }], {
      sync: true,
    });
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#level.keys({ limit: 1 }).all()).length === 0;
  }

  /** Where everything begins to be there, and how many entries were let go of before. */
  async readBase(): Promise<Base> {
    const text = await this.#meta.get('base');
    return text === undefined ? { ...emptyHead, forgotten: 0 } : (JSON.parse(text) as Base);
  }

  /** The entry at a position, whose bytes are checked by reading it through the chain, or the gap it lies in. @throws LogError `corrupt` when there is neither. */
  async at(position: number): Promise<Entry | Gap> {
    const [[key, text] = []] = await this.#entries.iterator({ lte: keyOf(position), reverse: true, limit: 1 }).all();
    if (key === undefined || text === undefined) throw damageAt(position, 'no entry stands there');
    const gap = isGapText(text) ? parseGap(Number(key), text) : null;
    if ((gap?.to ?? Number(key)) < position) throw damageAt(position, 'no entry stands there');
    return gap ?? parseEntry(position, text);
  }

  /** The last position that holds anything; -1 for none. */
  async lastPosition(): Promise<number> {
    const [key] = await this.#entries.keys({ reverse: true, limit: 1 }).all();
    return key === undefined ? -1 : Number(key);
  }

  /** The last entry up to a position; of a gap that holds it, the end. */
  async headAt(position: number): Promise<Head> {
    if (position < 0) return emptyHead;
    const there = await this.at(position);
    return isGap(there) ? endOf(there) : headAt(there);
  }

  /** The stored texts between two positions, inclusive, in chunks. */
  async *texts(from: number, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<readonly string[]> {
    const texts = this.#entries.values({ gte: keyOf(from), lte: keyOf(to), ...{ highWaterMarkBytes: readChunkBytes } });
    try {
      for (let chunk = await texts.nextv(readChunk); chunk.length > 0; chunk = await texts.nextv(readChunk))
        yield chunk;
    } finally {
      await texts.close();
    }
  }

  /** Writes a group as one batch, flushed to the disk; returns the bytes written. A sublevel named in each operation would cost as much again. */
  async write(group: readonly SealedEntry[]): Promise<number> {
    let bytes = 0;
    const puts: Put[] = [];
    for (const { entry, text, xml } of group) {
      const key = keyOf(entry.position);
      puts.push({ type: 'put', key: this.#entries.prefixKey(key, 'utf8'), value: text, valueEncoding: 'utf8' });
      bytes += text.length;
      if (xml === undefined) continue;
      const wire = deflateRawSync(xml);
      puts.push({ type: 'put', key: this.#wires.prefixKey(key, 'utf8'), value: wire, valueEncoding: 'view' });
      bytes += wire.length;
    }
    await this.#level.batch(puts as Put<string>[], { sync: true });
    return bytes;
  }

  /** Writes what was saved of a damaged log, as it stood there. XML that was lost leaves its place empty. */
  async restore(items: readonly Restored[]): Promise<void> {
    const batch = this.#level.batch();
    for (const { position, text, wire } of items) {
      batch.put(keyOf(position), text, { sublevel: this.#entries });
      if (wire !== undefined) batch.put(keyOf(position), wire, { sublevel: this.#wires });
    }
    await batch.write({ sync: true });
  }

  /** Writes checkpoints and what stands in `meta`, as they stood in a damaged log. */
  async restoreRest(
    checkpoints: readonly (readonly [name: string, packed: Uint8Array])[],
    meta: readonly (readonly [name: string, text: string])[],
  ): Promise<void> {
    const batch = this.#level.batch();
    for (const [name, packed] of checkpoints) batch.put(name, packed, { sublevel: this.#checkpoints });
    for (const [name, text] of meta) batch.put(name, text, { sublevel: this.#meta });
    await batch.write({ sync: true });
  }

  /** The XML at a position; undefined when there is none, null when a repair found it lost. */
  async wire(position: number): Promise<string | null | undefined> {
    const wire = await this.#wires.get(keyOf(position));
    return wire === undefined ? undefined : wire.length === 0 ? null : inflate(position, wire);
  }

  /** Removes XML of entries recorded before the instant, chunk by chunk; returns how many. */
  async forgetWires(recordedBefore: number): Promise<number> {
    await this.#rememberForgetting(recordedBefore);
    let forgotten = 0;
    const keys = this.#wires.keys();
    try {
      for (let chunk = await keys.nextv(readChunk); chunk.length > 0; chunk = await keys.nextv(readChunk)) {
        const entries = await this.#entries.getMany(chunk);
        const old = chunk.filter((key, index) => recordedAt(key, entries[index]) < recordedBefore);
        await this.#level.batch(old.map((key) => ({ type: 'del', sublevel: this.#wires, key })));
        forgotten += old.length;
      }
    } finally {
      await keys.close();
    }
    return forgotten;
  }

  /** Puts gaps in the places of entries, with everything that belongs to them, in one batch that is flushed to the disk. */
  async forgetEntries(gaps: readonly Gap[], base: Base, checkpoints: readonly Checkpoint[]): Promise<void> {
    const batch = this.#level.batch();
    for (const gap of gaps) {
      const range = { gte: keyOf(gap.from), lte: keyOf(gap.to) };
      for (const key of await this.#wires.keys(range).all()) batch.del(key, { sublevel: this.#wires });
      for (const key of await this.#entries.keys(range).all()) batch.del(key, { sublevel: this.#entries });
      batch.put(keyOf(gap.from), gapText(gap), { sublevel: this.#entries });
    }
    for (const checkpoint of checkpoints)
      batch.put(checkpoint.name, packCheckpoint(checkpoint), { sublevel: this.#checkpoints });
    batch.put('base', canonicalJson(base), { sublevel: this.#meta });
    const meta = await this.readMeta();
    if (meta !== undefined)
      batch.put('log', canonicalJson({ ...meta, format: compactedFormat }), { sublevel: this.#meta });
    await batch.write({ sync: true });
  }

  /** What each part takes up. */
  async parts(): Promise<LogParts> {
    const entries = { entriesBytes: 0, gaps: 0 };
    for await (const text of this.#entries.values()) {
      entries.entriesBytes += text.length;
      if (isGapText(text)) entries.gaps += 1;
    }
    return {
      ...entries,
      xmlBytes: await bytesOf(this.#wires.values()),
      checkpointsBytes: await bytesOf(this.#checkpoints.values()),
    };
  }

  /** Has LevelDB give back the space of what was let go of. */
  giveBack(): Promise<void> {
    return (this.#level as Level & Compactable).compactRange(firstKey, lastKey);
  }

  /** UTC ms before which XML may be gone. */
  async forgottenBefore(): Promise<number> {
    return Number((await this.#meta.get('forgottenBefore')) ?? Number.NEGATIVE_INFINITY);
  }

  async #rememberForgetting(recordedBefore: number): Promise<void> {
    if (recordedBefore <= (await this.forgottenBefore())) return;
    await this.#level.batch(
      [{ type: 'put', sublevel: this.#meta, key: 'forgottenBefore', value: String(recordedBefore) }],
      { sync: true },
    );
  }

  /** A checkpoint, or undefined when there is none or its bytes are not those that were saved. */
  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    const stored = await this.#checkpoints.get(name);
    return stored === undefined ? undefined : unpackCheckpoint(stored);
  }

  /** A checkpoint may be lost without harm, so the disk need not be flushed for it. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#checkpoints.put(checkpoint.name, packCheckpoint(checkpoint));
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}

const bytesOf = async (values: AsyncIterable<Uint8Array>): Promise<number> => {
  let bytes = 0;
  for await (const value of values) bytes += value.length;
  return bytes;
};

/** Keys sort as positions do: 16 digits hold every safe integer. */
export const keyOf = (position: number): string => String(position).padStart(16, '0');

/** When the entry of some XML was recorded; XML without its entry is of no use, so it counts as old. */
const recordedAt = (key: string, text: string | undefined): number =>
  text === undefined || isGapText(text) ? Number.NEGATIVE_INFINITY : parseEntry(Number(key), text).recordedAt;

/** Unpacks XML. @throws LogError `corrupt` */
export const inflate = (position: number, wire: Uint8Array): string => {
  try {
    return inflateRawSync(wire, { maxOutputLength: maxWireBytes }).toString();
  } catch (cause) {
    throw damageAt(position, 'the XML there cannot be unpacked', cause);
  }
};
