/**
 * `npm run device-day [-- --report FILE]`: a whole day of the programme with a battery at mosquitto, a SunSpec store by pymodbus and a flow
 * of Node-RED, and with what goes wrong on an ordinary bad day. What is not installed is said, and nothing is tried then.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const report = process.argv.indexOf('--report');
const reporters =
  report === -1 ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${process.argv[report + 1]}`];
const lived = spawn(
  process.execPath,
  [
    join(repository, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--config',
    join('test', 'deviceDay', 'vitest.config.ts'),
    ...reporters,
  ],
  { cwd: repository, stdio: 'inherit' },
);
process.on('SIGTERM', () => lived.kill('SIGTERM'));
lived.on('exit', (code) => process.exit(code ?? 1));
