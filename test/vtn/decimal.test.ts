import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, decimalText, isSameNumber, product, shifted, sum } from '../../src/vtn/decimal.ts';

const again = (text: string): string => decimalText(decimalOf(text));

describe('an exact decimal', () => {
  it.each([
    ['0.10', '0.1'],
    ['-0', '0'],
    ['-0.50', '-0.5'],
    ['+3', '3'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e3', '1000'],
    ['1.25e-2', '0.0125'],
    ['-7E+1', '-70'],
    ['007', '7'],
    [' 2.5 ', '2.5'],
  ])('reads %s and writes %s', (text, written) => {
    expect(again(text)).toBe(written);
  });

  it.each(['', '.', 'NaN', 'INF', '1,5', '0x10', '1e', '--1'])('refuses "%s"', (text) => {
    expect(() => decimalOf(text)).toThrow(RangeError);
  });

  it('adds what binary fractions cannot', () => {
    expect(decimalText(sum(decimalOf('0.1'), decimalOf('0.2')))).toBe('0.3');
    expect(decimalText(product(decimalOf('1.1'), decimalOf('-1.1')))).toBe('-1.21');
    expect(decimalText(shifted(decimalOf('1234.5'), -3))).toBe('1.2345');
    expect(decimalText(shifted(decimalOf('0.0732'), 3))).toBe('73.2');
  });

  it('agrees with whole numbers, however they are cut', () => {
    const units = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    const places = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(units, places, units, places, (left, leftPlaces, right, rightPlaces) => {
        const scale = leftPlaces + rightPlaces;
        const expected = {
          units: left * 10n ** BigInt(rightPlaces) + right * 10n ** BigInt(leftPlaces),
          places: scale,
        };
        const added = sum({ units: left, places: leftPlaces }, { units: right, places: rightPlaces });
        expect(isSameNumber(added, expected)).toBe(true);
        expect(decimalText(added)).toBe(decimalText(expected));
        expect(isSameNumber(decimalOf(decimalText(added)), added)).toBe(true);
      }),
    );
  });
});
