import { deflateRawSync } from 'node:zlib';
import { Level } from 'level';
import { canonicalJson } from '../canonicalJson.ts';
import type { Checkpoint } from '../eventLog.ts';
import { type Gap, gapText, isGapText } from '../gaps.ts';
import { parseEntry, type SealedEntry } from '../hashChain.ts';
import type { Head } from '../head.ts';
import { packCheckpoint } from '../packing.ts';
import { type Base, baseOf, keyOf, LogView, type Meta, metaOf, settledOf, type Sublevel } from '../logView.ts';
import type { Suspect } from './levelOpening.ts';
import type { LogPaths } from './logDirectory.ts';
import { compactedFormat, writeBufferBytes } from './logMarker.ts';

/** @limit Texts fetched from LevelDB at a time. */
const readChunk = 1_024;
/** @limit Bytes LevelDB prepares for a reader at a time; its own default of 16 KiB halves the speed. */
const readChunkBytes = 1024 * 1024;
/** @limit What LevelDB keeps of what it has read; a VEN seldom reads a thing twice. */
const cacheBytes = 1024 * 1024;

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
export interface Put<Value = string | Uint8Array> {
  readonly type: 'put';
  readonly key: string;
  readonly value: Value;
  readonly valueEncoding: 'utf8' | 'view';
}

/** One value on its way out of it. */
interface Del {
  readonly type: 'del';
  readonly key: string;
}

/** A text under its full key. */
export const putText = (key: string, value: string): Put => ({ type: 'put', key, value, valueEncoding: 'utf8' });

const putBytes = (key: string, value: Uint8Array): Put => ({ type: 'put', key, value, valueEncoding: 'view' });

/** Puts on the disk of a database by itself. */
export const commitOn =
  (level: Level): Commit =>
  (puts) =>
    level.batch(puts as Put<string>[], { sync: true });

type Snapshot = ReturnType<Level['snapshot']>;

/** Where the parts of a log begin among the keys. */
interface Prefixes {
  readonly entries: string;
  readonly wires: string;
  readonly checkpoints: string;
  readonly meta: string;
}

/** A log that has a database to itself stands right at its beginning. */
const prefixesOf = (log: string): Prefixes => ({
  entries: `${log}!entries!`,
  wires: `${log}!wires!`,
  checkpoints: `${log}!checkpoints!`,
  meta: `${log}!meta!`,
});

const asText = { valueEncoding: 'utf8' } as const;
const asBytes = { valueEncoding: 'view' } as const;

/** What is read of the keys behind a prefix, as it is, or as it was when a snapshot was taken. */
const sublevelOf = <Value>(
  level: Level,
  prefix: string,
  encoding: typeof asText | typeof asBytes,
  snapshot: Snapshot | undefined,
): Sublevel<Value> => {
  const asOf = { ...encoding, ...(snapshot === undefined ? {} : { snapshot }) };
  return {
    get: (key) => level.get<string, Value>(prefix + key, asOf),
    lastUpTo: async (key) => {
      const bounds = { gte: prefix, lte: prefix + key, reverse: true, limit: 1 };
      const [last] = await level.iterator<string, Value>({ ...bounds, ...asOf }).all();
      return last === undefined ? undefined : [last[0].slice(prefix.length), last[1]];
    },
    values: async function* (from, to, most = Infinity) {
      const bounds = { gte: prefix + from, lte: prefix + to, highWaterMarkBytes: readChunkBytes };
      const values = level.values<string, Value>({ ...bounds, ...asOf });
      try {
        let left = most;
        // Whoever knows how many there can be does not ask whether there are more.
        for (let chunk = await values.nextv(readChunk); chunk.length > 0; chunk = await values.nextv(readChunk)) {
          yield chunk;
          left -= chunk.length;
          if (left <= 0) break;
        }
      } finally {
        await values.close();
      }
    },
  };
};

const sublevelsOf = (level: Level, { entries, wires, checkpoints, meta }: Prefixes, snapshot?: Snapshot) => ({
  entries: sublevelOf<string>(level, entries, asText, snapshot),
  wires: sublevelOf<Uint8Array>(level, wires, asBytes, snapshot),
  checkpoints: sublevelOf<Uint8Array>(level, checkpoints, asBytes, snapshot),
  meta: sublevelOf<string>(level, meta, asText, snapshot),
});

/** Opens LevelDB as logs use it. */
export const openLevel = async (
  place: string,
  createIfMissing: boolean,
  { writeBufferSize = writeBufferBytes, cacheSize = cacheBytes } = {},
): Promise<Level> => {
  const level = new Level(place, { createIfMissing, writeBufferSize, cacheSize });
  await level.open();
  return level;
};

/** Puts what is to be there at once on the disk, and flushes it. */
export type Commit = (puts: readonly Put[]) => Promise<void>;

/** LevelDB as a log uses it: four parts, keys that sort by position, texts that are checked by those who read them. */
export class Database extends LogView implements Suspect {
  readonly paths: LogPaths;
  readonly #level: Level;
  readonly #log: string;
  readonly #prefixes: Prefixes;
  readonly #commit: Commit;

  /** `log`: before which its keys have in a database that many share. `commit`: how a group is put on disk there. */
  constructor(paths: LogPaths, level: Level, log = '', commit: Commit = commitOn(level)) {
    const prefixes = prefixesOf(log);
    super(sublevelsOf(level, prefixes));
    this.paths = paths;
    this.#level = level;
    this.#log = log;
    this.#prefixes = prefixes;
    this.#commit = commit;
  }

  static async open(paths: LogPaths, createIfMissing: boolean): Promise<Database> {
    return new Database(paths, await openLevel(paths.database, createIfMissing));
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
    return {
      view: new LogView(sublevelsOf(this.#level, this.#prefixes, snapshot)),
      close: () => snapshot.close(),
    };
  }

  /** What must be known of a log when it is opened, at once: each question is a way through a thread of its own. */
  async readStanding(): Promise<{ readonly meta: Meta | undefined; readonly settled: Head; readonly base: Base }> {
    const keys = ['log', 'settled', 'base'].map((name) => this.#prefixes.meta + name);
    const [meta, settled, base] = await this.#level.getMany<string, string>(keys, asText);
    return { meta: metaOf(meta), settled: settledOf(settled), base: baseOf(base) };
  }

  writeMeta(meta: Meta): Promise<void> {
    return this.#commit([this.metaAs(meta)]);
  }

  /** What the log says of itself, to be put on disk with something else. */
  metaAs(meta: Meta): Put {
    return putText(`${this.#prefixes.meta}log`, canonicalJson(meta));
  }

  /** That the chain was checked up to an entry, where no marker stands beside the database to say it. */
  settledAt({ position, hash }: Head): Put {
    return putText(`${this.#prefixes.meta}settled`, canonicalJson({ position, hash }));
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#level.keys({ limit: 1 }).all()).length === 0;
  }

  /** Writes a group as one batch, flushed to the disk; returns the bytes written. `beside`: what goes with it. */
  async write(group: readonly SealedEntry[], beside: readonly Put[] = []): Promise<number> {
    let bytes = 0;
    const puts: Put[] = [];
    for (const { envelope, text, xml } of group) {
      const key = keyOf(envelope.position);
      puts.push(putText(this.#prefixes.entries + key, text));
      bytes += text.length;
      if (xml === undefined) continue;
      const wire = deflateRawSync(xml);
      puts.push(putBytes(this.#prefixes.wires + key, wire));
      bytes += wire.length;
    }
    await this.#commit([...puts, ...beside]);
    return bytes;
  }

  /** Writes what was saved of a damaged log, as it stood there. XML that was lost leaves its place empty. */
  restore(items: readonly Restored[]): Promise<void> {
    const { entries, wires } = this.#prefixes;
    return this.#commit(
      items.flatMap(({ position, text, wire }) => [
        putText(entries + keyOf(position), text),
        ...(wire === undefined ? [] : [putBytes(wires + keyOf(position), wire)]),
      ]),
    );
  }

  /** Writes checkpoints and what stands in `meta`, as they stood in a damaged log. */
  restoreRest(
    checkpoints: readonly (readonly [name: string, packed: Uint8Array])[],
    meta: readonly (readonly [name: string, text: string])[],
  ): Promise<void> {
    const prefixes = this.#prefixes;
    return this.#commit([
      ...checkpoints.map(([name, packed]) => putBytes(prefixes.checkpoints + name, packed)),
      ...meta.map(([name, text]) => putText(prefixes.meta + name, text)),
    ]);
  }

  /** Removes XML of entries recorded before the instant, chunk by chunk; returns how many. */
  async forgetWires(recordedBefore: number): Promise<number> {
    await this.#rememberForgetting(recordedBefore);
    const { entries, wires } = this.#prefixes;
    let forgotten = 0;
    const keys = this.#level.keys(behind(wires));
    try {
      for (let chunk = await keys.nextv(readChunk); chunk.length > 0; chunk = await keys.nextv(readChunk)) {
        const places = chunk.map((key) => key.slice(wires.length));
        const texts = await this.#level.getMany(places.map((place) => entries + place));
        const old = places.filter((place, index) => recordedAt(place, texts[index]) < recordedBefore);
        await this.#level.batch(old.map((place) => del(wires + place)));
        forgotten += old.length;
      }
    } finally {
      await keys.close();
    }
    return forgotten;
  }

  /** Puts gaps in the places of entries, with everything that belongs to them, in one batch that is flushed to the disk. */
  async forgetEntries(gaps: readonly Gap[], base: Base, checkpoints: readonly Checkpoint[]): Promise<void> {
    const { entries, wires, checkpoints: kept, meta: about } = this.#prefixes;
    const changes: (Put | Del)[] = [];
    for (const gap of gaps) {
      for (const part of [wires, entries]) {
        const range = { gte: part + keyOf(gap.from), lte: part + keyOf(gap.to) };
        for (const key of await this.#level.keys(range).all()) changes.push(del(key));
      }
      changes.push(putText(entries + keyOf(gap.from), gapText(gap)));
    }
    for (const checkpoint of checkpoints) changes.push(putBytes(kept + checkpoint.name, packCheckpoint(checkpoint)));
    changes.push(putText(`${about}base`, canonicalJson(base)));
    const meta = await this.readMeta();
    if (meta !== undefined) changes.push(putText(`${about}log`, canonicalJson({ ...meta, format: compactedFormat })));
    await this.#level.batch(changes as Put<string>[], { sync: true });
  }

  /** Has LevelDB give back the space of what was let go of. */
  giveBack(): Promise<void> {
    return (this.#level as Level & Compactable).compactRange(`${this.#log}!`, `${this.#log}"`);
  }

  async #rememberForgetting(recordedBefore: number): Promise<void> {
    if (recordedBefore <= (await this.forgottenBefore())) return;
    await this.#commit([putText(`${this.#prefixes.meta}forgottenBefore`, String(recordedBefore))]);
  }

  /** A checkpoint may be lost without harm, so the disk need not be flushed for it. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#level.put<string, Uint8Array>(
      this.#prefixes.checkpoints + checkpoint.name,
      packCheckpoint(checkpoint),
      asBytes,
    );
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}

const del = (key: string): Del => ({ type: 'del', key });

/** All keys behind a prefix. */
const behind = (prefix: string) => ({ gte: prefix, lte: `${prefix}\uffff` });

/** When the entry of some XML was recorded; XML without its entry is of no use, so it counts as old. */
const recordedAt = (key: string, text: string | undefined): number =>
  text === undefined || isGapText(text) ? Number.NEGATIVE_INFINITY : parseEntry(Number(key), text).recordedAt;
