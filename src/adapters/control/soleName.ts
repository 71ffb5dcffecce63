import { createServer } from 'node:net';

/** A name that this process has, and no other on the machine. */
export interface SoleName {
  release(): void;
}

/**
 * Takes a name that only one process of the machine can have; the system takes it back when the process ends, however it does.
 * Null when another process has it. Only Linux has such names (sockets without a file): elsewhere it is given without a check.
 */
export const takeName = (name: string, platform: NodeJS.Platform = process.platform): Promise<SoleName | null> => {
  if (platform !== 'linux') return Promise.resolve({ release: () => undefined });
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      // Where the system allows no such socket at all, the lock of the database has to do.
      resolve(code === 'EADDRINUSE' ? null : { release: () => undefined }),
    );
    server.listen(`\0ter-ven/${name}`, () => {
      server.unref();
      resolve({ release: () => void server.close() });
    });
  });
};
