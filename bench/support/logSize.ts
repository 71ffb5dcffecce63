import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import type { Entry } from '../../src/facts/entry.ts';
import { logPaths } from '../../src/store/level/logDirectory.ts';

/** Bytes of a log: what was written into it, and what its files take on the disk once LevelDB has tidied them. */
export interface LogSize {
  readonly entries: number;
  /** Keys and values of entries. */
  readonly entryBytes: number;
  /** Keys and values of XML, compressed as it is stored. */
  readonly wireBytes: number;
  readonly compactedBytes: number;
}

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

const bytesBelow = (directory: string): number =>
  filesBelow(directory).reduce((sum, path) => sum + statSync(path).size, 0);

/** Measures a log that is closed, as far as it was recorded from an instant on; the files are measured whole. @unit ms since the epoch */
export const sizeOf = async (directory: string, fromAt: number): Promise<LogSize> => {
  const level = new Level<string, string>(logPaths(directory).database, { valueEncoding: 'utf8' });
  let [entries, entryBytes, wireBytes] = [0, 0, 0];
  let firstKey = '';
  for await (const [key, value] of level.iterator({ gte: '!entries!', lt: '!entries"' })) {
    if ((JSON.parse(value) as Entry).recordedAt < fromAt) continue;
    firstKey ||= key.slice('!entries!'.length);
    entries += 1;
    entryBytes += key.length + Buffer.byteLength(value);
  }
  for await (const [key, value] of level.iterator<string, Uint8Array>({
    gte: `!wires!${firstKey}`,
    lt: '!wires"',
    valueEncoding: 'view',
  })) {
    wireBytes += key.length + value.length;
  }
  // Compaction is a thing of classic-level, which is what `level` is on Node.
  await (level as unknown as { compactRange(from: string, to: string): Promise<void> }).compactRange('', '~');
  await level.close();
  return { entries, entryBytes, wireBytes, compactedBytes: bytesBelow(directory) };
};
