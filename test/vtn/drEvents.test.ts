import { describe, expect, it } from 'vitest';
import type { MessageOf } from '../../src/protocol/payload.ts';
import { hourMs, scene, venOf } from './support/ven.ts';
import type { DrEventScript } from '../../src/vtn/events/drEvents.ts';

const noon = '2026-07-01T16:00:00Z';
const noonMs = Date.parse(noon);

const dispatch = (more: Partial<DrEventScript> = {}): DrEventScript => ({
  eventID: 'dispatch',
  startAt: noonMs + hourMs,
  lengthMs: 2 * hourMs,
  signals: [
    {
      signalName: 'LOAD_DISPATCH',
      signalType: 'setpoint',
      values: ['1', '2'],
      itemBase: {
        element: 'powerReal',
        itemDescription: 'RealPower',
        itemUnits: 'W',
        siScaleCode: 'k',
        powerAttributes: { hertz: '60', voltage: '240', ac: true },
      },
    },
  ],
  ...more,
});

const drained = () => {
  const made = scene(noon);
  made.ven.register();
  made.ven.poll();
  made.ven.optInTo(made.ven.requestEvent());
  return made;
};

const polledEvents = (made: ReturnType<typeof drained>) =>
  (made.ven.poll().message as MessageOf<'oadrDistributeEvent'>).oadrEvent;

const polled = (made: ReturnType<typeof drained>, eventID: string) =>
  polledEvents(made).find((event) => event.eiEvent.eventDescriptor.eventID === eventID);

describe('a DR event that a test adds', () => {
  it('is written down with all it says', () => {
    const made = drained();
    made.vtn.events.add(
      dispatch({
        startafterMs: 300_000,
        notificationMs: hourMs,
        rampUpMs: 600_000,
        recoveryMs: 60_000,
        priority: 2,
        testEvent: 'true',
        vtnComment: 'trial',
        oadrResponseRequired: 'never',
        eiTarget: { resourceID: ['battery'], venID: ['my.ven'] },
      }),
    );
    expect(polled(made, 'dispatch')).toMatchObject({
      oadrResponseRequired: 'never',
      eiEvent: {
        eventDescriptor: {
          priority: 2,
          testEvent: 'true',
          vtnComment: 'trial',
          eventStatus: 'far',
          modificationNumber: 0,
        },
        eiActivePeriod: {
          dtstart: '2026-07-01T17:00:00Z',
          duration: 'PT2H',
          startafter: 'PT5M',
          'x-eiNotification': 'PT1H',
          'x-eiRampUp': 'PT10M',
          'x-eiRecovery': 'PT1M',
        },
        eiEventSignals: {
          eiEventSignal: [
            {
              signalName: 'LOAD_DISPATCH',
              signalType: 'setpoint',
              intervals: [
                { uid: '0', duration: 'PT1H', signalPayload: [{ payloadFloat: '1' }] },
                { uid: '1', duration: 'PT1H', signalPayload: [{ payloadFloat: '2' }] },
              ],
            },
          ],
        },
        eiTarget: { resourceID: ['battery'], venID: ['my.ven'] },
      },
    });
  });

  it('may carry several signals with their own intervals and IDs', () => {
    const made = drained();
    made.vtn.events.add(
      dispatch({
        signals: [
          { signalName: 'SIMPLE', signalType: 'level', values: ['1'] },
          { signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: ['0.1', '0.2', '0.3', '0.4'] },
        ],
      }),
    );
    const signals = polled(made, 'dispatch')?.eiEvent.eiEventSignals.eiEventSignal ?? [];
    expect(
      signals.map((signal) => [signal.signalName, signal.intervals.length, signal.intervals[0]?.duration]),
    ).toEqual([
      ['SIMPLE', 1, 'PT2H'],
      ['ELECTRICITY_PRICE', 4, 'PT30M'],
    ]);
    expect(new Set(signals.map((signal) => signal.signalID)).size).toBe(2);
  });

  it('may be open-ended, and is active until it is cancelled', () => {
    const made = drained();
    made.vtn.events.add(
      dispatch({ lengthMs: 0, signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'], intervalMs: 0 }] }),
    );
    expect(polled(made, 'dispatch')?.eiEvent.eiActivePeriod.duration).toBe('PT0S');
    made.clock.pass(1000 * hourMs);
    expect(
      made.ven.requestEvent().oadrEvent.find((event) => event.eiEvent.eventDescriptor.eventID === 'dispatch')?.eiEvent
        .eventDescriptor.eventStatus,
    ).toBe('active');
  });

  it('is near from its ramp-up on', () => {
    const made = drained();
    made.vtn.events.add(dispatch({ rampUpMs: 600_000 }));
    const status = () =>
      made.ven.requestEvent().oadrEvent.find((event) => event.eiEvent.eventDescriptor.eventID === 'dispatch')?.eiEvent
        .eventDescriptor.eventStatus;
    made.clock.pass(50 * 60_000 - 1);
    expect(status()).toBe('far');
    made.clock.pass(1);
    expect(status()).toBe('near');
  });

  it('is cancelled by its status, with a higher number', () => {
    const made = drained();
    made.vtn.events.add(dispatch());
    polled(made, 'dispatch');
    made.vtn.events.cancel('dispatch');
    expect(polled(made, 'dispatch')?.eiEvent.eventDescriptor).toMatchObject({
      eventStatus: 'cancelled',
      modificationNumber: 1,
    });
  });

  it('is cancelled by silence when it is withdrawn: the next poll brings the list without it', () => {
    const made = drained();
    made.vtn.events.add(dispatch());
    polled(made, 'dispatch');
    made.vtn.events.withdraw('dispatch');
    const events = polledEvents(made);
    expect(events).toHaveLength(1);
    expect(events[0]?.eiEvent.eventDescriptor.eventID).not.toBe('dispatch');
    expect(made.ven.poll().message?.message).toBe('oadrResponse');
  });

  it('is changed under a higher number', () => {
    const made = drained();
    made.vtn.events.add(dispatch({ modificationNumber: 4 }));
    polled(made, 'dispatch');
    made.vtn.events.modify('dispatch', { startAt: noonMs + 2 * hourMs });
    expect(polled(made, 'dispatch')?.eiEvent).toMatchObject({
      eventDescriptor: { modificationNumber: 5 },
      eiActivePeriod: { dtstart: '2026-07-01T18:00:00Z' },
    });
  });

  it('reaches the VENs it is for, and no other', () => {
    const made = drained();
    const other = venOf(made.vtn, made.clock, 'other.ven');
    other.register();
    other.poll();
    made.vtn.events.add(dispatch({ venIDs: ['other.ven'] }));
    expect(made.ven.poll().message?.message).toBe('oadrResponse');
    expect(other.poll().message?.message).toBe('oadrDistributeEvent');
  });

  it('stands before what is not active, and by priority among its like', () => {
    const made = drained();
    const at = { startAt: noonMs + 3 * hourMs, lengthMs: hourMs };
    made.vtn.events.add(dispatch({ eventID: 'later', ...at, priority: 0 }));
    made.vtn.events.add(dispatch({ eventID: 'first', ...at, priority: 1 }));
    made.vtn.events.add(dispatch({ eventID: 'second', ...at, priority: 2 }));
    const order = polledEvents(made).map((event) => event.eiEvent.eventDescriptor.eventID);
    expect(order.slice(1)).toEqual(['first', 'second', 'later']);
  });

  it('cannot be changed when it is not listed', () => {
    const { vtn } = scene(noon);
    expect(() => vtn.events.cancel('nothing')).toThrow('The VTN lists no DR event with the eventID "nothing".');
    expect(() => vtn.events.modifyPrices('2027-01-01', ['1'])).toThrow(
      'The VTN has published no prices for 2027-01-01',
    );
  });

  it('comes alone from a VTN that distributes changed DR events only', () => {
    const { vtn, ven } = scene(noon, { distributes: 'changed' });
    ven.register();
    ven.poll();
    vtn.events.add(dispatch());
    expect((ven.poll().message as MessageOf<'oadrDistributeEvent'>).oadrEvent).toHaveLength(1);
  });
});

describe('opt answers', () => {
  it('are taken down for each version', () => {
    const { vtn, ven, clock } = scene(noon);
    ven.register();
    const distribution = ven.poll().message as MessageOf<'oadrDistributeEvent'>;
    const eventID = vtn.events.priceEventOf('2026-07-01');
    expect(ven.optInTo(distribution).message).toMatchObject({
      message: 'oadrResponse',
      eiResponse: { responseCode: '200' },
    });
    expect(vtn.opts).toEqual([
      {
        at: clock.now(),
        venID: 'my.ven',
        eventID,
        modificationNumber: 0,
        optType: 'optIn',
        responseCode: '200',
        by: 'oadrCreatedEvent',
        requestID: distribution.requestID,
      },
    ]);
    expect(vtn.complaints).toEqual([]);
  });

  it('to an unknown DR event get 452 and a complaint', () => {
    const { vtn, ven } = scene(noon);
    ven.register();
    const answer = ven.ask(
      'EiEvent',
      {
        message: 'oadrCreatedEvent',
        venID: 'my.ven',
        eiResponse: { responseCode: '200', requestID: '' },
        eventResponses: [
          {
            responseCode: '200',
            requestID: 'd',
            optType: 'optIn',
            qualifiedEventID: { eventID: 'nothing', modificationNumber: 0 },
          },
        ],
      },
      'oadrResponse',
    );
    expect(answer.eiResponse.responseCode).toBe('452');
    expect(vtn.complaints.map((complaint) => complaint.rule)).toEqual(['21']);
  });

  it('may come by oadrCreateOpt, which the book tells with its devices, and end by oadrCancelOpt', () => {
    const { vtn, ven } = scene(noon);
    ven.register();
    const eventID = vtn.events.priceEventOf('2026-07-01') ?? '';
    const created = ven.ask(
      'EiOpt',
      {
        message: 'oadrCreateOpt',
        optID: 'o',
        optType: 'optOut',
        optReason: 'economic',
        venID: 'my.ven',
        createdDateTime: noon,
        requestID: 'r',
        qualifiedEventID: { eventID, modificationNumber: 0 },
        eiTarget: { resourceID: ['battery'], venID: ['my.ven'] },
      },
      'oadrCreatedOpt',
    );
    expect(created).toMatchObject({ optID: 'o', eiResponse: { responseCode: '200', requestID: 'r' } });
    expect(vtn.opts).toMatchObject([{ eventID, optType: 'optOut', by: 'oadrCreateOpt', resourceIDs: ['battery'] }]);
    expect(
      ven.ask('EiOpt', { message: 'oadrCancelOpt', requestID: 'c', optID: 'o', venID: 'my.ven' }, 'oadrCanceledOpt')
        .optID,
    ).toBe('o');
  });
});
