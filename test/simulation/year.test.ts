import { describe, expect, it } from 'vitest';
import { isWhole } from '../support/leftOut.ts';
import { liveLong } from './support/year.ts';

/** The whole year is lived by `npm run simulate -- --year`; here a month about each day on which the clocks change, or a week of one. */
const days = isWhole(process.env) ? 28 : 7;
const months = [
  { from: isWhole(process.env) ? '2026-02-22' : '2026-03-05', what: 'the clocks skip an hour', hours: days * 24 - 1 },
  { from: isWhole(process.env) ? '2026-10-18' : '2026-10-29', what: 'the clocks repeat an hour', hours: days * 24 + 1 },
] as const;

describe('a month with a VTN that restarts every week and a VEN that restarts every day', () => {
  // @row +12.44
  it.each(months)(
    'given the month in which $what, when it is over, then both ledgers and the meter agree hour by hour',
    async ({ from, hours }) => {
      const lived = await liveLong({ from, days, pollFreq: 'PT15M' });
      expect(lived.differences.slice(0, 5), `${lived.differences.length} hours differ`).toEqual([]);
      expect(lived.hours).toBe(hours);
      expect(lived.toldTwice).toBe(0);
      expect(lived.complaints).toEqual([]);
    },
  );
});
