import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { longestFileBytes } from '../../files/fileText.ts';
import type { FilePieces } from '../../files/filePieces.ts';
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

/** Does something with a file that was named on the command line. @throws CommandFailure */
const withFile = <Result>(file: string, wanted: string, act: () => Result): Result => {
  try {
    const { size } = statSync(file);
    if (size > longestFileBytes)
      throw new CommandFailure(
        `${file}: the file has ${size} bytes, and the limit is ${longestFileBytes}; give the part that is to be ${wanted}.`,
      );
    return act();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? unreadable(file, error) : error;
  }
};

/** What a file holds that was named on the command line. `wanted`: what is to be done with a part of it. @throws CommandFailure */
export const bytesOf = (file: string, wanted: string): Uint8Array => withFile(file, wanted, () => readFileSync(file));

/** What is read at once. @unit bytes */
const pieceBytes = 1 << 18;

/** The same a piece at a time; each is good until the next one is read. `heard` gets all of it once, however often it is read. */
export const piecesOf = (file: string, wanted: string, heard: (piece: Uint8Array) => void): FilePieces => {
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  let heardTo = 0;
  const hear = (bytes: Uint8Array, from: number): void => {
    const to = from + bytes.byteLength;
    if (to > heardTo) heard(bytes.subarray(Math.max(0, heardTo - from)));
    heardTo = Math.max(heardTo, to);
  };
  const opened = <Result>(act: (descriptor: number) => Result): Result => {
    const descriptor = openSync(file, 'r');
    try {
      return act(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const read = (descriptor: number): Uint8Array => piece.subarray(0, readSync(descriptor, piece, 0, pieceBytes, null));
  return {
    size: withFile(file, wanted, () => statSync(file).size),
    head: withFile(file, wanted, () => opened((descriptor) => Uint8Array.from(read(descriptor)))),
    pieces: {
      *[Symbol.iterator]() {
        const descriptor = withFile(file, wanted, () => openSync(file, 'r'));
        try {
          let from = 0;
          for (let next = read(descriptor); next.byteLength > 0; next = read(descriptor)) {
            hear(next, from);
            from += next.byteLength;
            yield next;
          }
        } finally {
          closeSync(descriptor);
        }
      },
    },
    whole: () => {
      const bytes = bytesOf(file, wanted);
      hear(bytes, 0);
      return bytes;
    },
  };
};
