import fc from 'fast-check';
import { daySpan, hoursOf } from '../../../src/programme/calendar.ts';
import { type RoundingPolicy } from '../../../src/settlement/rounding.ts';
import { roundingGrid } from '../../../src/settlement/inferRounding.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { madeLine, madeSettlement, timeZone } from './made.ts';

const days = ['2026-03-08', '2026-06-10', '2026-10-31', '2026-11-01'];

const hour = fc.record({
  importWattHours: fc.integer({ min: 0, max: 12_000 }),
  exportWattHours: fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9_000 }) },
  ),
  price: fc.integer({ min: -20_000, max: 150_000 }),
});

/** A policy of the grid. */
export const anyPolicy: fc.Arbitrary<RoundingPolicy> = fc.constantFrom(...roundingGrid);

/** A whole local day or two of one or two devices, 23 and 25 hours among them, settled by a policy. */
export const anySettlement = (policy: fc.Arbitrary<RoundingPolicy>): fc.Arbitrary<Settlement> =>
  fc
    .record({
      day: fc.constantFrom(...days),
      devices: fc.constantFrom(['battery'], ['battery', 'ev']),
      hours: fc.array(hour, { minLength: 50, maxLength: 50 }),
      policy,
    })
    .map(({ day, devices, hours, policy: rounding }) => {
      const starts = hoursOf(daySpan(day, timeZone));
      const lines = devices.flatMap((resourceID, device) =>
        starts.map((startAt, index) => {
          const { importWattHours = 0, exportWattHours = 0, price = 0 } = hours[device * starts.length + index] ?? {};
          return madeLine({
            resourceID,
            startAt,
            importWattHours,
            exportWattHours,
            usdPerKwh: (price / 100_000).toFixed(5),
          });
        }),
      );
      return madeSettlement(lines, { rounding });
    });
