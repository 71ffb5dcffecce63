import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openEmbeddedWorld } from '../../src/cli/conformance/embeddedWorld.ts';
import { oneForAll } from '../support/planner.ts';
import { runCase } from '../../src/conformance/runCase.ts';
import { testCases } from '../../src/conformance/suite.ts';
import { sharedDirectory, sharedIsPresent } from '../support/shared.ts';

const python = process.env['TER_VEN_PYTHON'] ?? 'python3';
const hasXmlschema = spawnSync(python, ['-c', 'import xmlschema']).status === 0;
if (!hasXmlschema)
  console.warn(
    'No message is held against the schemas by a second validator, because xmlschema (python3-xmlschema) is not installed.',
  );

/** Reads a list of texts and writes, for each, what is wrong with it: null when nothing is. */
const program = `
import json, sys, xmlschema
schema = xmlschema.XMLSchema(sys.argv[1])
def fault(text):
    try:
        return next((error.reason for error in schema.iter_errors(text)), None)
    except Exception as error:
        return str(error)
json.dump([fault(text) for text in json.load(sys.stdin)], sys.stdout)
`;

const faultsIn = (texts: readonly string[]): readonly (string | null)[] => {
  const { stdout, stderr } = spawnSync(
    python,
    ['-c', program, join(sharedDirectory, 'openadr', 'xsd', 'oadr_20b.xsd')],
    {
      input: JSON.stringify(texts),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly (string | null)[];
};

const scratch = mkdtempSync(join(tmpdir(), 'ven-validated-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const textsOf = async (name: string): Promise<readonly string[]> => {
  const test = testCases.find((each) => each.name === name);
  if (test === undefined) throw new Error(`There is no case ${name}.`);
  const world = await openEmbeddedWorld(test, {
    directory: join(scratch, name),
    now: Date.now(),
    optimiser: oneForAll,
  });
  try {
    const { verdict, because, exchanges } = await runCase(test, world);
    expect([name, verdict, because]).toEqual([name, 'passed', undefined]);
    return exchanges.flatMap(({ asked, answer }) => [asked.xml, answer?.xml ?? '']).filter((xml) => xml !== '');
  } finally {
    await world.close();
  }
};

describe('a validator that is not built on libxml2', () => {
  it.skipIf(!hasXmlschema || !sharedIsPresent)(
    'given what passes in cases of each family, then every message is valid, and one that is spoilt is not',
    async () => {
      const texts = new Set<string>();
      for (const name of ['N1_0020', 'N1_0070', 'N0_5070', 'A_E1_0060', 'E1_1027', 'P1_2020', 'R1_3060', 'R1_3150'])
        for (const text of await textsOf(name)) texts.add(text);
      const all = [...texts];
      const spoilt = (all[0] ?? '').replace('oadrProfileName>2.0b<', 'oadrProfileName>3.0<');
      expect(spoilt).not.toBe(all[0]);
      const faults = faultsIn([...all, spoilt]);
      expect(all.filter((_, index) => faults[index] !== null).map((xml, index) => [faults[index], xml])).toEqual([]);
      expect(faults.at(-1)).not.toBeNull();
    },
  );
});
