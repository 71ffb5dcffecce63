/**
 * `npm test`: installs when needed, then runs the tests; what follows `--` goes to vitest.
 * Where no test is named, the longest are left out (`test/support/leftOut.ts`), unless `--whole` asks for all.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const args = process.argv.slice(2).filter((arg) => arg !== '--whole');
const isWhole = process.argv.includes('--whole');
const isNamed = args.some((arg) => !arg.startsWith('-'));

const vitest = spawn(process.execPath, [join(repository, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], {
  cwd: repository,
  stdio: 'inherit',
  env: isWhole || isNamed ? process.env : { ...process.env, WITHOUT_LONG: '1' },
});

/** A terminal gives Ctrl-C to vitest as well; anything else reaches only this process and is passed on. */
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) vitest.kill('SIGINT');
});
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
vitest.on('exit', (code) => process.exit(code ?? 1));
