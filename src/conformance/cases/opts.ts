/** EiOpt: schedules, and what becomes of them. */
import { parseDateTime } from '../../protocol/types/dateTime.ts';
import { hourMs } from '../../programme/calendar.ts';
import { minuteMs } from '../events.ts';
import type { Proceedings } from '../proceedings.ts';
import type { TestCase } from '../testCase.ts';

const optsOut = async (t: Proceedings, text: string, asked: object) => {
  await t.command(text, { type: 'OptGiven', optType: 'optOut', ...asked });
  const { message } = await t.sends('oadrCreateOpt');
  t.expect(
    'it names no DR event, and has a target',
    message.qualifiedEventID === undefined && message.eiTarget.venID !== undefined,
  );
  const reply = await t.receives('oadrCreatedOpt');
  t.equal('the VTN takes it', [reply.message.eiResponse.responseCode, reply.message.optID], ['200', message.optID]);
  return message;
};

const soon = (t: Proceedings, lengthMs: number | null = hourMs, inMs = 2 * minuteMs) => ({
  startAt: t.now + inMs,
  endAt: lengthMs === null ? null : t.now + inMs + lengthMs,
});

const takesBack = async (t: Proceedings, optID: string): Promise<void> => {
  await t.command('take it back ("ven opt cancel")', { type: 'OptTakenBack', optID });
  const { message } = await t.sends('oadrCancelOpt');
  t.equal('it names the optID', message.optID, optID);
  const reply = await t.receives('oadrCanceledOpt');
  t.equal('the VTN forgets it', reply.message.eiResponse.responseCode, '200');
};

/** The cases P1_2010 to P1_2050. */
export const optCases: readonly TestCase[] = [
  {
    name: 'P1_2010',
    title: 'A schedule',
    rows: ['10.2', '10.7', '10.8', '10.10', '10.17', '10.18', '10.19', '10.20'],
    run: async (t) => {
      await t.registered();
      const windows = [soon(t), soon(t, hourMs, 5 * hourMs)];
      const { vavailability = [], optReason } = await optsOut(
        t,
        'opt out of two times ("ven opt out --from … --to …")',
        {
          windows,
          marketContext: 'http://MarketContext1',
        },
      );
      t.equal(
        'both times are in it',
        vavailability.map(({ dtstart = '' }) => Math.floor((parseDateTime(dtstart) ?? 0) / 1_000)),
        windows.map(({ startAt }) => Math.floor(startAt / 1_000)),
      );
      t.equal('it gives a reason', optReason, 'notParticipating');
    },
  },
  {
    name: 'P1_2015',
    title: 'A schedule without an end',
    rows: ['10.12'],
    run: async (t) => {
      await t.registered();
      const { vavailability = [] } = await optsOut(t, 'opt out without an end', { windows: [soon(t, null)] });
      t.equal('its duration is 0', vavailability[0]?.duration, 'PT0S');
    },
  },
  {
    name: 'P1_2020',
    title: 'A schedule is taken back',
    rows: ['10.17'],
    run: async (t) => {
      await t.registered();
      const { optID } = await optsOut(t, 'opt out of a time', { windows: [soon(t)] });
      await takesBack(t, optID);
    },
  },
  {
    name: 'P1_2030',
    title: 'A schedule for one device',
    rows: ['10.8', '10.11', '10.13'],
    run: async (t) => {
      await t.registered();
      const { eiTarget, oadrDeviceClass } = await optsOut(t, 'opt out of a time with one device', {
        windows: [soon(t)],
        resourceIDs: ['resource1'],
      });
      t.equal('it names the device', eiTarget.resourceID, ['resource1']);
      t.expect('it names no device class beside it', oadrDeviceClass === undefined);
    },
  },
  {
    name: 'P1_2040',
    title: 'Several times under one optID, taken back together',
    rows: ['10.7', '10.13', '10.20'],
    run: async (t) => {
      await t.registered();
      const { optID } = await optsOut(t, 'opt out of two times', { windows: [soon(t), soon(t, hourMs, 3 * hourMs)] });
      await takesBack(t, optID);
      t.equal('no opt holds any more', t.opts.length, 0);
    },
  },
  {
    name: 'P1_2050',
    title: 'The VTN refuses an opt',
    rows: ['10.20'],
    run: async (t) => {
      await t.registered();
      await t.arrange('answer the next oadrCreateOpt with 454', (vtn) =>
        vtn.faults.next({ do: 'responseCode', responseCode: '454', on: 'oadrCreateOpt' }),
      );
      await t.command('opt out of a time', { type: 'OptGiven', optType: 'optOut', windows: [soon(t)] });
      await t.sends('oadrCreateOpt');
      const reply = await t.receives('oadrCreatedOpt');
      t.equal('it is refused', reply.message.eiResponse.responseCode, '454');
      await t.sendsNo('oadrCreateOpt', 10 * minuteMs);
    },
  },
];
