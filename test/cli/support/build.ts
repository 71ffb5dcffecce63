/** What tests start as processes, the command line as people get it above all: built once for one state of the source. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Below node_modules, so that what is not bundled is found from there. */
const builds = join(repository, 'node_modules', '.cache', 'ter-ven-cli');

interface Scripts {
  newestChange(path: string): number;
}

/** A build that nobody has asked for in so long is of no use any more. @unit ms */
const oldAfterMs = 6 * 3_600_000;

const removeOld = (wanted: string): void => {
  for (const path of readdirSync(builds).map((name) => join(builds, name))) {
    if (path === wanted) continue;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > oldAfterMs) rmSync(path, { recursive: true, force: true });
  }
};

const tool = join(repository, 'node_modules', 'tsdown', 'dist', 'run.mjs');

/** What is still to be done to a build before anybody has it. */
type Finish = (draft: string) => Promise<void>;

const build = async (directory: string, args: readonly string[], finish: Finish): Promise<void> => {
  const draft = mkdtempSync(join(builds, 'draft-'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tool, ...args, '--out-dir', draft, '--logLevel', 'error'],
    { cwd: repository, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`What the tests start could not be built:\n${stdout}${stderr}`);
  await finish(draft);
  try {
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Somebody else has built the same meanwhile.
    if (!existsSync(directory)) throw error;
  }
};

/** False once the process that wrote its number there is gone; one that has just begun has not written it yet. */
const isBuiltByTheLiving = (lock: string): boolean => {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether it is ours to build: one process does, the others wait for it, however long it takes on a busy machine. */
const begins = (lock: string): boolean => {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isBuiltByTheLiving(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
};

/** Where something is that was built from the source as it is, once for all who want it. */
const built = async (
  name: string,
  sources: readonly string[],
  args: readonly string[],
  finish: Finish = async () => undefined,
): Promise<string> => {
  const { newestChange } = (await import(new URL('../../../scripts/prepare.mjs', import.meta.url).href)) as Scripts;
  const newest = Math.max(...sources.map((path) => newestChange(join(repository, path))));
  const directory = join(builds, `${name}-${Math.floor(newest)}`);
  const lock = `${directory}.lock`;
  mkdirSync(builds, { recursive: true });
  removeOld(directory);
  while (!existsSync(directory)) {
    if (begins(lock)) {
      try {
        if (!existsSync(directory)) await build(directory, args, finish);
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    } else await new Promise((resolve) => setTimeout(resolve, 100));
  }
  utimesSync(directory, new Date(), new Date());
  return directory;
};

/**
 * Starts the agent once and a VTN for it, and keeps what V8 compiled of them, as `npm run build` does of more: of the hundred
 * processes that tests start, each then takes a quarter less.
 */
const compileAhead: Finish = async (draft) => {
  const home = mkdtempSync(join(tmpdir(), 'ven-ahead-'));
  const start = (args: readonly string[], until: RegExp, url = '') => {
    const child = spawn(process.execPath, [join(draft, 'cli', 'recorded.mjs'), ...args], {
      env: { ...process.env, VEN_VTN_URL: url, VEN_ANCHOR_DIRECTORY: 'none', XDG_STATE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let text = '';
    const said = new Promise<string>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => {
          text += part.toString();
          if (until.test(text)) resolve(text);
        });
      // What was built is whole without it; why it ended is told by the tests of it.
      void ended.then(() => resolve(text));
    });
    return { said, end: () => (child.kill('SIGTERM'), ended) };
  };
  const vtn = start(['vtn', '--port', '0'], /listens at/);
  const [url = ''] = /https?:\/\/\S+/.exec(await vtn.said) ?? [];
  const ven = start(['run', '--data', join(home, 'data')], /Registered with/, url);
  await ven.said;
  await ven.end();
  await vtn.end();
  rmSync(home, { recursive: true, force: true });
};

/** The path of `ven.mjs`, built from the source as it is. */
export const builtVen = async (): Promise<string> =>
  join(await built('ven', ['src', 'package.json', 'tsdown.config.ts'], [], compileAhead), 'cli', 'ven.mjs');

/** The path of a program of the tests, built with what it imports: as a process it then starts at once. */
export const builtProgram = async (path: string): Promise<string> => {
  const name = basename(path, '.ts');
  const args = [path, '--no-config', '--target', 'node20'];
  return join(await built(name, ['src', dirname(path), 'package.json'], args), `${name}.mjs`);
};
