/**
 * `npm run simulate`: installs when needed, then simulates; what follows `--` goes to test/simulation/main.ts.
 * `npm run simulate:long` does the same with test/simulation/long.ts.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const [first, ...others] = process.argv.slice(2);
const isLong = first === '--long';

const simulation = spawn(
  process.execPath,
  [
    '--import',
    'tsx',
    '--conditions=development',
    '--max-semi-space-size=64', // days make much that is soon of no use, as in the tests
    join(repository, 'test', 'simulation', isLong ? 'long.ts' : 'main.ts'),
    ...(isLong ? others : process.argv.slice(2)),
  ],
  { cwd: repository, stdio: 'inherit' },
);

process.on('SIGINT', () => {
  if (!process.stdin.isTTY) simulation.kill('SIGINT');
});
process.on('SIGTERM', () => simulation.kill('SIGTERM'));
simulation.on('exit', (code) => process.exit(code ?? 1));
