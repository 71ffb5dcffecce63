import type { EndMark } from './endMark.ts';
import { damageAdvice, damageAt, LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import { followChain } from '../hashChain.ts';
import { databaseIsPresent, holdsData, type LogPaths } from './logDirectory.ts';
import { logFormat, type Marker, newerError, newMarker, wholeFormat } from './logMarker.ts';
import { headAt } from '../logWriter.ts';
import type { Meta } from '../logView.ts';

/** What must be asked of a database before it is trusted. */
export interface Suspect {
  readonly paths: LogPaths;
  readMeta(): Promise<Meta | undefined>;
  writeMeta(meta: Meta): Promise<void>;
  isEmpty(): Promise<boolean>;
  lastPosition(): Promise<number>;
  headAt(position: number): Promise<Head>;
  texts(from: number, to: number): AsyncIterable<readonly string[]>;
}

/** What stands outside the database and remembers it. */
export interface Marks {
  readonly begun: Marker | undefined;
  readonly endMark: EndMark | undefined;
}

/** Whether LevelDB may begin a new database here; it would also do so in place of one that lost its CURRENT file. @throws LogError `missing` */
export const mayCreate = (paths: LogPaths, { begun, endMark }: Marks, wanted: boolean): boolean => {
  if (databaseIsPresent(paths)) return false;
  if (begun !== undefined || endMark !== undefined || holdsData(paths)) {
    throw new LogError(
      'missing',
      `The log in ${paths.directory} was begun, but its database or the file CURRENT in it is gone. ${damageAdvice}.`,
    );
  }
  if (wanted) return true;
  throw noLog(paths);
};

const noLog = ({ directory }: LogPaths): LogError =>
  new LogError('missing', `There is no log in ${directory}: name the data directory of an agent that has run.`);

/** Makes sure that marks and database belong together. @throws LogError `corrupt`, `newer`, or `missing` when the log was never begun */
export const mustBelongTogether = async (
  paths: LogPaths,
  database: Pick<Suspect, 'readMeta'>,
  { begun, endMark }: Marks,
): Promise<Marker> => {
  const stored = await database.readMeta();
  if (stored === undefined) throw begun === undefined && endMark === undefined ? noLog(paths) : strangerError(paths);
  if (stored.format > logFormat) throw newerError();
  if (begun !== undefined && begun.createdAt !== stored.createdAt) throw strangerError(paths);
  if (endMark !== undefined && endMark.createdAt !== stored.createdAt) throw strangerError(paths, paths.endMark);
  return { ...(begun ?? newMarker(stored.createdAt)), format: stored.format };
};

/** Makes sure that marks and database belong together, and writes into a new database whose it is. */
export const identify = async (database: Suspect, marks: Marks, createdAt: number): Promise<Marker> => {
  if ((await database.readMeta()) !== undefined) return mustBelongTogether(database.paths, database, marks);
  if (marks.begun !== undefined || marks.endMark !== undefined || !(await database.isEmpty()))
    throw strangerError(database.paths);
  await database.writeMeta({ format: wholeFormat, createdAt });
  return newMarker(createdAt);
};

const strangerError = ({ database, marker }: LogPaths, mark = marker): LogError =>
  new LogError(
    'corrupt',
    `The database ${database} is not the one that the mark ${mark} was written for. ${damageAdvice}.`,
  );

/** What is known of a log before it is walked. */
export interface Known {
  /** Up to where the chain was checked before. */
  readonly settled: Head;
  /** After which everything is there. */
  readonly base: Head;
  /** Where the marks say that it ended. */
  readonly remembered: readonly Head[];
}

/** What a walk along the chain asks of a database. */
type Walked = Pick<Suspect, 'lastPosition' | 'headAt' | 'texts'>;

/** Walks the chain from where it was last known to be good, and compares its length with what the marks remember. */
export const check = async (
  database: Walked,
  { settled, base, remembered }: Known,
): Promise<Pick<Marker, 'settled' | 'head'>> => {
  const last = Math.max(...remembered.map(({ position }) => position));
  const end = await database.lastPosition();
  if (end < last) throw damageAt(end + 1, `the log ends here, but it was at least ${last + 1} entries long`);
  await mustStandIn(database, base);
  await mustStandIn(database, settled.position >= base.position ? settled : base);
  let head = settled.position >= base.position ? settled : base;
  if (head.position === end) return { settled: head, head };
  for await (const entry of followChain(head, database.texts(head.position + 1, end), -1)) {
    head = headAt(entry);
    if (remembered.some(({ position, hash }) => position === head.position && hash !== head.hash))
      throw swappedError(head.position);
  }
  return { settled: head, head };
};

const mustStandIn = async (database: Walked, { position, hash }: Head): Promise<void> => {
  const there = await database.headAt(position);
  if (there.position !== position || there.hash !== hash) throw swappedError(position);
};

const swappedError = (position: number): LogError =>
  damageAt(position, 'another entry stands there than the one that is remembered');
