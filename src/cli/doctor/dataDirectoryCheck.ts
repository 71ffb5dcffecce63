import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isBegun } from '../control/openLog.ts';
import { bad, good, warning, type DoctorCheck, type Finding } from './finding.ts';
import { spaceFindings } from './space.ts';

const check = 'data directory';

/** The nearest directory above that exists. */
const nearestOf = (path: string): string => (existsSync(path) ? path : nearestOf(dirname(path)));

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const othersMayLook = (path: string): boolean => process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0;

const standing = (directory: string): Finding => {
  const nearest = nearestOf(directory);
  if (!statSync(nearest).isDirectory())
    return bad(check, `${nearest} is a file, and the log needs a directory.`, 'Name another directory with --data.');
  if (!isWritable(nearest))
    return bad(
      check,
      `Nothing can be written into ${nearest}, where the log is to be.`,
      'Give its user the right to write there, or name another directory with --data.',
    );
  if (nearest !== directory) return good(check, `${directory} is not there yet, and can be made.`);
  return othersMayLook(directory)
    ? warning(
        check,
        `Everybody on this machine may look into ${directory}, where prices and usage are recorded.`,
        `Run: chmod 700 ${directory}`,
      )
    : good(check, `${directory} can be written to.`);
};

/** Whether a log can be kept there, and for a year; of a log that has begun, its own growth is known and told beside it. */
export const dataDirectoryCheck: DoctorCheck = async ({ configuration: { settings } }) => {
  const directory = settings.dataDirectory;
  const found = standing(directory);
  if (found.verdict === 'bad' || isBegun(directory)) return [found];
  const { bavail, bsize } = await statfs(nearestOf(directory));
  return [found, ...spaceFindings(Number(bavail) * Number(bsize), 0, null)];
};
