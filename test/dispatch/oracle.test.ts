import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimise } from '../../src/dispatch/optimiser.ts';
import { oracleUsd } from './support/oracle.ts';
import { battery, hourly, problem } from './support/problems.ts';
import { triesOf } from '../support/leftOut.ts';

/** A battery whose level, limits and powers lie on the oracle's lattice. */
const onLattice = (level: number, reserve: number, wear: string, terminal: string) =>
  battery({
    capacityWattHours: 12_000,
    chargeEfficiency: 0.95,
    dischargeEfficiency: 0.95,
    maxDischargeWatts: 4_750,
    stateOfCharge: Math.max(level, reserve) / 240,
    reserve: reserve / 240,
    wearUsdPerKwh: wear,
    terminalUsdPerKwh: terminal,
  });

const day = (least: number, most: number) =>
  fc.array(fc.integer({ min: least, max: most }), { minLength: 24, maxLength: 24 });

describe('the value of a plan', () => {
  const within = async (prices: readonly number[], terms: ReturnType<typeof onLattice>): Promise<void> => {
    const spans = hourly(prices);
    const plan = await optimise(problem([terms], { prices: spans }));
    const oracle = oracleUsd(terms, spans);
    const value = Number(plan.valueUsd);
    // Whole watts leave two watt-hours to the dearest hour at most.
    expect(value).toBeGreaterThan(oracle - 0.003);
    expect(value).toBeLessThanOrEqual(oracle + Math.max(0.003 * Math.abs(oracle), 0.01));
  };

  it('is what dynamic programming finds, within three in a thousand, on days of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(day(10, 500), fc.nat(240), fc.nat(120), async (milli, level, reserve) =>
        within(
          milli.map((each) => each / 1_000),
          onLattice(level, reserve, '0.02', '0.05'),
        ),
      ),
      { seed: 8, numRuns: triesOf(25) },
    );
  });

  it('is that on days with peaks of more than a dollar', async () => {
    await fc.assert(
      fc.asyncProperty(day(20, 90), fc.nat(23), fc.nat(240), async (milli, peak, level) =>
        within(
          milli.map((each, hour) => each / 1_000 + (hour === peak ? 1.33 : 0)),
          onLattice(level, 0, '0.02', '0.04'),
        ),
      ),
      { seed: 9, numRuns: triesOf(15) },
    );
  });

  it('is that where prices are below nothing and nothing wears, when it is decided what is done in each hour', async () => {
    await fc.assert(
      fc.asyncProperty(day(-400, 200), fc.nat(240), async (milli, level) =>
        within(
          milli.map((each) => each / 1_000),
          onLattice(level, 0, '0', '0.02'),
        ),
      ),
      { seed: 10, numRuns: triesOf(12) },
    );
  });
});
