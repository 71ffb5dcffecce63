/** The schemas that Kubernetes publishes judge the manifest; what its objects name is there, and what its containers are told is a command. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { calledBy } from '../../src/cli/commandWords.ts';
import { parseArguments } from '../../src/cli/options.ts';

const python = process.env['TER_VEN_PYTHON'] ?? 'python3';
const program = fileURLToPath(new URL('../support/kubernetesReads.py', import.meta.url));
const manifest = fileURLToPath(new URL('../../deploy/kubernetes/fleet.yaml', import.meta.url));
const version = '1.34.0';
const isThere =
  spawnSync(python, [
    '-c',
    `import importlib.metadata as m, sys; sys.exit(m.version("kubernetes-validate") != "${version}")`,
  ]).status === 0;
if (!isThere)
  console.warn(
    `The schemas of Kubernetes do not judge the manifest: they are not installed (pip install kubernetes-validate==${version}; TER_VEN_PYTHON names its Python).`,
  );

/** What the manifest gets wrong, and the commands that it has `ven` do. */
const readingOf = (file: string): { readonly faults: readonly string[]; readonly commands: readonly string[][] } => {
  const { status, stdout, stderr } = spawnSync(python, [program, file], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as ReturnType<typeof readingOf>;
};

it.skipIf(!isThere)('given the manifest, when Kubernetes’ schemas read it, then they find nothing', () => {
  expect(readingOf(manifest).faults).toEqual([]);
});

it.skipIf(!isThere)('given what its containers are told, when ven is told so, then it knows each word', () => {
  const called = readingOf(manifest).commands.map((words) => calledBy(words, COMMANDS));
  expect(called.map((each) => each?.command.name)).toEqual(['ven migrate', 'ven fleet run']);
  for (const each of called)
    if (each !== null) expect(parseArguments(each.command, each.rest).text('store')).toMatch(/^\/etc\/ven\/store\//);
});

it.skipIf(!isThere)('given a manifest that names what is not there, then each is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'fleet.yaml');
  const bad = readFileSync(manifest, 'utf8')
    .replace('maxSkew: 1', 'maxSkews: 1')
    .replace('name: data, mountPath', 'name: date, mountPath')
    .replace('key: owner-password', 'key: password')
    .replace('labels: { app: ven-worker }', 'labels: { app: ven-work }');
  writeFileSync(file, bad);
  expect(readingOf(file).faults.join('\n')).toMatch(
    /no volume date\n.*has no password\n[^]*'maxSkew' is a required property\n.*no pod of it has app: ven-worker/,
  );
});
