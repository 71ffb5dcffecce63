/** A PostgreSQL server of its own for a while, of the binaries that Debian installs: for demos and tests. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @limit The oldest server that is tried. */
export const oldestPostgres = 15;

const root = '/usr/lib/postgresql';

const newest = (): string | null => {
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .filter((version) => version >= oldestPostgres)
    : [];
  const bin = join(root, `${Math.max(...versions)}/bin`);
  return versions.length === 0 || !existsSync(join(bin, 'initdb')) ? null : bin;
};

/** Where the server's programs are; null where none is installed that is new enough. */
export const postgresBinaries = newest();

/** A server refuses to run as root, so it is lent another user. */
const isRoot = process.getuid?.() === 0;
const lent = 'postgres';

const hasUser = (): boolean => {
  try {
    execFileSync('id', ['-u', lent], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Whether a server can be made here. */
export const hasPostgres = postgresBinaries !== null && (!isRoot || hasUser());

/** Runs one of the server's programs as the user whose server it is. */
export const asServer = (program: string, args: readonly string[]): Promise<unknown> => {
  const path = join(postgresBinaries ?? '', program);
  return isRoot ? run('runuser', ['-u', lent, '--', path, ...args]) : run(path, [...args]);
};

/** Gives files and directories to the user whose server it is. */
export const giveToServer = (...paths: readonly string[]): void => {
  if (isRoot) execFileSync('chown', [lent, ...paths]);
};

/** A new directory, which nobody else may look into. */
export const newDirectoryForServer = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-pg-'));
  giveToServer(directory);
  return directory;
};

/** Who owns what is in it. */
export const serverOwner = 'owner';

/** Makes the files of a server. */
export const initServer = async (data: string): Promise<void> => {
  await asServer('initdb', [
    ...['-D', data, '--no-sync', '--auth=trust', '-U', serverOwner, '-E', 'UTF8', '--locale=C', '-k'],
  ]);
};

/** Starts a server and waits for it. */
export const startServer = async (data: string, log: string, settings: readonly string[]): Promise<void> => {
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  await asServer('pg_ctl', ['-D', data, '-l', log, '-w', '-o', options, 'start']);
};

/** Stops it; `immediate` is what a crash is. */
export const stopServer = async (data: string, mode: 'fast' | 'immediate'): Promise<void> => {
  await asServer('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop']).catch(() => undefined);
};

/** A server that is reached over a socket in a directory that nobody else may look into, and over nothing else. */
export interface PassingPostgres {
  /** A connection string. */
  readonly url: string;
  /** Stops it, and leaves nothing of it. */
  readonly remove: () => Promise<void>;
}

/** Makes a server and starts it. @throws Error when that cannot be done */
export const passingPostgres = async (): Promise<PassingPostgres> => {
  const directory = newDirectoryForServer();
  const data = join(directory, 'data');
  const remove = async (): Promise<void> => {
    await stopServer(data, 'immediate');
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await initServer(data);
    await startServer(data, join(directory, 'log'), [
      `unix_socket_directories=${directory}`,
      'listen_addresses=',
      'port=5432',
      'max_connections=80',
    ]);
  } catch (error) {
    await remove();
    throw error;
  }
  return { url: `postgres://${serverOwner}@/postgres?host=${encodeURIComponent(directory)}`, remove };
};
