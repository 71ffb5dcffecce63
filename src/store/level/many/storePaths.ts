import { join } from 'node:path';
import { LogError } from '../../errors.ts';
import type { LogPaths } from '../logDirectory.ts';

/** The places of the parts of a store: the database, and the file that remembers where each log ends. */
export const storePaths = (directory: string): LogPaths => ({
  directory,
  database: join(directory, 'logs'),
  marker: join(directory, 'logs.json'),
  endMark: join(directory, 'logs.heads'),
});

/** What stands before the keys of the store itself: no venID is written so. */
const own = '!!';

/** The key of what the store says of itself. */
export const storeKey = `${own}store`;

/** Before the keys that say whose logs there are. */
export const indexPrefix = `${own}vens!`;

/** @limit Characters of a venID as a key. */
const longestKey = 500;

/** A venID as a part of keys: of `!`, which ends it, and of what may not stand in a key, other characters are made. @throws LogError `missing` for what no VEN is called */
export const venKeyOf = (venID: string): string => {
  try {
    const key = encodeURIComponent(venID).replaceAll('!', '%21');
    if (key !== '' && key.length <= longestKey) return key;
  } catch {
    // Half of a character; said below.
  }
  throw new LogError(
    'missing',
    `No log is kept for a VEN called ${JSON.stringify(venID.slice(0, 80))}: a venID has 1 to ${longestKey} characters.`,
  );
};

/** The venID that a part of a key stands for. */
export const venIDOf = (key: string): string => decodeURIComponent(key);

/** Before all keys of a VEN's log. */
export const logPrefixOf = (key: string): string => `!${key}`;
