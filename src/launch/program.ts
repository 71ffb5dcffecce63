import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { CompiledCode } from './compiledCode.ts';

interface ProgramChunk {
  exports: unknown;
}

type ChunkBody = (
  exports: unknown,
  require: (id: string) => unknown,
  chunk: ProgramChunk,
  filename: string,
  dirname: string,
) => void;

/** On the first line, so that lines in a stack trace are those of the file. */
const head = '(function (exports, require, module, __filename, __dirname) {';

/** A chunk as it was read. */
export interface ReadChunk {
  readonly file: string;
  readonly script: Script;
  /** The CRC-32 of its source. */
  readonly source: number;
  /** V8 and its flags at that time. */
  readonly tag: number;
}

/**
 * The program, read chunk by chunk as Node reads CommonJS, and each chunk with the code that V8 has made of it before, where
 * there is some: Node 20 can do this for no module, and Node 22 only with a directory that a running program writes to.
 */
export class Program {
  /** Hears of each chunk before it runs. */
  onRead: (chunk: ReadChunk) => void = () => undefined;
  readonly #directory: string;
  /** Finds what is no chunk: parts of Node, and the libraries that are not bundled. */
  readonly #outside: NodeJS.Require;
  readonly #chunks = new Map<string, ProgramChunk>();
  #code: { readonly tag: number; readonly code: CompiledCode } | null = null;

  /** `directory` is where compiled code lies. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#outside = createRequire(directory);
  }

  /** What fits the flags that V8 has by now: a service changes them once it knows that it is one. */
  #codeFor(file: string, tag: number, source: number): { readonly cachedData?: Buffer } {
    if (this.#code?.tag !== tag) {
      this.#code?.code.close();
      this.#code = { tag, code: new CompiledCode(this.#directory) };
    }
    const compiled = this.#code.code.of(basename(file));
    return compiled?.source === source ? { cachedData: compiled.code } : {};
  }

  /** Runs a chunk of the program, once, and gives what it exports. @throws Error that the chunk throws, or of the file system */
  run(file: string): unknown {
    const known = this.#chunks.get(file);
    if (known !== undefined) return known.exports;
    const bytes = readFileSync(file);
    const tag = cachedDataVersionTag();
    const source = crc32(bytes);
    const script = new Script(`${head}${bytes.toString('latin1')}\n})`, {
      filename: file,
      ...this.#codeFor(file, tag, source),
    });
    this.onRead({ file, script, source, tag });
    const chunk: ProgramChunk = { exports: {} };
    this.#chunks.set(file, chunk);
    const require = (id: string): unknown =>
      id.startsWith('.') ? this.run(join(dirname(file), id)) : this.#outside(id);
    (script.runInThisContext() as ChunkBody).call(chunk.exports, chunk.exports, require, chunk, file, dirname(file));
    return chunk.exports;
  }
}
