import { damageAdvice, damageAt, LogError } from './errors.ts';
import type { Head } from './eventLog.ts';
import { followChain } from './hashChain.ts';
import { databaseIsPresent, holdsData, type LogPaths } from './logDirectory.ts';
import { logFormat, type Marker, newerError, newMarker } from './logMarker.ts';
import { headAt } from './logWriter.ts';

/** What the database says of itself. */
export interface Meta {
  readonly format: number;
  /** UTC ms. */
  readonly createdAt: number;
}

/** What must be asked of a database before it is trusted. */
export interface Suspect {
  readonly paths: LogPaths;
  readMeta(): Promise<Meta | undefined>;
  writeMeta(meta: Meta): Promise<void>;
  isEmpty(): Promise<boolean>;
  headAt(position: number): Promise<Head>;
  texts(from: number): AsyncIterable<readonly string[]>;
}

/** Whether LevelDB may begin a new database here; it would also do so in place of one that lost its CURRENT file. @throws LogError `missing` */
export const mayCreate = (paths: LogPaths, begun: Marker | undefined, wanted: boolean): boolean => {
  if (databaseIsPresent(paths)) return false;
  if (begun !== undefined || holdsData(paths)) {
    throw new LogError('missing', `The log in ${paths.directory} was begun, but its database or the file CURRENT in it is gone. ${damageAdvice}.`);
  }
  if (wanted) return true;
  throw new LogError('missing', `There is no log in ${paths.directory}: name the data directory of an agent that has run.`);
};

/** Makes sure that marker and database belong together, and writes into a new database whose it is. */
export const identify = async (database: Suspect, begun: Marker | undefined, createdAt: number): Promise<Marker> => {
  const stored = await database.readMeta();
  if (stored === undefined) {
    if (begun !== undefined || !(await database.isEmpty())) throw strangerError(database.paths);
    await database.writeMeta({ format: logFormat, createdAt });
    return newMarker(createdAt);
  }
  if (stored.format > logFormat) throw newerError();
  if (begun !== undefined && begun.createdAt !== stored.createdAt) throw strangerError(database.paths);
  return begun ?? newMarker(stored.createdAt);
};

const strangerError = ({ database, marker }: LogPaths): LogError =>
  new LogError('corrupt', `The database ${database} is not the one that the marker ${marker} was written for. ${damageAdvice}.`);

/** Walks the chain from where it was last known to be good, and compares its length with what the marker remembers. */
export const check = async (database: Suspect, { settled, head: remembered }: Marker): Promise<Pick<Marker, 'settled' | 'head'>> => {
  let head = await database.headAt(settled.position);
  if (head.hash !== settled.hash) throw swappedError(settled.position);
  for await (const entry of followChain(head, database.texts(head.position + 1), -1)) {
    head = headAt(entry);
    if (head.position === remembered.position && head.hash !== remembered.hash) throw swappedError(head.position);
  }
  if (head.position < remembered.position) {
    throw damageAt(head.position + 1, `the log ends here, but it was at least ${remembered.position + 1} entries long`);
  }
  return { settled: head, head };
};

const swappedError = (position: number): LogError => damageAt(position, 'another entry stands there than the one the marker remembers');
