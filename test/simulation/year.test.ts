import { describe, expect, it } from 'vitest';
import { liveLong } from './support/year.ts';

/** The whole year is lived by `npm run simulate -- --year`; here a month about each day on which the clocks change. */
const months = [
  { from: '2026-02-22', what: 'the clocks skip an hour', hours: 28 * 24 - 1 },
  { from: '2026-10-18', what: 'the clocks repeat an hour', hours: 28 * 24 + 1 },
] as const;

describe('a month with a VTN that restarts every week and a VEN that restarts every day', () => {
  // @row +12.44
  it.each(months)(
    'given the month in which $what, when it is over, then both ledgers and the meter agree hour by hour',
    async ({ from, hours }) => {
      const lived = await liveLong({ from, days: 28, pollFreq: 'PT15M' });
      expect(lived.differences.slice(0, 5), `${lived.differences.length} hours differ`).toEqual([]);
      expect(lived.hours).toBe(hours);
      expect(lived.toldTwice).toBe(0);
      expect(lived.complaints).toEqual([]);
    },
  );
});
