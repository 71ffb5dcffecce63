/**
 * `npm run fuzz:signatures`: mutates signed messages, a million unless `-- --count` says otherwise, by RSA and on P-256 in turns.
 * Ends with 1 as soon as one is taken for what nobody signed, or breaks the verifier.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const fuzzing = spawn(
  process.execPath,
  [
    '--import',
    'tsx',
    '--conditions=development',
    join(repository, 'test', 'signatures', 'support', 'main.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: repository, stdio: 'inherit' },
);

process.on('SIGTERM', () => fuzzing.kill('SIGTERM'));
fuzzing.on('exit', (code) => process.exit(code ?? 1));
