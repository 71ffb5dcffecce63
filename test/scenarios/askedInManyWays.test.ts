import { describe, expect, it } from 'vitest';
import { asks, lifeOfAsker, troubles, troublesOfPolls } from './support/asker.ts';

const day = '2026-06-11';

describe('a VTN that asks for usage in one way after the other', () => {
  it.each([
    ['in every way, one after the other', 3, Object.keys(asks), ['asksAnew', 'asksOtherwise']],
    ['in every way, with everything that may befall it', 12, Object.keys(asks), troubles],
  ] as const)(
    'given it asks %s, then each stretch stands in its book once, as metered, and under a request in force',
    async (_, seed, ways, befalling) => {
      const { faults } = await lifeOfAsker({ seed, day, ways, troubles: befalling, hours: 6 });
      expect(faults).toEqual([]);
    },
  );

  it('given it asks by polls, under one name and another, with an end and without, cancels, and looks back, then so it does', async () => {
    const ways = ['fives', 'quarters', 'halves', 'hours', 'ninety', 'daily'];
    const { faults } = await lifeOfAsker({ seed: 2, day, ways, troubles: troublesOfPolls, hours: 10, byPoll: true });
    expect(faults).toEqual([]);
  });
});
