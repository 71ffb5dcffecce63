import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checklist } from '../../scripts/checklist/rows.ts';
import { pulledCases, pushedCases, pushTwinOf, skippedCases, testCases } from '../../src/conformance/suite.ts';
import { sharedDirectory, sharedIsPresent } from '../support/shared.ts';

const names = [...testCases, ...skippedCases].map(({ name }) => name);

describe('the suite', () => {
  it('has each case once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('names rows that the checklist has', () => {
    const rows = new Set(checklist.map(([row]) => row));
    expect(testCases.flatMap((test) => test.rows.filter((row) => !rows.has(row)))).toEqual([]);
    expect(testCases.filter(({ rows: told }) => told.length === 0)).toEqual([]);
  });

  it('has a push twin of every case but those about polls, under its name and with its scenario', () => {
    const isPushed = new Map(pushedCases.map((test) => [test.name, test]));
    const alone = pulledCases.filter(({ name }) => !isPushed.has(pushTwinOf(name)));
    expect(alone.map(({ name }) => name)).toEqual(['G1_4011', 'G1_4015']);
    expect(pulledCases.filter((test) => (isPushed.get(pushTwinOf(test.name)) ?? test).run !== test.run)).toEqual([]);
    expect(pushedCases.filter((test) => test.isPushed !== true)).toEqual([]);
    expect(pushedCases.flatMap(({ rows }) => rows.filter((row) => row.startsWith('3.')))).toEqual(['3.1']);
  });

  it('says of the cases that have the VTN do nothing, and of no other, that any VTN does its part by itself', () => {
    const hasVtnDo = /\b(?:vtn|arrange|distributes|accepted|asks|handedOut)\)?\(/;
    const unaided = testCases.filter(({ run }) => !hasVtnDo.test(run.toString()));
    expect(testCases.filter(({ isUnaided }) => isUnaided === true).map(({ name }) => name)).toEqual(
      unaided.map(({ name }) => name),
    );
    expect(unaided.length).toBeGreaterThan(20);
  });

  it.each([
    ['N1_0030', 'N0_5030'],
    ['A_E1_0040', 'A_E0_0040'],
    ['E1_1020', 'E0_6020'],
    ['P1_2010', 'P0_7010'],
    ['R1_3130', 'R0_8130'],
    ['G1_4010', 'G0_9010'],
    ['G1_4010_RSA', 'G0_9010_RSA'],
  ])('calls the push twin of %s %s', (pull, push) => {
    expect(pushTwinOf(pull)).toBe(push);
  });

  it.skipIf(!sharedIsPresent)('has every case that the checklist names for a row', () => {
    const text = readFileSync(join(sharedDirectory, 'openadr', 'conformance.md'), 'utf8');
    const named = new Set(text.match(/\b(?:A_E[01]|[NEPRG][01])_\d{4}\b/g));
    // One stands there by the name that it would have for a VEN that polls.
    const isThere = (name: string): boolean => names.includes(name) || names.includes(pushTwinOf(name));
    expect([...named].filter((name) => !isThere(name)).toSorted()).toEqual([]);
  });
});
