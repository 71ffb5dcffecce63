import { readFileSync, statSync } from 'node:fs';
import { longestFileBytes } from '../../settlement/files/fileText.ts';
import { CommandFailure } from '../exitCode.ts';

const whyUnreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
};

const unreadable = (file: string, error: unknown): CommandFailure => {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new CommandFailure(
    `${file}: the file cannot be read, for ${whyUnreadable[code] ?? `the system says ${code}`}; check its path.`,
  );
};

/** What a file holds that was named on the command line. `wanted`: what is to be done with a part of it. @throws CommandFailure */
export const bytesOf = (file: string, wanted: string): Uint8Array => {
  try {
    const { size } = statSync(file);
    if (size > longestFileBytes)
      throw new CommandFailure(
        `${file}: the file has ${size} bytes, and the limit is ${longestFileBytes}; give the part that is to be ${wanted}.`,
      );
    return readFileSync(file);
  } catch (error) {
    throw error instanceof CommandFailure ? error : unreadable(file, error);
  }
};
