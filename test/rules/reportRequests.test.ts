import { describe, expect, it } from 'vitest';
import type { OadrReportRequest } from '../../src/protocol/elements/oadrReportRequest.ts';
import { conversation, type Conversation } from '../support/conversation.ts';
import { energyID, hourMs, minuteMs, powerID, spansOf, statusID, toldBy, valuesOf } from './support/reports.ts';

const status = {
  kind: 'periodic',
  reportSpecifierID: 'Status',
  granularity: 'PT1M',
  reportBackDuration: 'PT1M',
} as const;

const createReport = (
  ...requests: readonly {
    readonly id: string;
    readonly specifier?: string;
    readonly rIDs?: readonly string[];
    readonly pace?: readonly [string, string];
    readonly more?: object;
  }[]
) => ({
  message: 'oadrCreateReport' as const,
  requestID: 'asking',
  venID: 'bellawatt.example.ven.123',
  oadrReportRequest: requests.map(
    ({ id, specifier = 'RealEnergy', rIDs = [energyID], pace = ['PT0S', 'PT0S'], more = {} }): OadrReportRequest => ({
      reportRequestID: id,
      reportSpecifier: {
        reportSpecifierID: specifier,
        granularity: pace[0],
        reportBackDuration: pace[1],
        specifierPayload: rIDs.map((rID) => ({ rID, readingType: 'Direct Read' })),
        ...more,
      },
    }),
  ),
});

const answersOf = (talk: Conversation) =>
  talk.named('oadrCreatedReport').filter(({ eiResponse }) => eiResponse.requestID === 'asking');
const gapsOf = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? 0));

describe('asking for reports', () => {
  // @row +12.1 +12.9 +12.11
  it('given a one-shot, then one report at once, under its ID, and nothing pending afterwards', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({ kind: 'oneShot' });
    await talk.pass(15_000);
    expect(toldBy(talk, id)).toHaveLength(1);
    expect(spansOf(toldBy(talk, id)[0]?.report ?? ({} as never))).toHaveLength(1);
    await talk.pass(2 * hourMs);
    expect(toldBy(talk, id)).toHaveLength(1);
    await talk.hand(createReport({ id: 'next', specifier: 'Status', rIDs: [statusID], pace: ['PT1M', 'PT1M'] }));
    expect(answersOf(talk).at(-1)?.oadrPendingReports).toEqual(['next']);
  });

  // @row +12.2 -12.38
  it('given several requests, then each answer lists all that is pending, from whatever message', async () => {
    const talk = await conversation({ vtn: { usage: { granularity: 'PT1H', reportBackDuration: 'PT24H' } } });
    const [first] = talk.named('oadrCreatedReport');
    expect(first?.oadrPendingReports).toHaveLength(1);
    await talk.hand(
      createReport(
        { id: 'minute', specifier: 'Status', rIDs: [statusID], pace: ['PT1M', 'PT1M'] },
        { id: 'quarter', pace: ['PT15M', 'PT15M'] },
      ),
    );
    const [answer] = answersOf(talk);
    expect(answer?.eiResponse).toMatchObject({ responseCode: '200' });
    expect(answer?.oadrPendingReports).toEqual([...(first?.oadrPendingReports ?? []), 'minute', 'quarter']);
  });

  // @row -12.1 -12.2 +12.3 -12.6
  it.each([
    ['a specifier', { specifier: 'Unheard' }],
    ['an rID', { rIDs: [energyID, 'unheard'] }],
    ['an rID of another report', { rIDs: [statusID] }],
  ])('given %s we do not offer, then 452, no report, and nothing pending', async (_what, wrong) => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'wrong', ...wrong }));
    expect(answersOf(talk)).toMatchObject([{ eiResponse: { responseCode: '452' }, oadrPendingReports: [] }]);
    expect(toldBy(talk)).toEqual([]);
  });

  // @row +12.3 +16.461
  it('given a report that everybody knows and that we do not offer, then 461, no report, and nothing pending', async () => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'green', specifier: 'HISTORY_GREENBUTTON' }));
    expect(answersOf(talk)).toMatchObject([{ eiResponse: { responseCode: '461' }, oadrPendingReports: [] }]);
    expect(toldBy(talk)).toEqual([]);
  });

  // @row +12.3
  it.each<[string, readonly [string, string]]>([
    ['usage on change', ['PT0S', 'PT1M']],
    ['intervals longer than any we offer', ['P2D', 'P4D']],
  ])('given %s, which is more than we offer, then 454, no report, and nothing pending', async (_what, pace) => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'more', pace }));
    expect(answersOf(talk)).toMatchObject([{ eiResponse: { responseCode: '454' }, oadrPendingReports: [] }]);
    await talk.pass(10 * minuteMs);
    expect(toldBy(talk)).toEqual([]);
  });

  // @row +12.3 -12.3
  it.each([
    ['one of an unknown report', { specifier: 'Unheard' }],
    ['one with an unknown rID among good ones', { rIDs: [energyID, 'unheard'] }],
  ])('given a good request beside %s, then the good one is served, and the answer says 452', async (_, wrong) => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'wrong', ...wrong }, { id: 'good' }));
    expect(answersOf(talk)).toMatchObject([{ eiResponse: { responseCode: '452' } }]);
    expect(toldBy(talk, 'good')).toHaveLength(1);
  });

  // @row +12.6
  it('given METADATA with any rID, then the metadata follow', async () => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'meta', specifier: 'METADATA', rIDs: ['whatever'] }));
    expect(answersOf(talk)).toMatchObject([{ eiResponse: { responseCode: '200' } }]);
    expect(talk.named('oadrRegisterReport').at(-1)?.reportRequestID).toBe('meta');
  });

  // @row -11.4
  it('given METADATA each hour, then they go out each hour, and do not end themselves', async () => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'meta', specifier: 'METADATA', rIDs: ['METADATA'], pace: ['PT1H', 'PT1H'] }));
    await talk.pass(3.5 * hourMs);
    expect(
      talk.named('oadrRegisterReport').filter(({ reportRequestID }) => reportRequestID === 'meta').length,
    ).toBeGreaterThanOrEqual(4);
  });

  // @row +12.38
  it('given the ID of a request in force, then the new one takes its place', async () => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'same', specifier: 'Status', rIDs: [statusID], pace: ['PT1M', 'PT1M'] }));
    await talk.pass(2 * minuteMs);
    await talk.hand(createReport({ id: 'same', specifier: 'Status', rIDs: [statusID], pace: ['PT10M', 'PT10M'] }));
    const before = toldBy(talk, 'same').length;
    expect(answersOf(talk).at(-1)?.oadrPendingReports).toEqual(['same']);
    await talk.pass(21 * minuteMs);
    expect(toldBy(talk, 'same').length - before).toBe(2);
  });

  // @row +12.39
  it('given reading types, units and tolerances nobody needs, then they are ignored', async () => {
    const talk = await conversation();
    const message = createReport({ id: 'dressed' });
    const [request] = message.oadrReportRequest;
    if (request === undefined) throw new Error('There is no request.');
    const dressed = {
      ...request,
      reportSpecifier: {
        ...request.reportSpecifier,
        specifierPayload: [
          {
            rID: energyID,
            readingType: 'Mean' as const,
            itemBase: { element: 'voltage', itemDescription: 'Voltage', itemUnits: 'V', siScaleCode: 'none' } as const,
          },
        ],
      },
    };
    await talk.hand({ ...message, oadrReportRequest: [dressed] });
    expect(toldBy(talk, 'dressed')).toHaveLength(1);
  });
});

describe('the pace of reports', () => {
  // @row +12.12 +12.13 +12.14
  it('given status each minute for two minutes, then one at once, one a minute later, and no more', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({ ...status, lengthMs: 2 * minuteMs });
    await talk.pass(10 * minuteMs);
    const times = toldBy(talk, id).map(({ at }) => at);
    expect(times).toHaveLength(2);
    expect(gapsOf(times)[0]).toBeGreaterThan(minuteMs - 15_000);
    expect(gapsOf(times)[0]).toBeLessThan(minuteMs + 15_000);
    expect(await talk.facts('ReportRequestEnded')).toMatchObject([{ reportRequestID: id, because: 'elapsed' }]);
  });

  // @row -12.9 +12.13 +12.14
  it('given usage each minute, reported each two, then exactly two intervals in each report, two minutes apart', async () => {
    const talk = await conversation();
    const from = talk.now;
    const [id] = talk.vtn.askReport({ kind: 'periodic', granularity: 'PT1M', reportBackDuration: 'PT2M' });
    await talk.pass(11 * minuteMs);
    const told = toldBy(talk, id);
    expect(told.length).toBeGreaterThanOrEqual(5);
    for (const { report } of told) {
      expect(spansOf(report).map(([, lengthMs]) => lengthMs)).toEqual([minuteMs, minuteMs]);
      expect(
        report.intervals?.every(({ oadrReportPayload = [] }) =>
          oadrReportPayload.every(({ oadrDataQuality }) => oadrDataQuality?.startsWith('Quality Good')),
        ),
      ).toBe(true);
    }
    for (const gap of gapsOf(told.map(({ at }) => at))) expect(Math.abs(gap - 2 * minuteMs)).toBeLessThan(15_000);
    const starts = told.flatMap(({ report }) => spansOf(report).map(([startAt]) => startAt));
    expect(gapsOf(starts).every((gap) => gap === minuteMs)).toBe(true);
    expect(Math.abs((starts[0] ?? 0) - from)).toBeLessThanOrEqual(minuteMs);
  });

  // @row +12.12 -12.13 +12.14 -12.14
  it('given a dtstart two minutes ahead, then nothing before it', async () => {
    const talk = await conversation();
    const from = talk.now;
    const [id] = talk.vtn.askReport({ ...status, startInMs: 2 * minuteMs });
    await talk.pass(2 * minuteMs - 5_000);
    expect(toldBy(talk, id)).toEqual([]);
    await talk.pass(10_000);
    expect(toldBy(talk, id)[0]?.at).toBeGreaterThanOrEqual(from + 2 * minuteMs);
  });

  // @row +12.12
  it('given usage for ten minutes each five, then two reports and the end', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({
      kind: 'periodic',
      granularity: 'PT5M',
      reportBackDuration: 'PT5M',
      lengthMs: 10 * minuteMs,
    });
    await talk.pass(30 * minuteMs);
    expect(toldBy(talk, id)).toHaveLength(2);
    expect(await talk.facts('ReportRequestEnded')).toMatchObject([{ because: 'elapsed' }]);
  });

  // @row -12.11 -12.12
  it('given a periodic request without reportInterval, as NHEC’s VTN asks, then it runs from now and does not end', async () => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'endless', specifier: 'Status', rIDs: [statusID], pace: ['PT30M', 'PT30M'] }));
    await talk.pass(5 * hourMs);
    expect(toldBy(talk, 'endless')).toHaveLength(11);
  });

  // @row +12.36
  it('given several at a pace of their own, then each keeps it', async () => {
    const talk = await conversation();
    const ids = talk.vtn.askReport([
      status,
      { ...status, granularity: 'PT5M', reportBackDuration: 'PT5M' },
      { kind: 'periodic', granularity: 'PT2M', reportBackDuration: 'PT4M' },
    ]);
    await talk.pass(41 * minuteMs);
    const counts = ids.map((id) => toldBy(talk, id).length);
    expect(counts[0]).toBeGreaterThanOrEqual(41);
    expect(counts[1]).toBe(9);
    expect(counts[2]).toBe(10);
    for (const { report } of toldBy(talk, ids[2])) expect(spansOf(report)).toHaveLength(2);
  });

  // @row +12.16
  it('given NHEC’s PT30M each PT12S, then reports come at the pace that can be kept, and a person is told', async () => {
    const talk = await conversation();
    await talk.hand(createReport({ id: 'nhec', pace: ['PT30M', 'PT12S'] }));
    expect(answersOf(talk)).toMatchObject([{ eiResponse: { responseCode: '200' }, oadrPendingReports: ['nhec'] }]);
    expect(talk.world.lines.join('\n')).toContain('exceeds the reportBackDuration of 12 s');
    await talk.pass(2 * hourMs + minuteMs);
    const told = toldBy(talk, 'nhec');
    expect(told).toHaveLength(4);
    for (const { report } of told) expect(spansOf(report).map(([, lengthMs]) => lengthMs)).toEqual([30 * minuteMs]);
  });

  // @row -12.16
  it('given a strict VEN, then that pace is refused with 459, and one finer than it samples with 454', async () => {
    const talk = await conversation({ settings: { strict: true } });
    await talk.hand(createReport({ id: 'nhec', pace: ['PT30M', 'PT12S'] }));
    await talk.hand(createReport({ id: 'fine', pace: ['PT10S', 'PT1M'] }));
    expect(answersOf(talk).map(({ eiResponse }) => eiResponse.responseCode)).toEqual(['459', '454']);
    expect(answersOf(talk).at(-1)?.oadrPendingReports).toEqual([]);
  });
});

describe('cancelling reports', () => {
  const cancel = (ids: readonly string[], reportToFollow = false) => ({
    message: 'oadrCancelReport' as const,
    requestID: 'stopping',
    reportRequestID: ids,
    reportToFollow,
    venID: 'bellawatt.example.ven.123',
  });

  // @row +12.32 -12.33 -12.34
  it('given oadrCancelReport, then the report stops, and what stays pending is said', async () => {
    const talk = await conversation();
    const [first, second] = talk.vtn.askReport([status, status]);
    await talk.pass(2 * minuteMs);
    await talk.hand(cancel([first ?? '']));
    const from = talk.now;
    await talk.pass(5 * minuteMs);
    expect(talk.named('oadrCanceledReport')).toMatchObject([
      { eiResponse: { responseCode: '200', requestID: 'stopping' }, oadrPendingReports: [second] },
    ]);
    expect(toldBy(talk, first).filter(({ at }) => at > from)).toEqual([]);
    expect(toldBy(talk, second).filter(({ at }) => at > from).length).toBeGreaterThanOrEqual(4);
  });

  // @row +12.33
  it('given a last report to follow, then the request is still pending in the answer, the report goes, and that was all', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({ kind: 'periodic', granularity: 'PT5M', reportBackDuration: 'PT10M' });
    await talk.pass(12 * minuteMs);
    expect(toldBy(talk, id)).toHaveLength(1);
    await talk.hand(cancel([id ?? ''], true));
    await talk.pass(minuteMs);
    expect(talk.named('oadrCanceledReport')).toMatchObject([{ oadrPendingReports: [id] }]);
    expect(toldBy(talk, id)).toHaveLength(2);
    expect(talk.order().slice(-2)).toEqual(['oadrCanceledReport', 'oadrUpdateReport']);
    await talk.pass(hourMs);
    expect(toldBy(talk, id)).toHaveLength(2);
  });

  // @row -12.32 +12.34
  it('given one ID that is not known among several, then 452, and the known ones stop', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport(status);
    await talk.pass(minuteMs);
    await talk.hand(cancel([id ?? '', 'unheard']));
    expect(talk.named('oadrCanceledReport')).toMatchObject([
      { eiResponse: { responseCode: '452' }, oadrPendingReports: [] },
    ]);
  });

  // @row +12.32
  it('given a cancellation in oadrUpdatedReport, then the report stops without a word', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport(status);
    await talk.pass(minuteMs);
    const reply = {
      message: 'oadrUpdatedReport' as const,
      eiResponse: { responseCode: '200', requestID: '' },
      venID: 'bellawatt.example.ven.123',
      oadrCancelReport: cancel([id ?? '']),
    };
    talk.vtn.faults.next({ do: 'answer', on: 'oadrUpdateReport', message: reply as never });
    await talk.pass(2 * minuteMs);
    const told = toldBy(talk, id).length;
    await talk.pass(5 * minuteMs);
    expect(toldBy(talk, id)).toHaveLength(told);
    expect(talk.named('oadrCanceledReport')).toEqual([]);
  });
});

describe('the history of usage', () => {
  // @row +12.18
  it('given a start and a length, then the intervals within it, and the one in which it begins, at once and once', async () => {
    const talk = await conversation();
    await talk.pass(3 * hourMs);
    const startAt = talk.now - 2 * hourMs;
    const [id] = talk.vtn.askReport({ kind: 'history', startInMs: -2 * hourMs, lengthMs: hourMs });
    await talk.pass(15_000);
    const [told, ...more] = toldBy(talk, id);
    expect(more).toEqual([]);
    expect(told?.report.reportName).toBe('HISTORY_USAGE');
    const spans = spansOf(told?.report ?? ({} as never));
    expect(spans).toHaveLength(4); // the quarter in which it begins, and those that lie within it
    for (const [from, lengthMs] of spans) {
      expect(from).toBeGreaterThanOrEqual(startAt - 15 * minuteMs);
      expect(from + lengthMs).toBeLessThanOrEqual(startAt + hourMs + minuteMs);
    }
  });

  // @row +12.19
  it.each([0, 14])(
    'given the last half hour, %s minutes past a quarter, then two intervals, both of what was metered',
    async (minutes) => {
      const talk = await conversation();
      await talk.pass(2 * hourMs + minutes * minuteMs);
      const askedAt = talk.now;
      const [id] = talk.vtn.askReport({ kind: 'history', startInMs: -30 * minuteMs });
      await talk.pass(15_000);
      const report = toldBy(talk, id)[0]?.report ?? ({} as never);
      expect(spansOf(report).length).toBeGreaterThanOrEqual(2);
      for (const [from] of spansOf(report)) expect(from).toBeGreaterThan(askedAt - 45 * minuteMs);
      expect(new Set(valuesOf(report, energyID).map(([, quality]) => quality))).toEqual(
        new Set(['Quality Good - Non Specific']),
      );
    },
  );

  // @row -12.19
  it('given a VEN that has not lived through that time, then no history is invented', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({ kind: 'history', startInMs: -hourMs });
    await talk.pass(15_000);
    const told = toldBy(talk, id).flatMap(({ report }) => valuesOf(report, energyID));
    expect(told.length).toBeGreaterThan(0);
    for (const [, quality] of told) expect(quality).toMatch(/^Quality Bad/);
  });

  // @row -12.18
  it('given a start and no length, then all since then', async () => {
    const talk = await conversation();
    await talk.pass(3 * hourMs);
    const [id] = talk.vtn.askReport({ kind: 'history', startInMs: -2 * hourMs });
    await talk.pass(15_000);
    const spans = spansOf(toldBy(talk, id)[0]?.report ?? ({} as never));
    expect(spans.length).toBeGreaterThanOrEqual(7);
    expect(toldBy(talk, id)[0]?.report.intervals?.[0]?.oadrReportPayload?.map(({ rID }) => rID)).toEqual([
      energyID,
      powerID,
    ]);
  });
});
