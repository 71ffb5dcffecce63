/** DR events of 2.0b. */
import { hourMs } from '../../programme/calendar.ts';
import { accepted, answers, dispatchEvent, distributes, eventIDsIn, priceEvent, simpleEvent } from '../events.ts';
import type { TestCase } from '../testCase.ts';

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** The cases E1_1010 to E1_1080. */
export const event20bCases: readonly TestCase[] = [
  {
    name: 'E1_1010',
    title: 'All are gone: the empty list cancels them, and wants no answer',
    rows: ['7.2', '9.2'],
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event', (now) => simpleEvent(now));
      await distributes(t, 'hand out an empty list', (vtn) => vtn.events.withdraw(eventID));
      await t.sendsNo('oadrCreatedEvent');
      t.expect('it is followed no longer', t.standingOf(eventID) !== 'far');
    },
  },
  {
    name: 'E1_1020',
    title: 'ELECTRICITY_PRICE',
    rows: ['7.31'],
    pushedRows: ['2.20', '9.19'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event with prices', (now) => priceEvent(now, 6));
    },
  },
  {
    name: 'E1_1025',
    title: 'LOAD_DISPATCH',
    rows: ['7.31'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event with LOAD_DISPATCH', (now) => dispatchEvent(now, '1.0'));
    },
  },
  {
    name: 'E1_1027',
    title: 'A baseline beside the signal',
    rows: ['7.37'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event with a baseline', (now) => {
        const script = priceEvent(now, 2);
        return {
          ...script,
          eiEventBaseline: {
            dtstart: iso(script.startAt),
            duration: 'PT2H',
            intervals: [0, 1].map((uid) => ({
              duration: 'PT1H',
              uid: String(uid),
              signalPayload: [{ payloadFloat: '1.0' }],
            })),
            baselineID: 'baseline-1',
            resourceID: ['resource1'],
            baselineName: 'a baseline',
          },
        };
      });
    },
  },
  {
    name: 'E1_1030',
    title: 'Changed prices',
    rows: ['7.7'],
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event with prices', (now) => priceEvent(now, 3));
      const list = await distributes(t, 'change its prices', (vtn, now) =>
        vtn.events.modify(eventID, {
          signals: priceEvent(now, 3).signals.map((signal) => ({ ...signal, values: ['0.30', '0.20', '0.10'] })),
        }),
      );
      await answers(t, list);
    },
  },
  {
    name: 'E1_1040',
    title: 'SIMPLE beside prices',
    rows: ['7.33', '9.9'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event with SIMPLE and ELECTRICITY_PRICE', (now) => {
        const script = priceEvent(now, 2);
        return {
          ...script,
          signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1', '2'] }, ...script.signals],
        };
      });
    },
  },
  {
    name: 'E1_1050',
    title: 'The VEN asks for all DR events',
    rows: ['9.17', '3.12'],
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event', (now) => simpleEvent(now));
      await t.command('ask for all DR events', { type: 'OperatorAsked', wish: 'requestEvent' });
      await t.sends('oadrRequestEvent');
      const list = await t.receives('oadrDistributeEvent');
      t.equal('it is listed', eventIDsIn(list), [eventID]);
      await answers(t, list);
    },
  },
  {
    name: 'E1_1060',
    title: 'A DR event that was answered is qualified by oadrCreateOpt',
    rows: ['1.1', '10.1', '10.2', '10.4', '10.6', '10.18'],
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event', (now) => simpleEvent(now, { startAt: now + hourMs }));
      await t.command('opt out of it by EiOpt ("ven opt out EVENTID")', {
        type: 'OptGiven',
        optType: 'optOut',
        eventID,
      });
      const { message } = await t.sends('oadrCreateOpt');
      t.equal('it names the DR event', message.qualifiedEventID, { eventID, modificationNumber: 0 });
      t.equal('it says optOut', message.optType, 'optOut');
      t.expect(
        'it has neither vavailability nor marketContext',
        message.vavailability === undefined && message.marketContext === undefined,
      );
      const reply = await t.receives('oadrCreatedOpt');
      t.equal('the VTN takes it', [reply.message.eiResponse.responseCode, reply.message.optID], ['200', message.optID]);
    },
  },
  {
    name: 'E1_1070',
    title: 'A signal that nobody knows',
    rows: ['7.20', '9.7'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(
        t,
        'hand out a DR event with the signal x-unknown',
        (vtn, now) =>
          void vtn.events.add(
            simpleEvent(now, { signals: [{ signalName: 'x-unknown', signalType: 'level', values: ['1'] }] }),
          ),
      );
      await answers(t, list, () => ({ responseCode: '460', optType: 'optOut' }));
    },
  },
  {
    name: 'E1_1080',
    title: 'Identifiers are told apart by case, market contexts are not',
    rows: ['1.10', '1.12', '9.8'],
    isNegative: true,
    run: async (t) => {
      await t.registered();
      const shouted = await accepted(t, 'hand out a DR event whose marketContext has its host in capitals', (now) =>
        simpleEvent(now, { marketContext: 'HTTP://MARKETCONTEXT1' }),
      );
      t.equal('it is taken', t.standingOf(shouted), 'far');
      const venID = t.registration.venID ?? '';
      const other = await distributes(
        t,
        'hand out a DR event for this venID in capitals',
        (vtn, now) =>
          void vtn.events.add(
            simpleEvent(now, { startAt: now + 3 * hourMs, eiTarget: { venID: [venID.toUpperCase()] } }),
          ),
      );
      await answers(t, other, (eventID) => (eventID === shouted ? {} : { responseCode: '462', optType: 'optOut' }));
      await t.vtn('hand out a list under its vtnID in capitals', (vtn) =>
        vtn.queue({
          message: 'oadrDistributeEvent',
          eiResponse: { responseCode: '200', requestID: '' },
          requestID: 'in-capitals',
          vtnID: vtn.settings.vtnID.toUpperCase(),
          oadrEvent: [],
        }),
      );
      const refused = await t.sends('oadrCreatedEvent');
      t.equal('the message is answered with 452', refused.message.eiResponse.responseCode, '452');
      t.equal('nothing was cancelled', t.standingOf(shouted), 'far');
    },
  },
];
