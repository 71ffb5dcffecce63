import { describe, expect, it } from 'vitest';
import { durationMs } from '../../src/protocol/types/duration.ts';
import { parseDateTime } from '../../src/protocol/types/dateTime.ts';
import { conversation, deviceID, strangers } from '../support/conversation.ts';

const minuteMs = 60_000;

const offered = async () => {
  const talk = await conversation();
  const [message] = talk.named('oadrRegisterReport');
  if (message === undefined) throw new Error('No oadrRegisterReport was sent.');
  return { talk, message, reports: message.oadrReport };
};

describe('what the VEN offers to report', () => {
  // @row +11.2 +11.3 +11.6 +11.10
  it('is status, usage and the history of usage, complete and in one message', async () => {
    const { message, reports } = await offered();
    expect(reports.map(({ reportName, reportSpecifierID }) => [reportName, reportSpecifierID])).toEqual([
      ['METADATA_TELEMETRY_STATUS', 'Status'],
      ['METADATA_TELEMETRY_USAGE', 'RealEnergy'],
      ['METADATA_HISTORY_USAGE', 'History'],
    ]);
    expect(message.reportRequestID).toBeUndefined();
    for (const report of reports) {
      expect(report).toMatchObject({ reportRequestID: '0' });
      expect(report.intervals).toBeUndefined();
      expect(report.dtstart).toBeUndefined();
      expect(report.eiReportID).toBeUndefined();
    }
  });

  // @row +11.3 +11.8 +11.9 +11.14 +11.15
  it('describes each series by the table: type, unit, reading type and source', async () => {
    const { reports } = await offered();
    const described = reports.map(({ oadrReportDescription = [] }) =>
      oadrReportDescription.map(({ rID, reportType, readingType, itemBase, reportDataSource, reportSubject }) => [
        rID,
        reportType,
        readingType,
        itemBase?.element,
        reportDataSource?.resourceID,
        reportSubject,
      ]),
    );
    const usage = [
      [`${deviceID}/energyReal`, 'usage', 'Direct Read', 'energyReal', [deviceID], undefined],
      [`${deviceID}/powerReal`, 'usage', 'Direct Read', 'powerReal', [deviceID], undefined],
    ];
    expect(described).toEqual([
      [[`${deviceID}/resourceStatus`, 'x-resourceStatus', 'x-notApplicable', undefined, [deviceID], undefined]],
      usage,
      usage,
    ]);
  });

  // @row +11.11 +11.12 +11.17
  it('says how often it samples and how much it holds: a hundred points and more of the longest period it offers in hours', async () => {
    const { reports } = await offered();
    for (const report of reports) {
      const heldMs = durationMs(report.duration ?? '');
      expect(heldMs).toBeGreaterThan(100 * 60 * minuteMs);
      for (const { oadrSamplingRate } of report.oadrReportDescription ?? []) {
        if (report.reportName === 'METADATA_HISTORY_USAGE') continue;
        expect(durationMs(oadrSamplingRate?.oadrMinPeriod ?? '')).toBe(minuteMs);
        expect(durationMs(oadrSamplingRate?.oadrMaxPeriod ?? '')).toBeLessThanOrEqual(heldMs);
        expect(oadrSamplingRate?.oadrOnChange).toBe(report.reportName === 'METADATA_TELEMETRY_STATUS');
      }
    }
  });

  // @row +11.13
  it('names no specifier twice, and no rID twice within one', async () => {
    const { reports } = await offered();
    expect(new Set(reports.map(({ reportSpecifierID }) => reportSpecifierID)).size).toBe(reports.length);
    for (const { oadrReportDescription = [] } of reports)
      expect(new Set(oadrReportDescription.map(({ rID }) => rID)).size).toBe(oadrReportDescription.length);
  });

  // @row +11.18
  it('was created within a minute of being sent, also when the line was down in between', async () => {
    const talk = strangers();
    talk.world.isVtnUp = false;
    await talk.world.start();
    await talk.pass(20 * minuteMs);
    talk.world.isVtnUp = true;
    await talk.pass(6 * minuteMs);
    const sent = talk.sentNamed('oadrRegisterReport');
    expect(sent.length).toBeGreaterThan(0);
    for (const { at, message } of sent)
      for (const { createdDateTime } of message.oadrReport)
        expect(Math.abs((parseDateTime(createdDateTime) ?? 0) - at)).toBeLessThan(minuteMs);
  });

  // @row +11.1
  it('given no device, then the message goes out empty rather than not at all', async () => {
    const talk = await conversation({ settings: { devices: [] }, devices: () => [] });
    expect(talk.named('oadrRegisterReport')).toMatchObject([{ oadrReport: [] }]);
  });
});

describe('metadata and the requests around it', () => {
  // @row +11.19
  it('given requests in oadrRegisteredReport, then they are answered with its requestID, and served', async () => {
    const talk = await conversation({ vtn: { status: { granularity: 'PT1M', reportBackDuration: 'PT1M' } } });
    const [metadata] = talk.named('oadrRegisterReport');
    const [answer] = talk.named('oadrCreatedReport');
    expect(answer?.eiResponse).toMatchObject({ responseCode: '200', requestID: metadata?.requestID });
    expect(answer?.oadrPendingReports).toHaveLength(1);
    expect(talk.named('oadrUpdateReport')).toHaveLength(1);
  });

  // @row +11.1 +11.6
  it('given a VTN that asks for metadata, then oadrCreatedReport and then oadrRegisterReport with that reportRequestID at its root', async () => {
    const talk = await conversation();
    const from = talk.now;
    const [reportRequestID] = talk.vtn.askReport({ kind: 'metadata' });
    await talk.pass(15_000);
    expect(talk.order(from).slice(0, 2)).toEqual(['oadrCreatedReport', 'oadrRegisterReport']);
    const [again] = talk.named('oadrRegisterReport', from);
    expect(again?.reportRequestID).toBe(reportRequestID);
    expect(again?.oadrReport.map((report) => report.reportRequestID)).toEqual(['0', '0', '0']);
  });

  // @row +11.4
  it('given reports under way, when the metadata goes out anew, then they stop, and the requests that follow are served', async () => {
    const talk = await conversation();
    const [before] = talk.vtn.askReport({
      kind: 'periodic',
      reportSpecifierID: 'Status',
      granularity: 'PT1M',
      reportBackDuration: 'PT1M',
    });
    await talk.pass(3 * minuteMs);
    expect(talk.named('oadrUpdateReport').length).toBeGreaterThanOrEqual(2);
    talk.world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'reregister' } } });
    await talk.pass(30_000);
    const from = talk.now;
    await talk.pass(5 * minuteMs);
    expect(talk.named('oadrUpdateReport', from)).toEqual([]);
    const [after] = talk.vtn.askReport({
      kind: 'periodic',
      reportSpecifierID: 'Status',
      granularity: 'PT1M',
      reportBackDuration: 'PT1M',
    });
    await talk.pass(2 * minuteMs);
    const served = talk
      .named('oadrUpdateReport', from)
      .flatMap(({ oadrReport }) => oadrReport.map((report) => report.reportRequestID));
    expect(new Set(served)).toEqual(new Set([after]));
    expect(after).not.toBe(before);
  });

  // @row +11.21
  it('given a VTN that announces its own reports, then oadrRegisteredReport with its requestID, asking for nothing', async () => {
    const talk = await conversation();
    await talk.hand({ message: 'oadrRegisterReport', requestID: 'announcement', oadrReport: [] });
    expect(talk.named('oadrRegisteredReport')).toMatchObject([
      { eiResponse: { responseCode: '200', requestID: 'announcement' }, oadrReportRequest: [] },
    ]);
  });
});
