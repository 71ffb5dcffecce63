/**
 * `node recorded.mjs COMMAND …`: `ven COMMAND …`, and when it ends, what V8 has made of the program by then is written
 * down. Code that was there before is begun with, so what one command needs is added to what others did.
 */
import { basename } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { CompiledCode, writeCompiledCode } from './compiledCode.ts';
import { compiledDirectory, firstChunk } from './places.ts';
import { Program, type ReadChunk } from './program.ts';

const directory = compiledDirectory(import.meta.url);
const program = new Program(directory);
const read: ReadChunk[] = [];
program.onRead = (chunk) => void read.push(chunk);

process.on('exit', () => {
  const now = cachedDataVersionTag();
  const before = new CompiledCode(directory);
  const chunks = new Map(before.all());
  before.close();
  // Code can be made only for V8 with the flags that it has now, and is of use only where a chunk is read with the same.
  for (const { file, script, source, tag } of read)
    if (tag === now) chunks.set(basename(file), { code: script.createCachedData(), source });
  writeCompiledCode(directory, chunks);
});

program.run(firstChunk(import.meta.url));
