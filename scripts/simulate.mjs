/**
 * `npm run simulate`: installs when needed, bundles the simulation, and simulates; what follows `--` goes to
 * test/simulation/main.ts. `npm run simulate:long` does the same with test/simulation/long.ts.
 *
 * It is bundled because a loader that compiles on the fly costs each process of a long run more than a simulated day.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const [first, ...others] = process.argv.slice(2);
const isLong = first === '--long';

const { build } = await import('tsdown');
// One for each run: what goes on for hours is not changed by what is begun beside it.
const outDir = join(repository, 'node_modules', '.cache', 'ter-ven-simulation', String(process.pid));
process.on('exit', () => rmSync(outDir, { recursive: true, force: true }));
await build({
  cwd: repository,
  config: false,
  entry: {
    main: 'test/simulation/main.ts',
    long: 'test/simulation/long.ts',
    oneSeed: 'test/simulation/support/long/oneSeed.ts',
  },
  platform: 'node',
  target: 'node20',
  outDir,
  dts: false,
  deps: { alwaysBundle: [/^(?!(?:level|highs)$|node:).*$/], onlyBundle: false },
  logLevel: 'error',
});

const simulation = spawn(
  process.execPath,
  [
    '--max-semi-space-size=64', // days make much that is soon of no use, as in the tests
    join(outDir, isLong ? 'long.mjs' : 'main.mjs'),
    ...(isLong ? others : process.argv.slice(2)),
  ],
  { cwd: repository, stdio: 'inherit' },
);

process.on('SIGINT', () => {
  if (!process.stdin.isTTY) simulation.kill('SIGINT');
});
process.on('SIGTERM', () => simulation.kill('SIGTERM'));
simulation.on('exit', (code) => process.exit(code ?? 1));
