import { describe, expect, it } from 'vitest';
import { asks, lifeOfAsker, troubles } from './support/asker.ts';

const day = '2026-06-11';

describe('a VTN that asks for usage in one way after the other', () => {
  it.each([
    ['within the day, and then by days', 1, ['quarters'], ['asksAnew']],
    ['in every way, one after the other', 3, Object.keys(asks), ['asksAnew', 'asksOtherwise']],
    ['in every way, with everything that may befall it', 12, Object.keys(asks), troubles],
  ] as const)(
    'given it asks %s, then each stretch stands in its book once, as metered, and under a request in force',
    async (_, seed, ways, befalling) => {
      const { faults } = await lifeOfAsker({ seed, day, ways, troubles: befalling, hours: 6 });
      expect(faults).toEqual([]);
    },
  );
});
