import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const filesIn = (directory: string): string =>
  readdirSync(directory, { recursive: true })
    .map((name) => `${String(name)} ${statSync(join(directory, String(name)), { throwIfNoEntry: false })?.size}`)
    .sort()
    .join();

/** Copies a log's directory, but for what belongs to the process that has it; false when files changed meanwhile, so that the copy is of no one instant. */
export const copyOfOneInstant = (from: string, to: string): boolean => {
  const before = filesIn(from);
  try {
    cpSync(from, to, { recursive: true, filter: (path) => !/LOCK$|\.sock$/.test(path) });
  } catch {
    return false;
  }
  return filesIn(from) === before;
};

/** Copies the directory of a log that is written meanwhile, as often as it takes. */
export const copyOfLiving = async (from: string, to: string): Promise<void> => {
  while (!copyOfOneInstant(from, to)) {
    rmSync(to, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
