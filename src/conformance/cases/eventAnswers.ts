/** What is answered to DR events of all kinds, and to lists that are not as they should be. */
import { hourMs } from '../../programme/calendar.ts';
import {
  accepted,
  answers,
  dispatchEvent,
  distributes,
  eventIDsIn,
  marketContexts,
  minuteMs,
  priceEvent,
  simpleEvent,
} from '../events.ts';
import type { TestCase } from '../testCase.ts';

/** A marketContext that nobody has configured. */
const elsewhere = 'http://MarketContextUnknown';

/** Without these no marketContext of somebody else’s VTN is strange. */
const strict = { marketContexts };

/** An identifier of 50 characters. */
const longID = (index: number): string => `event-${index}-`.padEnd(50, 'x');

/** Heritage of 2.0a: lists, targets, limits, faults. */
export const eventAnswerCases: readonly TestCase[] = [
  {
    name: 'A_E1_0020',
    title: 'No DR event: the empty list wants no answer',
    rows: ['7.2', '9.2'],
    run: async (t) => {
      await t.registered();
      await t.vtn('have no DR event for this VEN', () => undefined);
      await t.command('ask for all DR events', { type: 'OperatorAsked', wish: 'requestEvent' });
      await t.sends('oadrRequestEvent');
      const list = await t.receives('oadrDistributeEvent');
      t.equal('the list is empty', list.message.oadrEvent.length, 0);
      await t.sendsNo('oadrCreatedEvent');
    },
  },
  {
    name: 'A_E1_0040',
    title: 'Twenty-four intervals of prices',
    rows: ['7.27', '7.31'],
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event with 24 hourly prices', (now) => priceEvent(now, 24));
      t.equal('the VEN has it', t.standingOf(eventID), 'far');
    },
  },
  {
    name: 'A_E1_0060',
    title: 'Everything optional is there',
    rows: ['1.13', '7.17', '7.38', '7.42'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event with priority, notification, ramp-up, recovery and a comment', (now) =>
        simpleEvent(now, {
          priority: 1,
          notificationMs: minuteMs,
          rampUpMs: minuteMs,
          recoveryMs: minuteMs,
          vtnComment: 'a comment',
          startafterMs: 0,
          signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1', '2'], currentValue: '0' }],
        }),
      );
    },
  },
  {
    name: 'A_E1_0070',
    title: 'Each kind of target, one of which matches',
    rows: ['7.17'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event for this VEN, a group, a party and a resource', (now) =>
        simpleEvent(now, {
          eiTarget: {
            groupID: ['group-1'],
            resourceID: ['resource-of-others'],
            venID: [t.registration.venID ?? ''],
            partyID: ['party-1'],
          },
        }),
      );
    },
  },
  {
    name: 'A_E1_0110',
    title: 'A new DR event whose modificationNumber is not 0',
    rows: ['7.5'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a new DR event with modificationNumber 2', (now) =>
        simpleEvent(now, { modificationNumber: 2 }),
      );
    },
  },
  {
    name: 'A_E1_0130',
    title: 'A test event',
    rows: ['7.16'],
    run: async (t) => {
      await t.registered();
      await accepted(t, 'hand out a DR event with testEvent "true"', (now) => simpleEvent(now, { testEvent: 'true' }));
    },
  },
  {
    name: 'A_E1_0180',
    title: 'New, changed and cancelled in one list',
    rows: ['9.9', '7.7', '7.10'],
    run: async (t) => {
      await t.registered();
      const changed = await accepted(t, 'hand out a first DR event', (now) => simpleEvent(now));
      const second = await distributes(
        t,
        'hand out a second DR event, at another time',
        (vtn, now) => void vtn.events.add(simpleEvent(now, { startAt: now + 3 * hourMs })),
      );
      await answers(t, second);
      const cancelled = eventIDsIn(second).find((each) => each !== changed) ?? '';
      const third = await distributes(t, 'change the first, cancel the second, and add a third', (vtn, now) => {
        vtn.events.modify(changed, { lengthMs: 30 * minuteMs });
        vtn.events.cancel(cancelled);
        vtn.events.add(simpleEvent(now, { startAt: now + 6 * hourMs }));
      });
      await answers(t, third);
      t.expect('the second is followed no longer', t.standingOf(cancelled) !== 'far');
    },
  },
  {
    name: 'A_E1_0190',
    title: 'The VTN uses one requestID for everything',
    rows: ['1.21', '9.4'],
    vtn: { constantRequestID: 'always-the-same' },
    run: async (t) => {
      await t.registered();
      const first = await distributes(t, 'hand out a DR event', (vtn, now) => void vtn.events.add(simpleEvent(now)));
      await answers(t, first);
      const [eventID = ''] = eventIDsIn(first);
      const second = await distributes(t, 'change it, under the same requestID', (vtn) =>
        vtn.events.modify(eventID, { lengthMs: 2 * hourMs }),
      );
      await answers(t, second);
    },
  },
  {
    name: 'A_E1_0200',
    title: 'Four DR events with identifiers of fifty characters',
    rows: ['1.24', '7.42'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(t, 'hand out four DR events with long eventIDs', (vtn, now) => {
        for (const index of [1, 2, 3, 4])
          vtn.events.add(simpleEvent(now, { eventID: longID(index), startAt: now + index * 2 * hourMs }));
      });
      t.equal('there are four', eventIDsIn(list).length, 4);
      await answers(t, list);
    },
  },
  {
    name: 'A_E1_0300',
    title: 'A DR event for somebody else',
    rows: ['7.18', '9.7', '16.462'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(
        t,
        'hand out a DR event for another venID',
        (vtn, now) => void vtn.events.add(simpleEvent(now, { eiTarget: { venID: ['another-ven'] } })),
      );
      await answers(t, list, () => ({ responseCode: '462', optType: 'optOut' }));
    },
  },
  {
    name: 'A_E1_0310',
    title: 'The VTN refuses the answer',
    rows: ['1.14', '2.9', '9.15'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(t, 'hand out a DR event, and answer oadrCreatedEvent with 452', (vtn, now) => {
        vtn.faults.next({ do: 'responseCode', responseCode: '452', on: 'oadrCreatedEvent' });
        vtn.events.add(simpleEvent(now));
      });
      await answers(t, list);
      await t.pass(10 * minuteMs);
      await t.hears();
    },
  },
  {
    name: 'A_E1_0325',
    title: 'A market context that is not ours',
    rows: ['7.19', '9.7'],
    settings: strict,
    run: async (t) => {
      await t.registered();
      const list = await distributes(
        t,
        `hand out a DR event of ${elsewhere}`,
        (vtn, now) => void vtn.events.add(simpleEvent(now, { marketContext: elsewhere })),
      );
      await answers(t, list, () => ({ responseCode: '462', optType: 'optOut' }));
    },
  },
  {
    name: 'A_E1_0340',
    title: 'One that is over, and one that runs',
    rows: ['7.14'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(t, 'hand out a DR event that is over and one that runs', (vtn, now) => {
        vtn.events.add(simpleEvent(now, { eventID: 'over', startAt: now - 2 * hourMs }));
        vtn.events.add(simpleEvent(now, { eventID: 'runs', startAt: now - minuteMs }));
      });
      const { message } = await t.sends('oadrCreatedEvent');
      t.equal(
        'both are answered',
        (message.eventResponses ?? []).map(({ qualifiedEventID }) => qualifiedEventID.eventID).toSorted(),
        [...eventIDsIn(list)].toSorted(),
      );
      t.expect(
        'the one that runs is taken',
        (message.eventResponses ?? []).some(
          ({ optType, responseCode }) => optType === 'optIn' && responseCode === '200',
        ),
      );
    },
  },
  {
    name: 'A_E1_0345',
    title: 'Cancelled, and never heard of',
    rows: ['1.12', '7.11'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(t, 'hand out a cancelled DR event that the VEN was never told of', (vtn, now) =>
        vtn.events.cancel(vtn.events.add(simpleEvent(now))),
      );
      await answers(t, list);
      t.equal('the VEN does not follow it', t.standingOf(eventIDsIn(list)[0] ?? ''), undefined);
    },
  },
  {
    name: 'A_E1_0360',
    title: 'A good one beside a bad one',
    rows: ['7.23', '7.19', '9.7'],
    settings: strict,
    run: async (t) => {
      await t.registered();
      const good = `a good DR event (of ${marketContexts[0]}, where the configuration names no marketContexts)`;
      const list = await distributes(t, `hand out ${good} and one of ${elsewhere}`, (vtn, now) => {
        vtn.events.add(simpleEvent(now, { eventID: 'good' }));
        vtn.events.add(simpleEvent(now, { eventID: 'bad', startAt: now + 3 * hourMs, marketContext: elsewhere }));
      });
      const bad = list.message.oadrEvent.find(({ eiEvent }) => eiEvent.eventDescriptor.eiMarketContext === elsewhere)
        ?.eiEvent.eventDescriptor.eventID;
      await answers(t, list, (eventID) => (eventID === bad ? { responseCode: '462', optType: 'optOut' } : {}));
    },
  },
  {
    name: 'A_E1_0370',
    title: 'What is listed no longer is cancelled',
    rows: ['7.2'],
    run: async (t) => {
      await t.registered();
      const gone = await accepted(t, 'hand out a DR event', (now) => simpleEvent(now));
      const list = await distributes(t, 'hand out a list without it, but with another one', (vtn, now) => {
        vtn.events.withdraw(gone);
        vtn.events.add(simpleEvent(now, { startAt: now + 3 * hourMs }));
      });
      await answers(t, list);
      await t.comesTo('the first is followed no longer', () => t.standingOf(gone) !== 'far');
    },
  },
  {
    name: 'A_E1_0390',
    title: 'The list of another VTN',
    rows: ['1.12', '7.4', '9.8'],
    isNegative: true,
    run: async (t) => {
      await t.registered();
      await distributes(t, 'hand out a DR event under a vtnID that is not its own', (vtn, now) => {
        vtn.events.add(simpleEvent(now));
        vtn.faults.next({ do: 'wrongVtnID', on: 'oadrPoll' });
        vtn.faults.next({ do: 'pushWrongVtnID', on: 'oadrDistributeEvent' });
      });
      const { message } = await t.sends('oadrCreatedEvent');
      t.equal('the message is answered with 452', message.eiResponse.responseCode, '452');
      t.equal('none of its DR events is taken', message.eventResponses ?? [], []);
    },
  },
  {
    name: 'A_E1_0392',
    title: 'A lower modificationNumber than is known',
    rows: ['7.8'],
    run: async (t) => {
      await t.registered();
      const first = await distributes(
        t,
        'hand out a DR event with modificationNumber 2',
        (vtn, now) => void vtn.events.add(simpleEvent(now, { modificationNumber: 2 })),
      );
      await answers(t, first);
      const [eventID = ''] = eventIDsIn(first);
      const again = await distributes(t, 'hand it out again with modificationNumber 1', (vtn, now) => {
        vtn.events.withdraw(eventID);
        vtn.events.add(simpleEvent(now, { eventID, modificationNumber: 1 }));
      });
      await answers(t, again, () => ({ responseCode: '450', optType: 'optOut' }));
      t.equal('what was known stays', t.standingOf(eventID), 'far');
    },
  },
  {
    name: 'A_E1_0285',
    title: 'Several market contexts',
    rows: ['7.19'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(t, 'hand out a DR event of each market context', (vtn, now) => {
        vtn.events.add(simpleEvent(now, { marketContext: 'http://MarketContext1' }));
        vtn.events.add(
          dispatchEvent(now, '1.0', { marketContext: 'http://MarketContext2', startAt: now + 3 * hourMs }),
        );
      });
      await answers(t, list);
    },
  },
];
