/**
 * `npm run at-scale`: installs when needed, then simulates fleets that nobody has run; what follows `--` goes to scripts/atScale.ts.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const simulation = spawn(
  process.execPath,
  [join(repository, 'node_modules', 'tsx', 'dist', 'cli.mjs'), join('scripts', 'atScale.ts'), ...process.argv.slice(2)],
  { cwd: repository, stdio: 'inherit' },
);
process.on('SIGTERM', () => simulation.kill('SIGTERM'));
simulation.on('exit', (code) => process.exit(code ?? 1));
