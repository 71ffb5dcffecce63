import fc from 'fast-check';
import { expect, it } from 'vitest';
import { centsText, differenceOf, sumOf } from '../../src/programme/money.ts';
import { sharedOut } from '../../src/review/cents.ts';

const amounts = fc.array(
  fc.integer({ min: -5_000_000, max: 5_000_000 }).map((millionths) => (millionths / 1e6).toFixed(6)),
  { minLength: 1, maxLength: 31 },
);

it('days in whole cents come to their total in whole cents, and none is a cent off by rounding alone', () => {
  fc.assert(
    fc.property(amounts, (parts) => {
      const total = centsText(sumOf(parts));
      const shown = sharedOut(parts, total);
      expect(centsText(sumOf(shown))).toBe(total);
      for (const [index, part] of parts.entries())
        expect(Math.abs(Number(differenceOf(shown[index] ?? '', part)))).toBeLessThan(0.01);
    }),
  );
});
