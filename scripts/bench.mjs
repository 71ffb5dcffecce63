/**
 * `npm run bench`: installs and builds when needed, bundles the benchmark as `ven` itself is bundled, and runs it.
 *
 *   npm run bench                      everything
 *   npm run bench -- decode replay     only these
 *
 * It is bundled because a loader that compiles on the fly would be measured along with what it loads.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenNeeded, compileAheadWhenNeeded, installWhenNeeded, repository, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();
const ven = await buildWhenNeeded();
await compileAheadWhenNeeded(ven);

process.env.TER_VEN_BUNDLES = 'bench';
const { build } = await import('tsdown');
const outDir = join(repository, 'node_modules', '.cache', 'ter-ven-bench');
const programs = readdirSync(join(repository, 'bench', 'children'));
// The rest is as tsdown.config.ts has it for `ven` itself.
await build({
  cwd: repository,
  entry: Object.fromEntries([
    ['main', 'bench/main.ts'],
    ['planning/child', 'src/adapters/planning/planningChild.ts'],
    ...programs.map((name) => [name.replace(/\.ts$/, ''), `bench/children/${name}`]),
  ]),
  outDir,
  logLevel: 'silent',
});

const bench = spawn(process.execPath, ['--expose-gc', join(outDir, 'main.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TER_VEN_BENCH_REPOSITORY: repository, TER_VEN_BENCH_SUBJECT: ven },
});
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.on('exit', (code) => process.exit(code ?? 1));
