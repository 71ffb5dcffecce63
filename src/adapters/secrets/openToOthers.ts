import { statSync } from 'node:fs';

/** Whether somebody else on this machine may read a file; null when it cannot be looked at. A system without such modes keeps no secret by them. */
export const isOpenToOthers = (path: string): boolean | null => {
  try {
    return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
  } catch {
    return null; // that it cannot be read is said where it is read
  }
};

/** What to say of files that hold secrets and that others may read; null when none is so. */
export const openToOthersText = (paths: readonly string[]): string | null => {
  const open = paths.filter((path) => isOpenToOthers(path) === true);
  const [first] = open;
  if (first === undefined) return null;
  return open.length === 1
    ? `Others on this machine may read ${first}, which holds a secret: run chmod 600 ${first}.`
    : `Others on this machine may read ${open.length} files that hold secrets, the first of them ${first}: run chmod 600 on each.`;
};
