/** DR events as they are carried out: when they begin and end, and what the devices are told. @rule 2.0b 13, 30-32, 65 */
import { hourMs } from '../../programme/calendar.ts';
import { accepted, answers, dispatchEvent, distributes, eventIDsIn, minuteMs, simpleEvent } from '../events.ts';
import { followsItFromNowOn, isActive, orderedWatts } from '../execution.ts';
import type { Proceedings } from '../proceedings.ts';
import type { TestCase } from '../testCase.ts';

const soon = (now: number, parts = {}) =>
  simpleEvent(now, { startAt: now + 3 * minuteMs, lengthMs: 5 * minuteMs, ...parts });

const watched = 'Watch the VEN ("ven status", the page): it is to show the DR event as it goes.';

/** Switches the VEN on, and lets it come to know how full its battery is: until then nobody is told anything. */
const livedIn = async (t: Proceedings): Promise<void> => {
  await t.registered();
  await t.pass(20 * minuteMs);
};

/** Observed execution, as certification does it. */
export const eventExecutionCases: readonly TestCase[] = [
  {
    name: 'A_E1_0210',
    title: 'Begins, and ends',
    rows: ['8.1', '8.10', '8.11'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event of five minutes, three minutes ahead', soon);
      await followsItFromNowOn(t, eventID, { beginsInMs: 3 * minuteMs, lastsMs: 5 * minuteMs });
    },
  },
  {
    name: 'A_E1_0220',
    title: 'Changed while it is pending',
    rows: ['8.7', '7.7'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event, an hour ahead', (now) =>
        soon(now, { startAt: now + hourMs }),
      );
      const list = await distributes(t, 'move it to three minutes ahead', (vtn, now) =>
        vtn.events.modify(eventID, { startAt: now + 3 * minuteMs }),
      );
      await answers(t, list);
      await followsItFromNowOn(t, eventID, { beginsInMs: 3 * minuteMs, lastsMs: 5 * minuteMs });
    },
  },
  {
    name: 'A_E1_0230',
    title: 'Changed while it is active',
    rows: ['8.7', '7.27'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event of five minutes, one minute ahead', (now) =>
        soon(now, { startAt: now + minuteMs }),
      );
      await t.comesTo('it is active', () => isActive(t, eventID), 3 * minuteMs);
      const begunAt = t.now;
      const list = await distributes(t, 'make it ten minutes long', (vtn) =>
        vtn.events.modify(eventID, { lengthMs: 10 * minuteMs }),
      );
      await answers(t, list);
      t.expect('it goes on without a restart', isActive(t, eventID));
      await t.comesTo('it ends', () => !isActive(t, eventID), 12 * minuteMs);
      const lasted = t.now - begunAt;
      t.expect('it has lasted ten minutes', Math.abs(lasted - 10 * minuteMs) <= minuteMs, `${lasted} ms`);
    },
  },
  {
    name: 'A_E1_0240',
    title: 'Cancelled while it is active',
    rows: ['8.8', '7.10'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event that begins in a minute', (now) =>
        soon(now, { startAt: now + minuteMs, lengthMs: hourMs }),
      );
      await t.comesTo('it is active', () => isActive(t, eventID), 3 * minuteMs);
      const list = await distributes(t, 'cancel it', (vtn) => vtn.events.cancel(eventID));
      await answers(t, list);
      await t.comesTo('it stops within a minute', () => !isActive(t, eventID), minuteMs);
    },
  },
  {
    name: 'A_E1_0250',
    title: 'LOAD_DISPATCH',
    rows: ['8.1', '7.31'],
    byHand: watched,
    run: async (t) => {
      await livedIn(t);
      const eventID = await accepted(t, 'hand out a DR event that asks for 1 kW', (now) => dispatchEvent(now, '1.0'));
      await t.comesTo('it is active', () => isActive(t, eventID), 4 * minuteMs);
      await t.comesTo('the device is told 1 kW', () => orderedWatts(t, 'resource1') === 1_000, 2 * minuteMs);
      await t.comesTo('it ends', () => !isActive(t, eventID), 12 * minuteMs);
    },
  },
  {
    name: 'A_E1_0260',
    title: 'Begins at a random moment',
    rows: ['8.3'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event with a startafter of two minutes', (now) =>
        soon(now, { startafterMs: 2 * minuteMs }),
      );
      await followsItFromNowOn(t, eventID, { beginsInMs: 3 * minuteMs, lastsMs: 5 * minuteMs, withinMs: 2 * minuteMs });
    },
  },
  {
    name: 'A_E1_0262',
    title: 'Begins at a random moment that a change does not move',
    rows: ['8.3'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event with a startafter of two minutes', (now) =>
        soon(now, { startafterMs: 2 * minuteMs }),
      );
      const list = await distributes(t, 'make it six minutes long', (vtn) =>
        vtn.events.modify(eventID, { lengthMs: 6 * minuteMs }),
      );
      await answers(t, list);
      await followsItFromNowOn(t, eventID, { beginsInMs: 3 * minuteMs, lastsMs: 6 * minuteMs, withinMs: 2 * minuteMs });
    },
  },
  ...(['explicit', 'implied'] as const).map((kind): TestCase => ({
    name: kind === 'explicit' ? 'A_E1_0267' : 'A_E1_0268',
    title: `Cancelled (${kind}): ends at a random moment`,
    rows: ['8.5', ...(kind === 'explicit' ? ['7.10'] : ['7.2'])],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const eventID = await accepted(t, 'hand out a DR event of an hour with a startafter of two minutes', (now) =>
        soon(now, { startAt: now + minuteMs, lengthMs: hourMs, startafterMs: 2 * minuteMs }),
      );
      await t.comesTo('it is active', () => isActive(t, eventID), 4 * minuteMs);
      await distributes(t, kind === 'explicit' ? 'cancel it' : 'list it no longer', (vtn) =>
        kind === 'explicit' ? vtn.events.cancel(eventID) : vtn.events.withdraw(eventID),
      );
      await t.comesTo(
        'it ends within two minutes',
        () => !isActive(t, eventID) && t.standingOf(eventID) !== 'ending',
        2 * minuteMs,
      );
    },
  })),
  {
    name: 'A_E1_0270',
    title: 'Two DR events, one after the other',
    rows: ['7.42', '7.44'],
    byHand: watched,
    run: async (t) => {
      await t.registered();
      const list = await distributes(
        t,
        'hand out two DR events of five minutes, the second when the first ends',
        (vtn, now) => {
          vtn.events.add(soon(now));
          vtn.events.add(soon(now, { startAt: now + 8 * minuteMs }));
        },
      );
      await answers(t, list);
      const [first = '', second = ''] = eventIDsIn(list);
      await t.comesTo('the first is active', () => isActive(t, first), 5 * minuteMs);
      t.expect('the second is not yet', !isActive(t, second));
      await t.comesTo(
        'the second is active, and the first is over',
        () => isActive(t, second) && !isActive(t, first),
        7 * minuteMs,
      );
      await t.comesTo('the second is over', () => !isActive(t, second), 7 * minuteMs);
    },
  },
  {
    name: 'A_E1_0280',
    title: 'Opted out by hand while it is active',
    rows: ['8.8', '8.11', '9.12'],
    byHand: watched,
    run: async (t) => {
      await livedIn(t);
      const eventID = await accepted(t, 'hand out a DR event that asks for 1 kW', (now) => dispatchEvent(now, '1.0'));
      await t.comesTo('the device is told 1 kW', () => orderedWatts(t, 'resource1') === 1_000, 5 * minuteMs);
      await t.command('opt out of it ("ven opt EVENTID optOut")', {
        type: 'OperatorOpted',
        eventID,
        optType: 'optOut',
      });
      const { message } = await t.sends('oadrCreatedEvent');
      t.equal('the VTN is told optOut', message.eventResponses?.[0]?.optType, 'optOut');
      await t.comesTo('the device does it no longer', () => orderedWatts(t, 'resource1') !== 1_000, minuteMs);
    },
  },
];
