import { describe, expect, it } from 'vitest';
import type { MessageOf } from '../../src/protocol/payload.ts';
import { hourMs, metadata, scene } from './support/ven.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';

const noon = '2026-07-01T16:00:00Z';

const registered = (options: Partial<VtnOptions> = {}, resourceIDs = ['battery']) => {
  const made = scene(noon, options);
  made.ven.register();
  return { ...made, answer: made.ven.registerReports(resourceIDs) };
};

describe('report requests that come with oadrRegisteredReport', () => {
  it('ask for status each minute and for hourly energy once a day, without reportInterval', () => {
    const { answer } = registered();
    expect(answer.oadrReportRequest.map((request) => request.reportSpecifier)).toEqual([
      {
        reportSpecifierID: 'Status',
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
        specifierPayload: [{ rID: 'battery-status', readingType: 'x-notApplicable' }],
      },
      {
        reportSpecifierID: 'RealEnergy',
        granularity: 'PT1H',
        reportBackDuration: 'PT24H',
        specifierPayload: [{ rID: 'battery-energy', readingType: 'Direct Read' }],
      },
    ]);
  });

  it('ask for every device', () => {
    const { answer } = registered({}, ['battery', 'ev']);
    expect(answer.oadrReportRequest[1]?.reportSpecifier.specifierPayload.map((payload) => payload.rID)).toEqual([
      'battery-energy',
      'ev-energy',
    ]);
  });

  it('can be paced like the published sample, or with an interval', () => {
    const { answer } = registered({
      usage: { granularity: 'PT30M', reportBackDuration: 'PT12S' },
      status: { granularity: 'PT1M', reportBackDuration: 'PT1M', withReportInterval: true },
    });
    expect(answer.oadrReportRequest[1]?.reportSpecifier).toMatchObject({
      granularity: 'PT30M',
      reportBackDuration: 'PT12S',
    });
    expect(answer.oadrReportRequest[0]?.reportSpecifier.reportInterval).toEqual({ dtstart: noon, duration: 'PT0S' });
  });

  it('can leave usage out: the device will be unpaid', () => {
    const { answer } = registered({ usage: 'never' });
    expect(answer.oadrReportRequest.map((request) => request.reportSpecifier.reportSpecifierID)).toEqual(['Status']);
  });

  it('have fresh IDs each time, and end the former ones', () => {
    const { answer, ven, vtn } = registered();
    const again = ven.registerReports();
    const ids = (message: MessageOf<'oadrRegisteredReport'>) =>
      message.oadrReportRequest.map((request) => request.reportRequestID);
    expect(ids(again).filter((id) => ids(answer).includes(id))).toEqual([]);
    expect([...(vtn.registrations()[0]?.reportRequests.keys() ?? [])]).toEqual(ids(again));
  });

  it('are not there for a VEN with nothing to report', () => {
    const { ven } = scene(noon);
    ven.register();
    expect(ven.ask('EiReport', ven.metadataMessage([]), 'oadrRegisteredReport').oadrReportRequest).toEqual([]);
  });
});

describe('reports asked for by a poll', () => {
  it.each([
    ['oneShot', { granularity: 'PT0S', reportBackDuration: 'PT0S' }, {}],
    [
      'periodic',
      { granularity: 'PT1H', reportBackDuration: 'PT1H', reportInterval: { dtstart: noon, duration: 'PT0S' } },
      {},
    ],
    [
      'periodic',
      {
        granularity: 'PT1M',
        reportBackDuration: 'PT2M',
        reportInterval: { dtstart: '2026-07-01T17:00:00Z', duration: 'PT10M' },
      },
      { granularity: 'PT1M', reportBackDuration: 'PT2M', startInMs: hourMs, lengthMs: 600_000 },
    ],
  ] as const)('%s: %j', (kind, specifier, more) => {
    const { vtn, ven } = registered();
    const [reportRequestID] = vtn.askReport({ kind, ...more });
    const asked = ven.poll().message as MessageOf<'oadrCreateReport'>;
    expect(asked).toMatchObject({ message: 'oadrCreateReport', venID: 'my.ven' });
    expect(asked.oadrReportRequest).toEqual([
      {
        reportRequestID,
        reportSpecifier: {
          reportSpecifierID: 'RealEnergy',
          ...specifier,
          specifierPayload: [{ rID: 'battery-energy', readingType: 'x-notApplicable' }],
        },
      },
    ]);
  });

  it('metadata: under the specifier METADATA', () => {
    const { vtn, ven } = registered();
    vtn.askReport({ kind: 'metadata' });
    expect(
      (ven.poll().message as MessageOf<'oadrCreateReport'>).oadrReportRequest[0]?.reportSpecifier.reportSpecifierID,
    ).toBe('METADATA');
  });

  it('history: since an instant of the past, of what the VEN offers as history', () => {
    const { vtn, ven, clock } = registered();
    expect(() => vtn.askReport({ kind: 'history' })).toThrow('offers no report that a history request could ask for');
    const [, usage] = metadata(clock.now(), ['battery']);
    ven.ask(
      'EiReport',
      ven.metadataMessage(
        usage === undefined ? [] : [{ ...usage, reportSpecifierID: 'History', reportName: 'METADATA_HISTORY_USAGE' }],
      ),
      'oadrRegisteredReport',
    );
    vtn.askReport({ kind: 'history', startInMs: -6 * hourMs });
    expect((ven.poll().message as MessageOf<'oadrCreateReport'>).oadrReportRequest[0]?.reportSpecifier).toMatchObject({
      reportSpecifierID: 'History',
      reportInterval: { dtstart: '2026-07-01T10:00:00Z', duration: 'PT0S' },
    });
  });

  it('are booked under their own request', () => {
    const { vtn, ven, clock } = registered();
    const [reportRequestID = ''] = vtn.askReport({ kind: 'oneShot' });
    ven.poll();
    ven.report(reportRequestID, [{ startAt: clock.now(), value: '3' }]);
    expect(vtn.bookings()[0]).toMatchObject({ energyKilowattHours: '3', reportRequestID });
  });

  it('may ask for two at once', () => {
    const { vtn, ven } = registered();
    vtn.askReport([{ kind: 'oneShot' }, { kind: 'metadata' }]);
    expect((ven.poll().message as MessageOf<'oadrCreateReport'>).oadrReportRequest).toHaveLength(2);
  });
});

describe('report requests that the VTN cancels', () => {
  it('are gone when nothing is to follow', () => {
    const { vtn, ven, answer, clock } = registered();
    const id = ven.usageRequestID(answer);
    vtn.cancelReports(false, [id]);
    expect(ven.poll().message).toMatchObject({
      message: 'oadrCancelReport',
      reportRequestID: [id],
      reportToFollow: false,
    });
    ven.report(id, [{ startAt: clock.now(), value: '3' }]);
    expect(vtn.vanished).toMatchObject([{ reason: 'unknownReportRequestID' }]);
  });

  it('take one last report when it is to follow', () => {
    const { vtn, ven, answer, clock } = registered();
    const id = ven.usageRequestID(answer);
    vtn.cancelReports(true, [id]);
    ven.poll();
    ven.ask(
      'EiReport',
      {
        message: 'oadrCanceledReport',
        eiResponse: { responseCode: '200', requestID: 'x' },
        oadrPendingReports: [id],
        venID: 'my.ven',
      },
      'oadrResponse',
    );
    ven.report(id, [{ startAt: clock.now(), value: '3' }]);
    ven.report(id, [{ startAt: clock.now() + hourMs, value: '4' }]);
    expect(vtn.bookings().map((booked) => booked.energyKilowattHours)).toEqual(['3']);
    expect(vtn.vanished).toMatchObject([{ payloadFloat: '4' }]);
  });
});
