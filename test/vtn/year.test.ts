import { describe, expect, it } from 'vitest';
import type { MessageOf } from '../../src/protocol/payload.ts';
import { dayOf, daySpan, hoursOf, nextDay, timeOnDay } from '../../src/programme/calendar.ts';
import { clockAt, usageReport } from './support/ven.ts';
import { createVtn } from '../../src/vtn/vtn.ts';

const timeZone = 'America/New_York';

describe('a year in virtual time', () => {
  it('has prices for each day, books each hour, and adds up to what the VEN has reckoned', () => {
    const clock = clockAt('2025-12-31T23:00:00Z');
    const vtn = createVtn({ clock, seed: 11 });
    const tell = (service: Parameters<typeof vtn.handle>[0], message: Parameters<typeof vtn.handle>[1]) =>
      vtn.handle(service, message).message;
    let expectedTenthousandths = 0;
    let hoursTold = 0;
    let days = 0;

    for (let day = daySpan('2026-01-01', timeZone); day.day < '2027-01-01'; day = nextDay(day, timeZone)) {
      const prices = vtn.pricesOf(day.day) ?? [];
      expect(prices).toHaveLength(hoursOf(day).length);
      clock.set(new Date(timeOnDay(nextDay(day, timeZone), '01:00', timeZone)).toISOString());
      if ((days += 1) % 7 === 0) vtn.restart();
      tell('EiRegisterParty', {
        message: 'oadrCreatePartyRegistration',
        requestID: 'r',
        venID: 'my.ven',
        oadrProfileName: '2.0b',
        oadrTransportName: 'simpleHttp',
        oadrReportOnly: false,
        oadrXmlSignature: false,
        oadrHttpPullModel: true,
      });
      const listed = tell('EiEvent', {
        message: 'oadrRequestEvent',
        requestID: 'e',
        venID: 'my.ven',
      }) as MessageOf<'oadrDistributeEvent'>;
      const priced = listed.oadrEvent.find((event) => Date.parse(event.eiEvent.eiActivePeriod.dtstart) === day.startAt);
      expect(
        priced?.eiEvent.eiEventSignals.eiEventSignal[0]?.intervals.map(
          (interval) => interval.signalPayload?.[0]?.payloadFloat,
        ),
      ).toEqual(prices);
      const registered = tell('EiReport', {
        message: 'oadrRegisterReport',
        requestID: 'm',
        venID: 'my.ven',
        oadrReport: [
          {
            duration: 'PT24H',
            reportRequestID: '0',
            reportSpecifierID: 'RealEnergy',
            reportName: 'METADATA_TELEMETRY_USAGE',
            createdDateTime: '2026-01-01T00:00:00Z',
            oadrReportDescription: [
              {
                rID: 'battery-energy',
                reportDataSource: { resourceID: ['battery'] },
                reportType: 'usage',
                itemBase: { element: 'energyReal', itemDescription: 'RealEnergy', itemUnits: 'Wh', siScaleCode: 'k' },
                readingType: 'Direct Read',
              },
            ],
          },
        ],
      }) as MessageOf<'oadrRegisteredReport'>;
      const hours = hoursOf(day).map((startAt, hour) => ({ startAt, value: String((hour % 5) - 2) }));
      tell('EiReport', {
        message: 'oadrUpdateReport',
        requestID: 'u',
        venID: 'my.ven',
        oadrReport: [usageReport(clock.now(), registered.oadrReportRequest[0]?.reportRequestID ?? '', hours)],
      });
      hoursTold += hours.length;
      expectedTenthousandths += hours.reduce(
        (sum, { value }, hour) => sum + Number(value) * Math.round(Number(prices[hour]) * 10_000),
        0,
      );
    }

    expect(hoursTold).toBe(8760);
    expect(vtn.totals()).toMatchObject({ intervals: 8760, toldTwice: 0, conflicts: 0 });
    expect(Number(vtn.totals().amountUsd)).toBeCloseTo(expectedTenthousandths / 10_000, 6);
    expect(vtn.vanished).toEqual([]);
    expect(vtn.bookingOf('2026-03-08').hours).toHaveLength(23);
    expect(vtn.bookingOf('2026-11-01').hours).toHaveLength(25);
    expect(dayOf(clock.now(), timeZone).day).toBe('2027-01-01');
  });

  it('of polls every ten seconds is remembered without growing: quiet polls are counted, not kept', () => {
    const clock = clockAt('2026-01-01T00:00:00Z');
    const vtn = createVtn({ clock, remembers: 100 });
    vtn.handle('EiRegisterParty', {
      message: 'oadrCreatePartyRegistration',
      requestID: 'r',
      venID: 'my.ven',
      oadrProfileName: '2.0b',
      oadrTransportName: 'simpleHttp',
      oadrReportOnly: false,
      oadrXmlSignature: false,
      oadrHttpPullModel: true,
    });
    const polls = 10 * 8640;
    const startedAt = performance.now();
    for (let count = 0; count < polls; count += 1) {
      clock.pass(10_000);
      vtn.handle('OadrPoll', { message: 'oadrPoll', venID: 'my.ven' });
    }
    console.log(
      `VTN: ${Math.round(((performance.now() - startedAt) * 1000) / polls)} µs per quiet poll in process, as messages.`,
    );
    expect(vtn.chronicle.polls.get('my.ven')).toMatchObject({ count: polls });
    expect(vtn.chronicle.exchanges.length).toBeLessThanOrEqual(125);
    expect(vtn.events.listed().length).toBeLessThanOrEqual(5);
  });
});
