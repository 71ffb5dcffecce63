/**
 * `npm run storms [-- NAME ...] [--share 0.2]`: what a PostgreSQL that keeps a fleet's logs may suffer, and whether one acknowledged fact was lost.
 *
 * A server of its own is made for each storm; `--share` does that part of the rounds. STORM_SEED repeats a run.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const storms = spawn(
  process.execPath,
  [
    join(repository, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
    join('test', 'storms', 'storms.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: repository, stdio: 'inherit' },
);
process.on('SIGTERM', () => storms.kill('SIGTERM'));
storms.on('exit', (code) => process.exit(code ?? 1));
