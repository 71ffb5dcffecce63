/** Settings that change in the middle of a run: what is settled by then is not touched, and what comes is judged by what holds then. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenSettings } from '../../../src/facts/settings.ts';
import { settings, type Told } from '../../store/projections/facts.ts';
import {
  at,
  day,
  delivered,
  device,
  exceptionsAt,
  hour,
  lineAt,
  metered,
  priced,
  requested,
  settled,
  started,
} from '../support/facts.ts';

const dear = Array.from({ length: 24 }, (_, index) => (index % 6 === 2 ? '4.78' : '0.25'));
/** As much as the limits of the morning allow, and more than those of the afternoon do. */
const hours: readonly (readonly [number, number])[] = Array.from({ length: 24 }, (_, index) =>
  index % 2 === 0 ? [4_900, 0] : [0, 4_900],
);
const told = delivered(
  hours.map(([drawn, given], index) => hour(index, drawn - given)),
  'acknowledged',
);

const changedAt = (hoursFromMidnight: number, changes: Partial<VenSettings>): Told => [
  at(hoursFromMidnight),
  'SettingsChanged',
  { settings: { ...settings, ...changes }, changed: Object.keys(changes), reopened: [], isOfferAnother: false },
];

const withLimits = (maxChargeWatts: number): Partial<VenSettings> => ({
  devices: settings.devices.map((each) => ({ ...each, maxChargeWatts, maxDischargeWatts: maxChargeWatts })),
});

/** The day as it was lived, with what was said of the settings in its place among the other facts. */
const lived = (...changes: readonly Told[]) =>
  settled(
    [started, ...requested(), priced(dear), ...metered(hours), ...told, ...changes].toSorted(([a], [b]) => a - b),
  );

/** An hour without the places in the log, which move when something is recorded before. */
const said = (settlement: ReturnType<typeof lived>, index: number): unknown => {
  const { resourceID, importWattHours, exportWattHours, money, importUsdPerKwh, delivery } = lineAt(settlement, index);
  return {
    resourceID,
    importWattHours,
    exportWattHours,
    money,
    importUsdPerKwh,
    status: delivery.status,
    exceptions: exceptionsAt(settlement, index).map(({ kind }) => kind),
  };
};

const usual = lived();

describe('settings that change while the day runs', () => {
  it('given limits and bounds that are lowered at noon, then no hour of the morning is another, and no energy of the afternoon is withdrawn', () => {
    const lowered = lived(changedAt(12.5, { ...withLimits(1_000), plausibleUsdPerKwhMax: 1, usageDelayMs: 3_600_000 }));
    for (let index = 0; index < 12; index += 1) expect(said(lowered, index)).toEqual(said(usual, index));
    for (let index = 0; index < 24; index += 1) {
      expect(lineAt(lowered, index).money).toEqual(lineAt(usual, index).money);
    }
    // What comes is judged by the bounds of its time.
    const odd = Array.from({ length: 24 }, (_, index) => index).filter((index) =>
      exceptionsAt(lowered, index).some(({ kind }) => kind === 'implausiblePrice'),
    );
    expect(odd).toEqual([14, 20]);
    expect(lowered.adjustments).toEqual([]);
    const { atStakeUsd, ...amounts } = lowered.totals;
    expect({ ...amounts, atStakeUsd: '0' }).toEqual({ ...usual.totals });
    expect(Number(atStakeUsd)).toBeGreaterThan(0);
  });

  it('given a device that is taken away in the afternoon, then its hours until then stay what they were', () => {
    const gone = lived(changedAt(15, { devices: [] }));
    for (let index = 0; index < 15; index += 1) expect(said(gone, index)).toEqual(said(usual, index));
  });

  it('given any changes at any times, then what was over before the first of them is as it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 6, max: 1_434 }), fc.integer({ min: 1, max: 9_000 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        (changes, plausibleUsdPerKwhMax) => {
          const settlement = lived(
            ...changes.map(([minutes, watts]) =>
              changedAt(minutes / 60, { ...withLimits(watts), plausibleUsdPerKwhMax }),
            ),
          );
          const first = Math.min(...changes.map(([minutes]) => minutes)) / 60;
          for (let index = 0; index + 1 <= first; index += 1)
            expect(said(settlement, index)).toEqual(said(usual, index));
        },
      ),
      { seed: 719, numRuns: 25 },
    );
  });

  it('is told of this device and day', () => {
    expect([device, day.day, lineAt(usual, 2).money?.amountUsd]).toEqual(['battery', '2026-07-29', '23.422']);
  });
});
