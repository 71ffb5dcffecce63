/**
 * `npm run fuzz:signatures`: mutates signed messages, a million unless `-- --count` says otherwise, by RSA and on P-256 in turns.
 * `-- --processes N` shares them among processes; each tells at its end how many it judged in a second of CPU. Ends with 1 as soon as one is taken for what nobody signed, or breaks the verifier.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    processes: { type: 'string', default: '1' },
  },
});
const processes = Math.max(1, Number(values.processes));
const seed = Number(values.seed ?? Date.now() % 1e9);
const share = Math.ceil(Number(values.count) / processes);

const fuzzings = Array.from({ length: processes }, (_, number) =>
  spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=development',
      join(repository, 'test', 'signatures', 'support', 'main.ts'),
      ...['--count', String(share), '--seed', String(seed + number * 1_000_000)],
    ],
    { cwd: repository, stdio: 'inherit' },
  ),
);

const endAll = () => fuzzings.forEach((each) => each.kill('SIGTERM'));
process.on('SIGTERM', endAll);
for (const each of fuzzings)
  each.on('exit', (code) => {
    if (code === 0) return;
    process.exitCode = code ?? 1;
    endAll();
  });
