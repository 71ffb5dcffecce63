/**
 * `npm test`: installs when needed, then runs the tests; what follows `--` goes to vitest.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const vitest = spawn(
  process.execPath,
  [join(repository, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)],
  { cwd: repository, stdio: 'inherit' },
);

/** A terminal gives Ctrl-C to vitest as well; anything else reaches only this process and is passed on. */
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) vitest.kill('SIGINT');
});
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
vitest.on('exit', (code) => process.exit(code ?? 1));
