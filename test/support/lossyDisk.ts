/** A disk that keeps what was flushed and nothing else when its power is cut; made of a file system of FUSE, where that is there. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../storms/lossyfs.c', import.meta.url));

/** The file system's program, compiled; or why it cannot be had, in words. */
export const lossyProgram = (): { readonly program: string } | { readonly because: string } => {
  if (process.getuid?.() !== 0) return { because: 'to mount a file system takes root' };
  if (!existsSync('/dev/fuse')) return { because: 'there is no FUSE' };
  const program = join(mkdtempSync(join(tmpdir(), 'ven-lossy-')), 'lossyfs');
  const library = ['-D_FILE_OFFSET_BITS=64', '-I/usr/include/fuse3', '-lfuse3'];
  const { status } = spawnSync('cc', ['-O2', '-o', program, source, ...library], { stdio: 'ignore' });
  return status === 0 ? { program } : { because: 'a C compiler or FUSE’s headers are not installed (libfuse3-dev)' };
};

/** Whether something is mounted there. */
const isMounted = (at: string): boolean =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === at);

const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 10));

/** What lies in `at`, on such a disk. */
export class LossyDisk {
  readonly #program: string;
  readonly #at: string;
  readonly #live: string;
  readonly #durable: string;
  #serving: ChildProcess | null = null;

  /** `beside`: a directory on the same disk as `at`, for what it keeps. */
  constructor(program: string, at: string, beside: string) {
    this.#program = program;
    this.#at = at;
    this.#live = join(beside, 'live');
    this.#durable = join(beside, 'durable');
  }

  /** Puts the disk where a directory is, with what lies in that. @throws Error where it cannot be mounted */
  async begin(): Promise<void> {
    mkdirSync(this.#durable, { recursive: true });
    spawnSync('cp', ['-a', `${this.#at}/.`, this.#durable]);
    await this.#mount();
  }

  /** What was not flushed is gone. Nobody may have a file open any more. */
  async cut(): Promise<void> {
    await this.#unmount();
    await this.#mount();
  }

  /** Takes the disk away. */
  end(): Promise<void> {
    return this.#unmount();
  }

  async #mount(): Promise<void> {
    rmSync(this.#live, { recursive: true, force: true });
    mkdirSync(this.#live);
    spawnSync('cp', ['-a', `${this.#durable}/.`, this.#live]);
    const options = ['-f', '-s', '-o', 'allow_other,default_permissions'];
    const serving = spawn(this.#program, [this.#live, this.#durable, this.#at, ...options], { stdio: 'ignore' });
    this.#serving = serving;
    while (!isMounted(this.#at)) {
      if (serving.exitCode !== null) throw new Error('A file system could not be mounted over FUSE.');
      await pause();
    }
  }

  async #unmount(): Promise<void> {
    const serving = this.#serving;
    this.#serving = null;
    if (serving === null) return;
    const ended = serving.exitCode === null ? once(serving, 'exit') : Promise.resolve();
    spawnSync('umount', ['-l', this.#at]);
    await ended;
  }
}
