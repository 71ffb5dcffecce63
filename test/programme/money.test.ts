import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  decimalOf,
  decimalText,
  multiply,
  parseDecimal,
  roundHalfEven,
  shift,
} from '../../src/programme/decimal.ts';
import { amountOf, centsText, sumOf, usdPerKwhOf } from '../../src/programme/money.ts';

/** An integer of hundred-thousandths, and its text with five decimals: the oracle counts in integers. */
const anyFiveDecimals = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((units) => {
  const text = String(Math.abs(units)).padStart(6, '0');
  return { units: BigInt(units), text: `${units < 0 ? '-' : ''}${text.slice(0, -5)}.${text.slice(-5)}` };
});
const unitsOf = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return BigInt(whole + fraction.padEnd(20, '0')) * (text.startsWith('-') ? -1n : 1n);
};
const inUnits = (units: bigint, decimals: number): bigint => units * 10n ** BigInt(20 - decimals);

describe('a decimal number', () => {
  it.each([
    ['0.10', '0.1'],
    ['-3', '-3'],
    ['1e0', '1'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1E-3', '0.001'],
    ['-0', '0'],
    ['12e2', '1200'],
    ['000.0500', '0.05'],
    ['-0.05', '-0.05'],
    ['100', '100'],
    ['1.5e+2', '150'],
  ])('%s is %s', (text, plain) => {
    expect(decimalText(decimalOf(text))).toBe(plain);
  });

  it.each(['', '.', '-', 'NaN', 'INF', '1e', '1e999', '1e99999999999', '0x10', '1,5', ' 1', '9'.repeat(65)])(
    '%j is none',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
      expect(() => decimalOf(text)).toThrow(RangeError);
    },
  );

  it('reads its own text back as the same number', () => {
    fc.assert(
      fc.property(anyFiveDecimals, ({ text }) => {
        const decimal = decimalOf(text);
        expect(decimalOf(decimalText(decimal))).toEqual(decimal);
        expect(unitsOf(decimalText(decimal))).toBe(unitsOf(text));
      }),
    );
  });

  it('adds, multiplies and compares exactly', () => {
    fc.assert(
      fc.property(anyFiveDecimals, anyFiveDecimals, (a, b) => {
        const [x, y] = [decimalOf(a.text), decimalOf(b.text)];
        expect(unitsOf(decimalText(add(x, y)))).toBe(inUnits(a.units + b.units, 5));
        expect(unitsOf(decimalText(multiply(x, y)))).toBe(inUnits(a.units * b.units, 10));
        expect(Math.sign(compare(x, y))).toBe(a.units < b.units ? -1 : a.units > b.units ? 1 : 0);
      }),
    );
  });

  it('shifted there and back is itself', () => {
    fc.assert(
      fc.property(anyFiveDecimals, fc.integer({ min: -12, max: 12 }), ({ text }, power) => {
        expect(shift(shift(decimalOf(text), power), -power)).toEqual(decimalOf(text));
      }),
    );
  });

  it.each([
    ['0.125', '0.12'],
    ['0.135', '0.14'],
    ['0.1251', '0.13'],
    ['-0.125', '-0.12'],
    ['-0.135', '-0.14'],
    ['1', '1.00'],
    ['0.005', '0.00'],
    ['0.015', '0.02'],
    ['-0.001', '0.00'],
    ['2.675', '2.68'],
    ['0.995', '1.00'],
    ['99.999', '100.00'],
  ])('%s rounded half-even to cents is %s', (text, cents) => {
    expect(roundHalfEven(decimalOf(text), 2)).toBe(cents);
  });

  it('is rounded by at most half a cent, and evenly at the half', () => {
    fc.assert(
      fc.property(anyFiveDecimals, ({ units, text }) => {
        const cents = unitsOf(roundHalfEven(decimalOf(text), 2)) / 10n ** 18n;
        const twiceOff = (units - cents * 1_000n) * 2n;
        expect(twiceOff >= -1_000n && twiceOff <= 1_000n).toBe(true);
        if (twiceOff === 1_000n || twiceOff === -1_000n) expect(cents % 2n).toBe(0n);
      }),
    );
  });
});

describe('money', () => {
  it.each([
    ['0.23450', 'usd_per_kwh', '0.2345'],
    ['23.45', 'cents_per_kwh', '0.2345'],
    ['234.5', 'usd_per_mwh', '0.2345'],
    ['-5', 'usd_per_mwh', '-0.005'],
  ] as const)('a price of %s %s is %s USD/kWh', (price, unit, usdPerKwh) => {
    expect(usdPerKwhOf(price, unit)).toBe(usdPerKwh);
  });

  it('of an hour is price times energy, a credit when energy is delivered', () => {
    expect(amountOf('1.3', 2_500)).toBe('3.25');
    expect(amountOf('1.3', -1_000_000)).toBe('-1300');
    expect(amountOf('-0.02', -3)).toBe('0.00006');
    expect(amountOf('0.1', 0)).toBe('0');
  });

  it('of hours adds up exactly to what the sum of their energies costs', () => {
    fc.assert(
      fc.property(anyFiveDecimals, fc.array(fc.integer({ min: -7_000, max: 7_000 })), ({ text }, energies) => {
        const whole = energies.reduce((sum, energy) => sum + energy, 0);
        expect(sumOf(energies.map((energy) => amountOf(text, energy)))).toBe(amountOf(text, whole));
      }),
    );
  });

  it('is shown in cents', () => {
    expect(centsText('-12.345')).toBe('-12.34');
    expect(sumOf([])).toBe('0');
  });
});
