import { type FileHandle, rename, rm } from 'node:fs/promises';
import { damageAdvice, LogError } from '../../errors.ts';
import type { Head } from '../../head.ts';
import { type LogPaths, openOwn, readOwn } from '../logDirectory.ts';
import { headAt } from '../../logWriter.ts';

/**
 * Remembers outside of the database where each log ends, so that an end that was cut off is missed, and by whose log it is.
 *
 * A line for each log is added after every group of appends and before any of them is acknowledged, but never flushed: it
 * outlives the process, however that dies. Only a power cut can set it back by what the system had not yet written; it is
 * behind the logs then, and still true.
 */

/** The ends by the key of their VEN, and when the store was begun. */
export interface KnownHeads {
  /** UTC ms. */
  readonly createdAt: number;
  readonly heads: Map<string, Head>;
}

/** A log's end on a line: key, position, hash. */
type Line = readonly [key: string, position: number, hash: string];

/** @limit Bytes of lines that may be added before the file is written anew, one line a log; at least. */
const rewriteAfterBytes = 1024 * 1024;

const lineOf = (key: string, { position, hash }: Head): string => `${JSON.stringify([key, position, hash])}\n`;

const isLine = (value: unknown): value is Line =>
  Array.isArray(value) &&
  typeof value[0] === 'string' &&
  Number.isSafeInteger(value[1]) &&
  /^[0-9a-f]{64}$/.test(String(value[2]));

const parse = (text: string): KnownHeads | undefined => {
  const [first = '', ...lines] = text.split('\n');
  lines.pop(); // nothing, or what a power cut left of a line
  try {
    const { createdAt } = JSON.parse(first) as { readonly createdAt: unknown };
    if (typeof createdAt !== 'number') return undefined;
    const heads = new Map<string, Head>();
    for (const line of lines) {
      const value: unknown = JSON.parse(line);
      if (!isLine(value)) return undefined;
      const [key, position, hash] = value;
      heads.set(key, { position, hash });
    }
    return { createdAt, heads };
  } catch {
    return undefined;
  }
};

/** Where the logs of a store ended; undefined when it was never begun. @throws LogError `corrupt` */
export const readHeads = async ({ endMark }: LogPaths): Promise<KnownHeads | undefined> => {
  const bytes = await readOwn(endMark);
  if (bytes === undefined || bytes.length === 0) return undefined;
  const known = parse(bytes.toString());
  if (known !== undefined) return known;
  throw new LogError(
    'corrupt',
    `The file ${endMark}, which remembers where each log ends, is damaged. ${damageAdvice}; or remove it, and every log is checked instead, though not whether its end is missing.`,
  );
};

/** Writes the ends, line after line. */
export class HeadsFile {
  readonly #path: string;
  readonly #known: KnownHeads;
  #file: FileHandle;
  #bytes: number;
  #writtenAnewBytes: number;

  private constructor(path: string, known: KnownHeads, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#known = known;
    this.#file = file;
    this.#bytes = bytes;
    this.#writtenAnewBytes = bytes;
  }

  /** Begins with what is known, one line a log. */
  static async begin({ endMark }: LogPaths, known: KnownHeads): Promise<HeadsFile> {
    const { file, bytes } = await writeAnew(endMark, known);
    return new HeadsFile(endMark, known, file, bytes);
  }

  headOf(key: string): Head | undefined {
    return this.#known.heads.get(key);
  }

  /** Remembers ends. A file that lags is still true, so a disk that refuses it is left for the logs themselves to report. */
  async advance(ends: ReadonlyMap<string, Head>): Promise<void> {
    const text = [...ends].map(([key, head]) => lineOf(key, head)).join('');
    for (const [key, head] of ends) this.#known.heads.set(key, headAt(head));
    try {
      await this.#file.appendFile(text);
      this.#bytes += text.length;
      if (this.#bytes > rewriteAfterBytes + 2 * this.#writtenAnewBytes) await this.#rewrite();
    } catch {
      // See above.
    }
  }

  /** Leaves it as short as it can be. */
  async close(): Promise<void> {
    await this.#rewrite().catch(() => undefined);
    await this.#file.close();
  }

  async #rewrite(): Promise<void> {
    const former = this.#file;
    const { file, bytes } = await writeAnew(this.#path, this.#known);
    this.#file = file;
    this.#bytes = bytes;
    this.#writtenAnewBytes = bytes;
    await former.close();
  }
}

/** Replaces the file in one step: after a power cut there is the old one or the new one. */
const writeAnew = async (
  path: string,
  { createdAt, heads }: KnownHeads,
): Promise<{ readonly file: FileHandle; readonly bytes: number }> => {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const file = await openOwn(draft, 'new');
  try {
    const text = [`${JSON.stringify({ createdAt })}\n`, ...[...heads].map(([key, head]) => lineOf(key, head))].join('');
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
    return { file, bytes: text.length };
  } catch (error) {
    await file.close();
    throw error;
  }
};
