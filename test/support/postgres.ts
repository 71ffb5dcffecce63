import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pacing } from '../../src/store/postgres/commits.ts';
import type { DatabaseAccess } from '../../src/store/postgres/pool.ts';
import { PostgresLogStore, type PostgresStoreOptions } from '../../src/store/postgres/postgresLogStore.ts';

const run = promisify(execFile);

/** @limit The oldest server that is tried. */
const oldest = 15;

const binariesIn = (root: string): string | null => {
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .filter((version) => version >= oldest)
    : [];
  const newest = Math.max(...versions);
  return versions.length === 0 || !existsSync(join(root, `${newest}/bin/initdb`)) ? null : join(root, `${newest}/bin`);
};

const binaries = binariesIn('/usr/lib/postgresql');

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

/** Whether there is a server to test with; a test that is skipped for the lack of it says so. */
export const hasPostgres = binaries !== null && (!isRoot || hasUser());
if (!hasPostgres) console.warn(`PostgreSQL ${oldest} or later is not installed: what is kept in it is not tried.`);

const asServer = (program: string, args: readonly string[]): Promise<unknown> => {
  const path = join(binaries ?? '', program);
  return isRoot ? run('runuser', ['-u', lent, '--', path, ...args]) : run(path, [...args]);
};

/** A port that nobody listens on just now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** A server of its own, in a directory of its own. */
export class PostgresCluster {
  readonly directory: string;
  readonly port: number;
  readonly #settings: readonly string[];

  private constructor(directory: string, port: number, settings: readonly string[]) {
    this.directory = directory;
    this.port = port;
    this.#settings = settings;
  }

  /** Makes a cluster and starts its server; without `settings` it writes to no disk in earnest. */
  static async start(settings: readonly string[] = ['fsync=off']): Promise<PostgresCluster> {
    const directory = mkdtempSync(join(tmpdir(), 'ven-pg-'));
    if (isRoot) execFileSync('chown', [lent, directory]);
    await asServer('initdb', [
      '-D',
      join(directory, 'data'),
      '--no-sync',
      '--auth=trust',
      '-U',
      'owner',
      '-E',
      'UTF8',
      '--locale=C',
      '-k',
    ]);
    const cluster = new PostgresCluster(directory, await freePort(), settings);
    await cluster.up();
    return cluster;
  }

  get data(): string {
    return join(this.directory, 'data');
  }

  async up(): Promise<void> {
    const settings = [
      'unix_socket_directories=' + this.directory,
      `port=${this.port}`,
      'listen_addresses=127.0.0.1',
      ...this.#settings,
    ];
    const options = settings.map((setting) => `-c ${setting}`).join(' ');
    await asServer('pg_ctl', ['-D', this.data, '-l', join(this.directory, 'log'), '-w', '-o', options, 'start']);
  }

  /** `immediate` is what a crash is. */
  async down(mode: 'fast' | 'immediate' = 'immediate'): Promise<void> {
    await asServer('pg_ctl', ['-D', this.data, '-m', mode, '-w', 'stop']).catch(() => undefined);
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The way to a database of it, over its socket. */
  access(database = 'postgres', changes: Partial<DatabaseAccess['config']> = {}): DatabaseAccess {
    return {
      config: { host: this.directory, port: this.port, database, user: 'owner', ...changes },
      place: `the test's cluster, database ${database}`,
      veil: (text) => text,
    };
  }

  /** A store in the cluster; each has a holder's name of its own. */
  store(changes: Partial<PostgresStoreOptions> = {}): Promise<PostgresLogStore> {
    return PostgresLogStore.open({
      access: this.access(),
      holder: randomUUID(),
      pacing: realPacing,
      now: Date.now,
      ...changes,
    });
  }
}

/** Time as it is. */
export const realPacing: Pacing = {
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
};

/** A directory that the server's user may write to as well. */
export const directoryForServer = (parent: string, name: string): string => {
  const directory = join(parent, name);
  mkdirSync(directory);
  if (isRoot) execFileSync('chown', [lent, directory]);
  return directory;
};
