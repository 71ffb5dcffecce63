import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** The socket's name in the data directory. */
export const socketName = 'ven.sock';

/** The longest path a socket can have: 104 bytes with the closing zero on macOS, 108 on Linux. @unit bytes */
const longestPathBytes = 103;

/** Where the operating system finds the socket of a data directory. */
export interface SocketAddress {
  /** What is given to `listen` and `connect`. */
  readonly path: string;
  /** Lets go of what keeps the path usable. */
  release(): void;
}

/** A data directory whose path is too long for a socket in it. */
export class PathTooLong extends Error {
  override readonly name = 'PathTooLong';
}

/** A short name for the directory that holds while its descriptor is open; only Linux has it. */
const throughDescriptor = (directory: string): SocketAddress => {
  const descriptor = openSync(directory, 'r');
  return { path: `/proc/self/fd/${descriptor}/${socketName}`, release: () => closeSync(descriptor) };
};

/**
 * The address of a data directory's socket; a long path is reached by a short name where the system has one.
 * @throws PathTooLong where it has none
 */
export const socketAddress = (directory: string, platform: NodeJS.Platform = process.platform): SocketAddress => {
  const path = join(directory, socketName);
  const bytes = Buffer.byteLength(path);
  if (bytes <= longestPathBytes) return { path, release: () => undefined };
  if (platform === 'linux') return throughDescriptor(directory);
  throw new PathTooLong(
    `The path ${path} has ${bytes} bytes, and a socket's has at most ${longestPathBytes}: use a data directory with a shorter path.`,
  );
};
