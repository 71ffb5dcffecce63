import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  decimalOf,
  roundingModes,
  rounded,
  shift,
  type RoundingMode,
} from '../../../src/programme/decimal.ts';
import { differenceOf, sumOf } from '../../../src/programme/money.ts';
import { type DatedAmount, defaultRounding, roundBy, type RoundingStage } from '../../../src/settlement/rounding.ts';

const amount = (amountUsd: string, day = '2026-11-01', resourceID = 'battery'): DatedAmount => ({
  resourceID,
  day,
  amountUsd,
});

describe('a mode of rounding', () => {
  const cases: readonly (readonly [string, Readonly<Record<RoundingMode, string>>])[] = [
    [
      '0.125',
      { HALF_EVEN: '0.12', HALF_UP: '0.13', HALF_DOWN: '0.12', UP: '0.13', DOWN: '0.12', CEIL: '0.13', FLOOR: '0.12' },
    ],
    [
      '-0.125',
      {
        HALF_EVEN: '-0.12',
        HALF_UP: '-0.13',
        HALF_DOWN: '-0.12',
        UP: '-0.13',
        DOWN: '-0.12',
        CEIL: '-0.12',
        FLOOR: '-0.13',
      },
    ],
    [
      '0.135',
      { HALF_EVEN: '0.14', HALF_UP: '0.14', HALF_DOWN: '0.13', UP: '0.14', DOWN: '0.13', CEIL: '0.14', FLOOR: '0.13' },
    ],
    [
      '-0.001',
      {
        HALF_EVEN: '0.00',
        HALF_UP: '0.00',
        HALF_DOWN: '0.00',
        UP: '-0.01',
        DOWN: '0.00',
        CEIL: '0.00',
        FLOOR: '-0.01',
      },
    ],
    [
      '7',
      { HALF_EVEN: '7.00', HALF_UP: '7.00', HALF_DOWN: '7.00', UP: '7.00', DOWN: '7.00', CEIL: '7.00', FLOOR: '7.00' },
    ],
  ];

  it.each(cases)('makes of %s what it says', (text, expected) => {
    expect(Object.fromEntries(roundingModes.map((mode) => [mode, rounded(decimalOf(text), 2, mode)]))).toEqual(
      expected,
    );
  });
});

describe('a rounding policy', () => {
  const amounts = [
    amount('0.125'),
    amount('0.125'),
    amount('0.005', '2026-11-02'),
    amount('-0.255', '2026-12-01'),
    amount('0.015', '2026-11-01', 'car'),
  ];

  it('given no other, then each device’s month is rounded to the cent, a tie to the even one, and nothing before it', () => {
    const { groups, roundedUsd } = roundBy(defaultRounding, amounts);
    expect(groups).toEqual([
      { resourceID: 'battery', period: '2026-11', amountUsd: '0.255', roundedUsd: '0.26' },
      { resourceID: 'battery', period: '2026-12', amountUsd: '-0.255', roundedUsd: '-0.26' },
      { resourceID: 'car', period: '2026-11', amountUsd: '0.015', roundedUsd: '0.02' },
    ]);
    expect(roundedUsd).toBe('0.02');
  });

  it.each([
    ['interval', 'HALF_UP', ['0.13', '0.13', '0.01', '-0.26', '0.02'], '0.03'],
    ['interval', 'DOWN', ['0.12', '0.12', '0.00', '-0.25', '0.01'], '0'],
    ['day', 'HALF_EVEN', ['0.25', '0.00', '-0.26', '0.02'], '0.01'],
    ['month', 'CEIL', ['0.26', '-0.25', '0.02'], '0.03'],
  ] as const)('given %s and %s, then it is applied there, once', (stage, mode, groups, roundedUsd) => {
    const sum = roundBy({ stage, digits: 2, mode }, amounts);
    expect(sum.groups.map((group) => group.roundedUsd)).toEqual(groups);
    expect(sum.roundedUsd).toBe(roundedUsd);
  });

  it('loses nothing before it rounds, and then less than one place for each group', () => {
    const anyAmount = fc
      .tuple(
        fc.integer({ min: -9_999_999, max: 9_999_999 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('battery', 'car'),
      )
      .map(([units, index, resourceID]) => {
        const day = new Date(Date.UTC(2026, 9, index)).toISOString().slice(0, 10);
        return amount((units / 1e5).toFixed(5), day, resourceID);
      });
    const policy = fc.record({
      stage: fc.constantFrom<RoundingStage>('interval', 'day', 'month'),
      digits: fc.integer({ min: 0, max: 5 }),
      mode: fc.constantFrom(...roundingModes),
    });
    fc.assert(
      fc.property(fc.array(anyAmount, { maxLength: 60 }), policy, (all, { stage, digits, mode }) => {
        const { groups, roundedUsd } = roundBy({ stage, digits, mode }, all);
        expect(sumOf(groups.map(({ amountUsd }) => amountUsd))).toBe(sumOf(all.map(({ amountUsd }) => amountUsd)));
        expect(roundedUsd).toBe(sumOf(groups.map((group) => group.roundedUsd)));
        for (const group of groups) {
          const off = decimalOf(differenceOf(group.roundedUsd, group.amountUsd));
          expect(compare(off.abs(), shift(decimalOf('1'), -digits))).toBeLessThan(0);
        }
      }),
      { numRuns: 100 },
    );
  });
});
