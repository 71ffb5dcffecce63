/** The language of `ven log where`: what it means, and what it says to whoever slips. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WhereFault } from '../../src/where/fault.ts';
import { asksEntry, asksState, holds } from '../../src/where/holds.ts';
import { predicateOf } from '../../src/where/parse.ts';
import type { Entry } from '../../src/facts/entry.ts';
import { whereWords } from '../../src/where/words.ts';

const entry: Entry = {
  position: 41,
  hash: '',
  recordedAt: Date.parse('2026-11-27T23:30:00Z'),
  runID: 'run-1',
  direction: 'out',
  stream: 'device/battery',
  type: 'SetpointRequested',
  version: 1,
  data: { resourceID: 'battery', demandWatts: -2_000, slots: [{ endAt: 5 }, { endAt: 9 }], isKept: true },
  cause: 40,
};

const isTrue = (text: string): boolean =>
  holds(predicateOf(text), { entry, state: null, timeZone: 'America/New_York' });

const faultOf = (text: string): WhereFault => {
  try {
    predicateOf(text);
  } catch (error) {
    if (error instanceof WhereFault) return error;
    throw error;
  }
  throw new Error(`"${text}" was understood.`);
};

describe('a predicate of an entry', () => {
  it.each([
    ['fact = SetpointRequested', true],
    ['fact != SetpointRequested', false],
    ['not fact = AlarmRaised', true],
    ['stream = device', true],
    ['stream = device/battery', true],
    ['stream = dev', false],
    ['stream ~ BATT', true],
    ['position >= 41 and position < 42', true],
    ['hour = 18', true],
    ['data.demandWatts < -1999.5', true],
    ['data.demandWatts = −2000', true],
    ['data.slots.endAt = 9', true],
    ['data.slots.1.endAt = 5', false],
    ['data.isKept = yes', true],
    ['data.resourceID ~ "atte"', true],
    ['data.resourceID < 3', false],
    ['data.nothing = unknown', true],
    ['data.resourceID != unknown', true],
    ['requestID = unknown', true],
    // "and" binds closer than "or", and "not" closest.
    ['position = 41 or position = 1 and position = 2', true],
    ['(position = 41 or position = 1) and position = 2', false],
    ['not position = 1 and position = 41', true],
    ['not (position = 1 or position = 41)', false],
  ])('%s: %s', (text, expected) => {
    expect(isTrue(text)).toBe(expected);
  });

  it('asks for the state only where it speaks of it', () => {
    expect([asksState(predicateOf('fact = AlarmRaised')), asksEntry(predicateOf('fact = AlarmRaised'))]).toEqual([
      false,
      true,
    ]);
    expect([asksState(predicateOf('not soc < 20')), asksEntry(predicateOf('not soc < 20'))]).toEqual([true, false]);
  });
});

describe('a slip', () => {
  it.each([
    ['sox < 20', 0, /There is no word "sox"\. Did you mean "soc"\? The words are fact, stream, .*data\.…\.$/],
    ['soc < 20 and lifecycle = bakoff', 25, /lifecycle is never "bakoff"\. Did you mean "backoff"\?$/],
    ['fact = DoubtedDelivery', 7, /fact is never "DoubtedDelivery"\. There are .*UsageDeliveryDoubted/],
    ['direction = up', 12, /direction is never "up"\. It is one of in, out\.$/],
    ['soc', 3, /After "soc" one of <= >= != = < > ~ is expected, such as soc < 20\.$/],
    ['soc <', 5, /After "soc <" a value is expected, such as soc < 20\.$/],
    ['soc < full', 6, /soc is a number \(%\), and "full" is none\.$/],
    ['soc < 20 kW', 9, /soc is in %, and "kW" cannot be made of it: write the number alone, or with %\.$/],
    ['position < 3 kW', 13, /position has no unit, so "kW" means nothing here\.$/],
    ['soc ~ 20', 4, /A number contains nothing/],
    ['fact < AlarmRaised', 5, /fact is a text: compare it with = != or ~/],
    ['soc < 20 soc > 3', 9, /After a comparison "and", "or" or the end is expected, not "soc"\.$/],
    ['(soc < 20', 9, /The bracket that opens at character 1 is not closed\.$/],
    ['soc[ < 20', 5, /In the brackets stands which one is meant, such as soc\[battery\]\.$/],
    ['price.now[x] < 20', 10, /There is only one price\.now/],
    ['soc == 20', 4, /"==" is written "=" here\.$/],
    ['soc < 20 && hour = 3', 9, /"&" is written "and" here\.$/],
    ['soc < 20;', 8, /";" means nothing here/],
    ['stream = "ven', 9, /has no end: close it with "\.$/],
    ['', 0, /There is nothing here/],
    ['and', 0, /A word is expected here, not "and"/],
    ['soc < unknown', 4, /can only be compared with = and !=/],
    [`soc < 1${' and soc < 1'.repeat(60)}`, 500, /at most 500 characters/],
    [`${'not '.repeat(60)}soc < 1`, 160, /40 deep/],
  ])('in "%s" is named with its place', (text, at, sentence) => {
    const fault = faultOf(text);
    expect(fault.message).toMatch(sentence);
    expect(fault.at).toBe(at);
    expect(fault.message).toContain(`at character ${at + 1}: `);
  });

  it('never throws anything else, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom('and', 'or', 'not', '(', ')', '[', ']', '=', '!=', '<', '~', '20', '%', '"', "'", 'unknown', ' '),
      fc.constantFrom(...whereWords.map(({ name }) => name)),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.constantFrom('', ' '), (pieces, between) => {
        const text = pieces.join(between);
        try {
          predicateOf(text);
        } catch (error) {
          expect(error).toBeInstanceOf(WhereFault);
          expect((error as WhereFault).at).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
