import { createServer } from 'node:net';

/**
 * Below the ports that a system gives to whoever asks for any and to its own connections, so that no neighbour is given
 * one of these between our look and our use.
 */
const lowest = 12_000;

/** @limit Ports of one process; each has its own stretch of them by its number. */
const stretch = 20;

const stretches = 1_000;

let next = 0;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port of this machine that nobody listens on, and that nobody else is given meanwhile. */
export const freePort = async (): Promise<number> => {
  for (let looked = 0; looked < stretch; looked += 1) {
    const port = lowest + (process.pid % stretches) * stretch + (next++ % stretch);
    if (await isFree(port)) return port;
  }
  throw new Error(`All ${stretch} ports of this process are taken.`);
};
