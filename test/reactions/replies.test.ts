/** What comes back in an exchange: a message, none, one that cannot be read, one that answers something else. */
import { describe, expect, it } from 'vitest';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { eiResponse, inForce, polling, registered, registeredReport, started, type Told } from './support/told.ts';

const resent = (told: Told): readonly string[] => told.line.map(({ purpose }) => purpose);

describe('a reply that is none', () => {
  it('given it is of another kind, then the exchange has failed, and what it says is not heard', () => {
    const told = started();
    told.answer({ message: 'oadrUpdatedReport', eiResponse } as OadrMessage);
    expect(told.facts('Registered')).toEqual([]);
    expect(told.facts('BackoffStarted')).toMatchObject([
      { because: 'unreadable: oadrUpdatedReport is no reply to this request' },
    ]);
  });

  it('given it names an earlier request of ours, then it is not booked; given one of nobody, then it is', () => {
    const metadata = (requestID: string): Told => {
      const told = started();
      told.answer(registered);
      told.answer({ ...registeredReport, eiResponse: { ...eiResponse, requestID } } as OadrMessage);
      return told;
    };
    const earlier = metadata('run-mq84ybk0-2db840c5');
    expect(earlier.facts('ReportsRegistered')).toEqual([]);
    expect(earlier.facts('BackoffStarted')).toMatchObject([
      {
        because: 'unreadable: the oadrRegisteredReport answers an earlier request of ours (run-mq84ybk0-2db840c5)',
      },
    ]);
    expect(metadata('42').facts('ReportsRegistered')).toHaveLength(1);
    expect(metadata('').facts('ReportsRegistered')).toHaveLength(1);
  });

  it('given an empty body, then it acknowledges a poll and an answer, and nothing else', () => {
    const empty = (told: Told): Told => {
      told.take({ type: 'EmptyReplyReceived', data: { exchangeID: told.inFlight.exchangeID, roundTripMs: 1 } });
      return told;
    };
    expect(empty(polling()).facts('BackoffStarted')).toEqual([]);
    expect(empty(started()).facts('BackoffStarted')).toMatchObject([
      { because: 'unreadable: the reply is empty where a message is due' },
    ]);
  });

  it('given another exchange ended, then ours is still awaited', () => {
    const told = polling();
    const before = told.inFlight;
    told.take({ type: 'EmptyReplyReceived', data: { exchangeID: 'another', roundTripMs: 1 } });
    expect(told.inFlight).toEqual(before);
  });
});

describe('a reply that cannot be read', () => {
  const rejected = (told: Told, more: object = {}): Told => {
    const { exchangeID } = told.inFlight;
    told.take({
      type: 'MessageRejected',
      data: { exchangeID, kind: 'invalid', path: '/oadrPoll', text: 'no number', ...more },
    });
    return told;
  };

  it('given a poll brought it, then people are told, the VTN is answered, and polls go on', () => {
    const told = rejected(polling(), { message: 'oadrCreateReport', requestID: 'r-1', responseCode: '454' });
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'messageUnreadable',
        subject: 'oadrCreateReport',
        text: 'A message of the VTN is invalid and was refused: no number (/oadrPoll).',
      },
    ]);
    expect(told.toSend('oadrResponse')).toMatchObject([
      { eiResponse: { responseCode: '454', responseDescription: 'no number', requestID: 'r-1' } },
    ]);
    expect(told.facts('BackoffStarted')).toEqual([]);
  });

  it('given nobody knows what it was, then it is answered with 459', () => {
    const told = rejected(polling());
    expect(told.toSend('oadrResponse')).toMatchObject([{ eiResponse: { responseCode: '459', requestID: '' } }]);
    expect(told.alarms).toContain('messageUnreadable');
    expect(rejected(polling(), { kind: 'unknownMessage' }).toSend('oadrResponse')).toHaveLength(1);
  });

  it('given it was the list of DR events, then it is asked for again after a while, and after a longer one when that is no better', () => {
    const told = rejected(polling(), { message: 'oadrDistributeEvent' });
    const pauses = [1, 2, 3].map(() => {
      told.answer({ message: 'oadrResponse', eiResponse } as OadrMessage);
      const from = told.at;
      told.due('answersAgainDelayMs');
      expect(told.inFlight.purpose).toBe('requestEvent');
      const pause = told.at - from;
      rejected(told, { message: 'oadrDistributeEvent' });
      return pause;
    });
    expect(pauses.map((pause, index) => index === 0 || pause > pauses[index - 1]!)).toEqual([true, true, true]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * 60_000);
    const other = rejected(polling(), { message: 'oadrCreateReport' });
    other.answer({ message: 'oadrResponse', eiResponse } as OadrMessage);
    expect(() => other.due('answersAgainDelayMs')).toThrow('Nothing on ven waits');
  });

  it('given it is beyond our limits, or answers a registration, then the exchange has failed', () => {
    const hostile = rejected(polling(), { kind: 'hostile' });
    expect([hostile.alarms.includes('messageUnreadable'), hostile.facts('BackoffStarted').length]).toEqual([true, 1]);
    const malformed = rejected(polling(), { kind: 'malformed' });
    expect([malformed.alarms.includes('messageUnreadable'), malformed.facts('BackoffStarted').length]).toEqual([
      false,
      1,
    ]);
    const registering = rejected(started());
    expect(registering.facts('BackoffStarted')).toMatchObject([{ because: 'unreadable: no number (/oadrPoll)' }]);
  });
});

describe('the VTN’s clock', () => {
  const said = (told: Told, clockOffsetMs: number): Told => {
    told.due('PollFreq');
    told.answer({ message: 'oadrResponse', eiResponse }, { clockOffsetMs });
    return told;
  };

  it('given it differs by more than a minute, then that is told once, which way, and once that it is over', () => {
    const told = said(inForce(), 61_000);
    expect(told.facts('AlarmRaised')).toMatchObject([
      { alarm: 'vtnClockOff', text: 'The VTN’s clock is 61 s ahead of ours.' },
    ]);
    expect(said(told, 62_000).facts('AlarmRaised')).toEqual([]);
    expect(said(told, 60_000).facts('AlarmCleared')).toEqual([{ alarm: 'vtnClockOff' }]);
    expect(said(told, -60_000).facts('AlarmCleared')).toEqual([]);
    expect(said(told, -90_400).facts('AlarmRaised')).toMatchObject([{ text: 'The VTN’s clock is 90 s behind ours.' }]);
    expect(said(inForce(), Number.NaN).said.map(({ type }) => type)).not.toContain('AlarmRaised');
  });

  it('given it says so for the first time, or something else than before, then that is a fact', () => {
    const told = said(inForce(), 2_000);
    expect(told.facts('ClocksCompared')).toEqual([{ clockOffsetMs: 2_000 }]);
    expect(said(told, 2_100).facts('ClocksCompared')).toEqual([]);
  });
});

describe('an answer that may not be the VTN’s', () => {
  it('given its signature is not good, then it is not heard, people are told, and that ends when one is verified', () => {
    const told = polling({ signatures: 'both' });
    const { exchangeID } = told.inFlight;
    told.take({
      type: 'SignatureRefused',
      data: { exchangeID, fault: 'missing', text: 'it is not signed' },
    } as never);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'signatureRefused',
        text: 'An answer was not taken, for it may not be the VTN’s: it is not signed',
        advice: expect.stringContaining('to sign what it sends') as string,
      },
    ]);
    expect(told.facts('BackoffStarted')).toHaveLength(1);
    told.due('backoff');
    const again = told.inFlight.exchangeID;
    const message = { message: 'oadrResponse', eiResponse } as OadrMessage;
    told.take({ type: 'MessageReceived', data: { exchangeID: again, message, roundTripMs: 1, deviations: [] } });
    expect(told.alarms).toContain('signatureRefused');
  });
});

describe('what a person asks for', () => {
  it.each([
    ['reregister', 'oadrCreatePartyRegistration', { registrationID: 'registration-1' }],
    ['registerAfresh', 'oadrCreatePartyRegistration', { oadrProfileName: '2.0b' }],
    ['queryRegistration', 'oadrQueryRegistration', {}],
    ['requestEvent', 'oadrRequestEvent', {}],
    ['cancelRegistration', 'oadrCancelPartyRegistration', { registrationID: 'registration-1' }],
  ] as const)('given %s, then %s goes', (wish, message, parts) => {
    const told = inForce();
    told.take({ type: 'OperatorAsked', data: { wish } }, 'agent');
    expect(told.toSend(message)).toMatchObject([parts]);
    expect(resent(told)).toHaveLength(1);
  });

  it('given a plan is wanted again, then it is asked for', () => {
    const told = inForce();
    told.take({ type: 'OperatorAsked', data: { wish: 'planAgain' } }, 'agent');
    expect([told.line, told.alarms]).toEqual([[], []]);
  });

  it('given what stands still is released and nothing does, then nothing is owed anew, and all is registered again', () => {
    const told = inForce();
    told.take({ type: 'OperatorAsked', data: { wish: 'releaseHeldUsage' } }, 'agent');
    expect(told.facts('UsageDeliveryReleased')).toEqual([]);
    expect(told.toSend('oadrCreatePartyRegistration')).toHaveLength(1);
  });
});
