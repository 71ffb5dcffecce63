/**
 * `npm run verify`: the definition of done. One line for each step; the first one that fails shows what it said and ends it.
 * Cheap steps come first. Arguments name the steps to run: `npm run verify -- types lint`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installWhenNeeded, repository, requireNode } from './prepare.mjs';

const bin = (...parts) => join(repository, 'node_modules', ...parts);
const vitest = bin('vitest', 'vitest.mjs');

/** Each step is a Node program with its arguments. */
const steps = [
  { name: 'types', what: 'TypeScript finds no fault', run: [bin('typescript', 'bin', 'tsc'), '--noEmit'] },
  {
    name: 'page',
    what: 'TypeScript finds no fault in the page',
    run: [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', join('src', 'inspector', 'page')],
  },
  {
    name: 'browse',
    what: 'TypeScript finds no fault in the tests of the page',
    run: [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', join('test', 'inspector', 'page')],
  },
  { name: 'lint', what: 'ESLint finds no fault', run: [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'] },
  {
    name: 'format',
    what: 'every file is laid out as `npm run format` does it',
    run: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '.', '--log-level', 'warn'],
  },
  {
    name: 'docs',
    what: 'generated documents are up to date',
    run: [bin('tsx', 'dist', 'cli.mjs'), join('scripts', 'docs.ts'), '--check'],
  },
  { name: 'house', what: 'the rules of the house are kept', run: [vitest, 'run', '--project=house'] },
  { name: 'tests', what: 'all other tests pass', run: [vitest, 'run', '--project=!house'] },
];

/** Runs a step; its output is kept back. */
const runStep = ({ run }) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, run, {
      cwd: repository,
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString('utf8') }));
  });

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** What vitest counts at its end: `Tests  812 passed | 3 skipped (815)`. */
const countOf = (output) => {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
  const counted = /^\s*Tests\s+(.*)$/m.exec(plain)?.[1];
  return counted === undefined ? '' : `, ${counted.trim()}`;
};

const chosen = (names) => {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length === 0) return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
  process.stderr.write(
    `There is no step ${unknown.join(', ')}; the steps are ${steps.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
};

requireNode();
await installWhenNeeded();
const begun = performance.now();
for (const step of chosen(process.argv.slice(2))) {
  const since = performance.now();
  const { code, output } = await runStep(step);
  process.stdout.write(
    `${code === 0 ? '✓' : '✗'} ${step.name.padEnd(6)} ${step.what}${countOf(output)} (${seconds(since)})\n`,
  );
  if (code === 0) continue;
  process.stdout.write(`\n${output.trimEnd()}\n\nverify stopped at "${step.name}" after ${seconds(begun)}.\n`);
  process.exit(1);
}
process.stdout.write(`verified in ${seconds(begun)}\n`);
