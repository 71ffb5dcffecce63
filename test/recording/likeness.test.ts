import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { daysDown, daysUp, movedXml } from '../../src/recording/instants.ts';
import { Likeness } from '../../src/recording/likeness.ts';
import { Renaming } from '../../src/recording/renaming.ts';

const dayMs = 86_400_000;

const event = (eventID: string, startAt: string, prices: readonly string[], eventStatus = 'far') => ({
  eiEvent: {
    eventDescriptor: {
      eventID,
      modificationNumber: 0,
      createdDateTime: startAt,
      eventStatus,
      eiMarketContext: 'oadr://x',
    },
    eiActivePeriod: { dtstart: startAt, duration: 'PT24H' },
    eiEventSignals: {
      eiEventSignal: [
        {
          signalID: `signal of ${eventID}`,
          signalName: 'ELECTRICITY_PRICE',
          intervals: prices.map((payloadFloat, uid) => ({ uid: String(uid), signalPayload: [{ payloadFloat }] })),
        },
      ],
    },
  },
  oadrResponseRequired: 'always',
});

const distribution = (requestID: string, ...oadrEvent: unknown[]): OadrMessage =>
  ({ message: 'oadrDistributeEvent', vtnID: 'vtn-1', requestID, oadrEvent }) as unknown as OadrMessage;
const answer = (requestID: string, responseCode = '200', responseDescription = 'OK'): OadrMessage =>
  ({ message: 'oadrResponse', eiResponse: { requestID, responseCode, responseDescription } }) as OadrMessage;

const likeness = (): Likeness => new Likeness(new Renaming());
const first = event('event-1', '2026-11-12T05:00:00Z', ['0.1', '0.2']);
const second = event('event-2', '2026-11-13T05:00:00Z', ['0.3', '0.4']);

describe('a message is like a recorded one', () => {
  it('when things have other names, other days and another order', () => {
    const now = distribution(
      'r-77',
      event('zz-2', '2026-11-20T05:00:00Z', ['0.30', '0.4']),
      event('zz-1', '2026-11-19T05:00:00Z', ['0.1', '0.20']),
    );
    expect(likeness().compare(distribution('r-1', first, second), now, 7 * dayMs)).toEqual([]);
  });

  it('whatever the order of its events', () => {
    const names = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5'];
    const events = names.map((name, index) => event(name, `2026-11-1${index}T05:00:00Z`, [`0.${index + 1}`]));
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: 5 }), (shuffled) => {
        expect(likeness().compare(distribution('r', ...events), distribution('s', ...shuffled), 0)).toEqual([]);
      }),
    );
  });

  it('when it differs in when it was made, in the state that follows from the clock, and in prose', () => {
    const now = distribution('r-2', event('event-1', '2026-11-12T05:00:00Z', ['0.1', '0.2'], 'active'));
    expect(likeness().compare(distribution('r-1', first), now, 0)).toEqual([]);
    expect(likeness().compare(answer('r-1'), answer('r-1', '200', 'All is well'), 0)).toEqual([]);
  });

  it('when only DR events that are over are missing or more', () => {
    const over = event('old', '2026-11-01T05:00:00Z', ['0.9'], 'completed');
    expect(likeness().compare(distribution('r-1', over, first), distribution('r-2', first), 0)).toEqual([]);
    expect(likeness().compare(distribution('r-1', first), distribution('r-2', first, over), 0)).toEqual([]);
  });
});

describe('a message differs from a recorded one', () => {
  it('in its name', () => {
    expect(likeness().compare(answer('r'), distribution('r'), 0)).toEqual([
      { path: 'message', recorded: 'oadrResponse', now: 'oadrDistributeEvent' },
    ]);
  });

  it('in a value, which is named with its place', () => {
    const now = distribution('r', event('event-1', '2026-11-12T05:00:00Z', ['0.1', '0.25']));
    expect(likeness().compare(distribution('r', first), now, 0)).toEqual([
      {
        path: 'oadrDistributeEvent/oadrEvent[0]/eiEvent/eiEventSignals/eiEventSignal[0]/intervals[1]/signalPayload[0]/payloadFloat',
        recorded: '0.2',
        now: '0.25',
      },
    ]);
  });

  it('when something is missing, more, or cancelled', () => {
    expect(likeness().compare(distribution('r', first, second), distribution('r', first), 0)).toMatchObject([
      { path: 'oadrDistributeEvent/oadrEvent[1]', now: null },
    ]);
    expect(likeness().compare(distribution('r', first), distribution('r', first, second), 0)).toMatchObject([
      { path: 'oadrDistributeEvent/oadrEvent[1]', recorded: null },
    ]);
    expect(
      likeness().compare(
        distribution('r', first),
        distribution('r', event('event-1', '2026-11-12T05:00:00Z', ['0.1', '0.2'], 'cancelled')),
        0,
      ),
    ).toMatchObject([{ recorded: 'far', now: 'cancelled' }]);
  });

  it('when a name that stood for one thing stands for another from then on', () => {
    const compare = likeness();
    expect(
      compare.compare(
        distribution('r-1', first),
        distribution('r-1', event('zz', '2026-11-12T05:00:00Z', ['0.1', '0.2'])),
        0,
      ),
    ).toEqual([]);
    expect(
      compare.compare(
        distribution('r-2', first),
        distribution('r-2', event('yy', '2026-11-12T05:00:00Z', ['0.1', '0.2'])),
        0,
      ),
    ).toMatchObject([
      {
        path: 'oadrDistributeEvent/oadrEvent[0]/eiEvent/eventDescriptor/eventID',
        recorded: 'event-1 (now zz)',
        now: 'yy',
      },
      { path: 'oadrDistributeEvent/oadrEvent[0]/eiEvent/eiEventSignals/eiEventSignal[0]/signalID' },
    ]);
  });

  it('when one day moves otherwise than the others', () => {
    const compare = likeness();
    const on = (day: string): OadrMessage => distribution('r', event('event-1', `${day}T05:00:00Z`, ['0.1', '0.2']));
    expect(compare.compare(distribution('r', first), on('2026-11-19'), 7 * dayMs + 3_600_000)).toEqual([]);
    const hourOff = distribution('r', event('event-1', '2026-11-19T06:00:00Z', ['0.1', '0.2']));
    expect(compare.compare(distribution('r', first), hourOff, 7 * dayMs + 7_200_000)).toMatchObject([
      { recorded: '2026-11-12T05:00:00Z', now: '2026-11-19T06:00:00Z' },
    ]);
    expect(likeness().compare(distribution('r', first), on('2026-11-25'), 7 * dayMs)).toHaveLength(1);
  });

  it('when an answer does not repeat the requestID of its request, unless the recorded one did not either', () => {
    const request = (requestID: string): OadrMessage =>
      ({ message: 'oadrRequestEvent', requestID, venID: 'ven-1' }) as OadrMessage;
    const met = likeness();
    met.meet(request('q-1'), request('q-1'));
    expect(met.compare(answer('q-1'), answer('q-2'), 0)).toMatchObject([
      { path: 'oadrResponse/eiResponse/requestID', now: 'q-2' },
    ]);
    const wrong = likeness();
    wrong.meet(request('q-1'), request('q-1'));
    expect(wrong.compare(answer('other'), answer('something'), 0)).toEqual([]);
    expect(wrong.compare(answer('another'), answer('q-1'), 0)).toMatchObject([
      { path: 'oadrResponse/eiResponse/requestID', now: 'q-1' },
    ]);
  });
});

describe('times that are played again', () => {
  const xml = (made: string, start: string): string =>
    `<a><createdDateTime>${made}</createdDateTime><xcal:dtstart><xcal:date-time> ${start} </xcal:date-time></xcal:dtstart><b>12:00</b></a>`;

  it('move with the clock when they say when something was made, and by whole days otherwise', () => {
    expect(movedXml(xml('2026-11-12T22:00:00Z', '2026-11-13T05:00:00.000000Z'), 90_000, dayMs)).toBe(
      xml('2026-11-12T22:01:30Z', '2026-11-14T05:00:00.000000Z'),
    );
    expect(movedXml(xml('2026-13-99T22:00:00Z', 'soon'), 1, 1)).toBe(xml('2026-13-99T22:00:00Z', 'soon'));
  });

  it('leave the past in the past for a VEN, and the future in the future for a VTN', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400 * dayMs, max: 400 * dayMs }), (distanceMs) => {
        expect(Math.abs(daysDown(distanceMs) % dayMs) + Math.abs(daysUp(distanceMs) % dayMs)).toBe(0);
        expect(daysDown(distanceMs)).toBeLessThanOrEqual(distanceMs + 3_600_000);
        expect(daysUp(distanceMs)).toBeGreaterThanOrEqual(distanceMs - 3_600_000);
      }),
    );
    expect([daysDown(40), daysUp(40), daysDown(7 * dayMs - 5_000)]).toEqual([0, 0, 7 * dayMs]);
  });
});
