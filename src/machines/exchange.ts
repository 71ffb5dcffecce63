/**
 * The line to the VTN.
 *
 * Rules of this machine
 * - One request is in flight at a time; everything else waits in the queue. (`idle` ↔ `awaitingReply`)
 * - Taking our leave goes first, then answers, then registration, then resynchronisation, then reports, then polls: what
 *   the VTN waits for is said before it is asked for more. A reply is heard to its end before anything leaves. (`hearing`)
 * - After a failed exchange nothing is sent until the lifecycle opens the line again. (`holding`)
 *   An answer that failed stands at the head of the queue then.
 * - What the lifecycle takes back leaves the queue: it wants it again by itself when its time has come.
 * - A status that forbids sending the same again (404, 406, 501) drops the message aloud. @rule 2.0b §9.1.5
 *   So do a few failures of one answer at the hands of a VTN that is there: one answer it cannot take must not keep us
 *   from its polls, and several in one message are sent apart from each other after it failed. Until an answer gets through again, each is tried once and no pause follows.
 *   What was given up about DR events is told to the lifecycle: it has the VTN tell them again, and answers again.
 * - An answer that the VTN refuses by a code is sent in parts, where it has any, and else given up aloud; a 5xx is tried again.
 * - An opt that fails at the hands of a VTN that is there keeps nothing else back: it asks again by itself, or hears that it may not.
 * - Answers to answers end: a VTN that always has something to answer is heard again with the next poll.
 * - A run that ended with a request in flight leaves its outcome unknown; the next run counts it as failed, and
 *   lets the queue go: it registers before it says anything else, and what is still due is asked for anew. @rule 2.0b 405
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import type { Purpose } from '../facts/output.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { serviceFor } from '../protocol/services.ts';
import { formatDateTime } from '../protocol/types/dateTime.ts';
import { apart, isDivisible } from './exchange/apart.ts';
import type { Moment } from './moment.ts';
import { responseOf } from './exchange/replies.ts';
import { subjectsOf } from './exchange/subjects.ts';
import { lineWaitsMs } from './exchange/timely.ts';
import type { Signal } from './signals.ts';
import type { Wanted, Failure } from './wanted.ts';

/** What waits, and what is in flight. */
export interface ExchangeContext {
  readonly queue: readonly Wanted[];
  readonly inFlight: Wanted | null;
  readonly exchangeID: string | null;
  readonly serial: number;
  /** Answers sent one after the other, with nothing but reports in between. */
  readonly answersInARow: number;
  /** An answer was given up, and none has got through since. */
  readonly answersFail: boolean;
  /** A person or the system asked us to stop: what is in flight is awaited, nothing new is sent. */
  readonly isStopping: boolean;
}

/** What the line hears. */
export type ExchangeEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    | { readonly type: 'agent.stopping' }
    | { readonly type: 'exchange.wanted'; readonly wanted: Wanted }
    | { readonly type: 'exchange.answered'; readonly exchangeID: string; readonly message: OadrMessage | null }
    | { readonly type: 'exchange.failed'; readonly exchangeID: string; readonly failure: Failure }
    /** Everything that follows from the reply has been said. */
    | { readonly type: 'reply.heard' }
    | { readonly type: 'line.held' }
    | { readonly type: 'line.opened' }
    | { readonly type: 'line.cleared' }
    | { readonly type: 'line.withdrawn'; readonly purposes: readonly Purpose[] }
    /** An opt is over that was never said: it is not to be said any more. */
    | { readonly type: 'opt.withdrawn'; readonly optID: string }
    | { readonly type: 'polls.summarised'; readonly lastSerial: number }
  );

const order: Readonly<Record<Purpose, number>> = {
  cancel: 0,
  answer: 1,
  query: 2,
  registration: 2,
  metadata: 3,
  requestEvent: 4,
  opt: 5,
  report: 6,
  poll: 7,
};

/** Whether a message says an opt. */
export const saysOpt = ({ message }: Wanted, optID: string): boolean =>
  message.message === 'oadrCreateOpt' && message.optID === optID;

/** Metadata that the VTN asked for are an answer. @rule 2.0b 311 */
const wasAskedFor = ({ message }: Wanted): boolean =>
  message.message === 'oadrRegisterReport' && message.reportRequestID !== undefined;

/** Statuses after which the same message must not be sent again. */
const forbidsResending = (failure: Failure): boolean =>
  failure.httpStatus !== undefined && [404, 406, 501].includes(failure.httpStatus);

/** @limit Sendings of one answer to a VTN that is there and fails on it. */
export const answerAttempts = 3;

/** Whether the VTN was there and failed on the message, rather than the way to it. */
export const isOfTheVtn = ({ reason, httpStatus }: Failure): boolean =>
  httpStatus !== undefined || reason === 'unreadable';

/** A token that is refused may be good again later, or be another one by then: what it kept back is still to be said. */
const awaitsCredentials = ({ httpStatus }: Failure): boolean => httpStatus === 401 || httpStatus === 403;

/** Too much was asked, or the VTN is busy: that is meant for all that we send. */
const asksForQuiet = ({ httpStatus }: Failure): boolean => httpStatus === 429 || httpStatus === 503;

const isGivenUp = ({ attempt }: Wanted, failure: Failure): boolean =>
  forbidsResending(failure) || (isOfTheVtn(failure) && !awaitsCredentials(failure) && attempt >= answerAttempts);

const dropped = ({ purpose, message }: Wanted, because: string): Output => {
  const subjects = subjectsOf(message);
  return {
    type: 'MessageDropped',
    data: { purpose, message: message.message, ...(subjects.length === 0 ? {} : { subjects }), because },
  };
};

const givenUp = (wanted: Wanted, failure: Failure): Output =>
  dropped(
    wanted,
    forbidsResending(failure)
      ? `HTTP status ${failure.httpStatus ?? ''} forbids sending it again`
      : `the VTN fails on it (${failure.detail})`,
  );

/** An answer that a run which ended owed, and that nothing asks for again. DR events are asked for anew, and answered. */
const isNotSaidAnew = ({ purpose, message }: Wanted): boolean =>
  purpose === 'answer' && message.message !== 'oadrCreatedEvent';

const leftUnsaid = (wanted: Wanted): Output =>
  dropped(wanted, 'the run ended before the VTN took it, and a start says nothing before it registers');

/** What is said where an answer about DR events was given up, and may be taken another time. */
const owed = (wanted: Wanted, failure: Failure): readonly Signal[] =>
  wanted.message.message === 'oadrCreatedEvent' && !forbidsResending(failure) ? [{ type: 'answer.dropped' }] : [];

const answersFail = ({ message }: Wanted, { detail }: Failure): Output => ({
  type: 'AlarmRaised',
  data: {
    alarm: 'answersFail',
    text: `The VTN does not take our answers: ${message.message} was given up (${detail}).`,
    advice:
      'Prices and usage go on; the VTN may believe that we have not answered. Ask the VTN’s operator; it is over when an answer gets through.',
  },
});

/** @limit Messages that may wait at once; beyond it the least urgent is dropped aloud. */
export const queueLimit = 1_000;

/** The code by which a reply says that what we sent was not taken; null when it does not. */
const codeOf = (message: OadrMessage | null): { readonly responseCode: string; readonly why: string } | null => {
  const response = message === null ? null : responseOf(message);
  if (response === null || response.responseCode.startsWith('2')) return null;
  return { responseCode: response.responseCode, why: response.responseDescription ?? '' };
};

const requestOf = ({ message }: Wanted): string => ('requestID' in message ? message.requestID : '');

/** A poll asks for all there is; and an opt that waits for its turn need not wait twice. */
const saysTheSame = (wanted: Wanted, other: Wanted): boolean =>
  wanted.purpose === other.purpose &&
  (wanted.purpose === 'poll' || (wanted.purpose === 'opt' && requestOf(wanted) === requestOf(other)));

const inOrder = (queue: readonly Wanted[], wanted: Wanted): readonly Wanted[] => {
  if (queue.some((other) => saysTheSame(wanted, other))) return queue;
  const place = queue.findIndex((other) => order[other.purpose] > order[wanted.purpose]);
  return place === -1 ? [...queue, wanted] : [...queue.slice(0, place), wanted, ...queue.slice(place)];
};

/** Stamps metadata, reports and opts with the moment they are sent. @rule certification: within a minute of now */
const stamped = (message: OadrMessage, at: number): OadrMessage => {
  const createdDateTime = formatDateTime(at);
  if (message.message === 'oadrCreateOpt') return { ...message, createdDateTime };
  if (message.message !== 'oadrRegisterReport' && message.message !== 'oadrUpdateReport') return message;
  return { ...message, oadrReport: message.oadrReport.map((report) => ({ ...report, createdDateTime })) };
};

export const exchange = setup({
  types: {
    context: {} as ExchangeContext,
    events: {} as ExchangeEvent,
    emitted: {} as Output | Signal,
  },
  guards: {
    somethingWaits: ({ context }) => !context.isStopping && context.queue.length > 0,
    isOneAnswerTooMany: ({ context, event }) =>
      event.type === 'exchange.wanted' &&
      event.wanted.purpose === 'answer' &&
      context.answersInARow >= event.settings.drainLimit,
    /** Answers fail at present: one more is no news. */
    isOursAndAnswersFail: ({ context, event }) =>
      event.type === 'exchange.failed' &&
      event.exchangeID === context.exchangeID &&
      context.inFlight?.resend === true &&
      context.answersFail &&
      isOfTheVtn(event.failure),
    /** The VTN was there and failed on an opt: an opt asks again by itself, and what else is to be said need not wait. */
    isOursAndAnOptFails: ({ context, event }) =>
      event.type === 'exchange.failed' &&
      event.exchangeID === context.exchangeID &&
      context.inFlight?.purpose === 'opt' &&
      isOfTheVtn(event.failure) &&
      !awaitsCredentials(event.failure) &&
      !asksForQuiet(event.failure),
    /** The most frequent reply by far: nothing waits and nothing comes of it. */
    isOursAndSaysNothing: ({ context, event }) =>
      event.type === 'exchange.answered' &&
      event.exchangeID === context.exchangeID &&
      context.queue.length === 0 &&
      (event.message === null || event.message.message === 'oadrResponse'),
    /** The VTN was there and said no to an answer of ours. */
    isOursAndRefusesAnAnswer: ({ context, event }) =>
      event.type === 'exchange.answered' &&
      event.exchangeID === context.exchangeID &&
      context.inFlight?.purpose === 'answer' &&
      codeOf(event.message) !== null,
    isOurs: ({ context, event }) =>
      (event.type === 'exchange.answered' || event.type === 'exchange.failed') &&
      event.exchangeID === context.exchangeID,
  },
  delays: {
    replyTimeoutMs: ({ event }) => lineWaitsMs(event.settings),
  },
  actions: {
    queueMessage: enqueueActions(({ context, event, enqueue: act }) => {
      if (event.type !== 'exchange.wanted') return;
      const queue = inOrder(context.queue, event.wanted);
      const last = queue.length > queueLimit ? queue[queue.length - 1] : undefined;
      act.assign({ queue: last === undefined ? queue : queue.slice(0, -1) });
      if (last !== undefined) act.emit(dropped(last, `more than ${queueLimit} messages wait`));
    }),
    endTheChain: emit(({ event }): Output => {
      if (event.type !== 'exchange.wanted') throw new Error('There is nothing to leave out.');
      return dropped(event.wanted, `${event.settings.drainLimit} answers in a row brought something to answer each`);
    }),
    sendNext: enqueueActions(({ context, event, enqueue: act }) => {
      const [next, ...rest] = context.queue;
      if (next === undefined) return;
      const serial = context.serial + 1;
      const exchangeID = `${event.runID}.${serial}`;
      const answersInARow =
        next.purpose === 'answer' ? context.answersInARow + 1 : next.purpose === 'report' ? context.answersInARow : 0;
      act.assign({ queue: rest, inFlight: next, exchangeID, serial, answersInARow });
      act.emit({
        type: 'SendRequested',
        data: {
          exchangeID,
          purpose: next.purpose,
          service: serviceFor(next.message.message, next.answers),
          message: stamped(next.message, event.at),
          attempt: next.attempt,
        },
      });
      act.emit({ type: 'exchange.started', wanted: next, exchangeID });
    }),
    passReplyOn: emit(({ context, event }): Signal => {
      if (event.type !== 'exchange.answered' || context.inFlight === null)
        throw new Error('There is no reply to pass on.');
      return {
        type: 'exchange.answered',
        wanted: context.inFlight,
        exchangeID: event.exchangeID,
        message: event.message,
      };
    }),
    settleFailure: enqueueActions(({ context, event, enqueue: act }) => {
      const { inFlight, exchangeID } = context;
      if (inFlight === null || exchangeID === null) return;
      const failure: Failure =
        event.type === 'exchange.failed'
          ? event.failure
          : event.type === 'agent.started'
            ? {
                reason: 'interrupted',
                certainlyNotDelivered: false,
                detail: 'the run ended while the reply was awaited',
              }
            : { reason: 'noReply', certainlyNotDelivered: false, detail: 'no outcome came within the reply timeout' };
      const isTakenApart = isOfTheVtn(failure) && !forbidsResending(failure) && isDivisible(inFlight);
      const again = inFlight.resend && (isTakenApart || !isGivenUp(inFlight, failure));
      const next = { ...inFlight, attempt: inFlight.attempt + 1 };
      const isDropped = inFlight.resend && !again;
      act.assign({
        queue: again ? [...(isTakenApart ? apart(next) : [next]), ...context.queue] : context.queue,
        inFlight: null,
        exchangeID: null,
        answersFail: context.answersFail || isDropped,
      });
      if (isDropped) {
        act.emit(givenUp(inFlight, failure));
        act.emit(answersFail(inFlight, failure));
        for (const signal of owed(inFlight, failure)) act.emit(signal);
      }
      act.emit({ type: 'exchange.failed', wanted: inFlight, exchangeID, failure });
    }),
    /** One answer that the VTN does not take must not cost the others: what can be taken apart goes in parts, a failure of its own a few times. */
    settleRefusal: enqueueActions(({ context, event, enqueue: act }) => {
      const { inFlight } = context;
      const code = event.type === 'exchange.answered' ? codeOf(event.message) : null;
      if (inFlight === null || code === null) return;
      const next = { ...inFlight, attempt: inFlight.attempt + 1 };
      const isTransient = code.responseCode.startsWith('5');
      const attempts = context.answersFail ? 1 : answerAttempts;
      const again = isDivisible(inFlight) || (isTransient && inFlight.attempt < attempts) ? apart(next) : [];
      const { responseCode, why } = code;
      act.emit({
        type: 'ExchangeRefused',
        data: { purpose: inFlight.purpose, message: inFlight.message.message, responseCode, why },
      });
      if (again.length > 0) {
        act.assign({ queue: [...again, ...context.queue] });
        return;
      }
      const failure: Failure = {
        reason: 'unreadable',
        certainlyNotDelivered: false,
        detail: `it refuses it with ${responseCode} ${why}`.trimEnd(),
      };
      act.assign({ answersFail: true });
      act.emit(givenUp(inFlight, failure));
      act.emit(answersFail(inFlight, failure));
      if (isTransient) for (const signal of owed(inFlight, failure)) act.emit(signal);
    }),
    settleFailedOpt: enqueueActions(({ context: { inFlight }, event, enqueue: act }) => {
      if (event.type !== 'exchange.failed' || inFlight === null || !forbidsResending(event.failure)) return;
      act.emit(givenUp(inFlight, event.failure));
      act.emit({ type: 'opt.dropped', wanted: inFlight, failure: event.failure });
    }),
    /** Each is tried once: several in one message are sent apart at once, one alone is given up. */
    giveUp: enqueueActions(({ context: { inFlight, queue }, event, enqueue: act }) => {
      if (event.type !== 'exchange.failed' || inFlight === null) return;
      if (isDivisible(inFlight) && !forbidsResending(event.failure)) {
        act.assign({ queue: [...apart({ ...inFlight, attempt: inFlight.attempt + 1 }), ...queue] });
        return;
      }
      act.emit(givenUp(inFlight, event.failure));
      for (const signal of owed(inFlight, event.failure)) act.emit(signal);
    }),
    countSuccess: enqueueActions(({ context, enqueue: act }) => {
      if (!context.answersFail || context.inFlight?.resend !== true) return;
      act.assign({ answersFail: false });
      act.emit({ type: 'AlarmCleared', data: { alarm: 'answersFail' } });
    }),
    freeTheLine: assign({ inFlight: null, exchangeID: null }),
    forgetQueue: assign({ queue: [] }),
    withdraw: assign({
      queue: ({ context, event }) =>
        event.type === 'line.withdrawn'
          ? context.queue.filter((wanted) => wasAskedFor(wanted) || !event.purposes.includes(wanted.purpose))
          : context.queue,
    }),
    withdrawOpt: assign({
      queue: ({ context, event }) =>
        event.type === 'opt.withdrawn'
          ? context.queue.filter((wanted) => !saysOpt(wanted, event.optID))
          : context.queue,
    }),
    /** What waits is not said any more: the bootstrap says all of it anew, but for answers that are not about DR events. */
    startAnew: enqueueActions(({ context: { queue }, enqueue: act }) => {
      act.assign({ queue: [], isStopping: false });
      for (const wanted of queue) if (isNotSaidAnew(wanted)) act.emit(leftUnsaid(wanted));
    }),
    sendNothingNew: assign({ isStopping: true }),
    continueSerial: assign({
      serial: ({ context, event }) => (event.type === 'polls.summarised' ? event.lastSerial : context.serial),
      answersInARow: ({ context, event }) => (event.type === 'polls.summarised' ? 0 : context.answersInARow),
    }),
  },
}).createMachine({
  id: 'exchange',
  description: 'The line to the VTN: one request in flight, the rest in the queue.',
  context: {
    queue: [],
    inFlight: null,
    exchangeID: null,
    serial: 0,
    answersInARow: 0,
    answersFail: false,
    isStopping: false,
  },
  initial: 'idle',
  on: {
    'line.cleared': { actions: 'forgetQueue' },
    'line.withdrawn': { actions: 'withdraw' },
    'opt.withdrawn': { actions: 'withdrawOpt' },
    'agent.stopping': { actions: 'sendNothingNew' },
  },
  states: {
    idle: {
      description: 'Nothing is in flight.',
      always: { guard: 'somethingWaits', target: 'awaitingReply' },
      on: {
        'exchange.wanted': [{ guard: 'isOneAnswerTooMany', actions: 'endTheChain' }, { actions: 'queueMessage' }],
        'line.held': 'holding',
        'agent.started': { target: 'holding', actions: 'startAnew' },
        'polls.summarised': { actions: 'continueSerial' },
      },
    },
    awaitingReply: {
      description: 'A request is with the VTN.',
      entry: 'sendNext',
      on: {
        'exchange.wanted': [{ guard: 'isOneAnswerTooMany', actions: 'endTheChain' }, { actions: 'queueMessage' }],
        'exchange.answered': [
          {
            guard: 'isOursAndRefusesAnAnswer',
            target: 'hearing',
            actions: ['settleRefusal', 'passReplyOn', 'freeTheLine'],
          },
          { guard: 'isOursAndSaysNothing', target: 'idle', actions: ['passReplyOn', 'countSuccess', 'freeTheLine'] },
          { guard: 'isOurs', target: 'hearing', actions: ['passReplyOn', 'countSuccess', 'freeTheLine'] },
        ],
        'exchange.failed': [
          { guard: 'isOursAndAnswersFail', target: 'idle', actions: ['giveUp', 'freeTheLine'] },
          { guard: 'isOursAndAnOptFails', target: 'idle', actions: ['settleFailedOpt', 'freeTheLine'] },
          { guard: 'isOurs', target: 'holding', actions: 'settleFailure' },
        ],
        'agent.started': { target: 'holding', actions: ['settleFailure', 'startAnew'] },
      },
      after: { replyTimeoutMs: { target: 'holding', actions: 'settleFailure' } },
    },
    hearing: {
      description: 'The reply is heard: what follows from it is said, held or taken back before anything else leaves.',
      on: {
        'exchange.wanted': [{ guard: 'isOneAnswerTooMany', actions: 'endTheChain' }, { actions: 'queueMessage' }],
        'reply.heard': 'idle',
        'line.held': 'holding',
        'agent.started': { target: 'holding', actions: 'startAnew' },
      },
    },
    holding: {
      description: 'An exchange failed; the lifecycle decides when to try again.',
      on: {
        'exchange.wanted': { actions: 'queueMessage' },
        'line.opened': 'idle',
        'agent.started': { actions: 'startAnew' },
      },
    },
  },
});
