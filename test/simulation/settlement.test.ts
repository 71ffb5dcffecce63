import { beforeAll, describe, expect, it } from 'vitest';
import { chanceFaults } from './support/plan.ts';
import { problemsOf, settleTroubled, type Settled } from './support/settling.ts';

/** The whole year is settled by `npm run simulate -- --settle`; here the month in which the clocks are set back. */
const seed = 12;

describe('a month with every class of faults active, settled against the books of the VTN', () => {
  let settled: Settled;
  beforeAll(async () => {
    settled = await settleTroubled(seed, '2026-10-18', 28);
  });

  it('then every class of faults has struck', () => {
    const struck = new Set(settled.run.world.vtn.faults.struck.map(({ fault }) => fault.do));
    expect(chanceFaults.filter((name) => !struck.has(name))).toEqual([]);
  });

  it('then it settles to the cent, and every difference that the faults made is listed', () => {
    expect(problemsOf(settled)).toEqual([]);
    expect(settled.hours).toBe(28 * 24 + 1);
    expect(settled.settlement.totals.settledHours).toBe(settled.hours);
  });

  it('then the faults did make differences, and revisions made adjustments', () => {
    expect(settled.differences.length).toBeGreaterThan(0);
    expect(settled.differences.length).toBeLessThan(settled.hours / 3);
    expect(settled.settlement.adjustments.length).toBeGreaterThan(0);
  });
});
