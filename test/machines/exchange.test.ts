import { describe, expect, it } from 'vitest';
import type { Purpose } from '../../src/facts/output.ts';
import { answerAttempts, queueLimit } from '../../src/machines/exchange.ts';
import { type Failure, type Wanted } from '../../src/machines/wanted.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { given, noon, type Play } from './support/given.ts';

const oadrPoll: OadrMessage = { message: 'oadrPoll', venID: 'ven-1' };

const wanted = (purpose: Purpose, changes: Partial<Wanted> = {}): Wanted => ({
  purpose,
  message: oadrPoll,
  resend: purpose === 'answer',
  attempt: 1,
  ...changes,
});
const want = (purpose: Purpose, changes: Partial<Wanted> = {}) => ({
  type: 'exchange.wanted',
  wanted: wanted(purpose, changes),
});
const answered = (exchangeID: string, message: OadrMessage | null = null) => ({
  type: 'exchange.answered',
  exchangeID,
  message,
});
const lost: Failure = { reason: 'reset', certainlyNotDelivered: false, detail: 'the connection was lost' };
const failed = (exchangeID: string, failure: Failure = lost) => ({ type: 'exchange.failed', exchangeID, failure });
const refusedWith = (httpStatus: number): Failure => ({
  reason: 'httpStatus',
  httpStatus,
  certainlyNotDelivered: false,
  detail: `HTTP status ${httpStatus}`,
});

const idle = (): Play => given('exchange');
const asking = (purpose: Purpose = 'poll'): Play => idle().when(want(purpose));
const queueOf = (play: Play): readonly Wanted[] => play.context['queue'] as readonly Wanted[];
const purposes = (play: Play): readonly Purpose[] => queueOf(play).map(({ purpose }) => purpose);

describe('one request at a time', () => {
  it('given an idle line, when something is wanted, then it is sent under a new exchangeID', () => {
    const play = asking();
    expect(play.state).toBe('awaitingReply');
    expect(play.facts('SendRequested')).toMatchObject([
      { exchangeID: 'run00001.1', purpose: 'poll', service: 'OadrPoll', attempt: 1 },
    ]);
    expect(play.saidTypes).toEqual(['SendRequested', 'exchange.started']);
  });

  it('given a request in flight, when more is wanted, then it waits, and goes when the reply has been heard, after what follows from it', () => {
    const busy = asking().when(want('metadata'));
    expect(busy.said).toEqual([]);
    const hearing = busy.when(answered('run00001.1'));
    expect([hearing.state, hearing.saidTypes]).toEqual(['hearing', ['exchange.answered']]);
    const next = hearing.having(want('answer')).when({ type: 'reply.heard' });
    expect(next.saidTypes).toEqual(['SendRequested', 'exchange.started']);
    expect(next.facts('SendRequested')).toMatchObject([{ exchangeID: 'run00001.2', purpose: 'answer' }]);
  });

  it('given a reply that leads to a pause, when something waits, then it waits on', () => {
    const held = asking().having(want('report'), answered('run00001.1')).when({ type: 'line.held' });
    expect([held.state, held.saidTypes]).toEqual(['holding', []]);
    expect(held.when({ type: 'reply.heard' }).saidTypes).toEqual([]);
  });

  it('given a reply to another exchange, then nothing happens', () => {
    const busy = asking();
    expect(busy.when(answered('run00001.7')).state).toBe('awaitingReply');
    expect(busy.when(failed('run00001.7')).said).toEqual([]);
    expect(idle().when(answered('run00001.1')).said).toEqual([]);
  });

  it('given everything at once, then cancel and answers go first, polls last', () => {
    const all: readonly Purpose[] = [
      'poll',
      'report',
      'requestEvent',
      'metadata',
      'registration',
      'query',
      'answer',
      'cancel',
    ];
    const busy = asking('poll').having(...all.map((purpose) => want(purpose)));
    expect(purposes(busy)).toEqual([
      'cancel',
      'answer',
      'registration',
      'query',
      'metadata',
      'requestEvent',
      'report',
      'poll',
    ]);
  });

  it('given answers of one purpose, then they keep their order', () => {
    const busy = asking().having(
      want('answer', { attempt: 1 }),
      want('answer', { attempt: 2 }),
      want('answer', { attempt: 3 }),
    );
    expect(queueOf(busy).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('given a poll that waits, when another is wanted, then one is enough', () => {
    expect(purposes(asking('metadata').having(want('poll'), want('poll')))).toEqual(['poll']);
  });

  it('given the queue is full, when one more is wanted, then the least urgent is dropped aloud', () => {
    const full = asking().having(...Array.from({ length: queueLimit }, () => want('report')));
    const more = full.when(want('answer'));
    expect(queueOf(more)).toHaveLength(queueLimit);
    expect(purposes(more)[0]).toBe('answer');
    expect(more.facts('MessageDropped')).toMatchObject([{ purpose: 'report' }]);
  });

  it('given each answer brought something to answer, then that ends, and begins again after anything else', () => {
    const { drainLimit } = asking('answer').settings;
    const chain = Array.from({ length: drainLimit - 1 }, (_, place) => `run00001.${place + 1}`).reduce(
      (play, id) => play.when(answered(id)).when(want('answer')),
      asking('answer'),
    );
    const ended = chain.when(answered(`run00001.${drainLimit}`)).when(want('answer'));
    expect([ended.state, ended.saidTypes]).toEqual(['idle', ['MessageDropped']]);
    const anew = ended.when(want('poll')).when(want('answer'));
    expect(purposes(anew)).toEqual(['answer']);
  });

  // @row +10.18
  it('given an opt that waited, then it is stamped with the moment of sending', () => {
    const message: OadrMessage = {
      message: 'oadrCreateOpt',
      optID: 'o',
      optType: 'optOut',
      optReason: 'economic',
      venID: 'ven-1',
      createdDateTime: '2000-01-01T00:00:00Z',
      requestID: 'o.1',
      eiTarget: { venID: ['ven-1'] },
    };
    const late = asking()
      .when(want('opt', { message }))
      .with({ at: noon + 90_000 })
      .having(answered('run00001.1'))
      .when({ type: 'reply.heard' });
    expect(late.facts('SendRequested')).toMatchObject([{ message: { createdDateTime: '2026-06-10T14:01:30Z' } }]);
  });

  // @row +11.18
  it('given metadata or a report that waited, then it is stamped with the moment of sending', () => {
    const report = { reportRequestID: '0', reportSpecifierID: 'Status', createdDateTime: '2000-01-01T00:00:00Z' };
    const message: OadrMessage = {
      message: 'oadrRegisterReport',
      requestID: 'r',
      oadrReport: [report],
      venID: 'ven-1',
    };
    const late = asking()
      .when(want('metadata', { message }))
      .with({ at: noon + 90_000 })
      .having(answered('run00001.1'))
      .when({ type: 'reply.heard' });
    expect(late.facts('SendRequested')).toMatchObject([
      { message: { oadrReport: [{ createdDateTime: '2026-06-10T14:01:30Z' }] } },
    ]);
  });
});

describe('a failed exchange', () => {
  // @row -2.9
  it('given a request in flight, when it fails, then the line is held and the failure told', () => {
    const held = asking('registration').when(failed('run00001.1'));
    expect(held.state).toBe('holding');
    expect(held.said).toMatchObject([
      { type: 'exchange.failed', exchangeID: 'run00001.1', failure: lost, wanted: { purpose: 'registration' } },
    ]);
  });

  it('given an answer failed, then it stands at the head and goes again when the line opens, as a further attempt', () => {
    const held = asking('answer')
      .when(want('answer', { attempt: 7 }))
      .when(failed('run00001.1'));
    expect(queueOf(held).map(({ attempt }) => attempt)).toEqual([2, 7]);
    expect(held.when({ type: 'line.opened' }).facts('SendRequested')).toMatchObject([
      { exchangeID: 'run00001.2', attempt: 2 },
    ]);
  });

  it('given a poll failed, then it is let go: the lifecycle wants it again by itself', () => {
    expect(queueOf(asking('poll').when(failed('run00001.1')))).toEqual([]);
  });

  // @row +2.10
  it.each([404, 406, 501])('given an answer met HTTP %i, then it is dropped aloud and not sent again', (status) => {
    const held = asking('answer').when(failed('run00001.1', refusedWith(status)));
    expect(queueOf(held)).toEqual([]);
    expect(held.saidTypes).toEqual(['MessageDropped', 'AlarmRaised', 'exchange.failed']);
  });

  it.each([404, 406, 501])(
    'given an opt met HTTP %i, then it is dropped aloud, and what waits is sent at once',
    (status) => {
      const next = asking('opt')
        .when(want('poll'))
        .when(failed('run00001.1', refusedWith(status)));
      expect(next.state).toBe('awaitingReply');
      expect(next.saidTypes).toEqual(['MessageDropped', 'opt.dropped', 'SendRequested', 'exchange.started']);
    },
  );

  it.each<[Purpose, OadrMessage, readonly string[] | undefined]>([
    ['opt', { message: 'oadrCancelOpt', requestID: 'opt-1.2', optID: 'opt-1', venID: 'ven-1' }, ['opt-1']],
    [
      'answer',
      {
        message: 'oadrCreatedEvent',
        eiResponse: { responseCode: '200', requestID: '' },
        eventResponses: [
          {
            responseCode: '200',
            requestID: 'req-1',
            qualifiedEventID: { eventID: 'event-1', modificationNumber: 0 },
            optType: 'optIn',
          },
        ],
        venID: 'ven-1',
      },
      ['event-1'],
    ],
    ['answer', oadrPoll, undefined],
  ])(
    'given a message for %s met HTTP 404, then what is dropped says what it speaks of',
    (purpose, message, subjects) => {
      const play = idle()
        .when(want(purpose, { message }))
        .when(failed('run00001.1', refusedWith(404)));
      const because = 'HTTP status 404 forbids sending it again';
      expect(play.facts('MessageDropped')).toEqual([{ purpose, message: message.message, subjects, because }]);
    },
  );

  it('given an opt met HTTP 500, then what waits is sent at once; given the VTN wants quiet or other credentials, then nothing is', () => {
    const after = (failure?: Failure) => asking('opt').when(want('poll')).when(failed('run00001.1', failure));
    expect(after(refusedWith(500)).saidTypes).toEqual(['SendRequested', 'exchange.started']);
    for (const failure of [refusedWith(503), refusedWith(429), refusedWith(403), undefined])
      expect([after(failure).state, after(failure).saidTypes]).toEqual(['holding', ['exchange.failed']]);
  });

  // @row -2.10
  it.each([500, 503, 400, 403])('given an answer met HTTP %i, then it is kept', (status) => {
    expect(purposes(asking('answer').when(failed('run00001.1', refusedWith(status))))).toEqual(['answer']);
  });

  it('given the VTN fails on one answer again and again, then that is given up aloud, and no later answer holds the line until one gets through', () => {
    const tries = Array.from({ length: answerAttempts - 1 }, (_, place) => `run00001.${place + 1}`);
    const before = tries.reduce(
      (play, id) => play.when(failed(id, refusedWith(500))).when({ type: 'line.opened' }),
      asking('answer'),
    );
    expect(before.state).toBe('awaitingReply');
    const last = before.when(failed(`run00001.${answerAttempts}`, refusedWith(500)));
    expect(last.saidTypes).toEqual(['MessageDropped', 'AlarmRaised', 'exchange.failed']);
    const next = last
      .when({ type: 'line.opened' })
      .when(want('answer'))
      .when(failed(`run00001.${answerAttempts + 1}`, refusedWith(500)));
    expect([next.state, next.saidTypes]).toEqual(['idle', ['MessageDropped']]);
    const through = next
      .when(want('answer'))
      .when(answered(`run00001.${answerAttempts + 2}`))
      .when(want('answer'));
    expect(through.when(failed(`run00001.${answerAttempts + 3}`, refusedWith(500))).state).toBe('holding');
  });

  it('given the way to the VTN is lost, then an answer is kept however often it was tried', () => {
    const tries = Array.from({ length: 3 * answerAttempts }, (_, place) => `run00001.${place + 1}`);
    const last = tries.reduce((play, id) => play.when(failed(id)).when({ type: 'line.opened' }), asking('answer'));
    expect(last.state).toBe('awaitingReply');
  });

  it('given the line is held, when something is wanted, then it waits until the line opens', () => {
    const held = asking().when(failed('run00001.1')).when(want('registration'));
    expect([held.state, held.said]).toEqual(['holding', []]);
    expect(held.when({ type: 'line.opened' }).facts('SendRequested')).toMatchObject([{ purpose: 'registration' }]);
  });

  it('given no outcome at all, when the patience is over, then it counts as failed', () => {
    const play = asking();
    expect(play.waits).toEqual({ replyTimeoutMs: 60_000 });
    const late = play.whenDue('replyTimeoutMs');
    expect(late.state).toBe('holding');
    expect(late.said).toMatchObject([
      { type: 'exchange.failed', failure: { reason: 'noReply', certainlyNotDelivered: false } },
    ]);
    expect(late.when(answered('run00001.1')).said).toEqual([]);
  });
});

describe('starts and stops', () => {
  it('given a run ended with a request in flight, when the next begins, then its outcome is unknown and the queue is let go', () => {
    const restarted = asking('report').when(want('answer')).when({ type: 'agent.started' });
    expect(restarted.state).toBe('holding');
    expect(restarted.said).toMatchObject([
      { type: 'exchange.failed', failure: { reason: 'interrupted', certainlyNotDelivered: false } },
      { type: 'MessageDropped' },
    ]);
    expect(queueOf(restarted)).toEqual([]);
  });

  it('given a run ended with answers unsaid, when the next begins, then those are told that nothing asks for again', () => {
    const answer = (message: string, requestID: string) =>
      want('answer', { message: { message, requestID, venID: 'v' } as never });
    const restarted = given('exchange')
      .having(answer('oadrCanceledReport', 'a'), answer('oadrCreatedReport', 'b'), answer('oadrCreatedEvent', 'c'))
      .having(want('poll'))
      .when({ type: 'agent.started' });
    expect(restarted.facts('MessageDropped')).toMatchObject([
      { purpose: 'answer', message: 'oadrCanceledReport' },
      { purpose: 'answer', message: 'oadrCreatedReport' },
    ]);
    expect([restarted.state, queueOf(restarted)]).toEqual(['holding', []]);
  });

  it('given the agent stops, then what is in flight is awaited and nothing new is sent', () => {
    const stopping = asking().having(want('answer'), { type: 'agent.stopping' });
    expect(stopping.state).toBe('awaitingReply');
    const silent = stopping.having(answered('run00001.1')).when({ type: 'reply.heard' });
    expect([silent.state, silent.saidTypes]).toEqual(['idle', []]);
    expect(silent.having({ type: 'agent.started' }, { type: 'line.opened' }).when(want('poll')).saidTypes).toContain(
      'SendRequested',
    );
  });

  it('given the registration ended, then what waited under it is let go', () => {
    expect(queueOf(asking().having(want('report'), { type: 'line.cleared' }))).toEqual([]);
  });

  it('given the lifecycle takes back what it wanted, then that leaves the queue, and metadata the VTN asked for stays', () => {
    const metadata = {
      message: { message: 'oadrRegisterReport', requestID: 'r', oadrReport: [], venID: 'ven-1', reportRequestID: 'q' },
    } as const;
    const busy = asking().having(want('report'), want('answer'), want('metadata'), want('metadata', metadata));
    expect(purposes(busy.when({ type: 'line.withdrawn', purposes: ['report', 'metadata'] }))).toEqual([
      'answer',
      'metadata',
    ]);
  });

  it('given quiet polls were summarised, then the next exchange continues their numbers', () => {
    const play = idle().when({ type: 'polls.summarised', lastSerial: 41 }).when(want('poll'));
    expect(play.facts('SendRequested')).toMatchObject([{ exchangeID: 'run00001.42' }]);
  });
});

describe('several answers in one message', () => {
  const responses = (...eventIDs: readonly string[]): OadrMessage => ({
    message: 'oadrCreatedEvent',
    venID: 'ven-1',
    eiResponse: { responseCode: '200', requestID: '' },
    eventResponses: eventIDs.map((eventID) => ({
      responseCode: '200',
      requestID: 'list-1',
      qualifiedEventID: { eventID, modificationNumber: 0 },
      optType: 'optIn',
    })),
  });
  const namesIn = (play: Play): readonly (readonly string[])[] =>
    queueOf(play).map(({ message }) =>
      'eventResponses' in message
        ? (message.eventResponses ?? []).map(({ qualifiedEventID }) => qualifiedEventID.eventID)
        : [],
    );
  const asked = idle().when(want('answer', { message: responses('a', 'b', 'c') }));

  // @row -9.9
  it('given the VTN fails on it, then each is sent apart, and a bad one costs the others nothing', () => {
    const held = asked.when(failed('run00001.1', refusedWith(500)));
    expect([held.state, namesIn(held)]).toEqual(['holding', [['a'], ['b'], ['c']]]);
    const second = held.when({ type: 'line.opened' }).having(failed('run00001.2', refusedWith(500)));
    const third = second.having({ type: 'line.opened' }).when(failed('run00001.3', refusedWith(500)));
    expect(third.facts('MessageDropped')).toHaveLength(1);
    expect(namesIn(third)).toEqual([['b'], ['c']]);
  });

  it('given the VTN takes it and refuses it by a code, then each is sent apart, and only the one that is refused by itself is given up', () => {
    const refusing = (exchangeID: string, requestID: string) =>
      answered(exchangeID, {
        message: 'oadrResponse',
        eiResponse: { responseCode: '452', responseDescription: 'no such event', requestID },
        venID: 'ven-1',
      });
    const heard = asked.when(refusing('run00001.1', 'a'));
    expect(heard.facts('ExchangeRefused')).toMatchObject([{ purpose: 'answer', responseCode: '452' }]);
    expect(heard.facts('MessageDropped')).toEqual([]);
    expect(namesIn(heard)).toEqual([['a'], ['b'], ['c']]);
    const alone = heard.having({ type: 'reply.heard' }).when(refusing('run00001.2', 'a'));
    expect(alone.facts('MessageDropped')).toHaveLength(1);
    expect(alone.facts('AlarmRaised')).toMatchObject([{ alarm: 'answersFail' }]);
    expect(namesIn(alone)).toEqual([['b'], ['c']]);
    const taken = alone.having({ type: 'reply.heard' }).when(answered('run00001.3'));
    expect(taken.facts('AlarmCleared')).toEqual([{ alarm: 'answersFail' }]);
    expect(namesIn(taken)).toEqual([['c']]);
  });

  it('given answers fail already, then each is sent apart at once and tried once, the line is not held, and each is owed', () => {
    const answersFail = idle()
      .when(want('answer', { attempt: answerAttempts }))
      .when(failed('run00001.1', refusedWith(500)))
      .when({ type: 'line.opened' });
    const first = answersFail
      .when(want('answer', { message: responses('a', 'b', 'c') }))
      .when(failed('run00001.2', refusedWith(500)));
    expect([first.state, first.saidTypes]).toEqual(['awaitingReply', ['SendRequested', 'exchange.started']]);
    expect(namesIn(first)).toEqual([['b'], ['c']]);
    const second = first.when(failed('run00001.3', refusedWith(500)));
    expect(second.saidTypes).toEqual(['MessageDropped', 'answer.dropped', 'SendRequested', 'exchange.started']);
    const last = second.having(failed('run00001.4', refusedWith(500))).when(failed('run00001.5', refusedWith(500)));
    expect([last.state, last.saidTypes, namesIn(last)]).toEqual(['idle', ['MessageDropped', 'answer.dropped'], []]);
  });

  it.each([404, 406, 501])('given HTTP %i forbids sending one again, then it is given up, and not owed', (status) => {
    const one = idle().when(want('answer', { message: responses('a'), attempt: answerAttempts }));
    expect(one.when(failed('run00001.1', refusedWith(500))).saidTypes).toContain('answer.dropped');
    expect(one.when(failed('run00001.1', refusedWith(status))).saidTypes).not.toContain('answer.dropped');
  });

  it('given the VTN fails on one by its code, then it is tried a few times and owed; while answers fail, once; refused, it is not owed', () => {
    const coded = (play: Play, exchangeID: string, responseCode: string): Play => {
      const eiResponse = { responseCode, requestID: '' } as const;
      return play.when(answered(exchangeID, { message: 'oadrResponse', eiResponse, venID: 'ven-1' } as OadrMessage));
    };
    const one = want('answer', { message: responses('a') });
    const tried = [1, 2].reduce(
      (play, serial) => coded(play, `run00001.${serial}`, '500').when({ type: 'reply.heard' }),
      idle().when(one),
    );
    const givenUp = coded(tried, 'run00001.3', '500');
    expect(givenUp.saidTypes).toContain('answer.dropped');
    const another = givenUp.having({ type: 'reply.heard' }).when(one);
    expect(coded(another, 'run00001.4', '500').saidTypes).toContain('answer.dropped');
    expect(coded(idle().when(one), 'run00001.1', '452').saidTypes).not.toContain('answer.dropped');
  });

  it('given the way to the VTN fails, then it is sent again as it is', () => {
    expect(namesIn(asked.when(failed('run00001.1')))).toEqual([['a', 'b', 'c']]);
  });
});

describe('an answer that the VTN does not take', () => {
  const refusal = (responseCode: string, responseDescription?: string): OadrMessage => ({
    message: 'oadrResponse',
    eiResponse: {
      responseCode,
      requestID: '',
      ...(responseDescription === undefined ? {} : { responseDescription }),
    },
    venID: 'ven-1',
  });
  const answering = (attempt = 1): Play => idle().when(want('answer', { attempt }));

  it.each([
    ['of its own making', '500', 1, true],
    ['of its own making, once more', '503', 2, true],
    ['of its own making, again and again', '500', 3, false],
    ['of ours', '459', 1, false],
    ['of ours, with a five in it', '455', 1, false],
  ])('given an error %s (%s at attempt %i), then whether it is said again is %s', (_, code, attempt, isAgain) => {
    const refused = answering(attempt).when(answered('run00001.1', refusal(code, 'busy')));
    expect(refused.facts('ExchangeRefused')).toEqual([
      { purpose: 'answer', message: 'oadrPoll', responseCode: code, why: 'busy' },
    ]);
    expect(queueOf(refused).map((each) => each.attempt)).toEqual(isAgain ? [attempt + 1] : []);
    expect(refused.factTypes.includes('MessageDropped')).toBe(!isAgain);
    expect(refused.factTypes.includes('AlarmRaised')).toBe(!isAgain);
  });

  it('given a refusal without words, then the code alone is told', () => {
    const refused = answering().when(answered('run00001.1', refusal('459')));
    expect(refused.facts('MessageDropped')).toMatchObject([
      { because: 'the VTN fails on it (it refuses it with 459)' },
    ]);
    expect(refused.facts('ExchangeRefused')).toMatchObject([{ why: '' }]);
  });

  it('given a code of the two hundreds, a poll that is refused, or the answer to another exchange, then nothing is refused', () => {
    expect(
      answering()
        .when(answered('run00001.1', refusal('201')))
        .facts('ExchangeRefused'),
    ).toEqual([]);
    expect(
      asking('poll')
        .when(answered('run00001.1', refusal('459')))
        .facts('ExchangeRefused'),
    ).toEqual([]);
    expect(answering().when(answered('other', refusal('459'))).said).toEqual([]);
  });

  it.each([
    [401, true],
    [403, true],
    [404, false],
    [406, false],
    [501, false],
    [500, false],
  ])('given HTTP status %i at the last attempt, then it is kept for later: %s', (httpStatus, isKept) => {
    const after = answering(answerAttempts).when(failed('run00001.1', refusedWith(httpStatus)));
    expect(queueOf(after)).toHaveLength(isKept ? 1 : 0);
    expect(after.facts('MessageDropped')).toHaveLength(isKept ? 0 : 1);
    const first = answering().when(failed('run00001.1', refusedWith(httpStatus)));
    expect(queueOf(first)).toHaveLength([404, 406, 501].includes(httpStatus) ? 0 : 1);
  });
});

describe('opts that wait', () => {
  const opt = (requestID: string) =>
    want('opt', {
      message: { message: 'oadrCancelOpt', requestID, optID: 'opt-1', venID: 'ven-1' },
    });

  it('given the same once more, then one is enough; given another, then both wait; and answers are never one', () => {
    const busy = asking('metadata');
    expect(purposes(busy.having(opt('a'), opt('a')))).toEqual(['opt']);
    expect(purposes(busy.having(opt('a'), opt('b')))).toEqual(['opt', 'opt']);
    expect(purposes(busy.having(want('answer'), want('answer')))).toEqual(['answer', 'answer']);
  });

  it('given an opt that was made before, then it is stamped with the moment of sending', () => {
    const message: OadrMessage = {
      message: 'oadrCreateOpt',
      optID: 'opt-1',
      optType: 'optOut',
      optReason: 'economic',
      venID: 'ven-1',
      createdDateTime: '2026-01-01T00:00:00Z',
      requestID: 'a',
      eiTarget: { venID: ['ven-1'] },
    };
    expect(idle().when(want('opt', { message })).facts('SendRequested')).toMatchObject([
      { message: { createdDateTime: '2026-06-10T14:00:00Z' } },
    ]);
  });
});

describe('what is taken back', () => {
  it('leaves what the VTN asked for and what has another purpose', () => {
    const register = (reportRequestID?: string) =>
      want('metadata', {
        message: {
          message: 'oadrRegisterReport',
          requestID: reportRequestID ?? 'own',
          oadrReport: [],
          venID: 'ven-1',
          ...(reportRequestID === undefined ? {} : { reportRequestID }),
        },
      });
    const busy = asking('poll').having(register(), register('request-1'), want('metadata'), want('report'));
    const left = busy.when({ type: 'line.withdrawn', purposes: ['metadata'] });
    expect(queueOf(left).map(({ message }) => ('requestID' in message ? message.requestID : message.message))).toEqual([
      'request-1',
      'oadrPoll',
    ]);
  });
});
