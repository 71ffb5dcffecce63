/**
 * `node scripts/openleadr.mjs`: installs OpenLEADR, a VTN that signs, where the tests look for it, outside of the repository: it is a
 * stranger's program in Python, and none of our dependencies. It is installed once; what is there already is left as it is.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version that is tried. */
export const openleadrVersion = '0.5.36';

/** Where it is installed. */
export const openleadrDirectory = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'ter-ven',
  `openleadr-${openleadrVersion}`,
);

/** Its Python. */
export const openleadrPython = join(openleadrDirectory, 'bin', 'python');

/** Says that it was installed as a whole. */
const whole = join(openleadrDirectory, 'installed');

/** Whether it is there. */
export const hasOpenleadr = () => existsSync(whole);

const install = () => {
  if (hasOpenleadr()) return;
  rmSync(openleadrDirectory, { recursive: true, force: true });
  mkdirSync(dirname(openleadrDirectory), { recursive: true });
  const run = (program, ...args) => execFileSync(program, args, { stdio: 'inherit' });
  run('python3', '-m', 'venv', openleadrDirectory);
  run(
    openleadrPython,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    `openleadr==${openleadrVersion}`,
  );
  // What was broken off half-way is not taken for whole.
  mkdirSync(`${whole}.draft`);
  renameSync(`${whole}.draft`, whole);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
