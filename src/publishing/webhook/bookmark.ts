/** Up to where of the log a receiver has everything, kept in a file beside the log, so that a restart leaves nothing out. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createHash } from 'node:crypto';

/** A place in the log; the hash says in which log. */
export interface Bookmark {
  readonly position: number;
  readonly hash: string;
}

/** The file of a receiver; its name says nothing of its address. */
export const bookmarkFile = (dataDirectory: string, url: string): string =>
  join(dataDirectory, 'webhooks', `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.json`);

/** What was kept; null when there is none that can be read. */
export const readBookmark = async (file: string): Promise<Bookmark | null> => {
  try {
    const { position, hash } = JSON.parse(await readFile(file, 'utf8')) as Partial<Bookmark>;
    return Number.isSafeInteger(position) && typeof hash === 'string' ? { position: position as number, hash } : null;
  } catch {
    return null;
  }
};

/** Keeps it, whole or not at all. */
export const keepBookmark = async (file: string, { position, hash }: Bookmark): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify({ position, hash })}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
};
