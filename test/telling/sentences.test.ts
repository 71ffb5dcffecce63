import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { narrate } from '../../src/telling/narrate.ts';
import { sentenceOf } from '../../src/telling/sentence.ts';
import { timeZone } from '../scenarios/support/day.ts';
import { evening } from '../simulation/support/evening.ts';

const plain = {
  position: 1,
  version: 1,
  recordedAt: 0,
  runID: 'run',
  stream: 'site',
  direction: 'in',
  cause: null,
  hash: '',
} as const;

describe('sentences', () => {
  it('given an evening with everything in it, when each entry is told, then it is one plain sentence, and what is said aloud is the same', async () => {
    const { world, live } = evening();
    await live();
    await world.stop();
    const entries = (await world.entries()) as KnownEntry[];
    const told = entries.map((entry) => ({ type: entry.type, text: sentenceOf(entry, timeZone) }));
    const odd = told.filter(
      ({ text }) =>
        !/^\S.*\.$/s.test(text) || text.includes('undefined') || text.includes('[object') || text.includes('\n'),
    );
    expect(odd).toEqual([]);
    expect(new Set(told.map(({ type }) => type)).size).toBeGreaterThan(20);
    for (const entry of entries)
      expect([undefined, sentenceOf(entry, timeZone)]).toContain(narrate(entry, timeZone)?.text);
  });

  it('given a reason that is a sentence itself, when it is told, then it ends once', () => {
    const why = '"PT1" is not an ISO 8601 duration such as PT1H.';
    const data = { reportRequestID: 'request-1', responseCode: '459', why };
    expect(sentenceOf({ ...plain, type: 'ReportRequestRefused', data }, timeZone)).toBe(
      `Report request request-1 refused with 459: ${why}`,
    );
    const refused = (responseDescription: string) =>
      sentenceOf(
        { ...plain, type: 'RegistrationRefused', data: { responseCode: '459', responseDescription } },
        timeZone,
      );
    expect(refused('Unknown venID.')).toBe('Registration refused with 459: Unknown venID.');
    expect(refused('')).toBe('Registration refused with 459.');
  });

  it('given a plan, when it is told, then for whom and by what; and when there is nothing to plan, that, and no list of nothing', () => {
    const made = (devices: readonly { readonly resourceID: string; readonly slots: readonly [] }[], basis: string) =>
      sentenceOf({ ...plain, type: 'PlanMade', data: { planID: 'p', basis, devices } }, timeZone);
    expect(made([{ resourceID: 'battery', slots: [] }], 'prices')).toBe(
      'A plan for battery was made (prices): 0 slots.',
    );
    expect(made([], 'none')).toMatch(/^Nothing is planned: there is no device that could be told what to do/);
  });
});
