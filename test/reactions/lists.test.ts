/** Lists of DR events that are not as they should be: what is taken of them, what is told, and what is asked again. */
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../src/core/state.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { answersPerMessage } from '../../src/reactions/drEvents.ts';
import { distributeEvent, hourMs, oadrEventOf, priceSignal, type DrEventParts } from '../support/drEventMessages.ts';
import { eiResponse, inForce, noon, type Told } from './support/told.ts';

const done: OadrMessage = { message: 'oadrResponse', eiResponse };
const event = (eventID: string, more: DrEventParts = {}) =>
  oadrEventOf({ eventID, startAt: noon + 2 * hourMs, signals: [priceSignal(['0.1', '0.2'])], ...more });
/** One whose times cannot be: it is refused, and its prices are not taken. */
const bad = (eventID: string) => event(eventID, { startAt: noon - 9 * hourMs, period: { duration: '-PT1H' } });
const quiet = (told: Told): Told => {
  while (told.inFlight.purpose !== '') told.answer(done);
  return told;
};
const list = (told: Told, events: readonly ReturnType<typeof event>[], more: object = {}): Told => {
  if (told.inFlight.purpose === '') told.due('PollFreq');
  told.answer(distributeEvent(events, more));
  return told;
};
const anew = inForce;
const push = (told: Told, message: OadrMessage): void => {
  const data = { exchangeID: 'push-1', service: 'EiEvent', message, deviations: [] };
  told.take({ type: 'RequestReceived', data } as never, 'inbound');
};
const types = (told: Told): readonly string[] => told.said.map(({ type }) => type);

describe('an alarm about a DR event', () => {
  const refused = (settings: Partial<VenSettings> = {}): Told => quiet(list(anew(settings), [bad('event-1')]));
  const cleared = [{ alarm: 'pricesRefused', subject: 'event-1' }];

  it('given it is listed no longer, then that is over where silence cancels, and stands where it does not', () => {
    expect(list(refused(), [event('event-2')]).facts('AlarmCleared')).toEqual(cleared);
    expect(list(refused({ implicitCancellation: false }), [event('event-2')]).facts('AlarmCleared')).toEqual([]);
    expect(list(refused({ implicitCancellation: false }), [event('event-1')]).facts('AlarmCleared')).toEqual(cleared);
  });

  it('given others in the list cannot be told apart, then its silence says nothing, and people are told of those', () => {
    const unnamed = [{ element: 'oadrEvent', place: 2, responseCode: '459', text: 'no eventID', path: '/a' }];
    const known = quiet(list(refused(), [bad('event-1'), event('event-2')]));
    const told = list(known, [], { unreadable: unnamed });
    expect([told.facts('AlarmCleared'), told.facts('DrEventCancelled')]).toEqual([[], []]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'messageUnreadable',
        subject: 'oadrDistributeEvent',
        text: '1 of the DR events that the VTN lists cannot be told apart from others, so nothing is cancelled by silence: oadrEvent 2: no eventID (/a).',
      },
    ]);
    expect(told.toSend('oadrResponse')).toMatchObject([
      {
        eiResponse: {
          responseCode: '459',
          responseDescription: 'oadrEvent 2: no eventID (/a)',
          requestID: 'distribute-1',
        },
      },
    ]);
  });

  it('given it is listed as bad again, then it stands', () => {
    const told = list(refused(), [bad('event-1')]);
    expect([told.facts('AlarmCleared'), told.alarms]).toEqual([[], ['pricesRefused event-1']]);
  });
});

describe('a list that reports an error', () => {
  const sick = { eiResponse: { responseCode: '500', requestID: '', responseDescription: 'sick' } };

  it('given it names nothing, or is itself the reply to such a question, then nothing is asked for again', () => {
    expect(list(anew(), [], sick).toSend('oadrRequestEvent')).toEqual([]);
    const asked = list(anew(), [event('event-1')], sick);
    expect(asked.inFlight.purpose).toBe('requestEvent');
    list(asked, [event('event-1')], sick);
    expect(asked.toSend('oadrRequestEvent')).toEqual([]);
    expect(asked.alarms).toContain('pricesRefused event-1');
  });

  it('given its events ask for no price, then no price is at stake, and no alarm is raised', () => {
    const level = priceSignal(['1'], { signalName: 'SIMPLE', signalType: 'level' });
    expect(list(anew(), [event('event-1', { signals: [level] })], sick).facts('AlarmRaised')).toEqual([]);
    const both = [level, priceSignal(['0.1'])];
    expect(list(anew(), [event('event-1', { signals: both })], sick).facts('AlarmRaised')).toHaveLength(1);
  });
});

describe('a list of a stranger', () => {
  it('given ours speaks again, then the doubt is over, once', () => {
    const told = list(anew(), [event('event-1')], { vtnID: 'stranger' });
    const doubts = (): unknown => snapshotOf(told.state, 'watch', 'watch')?.matches({ identity: 'doubted' });
    expect(doubts()).toBe(true);
    push(told, distributeEvent([event('event-1')]));
    expect(doubts()).toBe(false);
  });
});

describe('what a refused version states of prices', () => {
  const known = (): Told => quiet(list(anew(), [event('event-1')]));

  it('given a version is refused of an event whose prices hold, then that is kept beside them, with why', () => {
    const later = event('event-1', {
      modificationNumber: 1,
      startAt: noon - 9 * hourMs,
      period: { duration: '-PT1H' },
    });
    const told = list(known(), [later]);
    expect(told.facts('PricesContested')).toMatchObject([
      { source: { kind: 'drEvent', id: 'event-1' }, because: told.facts('DrEventRefused')[0]?.['why'] },
    ]);
    expect(told.facts('PricesReceived')).toEqual([]);
  });

  it('given an event that was never known is refused, then nothing holds beside which it could be kept', () => {
    expect(list(anew(), [bad('event-9')]).facts('PricesContested')).toEqual([]);
    expect(types(list(known(), [event('event-1')]))).not.toContain('PricesContested');
  });
});

describe('answers to very many DR events', () => {
  it('given more than one message is to hold, then two, and each event is answered once', () => {
    const many = Array.from({ length: answersPerMessage + 1 }, (_, place) =>
      event(`event-${place}`, { startAt: noon + (2 + place) * hourMs, signals: [priceSignal(['0.1'])] }),
    );
    const told = list(anew(), many);
    const answers = told.toSend('oadrCreatedEvent') as unknown as readonly {
      readonly eventResponses: readonly unknown[];
    }[];
    expect(answers.map(({ eventResponses }) => eventResponses.length)).toEqual([answersPerMessage, 1]);
  });
});

describe('what is pushed under no good signature', () => {
  it('given it may be anybody’s, then its sender is told 403 and nothing else, and people are told why', () => {
    const told = anew();
    const data = { exchangeID: 'push-1', service: 'EiEvent', fault: 'missing', text: 'it is not signed' };
    told.take({ type: 'SignatureRefused', data } as never, 'inbound');
    expect(told.facts('ReplyRequested')).toEqual([{ exchangeID: 'push-1', httpStatus: 403 }]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'signatureRefused',
        text: 'What was pushed was not taken, for it may not be the VTN’s: it is not signed',
      },
    ]);
  });
});

describe('a VTN that pushes', () => {
  const address = 'https://ven.example:8443/oadr';
  /** Nothing came for long, and it is asked for all of its DR events. */
  const asked = (): Told => {
    const told = anew({ transportAddress: address });
    told.due('pushSilence');
    return told;
  };

  it('given it names what it has not pushed when it is asked, then people are told, until something is pushed', () => {
    const told = asked();
    expect(told.inFlight.purpose).toBe('requestEvent');
    list(told, [event('event-1')]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'pushesMissing',
        text: `The VTN names DR events that it was to push to ${address}, and has not: its pushes do not arrive.`,
      },
    ]);
    push(told, distributeEvent([event('event-1')]));
    expect(told.facts('AlarmCleared')).toContainEqual({ alarm: 'pushesMissing' });
  });

  it('given it names nothing new, then its pushes may well arrive', () => {
    expect(list(asked(), []).alarms).toEqual([]);
    const known = asked();
    push(known, distributeEvent([event('event-1')]));
    expect(list(known, [event('event-1')]).alarms).toEqual([]);
  });
});
