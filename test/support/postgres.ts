import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  asServer,
  giveToServer,
  hasPostgres,
  initServer,
  newDirectoryForServer,
  oldestPostgres,
  postgresBinaries,
  startServer,
  stopServer,
} from '../../src/adapters/process/passingPostgres.ts';
import type { Pacing } from '../../src/store/postgres/commits.ts';
import type { DatabaseAccess } from '../../src/store/postgres/pool.ts';
import { freePort } from './freePort.ts';
import { childrenOf } from './children.ts';
import { LossyDisk } from './lossyDisk.ts';
import { PostgresLogStore, type PostgresStoreOptions } from '../../src/store/postgres/postgresLogStore.ts';

const run = promisify(execFile);

/** A test that is skipped for the lack of it says so. */
export { hasPostgres };
if (!hasPostgres)
  console.warn(`PostgreSQL ${oldestPostgres} or later is not installed: what is kept in it is not tried.`);

const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** A server of its own, in a directory of its own. */
export class PostgresCluster {
  readonly directory: string;
  readonly port: number;
  readonly #settings: readonly string[];

  readonly #isMounted: boolean;
  #lossy: LossyDisk | null = null;

  private constructor(directory: string, port: number, settings: readonly string[], isMounted = false) {
    this.directory = directory;
    this.port = port;
    this.#settings = settings;
    this.#isMounted = isMounted;
  }

  /** Makes a cluster and starts its server; without `settings` it writes to no disk in earnest. */
  static async start(settings: readonly string[] = ['fsync=off']): Promise<PostgresCluster> {
    return PostgresCluster.#in(newDirectoryForServer(), settings, false);
  }

  /** One that proves whose it is, and takes encrypted connections only from then on. */
  static async startProved({
    certificate,
    key,
  }: {
    readonly certificate: string;
    readonly key: string;
  }): Promise<PostgresCluster> {
    const directory = newDirectoryForServer();
    const files = { ssl_cert_file: join(directory, 'server.pem'), ssl_key_file: join(directory, 'server.key') };
    writeFileSync(files.ssl_cert_file, certificate);
    writeFileSync(files.ssl_key_file, key, { mode: 0o600 });
    giveToServer(...Object.values(files));
    const settings = Object.entries(files).map(([name, file]) => `${name}=${file}`);
    return PostgresCluster.#in(directory, ['fsync=off', 'ssl=on', ...settings], false);
  }

  /** One on a small disk of its own; null where none can be mounted. */
  static async onSmallDisk(megabytes: number, settings: readonly string[]): Promise<PostgresCluster | null> {
    const directory = newDirectoryForServer();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'tmpfs', directory]);
    if (mounted.status === 0) return PostgresCluster.#in(directory, settings, true);
    rmSync(directory, { recursive: true });
    return null;
  }

  /** One whose files lie on a disk that keeps only what was flushed when its power is cut. @throws Error where it cannot be mounted */
  static async onLossyDisk(program: string, settings: readonly string[]): Promise<PostgresCluster> {
    const directory = newDirectoryForServer();
    const cluster = new PostgresCluster(directory, await freePort(), settings);
    await initServer(cluster.data);
    cluster.#lossy = new LossyDisk(program, cluster.data, directory);
    await cluster.#lossy.begin();
    await cluster.up();
    return cluster;
  }

  /** Ends the server and its disk without a word; the server is begun again by `up`. */
  async powerCut(): Promise<void> {
    await this.kill();
    await this.#lossy?.cut();
  }

  static async #in(directory: string, settings: readonly string[], isMounted: boolean): Promise<PostgresCluster> {
    const data = join(directory, 'data');
    await initServer(data);
    const cluster = new PostgresCluster(directory, await freePort(), settings, isMounted);
    await cluster.up();
    return cluster;
  }

  /** A standby that this server waits for at every commit. */
  async standby(settings: readonly string[]): Promise<PostgresCluster> {
    const directory = newDirectoryForServer();
    const data = join(directory, 'data');
    const from = ['-h', this.directory, '-p', String(this.port), '-U', 'owner'];
    await asServer('pg_basebackup', [...from, '-D', data, '-R', '-X', 'stream', '-c', 'fast']);
    const standby = new PostgresCluster(directory, await freePort(), [...this.#settings, ...settings]);
    await standby.up();
    return standby;
  }

  /** From now on each commit waits for the standby, which is there. */
  async awaitStandby(): Promise<void> {
    await this.#ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await this.#ask('SELECT pg_reload_conf()');
    while (!(await this.#ask('SELECT sync_state FROM pg_stat_replication')).includes('sync')) await realPacing.wait(50);
  }

  async promote(): Promise<void> {
    await asServer('pg_ctl', ['-D', this.data, '-w', 'promote']);
  }

  async #ask(text: string): Promise<string> {
    const { stdout } = await run(join(postgresBinaries ?? '', 'psql'), [
      ...['-h', this.directory, '-p', String(this.port), '-U', 'owner', '-d', 'postgres', '-Atc', text],
    ]);
    return stdout;
  }

  /** The processes of the server. */
  backends(): readonly number[] {
    const pid = this.#pid();
    return pid === null ? [] : childrenOf(pid);
  }

  /** Ends every process of the server without a word, and waits until there is none. */
  async kill(): Promise<void> {
    const pid = this.#pid();
    if (pid === null) return;
    const all = [pid, ...childrenOf(pid)];
    for (const each of all) {
      try {
        process.kill(each, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    while (all.some(isAlive)) await realPacing.wait(10);
    // Where nobody buries the dead, the next server would take this one for alive.
    for (const lock of [join(this.data, 'postmaster.pid'), join(this.directory, `.s.PGSQL.${this.port}.lock`)])
      rmSync(lock, { force: true });
  }

  /**
   * Waits until the server takes changes, and starts it where it has ended itself.
   * @throws Error with the last words of its log after two minutes
   */
  async recovered(): Promise<void> {
    const until = realPacing.now() + 120_000;
    for (let why: unknown; ; await realPacing.wait(100)) {
      try {
        const pid = this.#pid();
        if (pid === null || !isAlive(pid)) await this.up();
        await this.#ask('CREATE TABLE room (there int); DROP TABLE room; CHECKPOINT');
        return;
      } catch (error) {
        why = error;
      }
      if (realPacing.now() > until)
        throw new Error(`The server does not come back:\n${this.#lastWords()}`, { cause: why });
    }
  }

  #lastWords(): string {
    const file = join(this.directory, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-20).join('\n') : '';
  }

  #pid(): number | null {
    const file = join(this.data, 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
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
    const start = (): Promise<void> => startServer(this.data, join(this.directory, 'log'), settings);
    // What was left of a server that was killed may still be ending.
    for (let tries = 1; ; tries += 1) {
      try {
        await start();
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await realPacing.wait(250);
      }
    }
  }

  /** `immediate` is what a crash is. */
  async down(mode: 'fast' | 'immediate' = 'immediate'): Promise<void> {
    await stopServer(this.data, mode);
  }

  async remove(): Promise<void> {
    await this.down();
    await this.#lossy?.end();
    if (this.#isMounted) spawnSync('umount', ['-l', this.directory]);
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
  wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  idle: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
};

/** A directory that the server's user may write to as well. */
export const directoryForServer = (parent: string, name: string): string => {
  const directory = join(parent, name);
  mkdirSync(directory);
  giveToServer(directory);
  return directory;
};
