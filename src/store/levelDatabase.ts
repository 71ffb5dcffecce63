import { deflateRawSync } from 'node:zlib';
import { Level } from 'level';
import { canonicalJson } from './canonicalJson.ts';
import type { Checkpoint } from './eventLog.ts';
import { type Gap, gapText, isGapText } from './gaps.ts';
import { parseEntry, type SealedEntry } from './hashChain.ts';
import { packCheckpoint } from './packing.ts';
import { type Base, keyOf, LogView, type Meta, type Sublevel } from './logView.ts';
import type { Suspect } from './levelOpening.ts';
import type { LogPaths } from './logDirectory.ts';
import { compactedFormat, writeBufferBytes } from './logMarker.ts';

/** @limit Texts fetched from LevelDB at a time. */
const readChunk = 1_024;
/** @limit Bytes LevelDB prepares for a reader at a time; its own default of 16 KiB halves the speed. */
const readChunkBytes = 1024 * 1024;
/** @limit What LevelDB keeps of what it has read; a VEN seldom reads a thing twice. */
const cacheBytes = 1024 * 1024;

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

/** One value on its way into LevelDB, under its full key. */
interface Put<Value = string | Uint8Array> {
  readonly type: 'put';
  readonly key: string;
  readonly value: Value;
  readonly valueEncoding: 'utf8' | 'view';
}

type Snapshot = ReturnType<Level['snapshot']>;

const levelPartsOf = (level: Level) => ({
  entries: level.sublevel('entries'),
  wires: level.sublevel<string, Uint8Array>('wires', { valueEncoding: 'view' }),
  checkpoints: level.sublevel<string, Uint8Array>('checkpoints', { valueEncoding: 'view' }),
  meta: level.sublevel('meta'),
});

type LevelParts = ReturnType<typeof levelPartsOf>;

/** What is read of a sublevel. */
interface Readable<Value> {
  get(key: string, options: object): Promise<Value | undefined>;
  iterator(options: object): { all(): Promise<[key: string, value: Value][]> };
  values(options: object): { nextv(size: number): Promise<Value[]>; close(): Promise<void> };
}

/** A sublevel as it is, or as it was when a snapshot was taken. */
const sublevelOf = <Value>(sublevel: Readable<Value>, snapshot: Snapshot | undefined): Sublevel<Value> => {
  const asOf = snapshot === undefined ? {} : { snapshot };
  return {
    get: (key) => sublevel.get(key, asOf),
    lastUpTo: async (key) => (await sublevel.iterator({ lte: key, reverse: true, limit: 1, ...asOf }).all())[0],
    values: async function* (from, to) {
      const values = sublevel.values({ gte: from, lte: to, highWaterMarkBytes: readChunkBytes, ...asOf });
      try {
        for (let chunk = await values.nextv(readChunk); chunk.length > 0; chunk = await values.nextv(readChunk))
          yield chunk;
      } finally {
        await values.close();
      }
    },
  };
};

const sublevelsOf = ({ entries, wires, checkpoints, meta }: LevelParts, snapshot?: Snapshot) => ({
  entries: sublevelOf<string>(entries, snapshot),
  wires: sublevelOf<Uint8Array>(wires, snapshot),
  checkpoints: sublevelOf<Uint8Array>(checkpoints, snapshot),
  meta: sublevelOf<string>(meta, snapshot),
});

/** LevelDB as this log uses it: four sublevels, keys that sort by position, texts that are checked by those who read them. */
export class Database extends LogView implements Suspect {
  readonly paths: LogPaths;
  readonly #level: Level;
  readonly #sublevels: LevelParts;
  readonly #entries: LevelParts['entries'];
  readonly #wires: LevelParts['wires'];
  readonly #checkpoints: LevelParts['checkpoints'];
  readonly #meta: LevelParts['meta'];

  private constructor(paths: LogPaths, level: Level, sublevels: LevelParts) {
    super(sublevelsOf(sublevels));
    this.paths = paths;
    this.#level = level;
    this.#sublevels = sublevels;
    this.#entries = sublevels.entries;
    this.#wires = sublevels.wires;
    this.#checkpoints = sublevels.checkpoints;
    this.#meta = sublevels.meta;
  }

  static async open(paths: LogPaths, createIfMissing: boolean): Promise<Database> {
    const level = new Level(paths.database, {
      createIfMissing,
      writeBufferSize: writeBufferBytes,
      cacheSize: cacheBytes,
    });
    await level.open();
    return new Database(paths, level, levelPartsOf(level));
  }

  /** Lets everything be read as it is now, whatever is written meanwhile. */
  async atOnce<Result>(read: (view: LogView) => Promise<Result>): Promise<Result> {
    const { view, close } = this.frozen();
    try {
      return await read(view);
    } finally {
      await close();
    }
  }

  /** Everything as it is now; it takes up space until it is closed. */
  frozen(): { readonly view: LogView; readonly close: () => Promise<void> } {
    const snapshot = this.#level.snapshot();
    return { view: new LogView(sublevelsOf(this.#sublevels, snapshot)), close: () => snapshot.close() };
  }

  writeMeta(meta: Meta): Promise<void> {
    return this.#level.batch([{ type: 'put', sublevel: this.#meta, key: 'log', value: canonicalJson(meta) }], {
      sync: true,
    });
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#level.keys({ limit: 1 }).all()).length === 0;
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

  /** Has LevelDB give back the space of what was let go of. */
  giveBack(): Promise<void> {
    return (this.#level as Level & Compactable).compactRange(firstKey, lastKey);
  }

  async #rememberForgetting(recordedBefore: number): Promise<void> {
    if (recordedBefore <= (await this.forgottenBefore())) return;
    await this.#level.batch(
      [{ type: 'put', sublevel: this.#meta, key: 'forgottenBefore', value: String(recordedBefore) }],
      { sync: true },
    );
  }

  /** A checkpoint may be lost without harm, so the disk need not be flushed for it. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#checkpoints.put(checkpoint.name, packCheckpoint(checkpoint));
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}

/** When the entry of some XML was recorded; XML without its entry is of no use, so it counts as old. */
const recordedAt = (key: string, text: string | undefined): number =>
  text === undefined || isGapText(text) ? Number.NEGATIVE_INFINITY : parseEntry(Number(key), text).recordedAt;
