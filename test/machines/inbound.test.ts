import { describe, expect, it } from 'vitest';
import { gistOf } from '../../src/machines/gist.ts';
import { answeredLimit, isReplyTo, rememberedMs, type AnsweredRequest } from '../../src/machines/inbound.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { distributeEvent, oadrEventOf } from '../support/drEventMessages.ts';
import { given, type Play } from './support/given.ts';
import { oadrResponse, updatedReport } from './support/venTalk.ts';

/** What the VTN pushes: an answer that is decided twice is an event accepted twice. */

const cancelReport = (requestID: string, reportToFollow = false): OadrMessage => ({
  message: 'oadrCancelReport',
  requestID,
  reportRequestID: ['request-1'],
  reportToFollow,
  venID: 'ven-1',
});
const reregistration: OadrMessage = { message: 'oadrRequestReregistration', venID: 'ven-1' };
const canceled: OadrMessage = {
  message: 'oadrCanceledReport',
  eiResponse: { responseCode: '200', requestID: 'push-1' },
  oadrPendingReports: [],
  venID: 'ven-1',
};

const came = (exchangeID: string, message: OadrMessage = cancelReport('push-1'), isRegistered = true) => ({
  type: 'request.came',
  exchangeID,
  message,
  isRegistered,
});
const heard = { type: 'request.heard' };
const wanted = (message: OadrMessage) => ({ type: 'reply.wanted', message });
const repliesOf = (play: Play): readonly unknown[] => play.facts('ReplyRequested');
const answered = (message = cancelReport('push-1'), reply: OadrMessage | null = canceled): Play =>
  given('inbound')
    .having(came('in-1', message), ...(reply === null ? [] : [wanted(reply)]))
    .when(heard);

describe('a request', () => {
  it('is taken, and answered by what is wanted last when everything that follows has been said', () => {
    const taken = given('inbound').when(came('in-1'));
    expect([taken.state, taken.said]).toEqual([
      'hearing',
      [{ type: 'request.taken', message: cancelReport('push-1') }],
    ]);
    const wants = taken.having(wanted(oadrResponse('452'))).when(wanted(canceled));
    expect(wants.said).toEqual([]);
    const play = wants.when(heard);
    expect([play.state, repliesOf(play)]).toEqual([
      'listening',
      [{ exchangeID: 'in-1', httpStatus: 200, message: canceled }],
    ]);
  });

  it('given that nobody wants anything said, then its reply is empty, and what was said to the one before is not said again', () => {
    const play = answered()
      .having(came('in-2', cancelReport('push-2')))
      .when(heard);
    expect(repliesOf(play)).toEqual([{ exchangeID: 'in-2', httpStatus: 200 }]);
  });

  it('given a VEN that is not registered, then nothing is said, and nothing follows', () => {
    const play = given('inbound').when(came('in-1', cancelReport('push-1'), false));
    expect([play.state, play.said]).toEqual([
      'listening',
      [{ type: 'ReplyRequested', data: { exchangeID: 'in-1', httpStatus: 503 } }],
    ]);
  });

  it.each([403, 406] as const)('given that it is refused with %i, then it is told so', (httpStatus) => {
    const play = given('inbound').when({ type: 'request.refused', exchangeID: 'in-1', httpStatus });
    expect(repliesOf(play)).toEqual([{ exchangeID: 'in-1', httpStatus }]);
  });

  it('given that nothing was heard, then a reply is wanted by nobody', () => {
    expect(given('inbound').when(heard).said).toEqual([]);
  });
});

describe('a request that comes again', () => {
  it('gets the reply that it got, also when that was empty, and nothing is decided anew', () => {
    const again = answered().when(came('in-2'));
    expect([again.state, again.said]).toEqual([
      'listening',
      [
        {
          type: 'ReplyRequested',
          data: { exchangeID: 'in-2', httpStatus: 200, message: canceled, repeats: 'in-1' },
        },
      ],
    ]);
    expect(repliesOf(answered(cancelReport('push-1'), null).when(came('in-2')))).toEqual([
      { exchangeID: 'in-2', httpStatus: 200, repeats: 'in-1' },
    ]);
  });

  it('given that the VEN is not registered any more, then it gets it all the same', () => {
    expect(repliesOf(answered().when(came('in-2', cancelReport('push-1'), false)))).toMatchObject([
      { httpStatus: 200, repeats: 'in-1' },
    ]);
  });

  it.each([
    ['another requestID', cancelReport('push-2')],
    ['other content', cancelReport('push-1', true)],
  ])('given %s, then it is another', (_, message) => {
    expect(answered().when(came('in-2', message)).state).toBe('hearing');
  });

  it('given no requestID, or an empty one, then nobody can tell, and it is heard anew', () => {
    for (const message of [reregistration, distributeEvent([oadrEventOf()], { requestID: '' })]) {
      const first = answered(message, null);
      expect(first.context['answered']).toEqual([]);
      expect(first.when(came('in-2', message)).state).toBe('hearing');
    }
  });

  it('given that its requestID has named something else since, then it is no repetition, and only the last is remembered', () => {
    const since = answered()
      .having(came('in-2', cancelReport('push-1', true)))
      .when(heard);
    expect(since.context['answered']).toMatchObject([{ exchangeID: 'in-2' }]);
    expect(since.when(came('in-3')).state).toBe('hearing');
    expect(repliesOf(since.when(came('in-3', cancelReport('push-1', true))))).toMatchObject([{ repeats: 'in-2' }]);
  });

  it('given that ten minutes have passed, or that the clock was set back, then it is heard anew', () => {
    const first = answered();
    expect(first.after(rememberedMs - 1).when(came('in-2')).state).toBe('listening');
    expect(first.after(rememberedMs).when(came('in-2')).state).toBe('hearing');
    expect(first.with({ at: first.at - 1 }).when(came('in-2')).state).toBe('hearing');
  });

  it('given many others since, then so many are remembered, the newest of them, none beyond its time', () => {
    const many = Array.from({ length: answeredLimit }, (_, index) => index).reduce<Play>(
      (play, index) => play.having(came(`in-${index + 2}`, cancelReport(`push-${index + 2}`))).when(heard),
      answered(),
    );
    const kept = many.context['answered'] as readonly AnsweredRequest[];
    expect(kept.map(({ exchangeID }) => exchangeID)).toEqual(
      Array.from({ length: answeredLimit }, (_, index) => `in-${index + 2}`),
    );
    expect(many.when(came('again')).state).toBe('hearing');
    const later = many
      .after(rememberedMs)
      .having(came('late', cancelReport('push-late')))
      .when(heard);
    expect(later.context['answered']).toMatchObject([{ exchangeID: 'late' }]);
    const just = many
      .after(rememberedMs - 1)
      .having(came('late', reregistration))
      .when(heard);
    expect(just.context['answered']).toHaveLength(answeredLimit);
  });
});

describe('what is said to a request at once', () => {
  it.each<[OadrMessage, OadrMessage, boolean]>([
    [cancelReport('push-1'), oadrResponse(), true],
    [cancelReport('push-1'), canceled, true],
    [cancelReport('push-1'), updatedReport(), false],
    [
      distributeEvent([oadrEventOf()]),
      { message: 'oadrCreatedEvent', eiResponse: { responseCode: '200', requestID: '' }, venID: 'ven-1' },
      false,
    ],
  ])('%#', (request, message, is) => {
    expect(isReplyTo(request, message)).toBe(is);
  });
});

describe('the gist of a message', () => {
  it('is the same in whatever order its parts stand, and another where one of them is', () => {
    const message = cancelReport('push-1');
    const turned = Object.fromEntries(Object.entries(message).toReversed()) as OadrMessage;
    expect(Object.keys(turned)).not.toEqual(Object.keys(message));
    expect(gistOf(turned)).toBe(gistOf(message));
    expect(gistOf(cancelReport('push-1', true))).not.toBe(gistOf(message));
    expect(gistOf(message)).toMatch(/^oadrCancelReport \d+ [0-9a-z]+ [0-9a-z]+$/);
  });

  it('knows the order of a list, and parts of parts', () => {
    const of = (...reportRequestID: string[]): OadrMessage =>
      ({ ...cancelReport('push-1'), reportRequestID }) as OadrMessage;
    expect(gistOf(of('a', 'b'))).not.toBe(gistOf(of('b', 'a')));
    const event = distributeEvent([oadrEventOf()]);
    const [listed] = event.oadrEvent ?? [];
    const turnedEvent = Object.fromEntries(Object.entries(listed!).toReversed()) as typeof listed;
    const turned = { ...event, oadrEvent: [turnedEvent!] };
    expect(gistOf(turned)).toBe(gistOf(event));
  });

  it('leaves out what may differ each time', () => {
    const passing = new Set(['requestID']);
    expect(gistOf(cancelReport('push-1'), passing)).toBe(gistOf(cancelReport('push-2'), passing));
    expect(gistOf(cancelReport('push-1'), passing)).not.toBe(gistOf(cancelReport('push-1', true), passing));
  });
});
