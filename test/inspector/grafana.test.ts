/** Grafana's own Foundation SDK reads the boards: by its schema nothing in them is unknown, and nothing is missing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const python = process.env['TER_VEN_PYTHON'] ?? 'python3';
const program = fileURLToPath(new URL('../support/grafanaReads.py', import.meta.url));
const version = '0.0.21';
const isThere =
  spawnSync(python, [
    '-c',
    `import importlib.metadata as m, sys; sys.exit(m.version("grafana-foundation-sdk").lstrip("v") != "${version}")`,
  ]).status === 0;
if (!isThere)
  console.warn(
    `Grafana’s schema does not judge the boards: its SDK is not installed (pip install grafana-foundation-sdk==${version}; TER_VEN_PYTHON names its Python).`,
  );

const placeOf = (name: string): string => fileURLToPath(new URL(`../../deploy/monitoring/${name}`, import.meta.url));

/** Of each board, what is not by the schema. */
const faultsIn = (boards: readonly string[]): unknown => {
  const { status, stdout, stderr } = spawnSync(python, [program, ...boards], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
};

it.skipIf(!isThere)('given both boards, when Grafana’s SDK reads them, then they are whole by its schema', () => {
  expect(faultsIn(['grafana.json', 'fleet.json'].map(placeOf))).toEqual([[], []]);
});

it.skipIf(!isThere)(
  'given a board with a name that is not known, and without one that must be there, then both are told',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ven-board-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'board.json');
    writeFileSync(file, readFileSync(placeOf('grafana.json'), 'utf8').replace('"wideLayout"', '"widerLayout"'));
    expect(faultsIn([file])).toEqual([
      ['panels[0].options.wideLayout is missing', 'panels[0].options.widerLayout is unknown'],
    ]);
  },
);
