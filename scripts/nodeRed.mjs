/**
 * `node scripts/nodeRed.mjs`: installs Node-RED where the tests look for it, outside of the repository: it is a stranger's program, and
 * none of our dependencies. It is installed once; what is there already is left as it is.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version that is tried; 4.x runs on every Node that we run on. */
export const nodeRedVersion = '4.1.8';

/** Where it is installed. */
export const nodeRedDirectory = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'ter-ven',
  `node-red-${nodeRedVersion}`,
);

/** Its program. */
export const nodeRedProgram = join(nodeRedDirectory, 'node_modules', 'node-red', 'red.js');

const install = () => {
  if (existsSync(nodeRedProgram)) return;
  // What was broken off half-way is not taken for whole.
  const draft = `${nodeRedDirectory}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  execFileSync(
    'npm',
    [
      'install',
      '--prefix',
      draft,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `node-red@${nodeRedVersion}`,
    ],
    { stdio: 'inherit' },
  );
  rmSync(nodeRedDirectory, { recursive: true, force: true });
  renameSync(draft, nodeRedDirectory);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
