import { statSync } from 'node:fs';
import { good, warning, type DoctorCheck } from './finding.ts';

/** Whether somebody else on this machine may read a file; a system without such modes keeps no secret by them. */
const isOpen = (path: string): boolean | null => {
  try {
    return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
  } catch {
    return null; // that it cannot be read is said where it is read
  }
};

/** Whether the files that hold secrets are ours alone. */
export const secretFilesCheck: DoctorCheck = async ({ configuration: { secretFiles } }) => {
  const seen = secretFiles.flatMap((path) => {
    const open = isOpen(path);
    return open === null ? [] : [{ path, open }];
  });
  const open = seen.filter((each) => each.open).map(({ path }) => path);
  if (open.length > 0)
    return open.map((path) =>
      warning('secrets', `Others on this machine may read ${path}, which holds a secret.`, `Run: chmod 600 ${path}`),
    );
  return seen.length === 0 ? [] : [good('secrets', `Only you may read ${seen.map(({ path }) => path).join(', ')}.`)];
};
