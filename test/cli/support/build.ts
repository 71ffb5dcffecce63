/** The command line as people get it: built once for all tests of one state of the source. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Below node_modules, so that what is not bundled is found from there. */
const builds = join(repository, 'node_modules', '.cache', 'ter-ven-cli');

interface Scripts {
  newestChange(path: string): number;
}

/** A build that nobody has made for so long is of no use any more. @unit ms */
const oldAfterMs = 3_600_000;

const removeOld = (): void => {
  for (const name of readdirSync(builds)) {
    const path = join(builds, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > oldAfterMs) rmSync(path, { recursive: true, force: true });
  }
};

const build = (directory: string): void => {
  const draft = mkdtempSync(join(builds, 'draft-'));
  const tool = join(repository, 'node_modules', 'tsdown', 'dist', 'run.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--out-dir', draft, '--logLevel', 'error'], {
    cwd: repository,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The command line could not be built:\n${stdout}${stderr}`);
  try {
    renameSync(draft, directory);
  } catch (error) {
    // Another test file was faster, and has built the same.
    if (!existsSync(directory)) throw error;
    rmSync(draft, { recursive: true });
  }
};

/** The path of `ven.mjs`, built from the source as it is. */
export const builtVen = async (): Promise<string> => {
  const { newestChange } = (await import(new URL('../../../scripts/prepare.mjs', import.meta.url).href)) as Scripts;
  const newest = Math.max(
    ...['src', 'package.json', 'tsdown.config.ts'].map((name) => newestChange(join(repository, name))),
  );
  const directory = join(builds, String(Math.floor(newest)));
  mkdirSync(builds, { recursive: true });
  removeOld();
  if (!existsSync(directory)) build(directory);
  return join(directory, 'cli', 'ven.mjs');
};
