import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Level } from 'level';
import type { Draft, Entry } from '../facts/entry.ts';
import { canonicalJson } from './canonicalJson.ts';
import { EndMarker, readEndMark } from './endMark.ts';
import { closedError, damageAt } from './errors.ts';
import type { Checkpoint, ClosingListener, EntryListener, EventLog, Head, LogStats, ReadRange, Wire } from './eventLog.ts';
import { Followers, type FollowerFault } from './followers.ts';
import { checkWire, emptyHead, followChain, genesisHash, hashWire, parseEntry, type SealedEntry } from './hashChain.ts';
import { explain } from './levelErrors.ts';
import { check, identify, mayCreate, type Meta, type Suspect } from './levelOpening.ts';
import { checkTables, checkWriteAhead } from './leveldb/checkFiles.ts';
import { bytesOnDisk, freeBytesOnDisk, type LogPaths, logPaths, makeDirectory } from './logDirectory.ts';
import { type Marker, MarkerKeeper, readMarker, writeBufferBytes, writeMarker } from './logMarker.ts';
import { headAt, LogWriter } from './logWriter.ts';

/** How a log on disk is opened. */
export interface LevelLogOptions {
  /** UTC ms, from the clock port; remembered when this call begins the log. */
  readonly createdAt: number;
  /** Whether a log that was never begun is begun now; false for those who only want to read. Default true. */
  readonly create?: boolean;
  /** Whether every table file is checked against its checksums first, as is done anyway after a run that was not closed. Default false. */
  readonly checkTables?: boolean;
  readonly onFollowerFault?: FollowerFault;
}

/** @limit Texts fetched from LevelDB at a time. */
const readChunk = 1_024;
/** @limit Bytes LevelDB prepares for a reader at a time; its own default of 16 KiB halves the speed. */
const readChunkBytes = 1024 * 1024;
/** @limit What LevelDB keeps of what it has read; a VEN seldom reads a thing twice. */
const cacheBytes = 1024 * 1024;
/** @limit XML of one message; no message near it is ever sent or received. */
const maxWireBytes = 64 * 1024 * 1024;

/**
 * Opens the log in a data directory, checking that nothing is missing and nothing was changed since it was last open.
 *
 * @throws LogError `locked`, `full`, `io`, `missing`, `corrupt` or `newer`; a refusal changes none of the entries on disk.
 */
export const openLevelEventLog = async (directory: string, options: LevelLogOptions): Promise<EventLog> => {
  const paths = logPaths(directory);
  let database: Database | undefined;
  try {
    const begun = await readMarker(paths);
    const marks = { begun, endMark: await readEndMark(paths) };
    const create = mayCreate(paths, marks, options.create ?? true);
    if (create) await makeDirectory(paths);
    else await checkFiles(paths.database, begun?.open !== false || options.checkTables === true);
    if (begun?.open === false) await writeMarker(paths, { ...begun, open: true });
    database = await Database.open(paths, create);
    const marker = await identify(database, marks, options.createdAt);
    const checked = { ...marker, ...(await check(database, marker.settled, [marker.head, marks.endMark?.head ?? emptyHead])), open: true };
    await writeMarker(paths, checked);
    const endMarker = await EndMarker.begin(paths, checked);
    return new LevelEventLog(database, checked, endMarker, new Followers(options.onFollowerFault));
  } catch (error) {
    await database?.close().catch(() => undefined);
    throw explain(error, directory);
  }
};

/** LevelDB must see no damaged write-ahead file, for it empties it; nor, after a run that was not closed, a damaged table, for it rewrites those. */
const checkFiles = async (database: string, withTables: boolean): Promise<void> => {
  await checkWriteAhead(database);
  if (withTables) await checkTables(database);
};

/** One value on its way into LevelDB, under its full key. */
interface Put<Value = string | Uint8Array> {
  readonly type: 'put';
  readonly key: string;
  readonly value: Value;
  readonly valueEncoding: 'utf8' | 'view';
}

/** LevelDB as this log uses it: four sublevels, keys that sort by position, texts that are checked by those who read them. */
class Database implements Suspect {
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
    const level = new Level(paths.database, { createIfMissing, writeBufferSize: writeBufferBytes, cacheSize: cacheBytes });
    await level.open();
    return new Database(paths, level);
  }

  async readMeta(): Promise<Meta | undefined> {
    const text = await this.#meta.get('log');
    return text === undefined ? undefined : (JSON.parse(text) as Meta);
  }

  writeMeta(meta: Meta): Promise<void> {
    return this.#level.batch([{ type: 'put', sublevel: this.#meta, key: 'log', value: canonicalJson(meta) }], { sync: true });
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#level.keys({ limit: 1 }).all()).length === 0;
  }

  /** An entry that must be there; its bytes are checked by reading it through the chain. */
  async entryAt(position: number): Promise<Entry> {
    const text = await this.#entries.get(keyOf(position));
    if (text === undefined) throw damageAt(position, 'no entry stands there');
    return parseEntry(position, text);
  }

  async headAt(position: number): Promise<Head> {
    return position < 0 ? emptyHead : headAt(await this.entryAt(position));
  }

  /** The stored texts between two positions, inclusive, in chunks. */
  async *texts(from: number, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<readonly string[]> {
    const texts = this.#entries.values({ gte: keyOf(from), lte: keyOf(to), ...{ highWaterMarkBytes: readChunkBytes } });
    try {
      for (let chunk = await texts.nextv(readChunk); chunk.length > 0; chunk = await texts.nextv(readChunk)) yield chunk;
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

  async wire(position: number): Promise<string | undefined> {
    const wire = await this.#wires.get(keyOf(position));
    return wire === undefined ? undefined : inflate(position, wire);
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

  /** UTC ms before which XML may be gone. */
  async forgottenBefore(): Promise<number> {
    return Number((await this.#meta.get('forgottenBefore')) ?? Number.NEGATIVE_INFINITY);
  }

  async #rememberForgetting(recordedBefore: number): Promise<void> {
    if (recordedBefore <= (await this.forgottenBefore())) return;
    await this.#level.batch([{ type: 'put', sublevel: this.#meta, key: 'forgottenBefore', value: String(recordedBefore) }], { sync: true });
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

class LevelEventLog implements EventLog {
  readonly #database: Database;
  readonly #followers: Followers;
  readonly #keeper: MarkerKeeper;
  readonly #endMarker: EndMarker;
  readonly #writer: LogWriter;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(database: Database, marker: Marker, endMarker: EndMarker, followers: Followers) {
    this.#database = database;
    this.#followers = followers;
    this.#keeper = new MarkerKeeper(database.paths, marker);
    this.#endMarker = endMarker;
    this.#writer = new LogWriter(marker.head, (group) => this.#write(group), followers);
  }

  get base(): Head {
    return emptyHead;
  }

  get head(): Head {
    return this.#writer.head;
  }

  get durableHead(): Head {
    return this.#writer.durableHead;
  }

  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<readonly Entry[]> {
    return this.#writer.append(drafts, wires);
  }

  async *read({ from = 0, to = Number.MAX_SAFE_INTEGER }: ReadRange = {}): AsyncGenerator<Entry> {
    this.#mustBeOpen();
    const first = Math.max(from, 0);
    const last = Math.min(to, this.durableHead.position);
    if (first > last) return;
    try {
      yield* followChain(await this.#database.headAt(first - 1), this.#database.texts(first, last), last);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async verify(from = 0): Promise<Head> {
    return this.#ask(async (database) => {
      const forgottenBefore = await database.forgottenBefore();
      let head = await database.headAt(from - 1);
      for await (const entry of this.read({ from })) {
        if (entry.wireHash !== undefined) checkWire(entry, await database.wire(entry.position), forgottenBefore);
        head = headAt(entry);
      }
      return head;
    });
  }

  async wire(position: number): Promise<string | undefined> {
    this.#mustBeOpen();
    if (position < 0 || position > this.durableHead.position) return undefined;
    return this.#ask(async (database) => {
      const xml = await database.wire(position);
      checkWire(await database.entryAt(position), xml, await database.forgottenBefore());
      return xml;
    });
  }

  forgetWires(recordedBefore: number): Promise<number> {
    return this.#ask((database) => database.forgetWires(recordedBefore));
  }

  loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return this.#ask((database) => database.checkpoint(name));
  }

  saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#ask((database) => database.saveCheckpoint(checkpoint));
  }

  follow(listener: EntryListener, closing?: ClosingListener): () => void {
    this.#mustBeOpen();
    return this.#followers.add(listener, closing);
  }

  stats(): Promise<LogStats> {
    return this.#ask(async ({ paths }) => ({
      entries: this.durableHead.position + 1,
      bytes: bytesOnDisk(paths),
      freeBytes: await freeBytesOnDisk(paths),
    }));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#followers.dismiss();
    this.#closed = true;
    await this.#database.close();
    await this.#endMarker.close();
    await this.#keeper.finish(this.durableHead);
  }

  async #write(group: readonly SealedEntry[]): Promise<void> {
    try {
      const bytes = await this.#database.write(group);
      const last = group.at(-1)?.entry;
      if (last === undefined) return;
      await this.#endMarker.advance(headAt(last));
      this.#keeper.advance(headAt(last), last.recordedAt, bytes);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #ask<Answer>(question: (database: Database) => Promise<Answer>): Promise<Answer> {
    this.#mustBeOpen();
    try {
      return await question(this.#database);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    return explain(error, this.#database.paths.directory);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError();
  }
}

/** Keys sort as positions do: 16 digits hold every safe integer. */
const keyOf = (position: number): string => String(position).padStart(16, '0');

/** When the entry of some XML was recorded; XML without its entry is of no use, so it counts as old. */
const recordedAt = (key: string, text: string | undefined): number =>
  text === undefined ? Number.NEGATIVE_INFINITY : parseEntry(Number(key), text).recordedAt;

/** The hash of its text, then the text, compressed: a state of a month is a megabyte, which LevelDB would copy about and write a dozen times a day. */
const packCheckpoint = (checkpoint: Checkpoint): Uint8Array => {
  const text = JSON.stringify(checkpoint);
  return Buffer.concat([Buffer.from(hashWire(text)), deflateRawSync(text, { level: 1 })]);
};

/** What was packed, or undefined when a byte of it is another. */
const unpackCheckpoint = (stored: Uint8Array): Checkpoint | undefined => {
  try {
    const text = inflateRawSync(stored.subarray(genesisHash.length)).toString();
    const hash = Buffer.from(stored.subarray(0, genesisHash.length)).toString('latin1');
    return hashWire(text) === hash ? (JSON.parse(text) as Checkpoint) : undefined;
  } catch {
    return undefined;
  }
};

const inflate = (position: number, wire: Uint8Array): string => {
  try {
    return inflateRawSync(wire, { maxOutputLength: maxWireBytes }).toString();
  } catch (cause) {
    throw damageAt(position, 'the XML there cannot be unpacked', cause);
  }
};
