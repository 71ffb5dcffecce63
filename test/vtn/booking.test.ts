import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, scene } from './support/ven.ts';
import { dayOf, hoursOf } from '../../src/programme/calendar.ts';
import { pricesFromCsv } from '../../src/vtn/events/priceFile.ts';
import type { QuotedUnit } from '../../src/vtn/events/prices.ts';

const zone = 'America/New_York';

/** A price file in which each hour of a day costs its number in cents: 0.01, 0.02 … */
const csvOf = (day: string, priceOfHour: (hour: number) => string): string =>
  hoursOf(dayOf(Date.parse(`${day}T12:00:00-05:00`), zone))
    .map((at, hour) => `${new Date(at).toISOString()},${priceOfHour(hour)}`.replace('.000Z', 'Z'))
    .join('\n');

const pricedScene = (
  day: string,
  priceOfHour = (hour: number) => `0.${String(hour + 1).padStart(2, '0')}`,
  unit: QuotedUnit = 'usd_per_kwh',
) => {
  const prices = pricesFromCsv(csvOf(day, priceOfHour), { timeZone: zone, unit });
  const made = scene(`${day}T17:00:00Z`, { prices });
  made.ven.register();
  return {
    ...made,
    reportRequestID: made.ven.usageRequestID(made.ven.registerReports()),
    startAt: dayOf(made.clock.now(), zone).startAt,
  };
};

describe('booking of reported usage', () => {
  it('books an hour under its device, its UTC start and the request it was reported under', () => {
    const { ven, vtn, reportRequestID, startAt, clock } = pricedScene('2026-07-01');
    expect(ven.report(reportRequestID, [{ startAt, value: '1.25' }]).message).toMatchObject({
      message: 'oadrUpdatedReport',
      eiResponse: { responseCode: '200' },
      venID: 'my.ven',
    });
    expect(vtn.bookings()).toEqual([
      {
        resourceID: 'battery',
        startAt,
        lengthMs: hourMs,
        energyKilowattHours: '1.25',
        oadrDataQuality: 'Quality Good - Non Specific',
        reportRequestID,
        told: [
          {
            at: clock.now(),
            energyKilowattHours: '1.25',
            oadrDataQuality: 'Quality Good - Non Specific',
            reportRequestID,
            requestID: expect.any(String) as string,
          },
        ],
        registerKilowattHours: '1.25',
        conflictingValues: [],
        priceUsdPerKwh: '0.01',
        amountUsd: '0.0125',
      },
    ]);
  });

  it('adds a day up exactly: import costs, export earns', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    const hours = Array.from({ length: 24 }, (_, hour) => ({
      startAt: startAt + hour * hourMs,
      value: hour % 2 === 0 ? '0.1' : '-0.3',
    }));
    ven.report(reportRequestID, hours);
    const day = vtn.bookingOf('2026-07-01');
    expect(day.hours).toHaveLength(24);
    // 0.1 × (0.01 + 0.03 + … + 0.23) − 0.3 × (0.02 + 0.04 + … + 0.24) = 0.144 − 0.468
    expect(day.totals).toEqual({
      energyKilowattHours: '-2.4',
      registerKilowattHours: '-2.4',
      amountUsd: '-0.324',
      intervals: 24,
      toldTwice: 0,
      conflicts: 0,
    });
  });

  it.each([
    ['2026-03-08', 23],
    ['2026-11-01', 25],
  ])('keeps the %s apart from its neighbours: %i hours', (day, count) => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene(day);
    const hours = Array.from({ length: count + 2 }, (_, hour) => ({
      startAt: startAt + (hour - 1) * hourMs,
      value: '1',
    }));
    ven.report(reportRequestID, hours);
    expect(vtn.bookingOf(day).hours.map((hour) => hour.startAt)).toEqual(
      Array.from({ length: count }, (_, hour) => startAt + hour * hourMs),
    );
    expect(vtn.bookingOf(day).totals.amountUsd).toBe(String((count * (count + 1)) / 200));
    expect(vtn.bookings()).toHaveLength(count + 2);
  });

  it.each([
    ['usd_per_kwh', '1.5', '3'],
    ['cents_per_kwh', '150', '3'],
    ['usd_per_mwh', '1500', '3'],
  ] as const)('reckons with %s prices: 2 kWh at %s are %s dollars', (unit, price, amountUsd) => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01', () => price, unit);
    ven.report(reportRequestID, [{ startAt, value: '2' }]);
    expect(vtn.totals().amountUsd).toBe(amountUsd);
  });

  it('turns watt-hours into kilowatt-hours by the scale of the metadata', () => {
    const { ven, vtn, startAt } = pricedScene('2026-07-01');
    const reportRequestID = ven.usageRequestID(ven.registerReports(['battery'], 'none'));
    ven.report(reportRequestID, [{ startAt, value: '-1234.5' }]);
    expect(vtn.bookings()[0]?.energyKilowattHours).toBe('-1.2345');
  });

  it('books half hours under their own starts, at the price of their hour', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    ven.report(reportRequestID, [
      { startAt: startAt + hourMs, value: '1', lengthMs: 1_800_000 },
      { startAt: startAt + hourMs + 1_800_000, value: '2', lengthMs: 1_800_000 },
    ]);
    expect(
      vtn.bookings().map(({ lengthMs, priceUsdPerKwh, amountUsd }) => [lengthMs, priceUsdPerKwh, amountUsd]),
    ).toEqual([
      [1_800_000, '0.02', '0.02'],
      [1_800_000, '0.02', '0.04'],
    ]);
  });

  it('shows that an hour told twice would be counted twice by a cumulative register', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    ven.report(reportRequestID, [{ startAt, value: '0.5' }]);
    ven.report(reportRequestID, [{ startAt, value: '0.50' }]);
    expect(vtn.bookings()[0]).toMatchObject({
      energyKilowattHours: '0.5',
      registerKilowattHours: '1',
      conflictingValues: [],
    });
    expect(vtn.totals()).toMatchObject({
      toldTwice: 1,
      conflicts: 0,
      energyKilowattHours: '0.5',
      registerKilowattHours: '1',
    });
  });

  it('names values that contradict one another', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    ven.report(reportRequestID, [{ startAt, value: '0.5' }]);
    ven.report(reportRequestID, [{ startAt, value: '0.7' }]);
    expect(vtn.bookings()[0]).toMatchObject({ energyKilowattHours: '0.7', conflictingValues: ['0.5', '0.7'] });
    expect(vtn.totals().conflicts).toBe(1);
  });

  it('counts no placeholder, and lets a good value take its place without a conflict', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    ven.report(reportRequestID, [{ startAt, value: '0', oadrDataQuality: 'Quality Bad - Sensor Failure' }]);
    expect(vtn.bookings()[0]).toMatchObject({
      oadrDataQuality: 'Quality Bad - Sensor Failure',
      registerKilowattHours: '0',
    });
    expect(vtn.bookings()[0]).not.toHaveProperty('energyKilowattHours');
    expect(vtn.totals().intervals).toBe(0);
    ven.report(reportRequestID, [{ startAt, value: '0.4' }]);
    expect(vtn.bookings()[0]).toMatchObject({ energyKilowattHours: '0.4', conflictingValues: [] });
  });

  it('bills at the prices of the latest modification', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    ven.report(reportRequestID, [{ startAt, value: '2' }]);
    expect(vtn.totals().amountUsd).toBe('0.02');
    vtn.events.modifyPrices(
      '2026-07-01',
      Array.from({ length: 24 }, () => '5.42'),
    );
    expect(vtn.totals().amountUsd).toBe('10.84');
  });
});

describe('what is acknowledged and lost', () => {
  it('is usage under a request the VTN has forgotten', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    vtn.restart({ registrations: 'kept' });
    expect(ven.report(reportRequestID, [{ startAt, value: '1' }]).message).toMatchObject({
      message: 'oadrUpdatedReport',
      eiResponse: { responseCode: '200' },
    });
    expect(vtn.bookings()).toEqual([]);
    expect(vtn.vanished).toMatchObject([
      { reason: 'unknownReportRequestID', reportRequestID, payloadFloat: '1', rID: 'battery-energy' },
    ]);
  });

  it('is not usage under the fresh request after reports were registered again', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    vtn.restart({ registrations: 'kept' });
    const fresh = ven.usageRequestID(ven.registerReports());
    expect(fresh).not.toBe(reportRequestID);
    ven.report(fresh, [{ startAt, value: '1' }]);
    expect(vtn.bookings()).toHaveLength(1);
    expect(vtn.vanished).toEqual([]);
  });

  it('is usage of a device the VTN does not know', () => {
    const { ven, vtn, clock } = scene('2026-07-01T17:00:00Z', { resourceIDs: ['known'] });
    ven.register();
    const reportRequestID = ven.usageRequestID(ven.registerReports(['known', 'unknown']));
    const startAt = clock.now() - dayMs;
    ven.report(reportRequestID, [
      { startAt, value: '1', rID: 'known-energy' },
      { startAt, value: '2', rID: 'unknown-energy' },
    ]);
    expect(vtn.bookings().map((booked) => booked.resourceID)).toEqual(['known']);
    expect(vtn.vanished).toMatchObject([{ reason: 'unknownResourceID', resourceID: 'unknown', payloadFloat: '2' }]);
  });

  it('is usage of an rID that was not asked for', () => {
    const { ven, vtn, reportRequestID, startAt } = pricedScene('2026-07-01');
    ven.report(reportRequestID, [{ startAt, value: '1', rID: 'another' }]);
    expect(vtn.vanished).toMatchObject([{ reason: 'unknownRID', rID: 'another' }]);
  });

  it('is an interval that does not say when it begins', () => {
    const { ven, vtn, reportRequestID, startAt, clock } = pricedScene('2026-07-01');
    const message = {
      message: 'oadrUpdateReport' as const,
      requestID: 'u',
      venID: 'my.ven',
      oadrReport: [
        {
          dtstart: new Date(startAt).toISOString().replace('.000', ''),
          intervals: [
            { duration: 'PT1H', uid: '0', oadrReportPayload: [{ rID: 'battery-energy', payloadFloat: '1' }] },
          ],
          reportRequestID,
          reportSpecifierID: 'RealEnergy',
          reportName: 'TELEMETRY_USAGE' as const,
          createdDateTime: new Date(clock.now()).toISOString().replace('.000', ''),
        },
      ],
    };
    ven.ask('EiReport', message, 'oadrUpdatedReport');
    expect(vtn.vanished).toMatchObject([{ reason: 'noDtstart' }]);
  });
});
