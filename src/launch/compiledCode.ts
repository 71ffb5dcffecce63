import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { crc32 } from 'node:zlib';

/**
 * Where the code of one chunk of the program stands in a file of compiled code, behind the list of these, in bytes; and
 * the CRC-32 of the code and of the source that it was made of, for V8 knows a source by its length alone.
 */
type CodePlace = readonly [name: string, offset: number, length: number, code: number, source: number];

/** The code of a chunk, and the CRC-32 of its source. */
export interface Compiled {
  readonly code: Buffer;
  readonly source: number;
}

/** The file of the code that fits this process as it is now: another V8, and every change of its flags, has another one. */
const fileOf = (directory: string): string => join(directory, `${cachedDataVersionTag().toString(16)}.code`);

/** The length of the list of places, before everything else. @unit bytes */
const lengthBytes = 4;

const bytesAt = (fd: number, position: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length);
  if (readSync(fd, bytes, 0, length, position) < length) throw new Error('The file of compiled code was cut off.');
  return bytes;
};

/** What V8 made of chunks of the program, for one V8 with one set of its flags. It stays on disk until a chunk is read. */
export class CompiledCode {
  readonly #fd: number | null;
  readonly #places = new Map<string, CodePlace>();
  #startAt = 0;

  /**
   * Opens the compiled code that fits this process as it is now. Where there is none, or it is damaged, it has no chunk:
   * the program is then compiled as it is read, which takes a tenth of a second longer and is otherwise the same.
   */
  constructor(directory: string) {
    this.#fd = this.#open(fileOf(directory));
  }

  #open(file: string): number | null {
    let fd: number | null = null;
    try {
      fd = openSync(file, 'r');
      const length = bytesAt(fd, 0, lengthBytes).readUInt32BE();
      const places = JSON.parse(bytesAt(fd, lengthBytes, length).toString('latin1')) as readonly CodePlace[];
      this.#startAt = lengthBytes + length;
      for (const place of places) this.#places.set(place[0], place);
      return fd;
    } catch {
      if (fd !== null) closeSync(fd);
      return null;
    }
  }

  /** The code of a chunk; undefined where there is none that is whole: V8 would run whatever a damaged disk has made of it. */
  of(name: string): Compiled | undefined {
    const place = this.#places.get(name);
    if (place === undefined || this.#fd === null) return undefined;
    try {
      const [, offset, length, mark, source] = place;
      const code = bytesAt(this.#fd, this.#startAt + offset, length);
      return crc32(code) === mark ? { code, source } : undefined;
    } catch {
      return undefined;
    }
  }

  /** The code of every chunk, each by its name. */
  all(): ReadonlyMap<string, Compiled> {
    const all = [...this.#places.keys()].map((name) => [name, this.of(name)] as const);
    return new Map(all.filter((each): each is readonly [string, Compiled] => each[1] !== undefined));
  }

  /** Lets go of the file. */
  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#places.clear();
  }
}

/** Writes code that fits this process as it is now, in place of what was there. @throws Error of the file system */
export const writeCompiledCode = (directory: string, chunks: ReadonlyMap<string, Compiled>): void => {
  const places: CodePlace[] = [];
  let offset = 0;
  for (const [name, { code, source }] of chunks) {
    places.push([name, offset, code.length, crc32(code), source]);
    offset += code.length;
  }
  const list = Buffer.from(JSON.stringify(places), 'latin1');
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(list.length);
  const path = fileOf(directory);
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(draft, Buffer.concat([length, list, ...[...chunks.values()].map(({ code }) => code)]));
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
};
