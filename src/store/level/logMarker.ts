import { open, rename, rm } from 'node:fs/promises';
import { damageAdvice, LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import type { Footing } from './footing.ts';
import { emptyHead } from '../hashChain.ts';
import { type LogPaths, openOwn, readOwn } from './logDirectory.ts';

/**
 * The marker stands outside the database and remembers what the database should hold, because LevelDB
 * begins a new database without a word when its CURRENT file is gone, and drops damaged records likewise.
 */
export interface Marker {
  readonly format: number;
  /** UTC ms; the database holds the same, so that another log's database is noticed. */
  readonly createdAt: number;
  /** Everything up to here has been checked and has left LevelDB's write-ahead file, whose records it drops in silence. */
  readonly settled: Head;
  /** The log was at least this long. */
  readonly head: Head;
  /** Whether a process has, or died while it had, the log open: its tables are then looked over first. */
  readonly open: boolean;
  /** The first entry there ever was: a file of another log that lies in the place of ours begins with another one. Absent in markers of before. */
  readonly first?: Head;
  /** When this copy was made, of a log that may have gone on elsewhere; absent once it was said what may have been sent since. UTC ms. */
  readonly backupAt?: number;
}

/** The layout of database and marker while every entry is there. */
export const wholeFormat = 1;

/** The layout with gaps, which a log has from its first compaction or repair on. */
export const compactedFormat = 2;

/** The newest layout that this release knows. */
export const logFormat = compactedFormat;

/** @limit Entries that may be added before the marker is brought up to date. */
export const markerIntervalEntries = 512;

/** @limit Recorded time that may pass before the marker is brought up to date. */
export const markerIntervalMs = 600_000;

/** @limit What LevelDB holds in memory and in its write-ahead file before it makes a table of it; a VEN writes little, and starts sooner with less. */
export const writeBufferBytes = 1024 * 1024;

/** @limit Written bytes after which an entry has surely left the write-ahead file: one buffer is filling, one is becoming a table, two are to spare. */
const settlingBytes = 4 * writeBufferBytes;

/** The marker of a log that has none yet. */
export const newMarker = (createdAt: number): Marker => ({
  format: wholeFormat,
  createdAt,
  settled: emptyHead,
  head: emptyHead,
  open: false,
});

/** Reads the marker; undefined when there is none. @throws LogError `newer` or `corrupt` */
export const readMarker = async ({ marker }: LogPaths): Promise<Marker | undefined> => {
  const text = await readOwn(marker).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof LogError) throw error;
    throw new LogError(
      'io',
      `The log's marker ${marker} cannot be read: ${error.message}; make it readable for this user.`,
      { cause: error },
    );
  });
  return text === undefined ? undefined : parseMarker(marker, text.toString());
};

const parseMarker = (path: string, text: string): Marker => {
  const value = parseJson(text);
  if (isObject(value) && typeof value['format'] === 'number' && value['format'] > logFormat) throw newerError();
  if (isMarker(value)) return value;
  throw new LogError(
    'corrupt',
    `The log's marker ${path} is damaged. ${damageAdvice}; or remove the marker, and the whole log is checked instead, though not whether its end is missing.`,
  );
};

const isMarker = (value: unknown): value is Marker =>
  isObject(value) &&
  Number.isInteger(value['format']) &&
  Number.isFinite(value['createdAt']) &&
  isHead(value['settled']) &&
  isHead(value['head']) &&
  (value['first'] === undefined || isHead(value['first'])) &&
  typeof value['open'] === 'boolean' &&
  value['settled'].position <= value['head'].position;

const isHead = (value: unknown): value is Head =>
  isObject(value) &&
  Number.isInteger(value['position']) &&
  (value['position'] as number) >= -1 &&
  /^[0-9a-f]{64}$/.test(String(value['hash']));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Says that this release is too old for the log. */
export const newerError = (): LogError =>
  new LogError(
    'newer',
    `The log was written by a later release (this one knows format ${logFormat}): install that release or a later one.`,
  );

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Replaces the marker in one step: after a power cut there is the old one or the new one, never half of one. */
export const writeMarker = async ({ directory, marker }: LogPaths, value: Marker): Promise<void> => {
  const draft = `${marker}.new`;
  await rm(draft, { force: true }); // of a writing that was cut short, or put there by somebody else
  const file = await openOwn(draft, 'new');
  try {
    await file.writeFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, marker);
  await syncDirectory(directory);
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } catch {
    // Some systems do not flush directories; the rename is then as durable as they make it.
  } finally {
    await handle.close();
  }
};

/** Keeps the marker close behind the log, beside the writing rather than in front of it. */
export class MarkerKeeper {
  #marker: Marker;
  #markedAt = Number.NEGATIVE_INFINITY;
  #writtenBytes = 0;
  #settling: { readonly head: Head; readonly writtenBytes: number };
  #writing: Promise<void> | undefined;
  readonly #paths: LogPaths;
  readonly #footing: Footing;

  constructor(paths: LogPaths, marker: Marker, footing: Footing) {
    this.#paths = paths;
    this.#footing = footing;
    this.#marker = marker;
    this.#settling = { head: marker.head, writtenBytes: 0 };
  }

  /** Told of the first entry of all, before it is told how far the log reaches. */
  begin(first: Head): void {
    this.#marker = { ...this.#marker, first };
  }

  /** Told after every durable group: how far the log reaches, when its last entry was recorded, and what was written. */
  advance(head: Head, recordedAt: number, bytes: number): void {
    this.#writtenBytes += bytes;
    const settled = this.#settle(head);
    const due =
      head.position - this.#marker.head.position >= markerIntervalEntries ||
      Math.abs(recordedAt - this.#markedAt) >= markerIntervalMs;
    if (!due || this.#writing !== undefined) return;
    this.#markedAt = recordedAt;
    this.#writing = this.#write({ ...this.#marker, settled, head }).finally(() => (this.#writing = undefined));
  }

  /** Notes, before the layout changes, that an older release cannot read the log any more. */
  async raiseFormat(format: number): Promise<void> {
    await this.#writing;
    if (this.#marker.format === format) return;
    this.#marker = { ...this.#marker, format };
    await this.#write(this.#marker);
  }

  /** Notes that a backup has become the log. */
  async noLongerBackup(): Promise<void> {
    await this.#writing;
    const { backupAt: _made, ...marker } = this.#marker;
    this.#marker = marker;
    await this.#write(marker);
  }

  /** Notes that the log goes on elsewhere, so that what lies here is a backup from now on. Unlike any other note, this one must reach the disk. */
  async backupFrom(backupAt: number): Promise<void> {
    await this.#writing;
    this.#footing.mustHold();
    this.#marker = { ...this.#marker, backupAt };
    await writeMarker(this.#paths, this.#marker);
  }

  /** Brings the marker up to the head of a log that has been closed. */
  async finish(head: Head): Promise<void> {
    await this.#writing;
    await this.#write({ ...this.#marker, head, open: false });
  }

  #settle(head: Head): Head {
    if (this.#writtenBytes - this.#settling.writtenBytes < settlingBytes) return this.#marker.settled;
    const settled = this.#settling.head;
    this.#settling = { head, writtenBytes: this.#writtenBytes };
    this.#marker = { ...this.#marker, settled };
    return settled;
  }

  /** A marker that lags is still true, so a disk that refuses it is left for the log itself to report. Beside another log it would be a lie. */
  async #write(marker: Marker): Promise<void> {
    try {
      this.#footing.mustHold();
      await writeMarker(this.#paths, marker);
      this.#marker = { ...this.#marker, ...marker, settled: this.#marker.settled };
    } catch {
      // See above.
    }
  }
}
