import { CommandFailure } from '../exitCode.ts';

/** Where the reference client looks for its VTN. */
export const defaultPort = 8_000;

/** What keeps a server from listening, as a sentence; the error itself when it is something else. */
export const portProblem = (port: number, error: unknown): unknown => {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  return new CommandFailure(
    `The port ${port} cannot be used (${code}): something else listens there, or it is reserved; give another one with --port.`,
  );
};
