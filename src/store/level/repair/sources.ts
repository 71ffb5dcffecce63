import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError, withoutAdvice } from '../../errors.ts';
import { salvageTable, salvageWriteAhead, type Salvaged } from '../files/salvage.ts';
import { checkManifest } from '../files/checkFiles.ts';
import type { Scratch } from './scratch.ts';

/** How each kind of file is read. */
const readers: readonly (readonly [RegExp, (bytes: Uint8Array) => Salvaged])[] = [
  [/^\d+\.(ldb|sst)$/, salvageTable],
  [/^\d+\.log$/, (bytes) => salvageWriteAhead(bytes)],
];

/** The keys of our sublevels; no others are in the database. */
const ours = /^!(entries|wires|checkpoints|meta)!/;

const byNumber = (one: string, other: string): number => Number.parseInt(one, 10) - Number.parseInt(other, 10);

const namesIn = async (database: string): Promise<readonly string[]> => {
  try {
    return await readdir(database);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const wordsOf = async (look: Promise<unknown>): Promise<readonly string[]> => {
  try {
    await look;
    return [];
  } catch (error) {
    if (error instanceof LogError) return [withoutAdvice(error)];
    throw error;
  }
};

/**
 * Reads every file of a database, whether LevelDB still counts on it or not, into the scratch, and changes none of them.
 * Returns what is wrong with them.
 */
export const salvageFiles = async (database: string, scratch: Scratch): Promise<readonly string[]> => {
  const names = (await namesIn(database)).toSorted(byNumber);
  const findings: string[] = [];
  if (names.length === 0) findings.push('The database is gone.');
  else if (!names.includes('CURRENT')) findings.push('The file CURRENT of the database is gone.');
  else findings.push(...(await wordsOf(checkManifest(database))));
  for (const name of names) {
    const read = readers.find(([pattern]) => pattern.test(name))?.[1];
    if (read === undefined) continue;
    const { writes, findings: found } = read(await readFile(join(database, name)));
    await scratch.add(writes.filter(({ key }) => ours.test(key)));
    findings.push(...found.map((finding) => `The file ${name} is damaged: ${finding}.`));
  }
  return findings;
};
