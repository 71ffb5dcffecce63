/** Reports as they are asked for, told and cancelled. */
import { hourMs } from '../../programme/calendar.ts';
import { asks, isWhole, lengthsOf, registeredWithOffer, startsOf, tells } from '../reporting.ts';
import type { TestCase } from '../testCase.ts';

const minuteMs = 60_000;

const status = 'TELEMETRY_STATUS';
const usage = 'TELEMETRY_USAGE';

/** The cases R1_3010 to R1_3190. */
export const reportCases: readonly TestCase[] = [
  {
    name: 'R1_3010',
    title: 'Status, once',
    rows: ['1.1', '12.1', '12.9', '12.22', '12.24', '12.27', '12.36'],
    pushedRows: ['2.21'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status once', { kind: 'oneShot', ...offered });
      const told = await tells(t, id);
      isWhole(t, told, offered, status);
      t.equal('it has one interval', told.report.intervals?.length, 1);
      await t.sendsNo('oadrUpdateReport');
    },
  },
  {
    name: 'R1_3020',
    title: 'Status, every minute',
    rows: ['12.9', '12.13'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status every minute, without end', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
      });
      const first = await tells(t, id);
      isWhole(t, first, offered, status);
      const second = await tells(t, id);
      const third = await tells(t, id);
      t.expect(
        'they are a minute apart',
        [second.at - first.at, third.at - second.at].every((gap) => Math.abs(gap - minuteMs) <= 15_000),
        `${second.at - first.at} and ${third.at - second.at} ms`,
      );
    },
  },
  {
    name: 'R1_3025',
    title: 'Status, from two minutes ahead, when it changes',
    rows: ['12.12', '12.14', '12.17', '12.30'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status when it changes, from two minutes ahead for six minutes', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT0S',
        reportBackDuration: 'PT2M',
        startInMs: 2 * minuteMs,
        lengthMs: 6 * minuteMs,
      });
      await t.sendsNo('oadrUpdateReport', 100_000);
      const told = await tells(t, id, 5 * minuteMs);
      isWhole(t, told, offered, status);
      t.expect(
        'it tells the state of the load’s control',
        (told.report.intervals ?? []).every(({ oadrReportPayload = [] }) =>
          oadrReportPayload.every(
            ({ oadrPayloadResourceStatus }) => oadrPayloadResourceStatus?.oadrLoadControlState !== undefined,
          ),
        ),
      );
    },
  },
  {
    name: 'R1_3027',
    title: 'Status, every minute for two minutes',
    rows: ['12.12', '12.13', '12.14'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status every minute, for two minutes', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
        lengthMs: 2 * minuteMs,
      });
      const first = await tells(t, id, minuteMs);
      const second = await tells(t, id, 2 * minuteMs);
      t.expect('the second comes a minute later', Math.abs(second.at - first.at - minuteMs) <= 15_000);
      await t.pass(2 * minuteMs);
      t.fromHereOn();
      await t.sendsNo('oadrUpdateReport', 3 * minuteMs);
    },
  },
  {
    name: 'R1_3030',
    title: 'Two requests at paces of their own',
    rows: ['12.36', '12.38', '12.2'],
    run: async (t) => {
      const offer = await registeredWithOffer(t);
      const [slow = ''] = await asks(t, 'ask for the usage every two minutes', {
        kind: 'periodic',
        ...offer(usage),
        granularity: 'PT2M',
        reportBackDuration: 'PT2M',
      });
      const [fast = ''] = await asks(t, 'ask for the status every minute as well', {
        kind: 'periodic',
        ...offer(status),
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
      });
      await tells(t, fast);
      await tells(t, slow, 4 * minuteMs);
      await tells(t, fast);
      await tells(t, slow, 4 * minuteMs);
    },
  },
  {
    name: 'R1_3040',
    title: 'Cancelled',
    rows: ['12.32', '12.2'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status every minute', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
      });
      await tells(t, id);
      await t.vtn('cancel that request', (vtn) => vtn.cancelReports(false, [id]));
      const { message } = await t.sends('oadrCanceledReport');
      t.equal('nothing is pending', [message.eiResponse.responseCode, message.oadrPendingReports], ['200', []]);
      t.fromHereOn();
      await t.sendsNo('oadrUpdateReport', 3 * minuteMs);
    },
  },
  {
    name: 'R1_3045',
    title: 'Cancelled, with a last report to follow',
    rows: ['12.12', '12.32', '12.33'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status every minute, without end', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
      });
      await tells(t, id);
      await t.vtn('cancel that request, with a last report to follow', (vtn) => vtn.cancelReports(true, [id]));
      const { message } = await t.sends('oadrCanceledReport');
      t.equal('it is still pending', message.oadrPendingReports, [id]);
      await tells(t, id);
      t.fromHereOn();
      await t.sendsNo('oadrUpdateReport', 3 * minuteMs);
    },
  },
  {
    name: 'R1_3050',
    title: 'Cancelled in oadrUpdatedReport',
    rows: ['12.32'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      const [id = ''] = await asks(t, 'ask for the status every minute', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
      });
      await tells(t, id);
      await t.arrange('answer the next report with an oadrCancelReport in its oadrUpdatedReport', (vtn) =>
        vtn.faults.next({ do: 'cancelReportsInAnswer', reportToFollow: false, on: 'oadrUpdateReport' }),
      );
      await tells(t, id);
      t.fromHereOn();
      await t.sendsNo('oadrUpdateReport', 3 * minuteMs);
      t.expect('it is confirmed by no message of its own', true);
    },
  },
  {
    name: 'R1_3060',
    title: 'Asked for in oadrRegisteredReport',
    rows: ['11.4', '11.19'],
    vtn: { status: { granularity: 'PT1M', reportBackDuration: 'PT1M' } },
    run: async (t) => {
      await t.tester('switch the VEN on', (world) => world.start());
      t.remind('ask for reports in its oadrRegisteredReport');
      const { message: registered } = await t.receives('oadrRegisteredReport', {
        such: ({ oadrReportRequest }) => oadrReportRequest.length > 0,
      });
      const { message: created } = await t.sends('oadrCreatedReport');
      const [id = ''] = registered.oadrReportRequest.map(({ reportRequestID }) => reportRequestID);
      t.equal(
        'it is answered under the requestID of oadrRegisteredReport',
        created.eiResponse.requestID,
        registered.eiResponse.requestID,
      );
      t.expect('it is pending', created.oadrPendingReports.includes(id));
      await tells(t, id);
    },
  },
  {
    name: 'R1_3130',
    title: 'History of usage, everything',
    rows: ['11.17', '12.18', '12.19', '12.20'],
    byHand: 'The VEN has to have lived for half an hour before: no history is invented.',
    run: async (t) => {
      const offered = (await registeredWithOffer(t))('HISTORY_USAGE');
      await t.pass(2 * hourMs);
      const [id = ''] = await asks(t, 'ask for the history of the two hours until now', {
        kind: 'history',
        ...offered,
        startInMs: -2 * hourMs,
      });
      const told = await tells(t, id, 5 * minuteMs);
      isWhole(t, told, offered, 'HISTORY_USAGE');
      t.expect('it has five intervals or more', startsOf(told.report).length >= 5, `${startsOf(told.report).length}`);
    },
  },
  {
    name: 'R1_3140',
    title: 'History of usage, the last half hour',
    rows: ['12.18', '12.19'],
    byHand: 'The VEN has to have lived for half an hour before: no history is invented.',
    run: async (t) => {
      const offered = (await registeredWithOffer(t))('HISTORY_USAGE');
      await t.pass(hourMs);
      const askedAt = t.now;
      const [id = ''] = await asks(t, 'ask for the history of the last half hour', {
        kind: 'history',
        ...offered,
        startInMs: -30 * minuteMs,
      });
      const told = await tells(t, id, 5 * minuteMs);
      isWhole(t, told, offered, 'HISTORY_USAGE');
      const starts = startsOf(told.report);
      t.expect('it has two intervals or more', starts.length >= 2, `${starts.length}`);
      t.expect(
        'none is of a time before that',
        starts.every((at) => at >= askedAt - 31 * minuteMs),
      );
    },
  },
  {
    name: 'R1_3150',
    title: 'Usage, once: energy and power',
    rows: ['11.3', '12.9', '12.11', '12.20', '12.26', '12.28'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(usage);
      const [id = ''] = await asks(t, 'ask for the usage once', { kind: 'oneShot', ...offered });
      const told = await tells(t, id);
      isWhole(t, told, offered, usage);
      t.equal('it has one interval', told.report.intervals?.length, 1);
    },
  },
  {
    name: 'R1_3160',
    title: 'Usage, each minute, told every two minutes',
    rows: ['11.3', '12.13', '12.14', '12.41'],
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(usage);
      const [id = ''] = await asks(t, 'ask for the usage of each minute, every two minutes', {
        kind: 'periodic',
        ...offered,
        granularity: 'PT1M',
        reportBackDuration: 'PT2M',
      });
      const first = await tells(t, id, 4 * minuteMs);
      const second = await tells(t, id, 4 * minuteMs);
      const third = await tells(t, id, 4 * minuteMs);
      for (const told of [second, third]) {
        isWhole(t, told, offered, usage);
        t.equal('it has two intervals of a minute', lengthsOf(told.report), [minuteMs, minuteMs]);
      }
      t.expect(
        'they are two minutes apart',
        [second.at - first.at, third.at - second.at].every((gap) => Math.abs(gap - 2 * minuteMs) <= 15_000),
        `${second.at - first.at} and ${third.at - second.at} ms`,
      );
    },
  },
  {
    name: 'R1_3170',
    title: 'Metadata, asked for again, and what is pending',
    rows: ['11.4', '11.6', '12.2', '12.6'],
    run: async (t) => {
      await registeredWithOffer(t);
      await t.vtn(
        'ask for the metadata once more',
        (vtn) => void vtn.askReport({ kind: 'metadata', reportSpecifierID: 'METADATA' }),
      );
      const { message: request } = await t.receives('oadrCreateReport');
      const [id = ''] = request.oadrReportRequest.map(({ reportRequestID }) => reportRequestID);
      await t.sends('oadrCreatedReport');
      const { message: metadata } = await t.sends('oadrRegisterReport');
      t.equal('they carry the reportRequestID at their root', metadata.reportRequestID, id);
      t.expect(
        'and 0 in each report',
        metadata.oadrReport.every(({ reportRequestID }) => reportRequestID === '0'),
      );
    },
  },
  {
    name: 'R1_3180',
    title: 'Two requests in one message',
    rows: ['12.36', '12.2'],
    run: async (t) => {
      const offer = await registeredWithOffer(t);
      const [first = '', second = ''] = await asks(
        t,
        'ask for status and usage once, in one message',
        { kind: 'oneShot', ...offer(status) },
        { kind: 'oneShot', ...offer(usage) },
      );
      t.expect('both are named', first !== '' && second !== '' && first !== second);
      await t.comesTo(
        'both are told, in one message or in two',
        () => [first, second].every((id) => t.hasTold(id)),
        2 * minuteMs,
      );
    },
  },
  {
    name: 'R1_3190',
    title: 'Identifiers that nobody offered',
    rows: ['1.14', '12.3'],
    isNegative: true,
    excuses: ({ rule }) => rule === '329',
    run: async (t) => {
      const offered = (await registeredWithOffer(t))(status);
      for (const [text, script] of [
        ['a reportSpecifierID', { ...offered, reportSpecifierID: 'nobody-offered-this' }],
        ['an rID', { ...offered, rIDs: ['nobody-offered-this'] }],
      ] as const) {
        await t.vtn(
          `ask for a report under ${text} that is not known`,
          (vtn) => void vtn.askReport({ kind: 'oneShot', ...script }),
        );
        const { message } = await t.sends('oadrCreatedReport');
        t.equal('it is refused with 452', message.eiResponse.responseCode, '452');
      }
    },
  },
];
