import { describe, expect, it } from 'vitest';
import { priceRemedy, usageRemedy } from '../../src/machines/watch/remedies.ts';

const tried = <Remedy>(remedyOf: (tries: number) => Remedy, times: number): readonly Remedy[] =>
  Array.from({ length: times }, (_, tries) => remedyOf(tries));

describe('remedies', () => {
  it('given prices do not come, then each remedy goes further, and none is ever left out for good', () => {
    expect(tried(priceRemedy, 4)).toEqual(['events', 'full', 'anew', 'asked']);
    expect(tried(priceRemedy, 16).slice(4)).toEqual([
      ...['events', 'asked', 'events', 'full'],
      ...['events', 'asked', 'events', 'full'],
      ...['events', 'asked', 'events', 'full'],
    ]);
  });

  it('given a VTN that forgets the party again and again, then party and reports come round within five askings, whenever it begins', () => {
    for (let since = 0; since < 40; since += 1) {
      const next = [0, 1, 2, 3, 4].map((more) => priceRemedy(since + more));
      expect(next.some((remedy) => remedy === 'full' || remedy === 'anew')).toBe(true);
      expect(next).toContain('events');
    }
  });

  it('given no usage is asked for, then reports, the party anew, and from there on the VTN’s word and the reports in turn', () => {
    expect(tried(usageRemedy, 6)).toEqual(['full', 'anew', 'asked', 'full', 'asked', 'full']);
    expect(tried((tries) => usageRemedy(1_000 + tries), 2)).toEqual(['asked', 'full']);
  });
});
