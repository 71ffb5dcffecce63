import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { readEndMark } from './endMark.ts';
import { explain } from './levelErrors.ts';
import { openStill, type Still } from './files/still.ts';
import { LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import { logPaths, makeDirectory, openOwn } from './logDirectory.ts';
import { newMarker, readMarker, writeMarker } from './logMarker.ts';
import { openRestingLog } from './restingLog.ts';

/** What a backup holds. */
export interface Backup {
  readonly head: Head;
  readonly entries: number;
  readonly bytes: number;
}

const writeFiles = async (directory: string, { files }: Still): Promise<void> => {
  for (const { name, read } of files) {
    const file = await openOwn(join(directory, name), 'new');
    try {
      await file.writeFile(await read());
      await file.sync();
    } finally {
      await file.close();
    }
  }
  const handle = await open(directory, 'r');
  await handle.sync().catch(() => undefined); // some systems do not flush directories
  await handle.close();
};

/**
 * Copies the log of a directory, as it is at one instant, into a directory that is not there yet, and proves the copy whole. An agent may have it
 * open and goes on. The copy remembers that it is one: nobody writes to it before it was said what may have been sent since.
 *
 * @throws LogError when the log or the copy cannot be trusted, or the disk refuses
 */
export const backUpLog = async (from: string, to: string, now: number): Promise<Backup> => {
  const [source, target] = [logPaths(from), logPaths(to)];
  try {
    const marker = await readMarker(source);
    const endMark = await readEndMark(source);
    const still = await openStill(source.database);
    try {
      await makeDirectory(target);
      await mkdir(target.database, { mode: 0o700 });
      await writeFiles(target.database, still);
    } finally {
      await still.close();
    }
    const createdAt = marker?.createdAt ?? endMark?.createdAt;
    if (createdAt === undefined)
      throw new LogError(
        'missing',
        `The marks log.json and log.end are not in ${from}: start the agent once, or run "ven log verify".`,
      );
    await writeMarker(target, { ...(marker ?? newMarker(createdAt)), open: true, backupAt: now });
    const copy = await openRestingLog(to, { checkTables: true });
    try {
      const head = await copy.verify();
      const known = Math.max(endMark?.head.position ?? -1, marker?.head.position ?? -1);
      if (head.position < known)
        throw new LogError('busy', `The log in ${from} grew faster than it could be copied: try again in a moment.`);
      await writeMarker(target, { ...(marker ?? newMarker(createdAt)), head, open: false, backupAt: now });
      const { entries } = await copy.stats();
      const { bytes } = await copy.diskUse();
      return { head, entries, bytes };
    } finally {
      await copy.close();
    }
  } catch (error) {
    throw explain(error, from);
  }
};
