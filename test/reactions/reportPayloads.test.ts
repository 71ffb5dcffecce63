import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../src/facts/input.ts';
import type { UsageInterval } from '../../src/facts/usage.ts';
import { hourMs } from '../../src/programme/calendar.ts';
import { resourceStatus, statusPayload, thousandths, usagePayload } from '../../src/reactions/reports/payloads.ts';

/** The numbers of a report, as they go onto the wire. */

const energy = { rID: 'battery/energyReal', resourceID: 'battery', measure: 'energyReal' } as const;
const power = { rID: 'battery/powerReal', resourceID: 'battery', measure: 'powerReal' } as const;
const interval = (energyWattHours: number, changes: Partial<UsageInterval> = {}): UsageInterval => ({
  startAt: 0,
  durationMs: hourMs / 4,
  energyWattHours,
  ...changes,
});

describe('thousandths', () => {
  it.each([
    [0, '0.000'],
    [-0, '0.000'],
    [1, '0.001'],
    [-1, '-0.001'],
    [-20, '-0.020'],
    [999, '0.999'],
    [1_000, '1.000'],
    [1_500, '1.500'],
    [-1_234_567, '-1234.567'],
    [0.4, '0.000'],
    [-0.4, '0.000'],
    [1_499.5, '1.500'],
  ])('%d is %s', (amount, text) => {
    expect(thousandths(amount)).toBe(text);
  });

  it('of whole numbers lose nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (amount) => {
        expect(Math.round(Number(thousandths(amount)) * 1_000)).toBe(amount === 0 ? 0 : amount);
      }),
    );
  });
});

describe('a usage value', () => {
  it('is energy in kWh, or the mean power of its interval in kW', () => {
    expect(usagePayload(energy, interval(1_500))).toEqual({
      rID: 'battery/energyReal',
      confidence: 100,
      accuracy: '0.001',
      payloadFloat: '1.500',
      oadrDataQuality: 'Quality Good - Non Specific',
    });
    expect(usagePayload(power, interval(-500)).payloadFloat).toBe('-2.000');
    expect(usagePayload(power, interval(500, { durationMs: 2 * hourMs })).payloadFloat).toBe('0.250');
  });

  it('that was not measured is a placeholder that says so and why, and one that was added up is less certain', () => {
    const missing: UsageInterval = { startAt: 0, durationMs: hourMs, energyWattHours: null, bad: 'Comm Failure' };
    for (const point of [energy, power])
      expect(usagePayload(point, missing)).toMatchObject({
        confidence: 0,
        payloadFloat: '0',
        oadrDataQuality: 'Quality Bad - Comm Failure',
      });
    expect(usagePayload(energy, interval(1, { isIntegrated: true }))).toMatchObject({
      confidence: 100,
      oadrDataQuality: 'Quality Uncertain - Non Specific',
    });
    expect(usagePayload(energy, { ...missing, isIntegrated: true }).oadrDataQuality).toBe('Quality Bad - Comm Failure');
  });
});

describe('a status', () => {
  const status: DeviceStatus = {
    online: true,
    manualOverride: true,
    powerWatts: -1_250,
    maxChargeWatts: 4_000,
    maxDischargeWatts: 3_000,
  };
  const configured = { resourceID: 'battery', maxChargeWatts: 5_000, maxDischargeWatts: 2_500 };

  it('is what the device says: what it can deliver is negative', () => {
    expect(resourceStatus(status, configured)).toEqual({
      oadrOnline: true,
      oadrManualOverride: true,
      oadrLoadControlState: {
        oadrCapacity: { oadrMin: '-3.000', oadrMax: '4.000', oadrCurrent: '-1.250', oadrNormal: '0.000' },
      },
    });
  });

  it('is of the settings where it says nothing, and offline; and has the same parts where nothing is known', () => {
    expect(resourceStatus(null, configured)).toEqual({
      oadrOnline: false,
      oadrManualOverride: false,
      oadrLoadControlState: {
        oadrCapacity: { oadrMin: '-2.500', oadrMax: '5.000', oadrCurrent: '0.000', oadrNormal: '0.000' },
      },
    });
    expect(resourceStatus(null, undefined).oadrLoadControlState).toEqual({
      oadrCapacity: { oadrMin: '0.000', oadrMax: '0.000', oadrCurrent: '0.000', oadrNormal: '0.000' },
    });
  });

  it('goes with its quality under its rID', () => {
    const point = { rID: 'battery/resourceStatus', resourceID: 'battery', measure: 'resourceStatus' } as const;
    expect(statusPayload(point, status, configured, 'No Quality - No Value')).toEqual({
      rID: 'battery/resourceStatus',
      oadrPayloadResourceStatus: resourceStatus(status, configured),
      oadrDataQuality: 'No Quality - No Value',
    });
  });
});
