/**
 * What the VTN pushes.
 *
 * Rules of this machine
 * - One request after the other is heard, and answered within its own step: `listening` ↔ `hearing`.
 * - The reply is the message that whoever heard the request wants said to it; where nobody wants anything said, it is empty,
 *   as the reply to DR events is, whose oadrCreatedEvent goes out by a request of its own. @rule 2.0b §8.1, Tab. 2
 * - A request that comes again, with the same requestID and the same content, within a few minutes is one whose reply was lost: it
 *   gets the reply that it got, and nothing is decided anew. A message without a requestID cannot be told to come again, nor can
 *   one whose requestID has named something else since: some VTNs have one requestID for everything. @rule 2.0b §9.1.7, 43
 * - To an unregistered VEN nothing is said, and it says nothing: the reply has no payload. @rule 2.0b 405
 * - A body that cannot be read, or whose signature does not count, is not to be sent again as it is. @rule 2.0b §9.1.5
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { answerTo } from '../protocol/services.ts';
import { gistOf } from './gist.ts';
import type { Moment } from './moment.ts';
import type { Signal } from './signals.ts';

/** A request that was answered. */
export interface AnsweredRequest {
  readonly exchangeID: string;
  readonly requestID?: string;
  /** What it said, in short. */
  readonly gist: string;
  /** UTC ms. */
  readonly at: number;
  /** Absent: the reply had no body. */
  readonly message?: OadrMessage;
}

/** The request that is heard, and what was answered before. */
export interface InboundContext {
  readonly inHand: { readonly exchangeID: string; readonly message: OadrMessage } | null;
  /** What is to be said to it. */
  readonly reply: OadrMessage | null;
  /** Oldest first. */
  readonly answered: readonly AnsweredRequest[];
}

/** What the machine hears. */
export type InboundEvent = Moment &
  (
    | {
        readonly type: 'request.came';
        readonly exchangeID: string;
        readonly message: OadrMessage;
        readonly isRegistered: boolean;
      }
    | { readonly type: 'request.refused'; readonly exchangeID: string; readonly httpStatus: 403 | 406 }
    | { readonly type: 'reply.wanted'; readonly message: OadrMessage }
    /** Everything that follows from the request has been said. */
    | { readonly type: 'request.heard' }
  );

/** @limit Requests whose reply is remembered, and for how long. @unit ms */
export const answeredLimit = 32;
export const rememberedMs = 600_000;

/** Which request a message says it is; nothing where it does not say. */
const requestIDOf = (message: OadrMessage): string => ('requestID' in message ? (message.requestID ?? '') : '');

/** The answer to this request, when it came before. */
const formerly = (context: InboundContext, event: InboundEvent): AnsweredRequest | undefined => {
  if (event.type !== 'request.came' || requestIDOf(event.message) === '') return undefined;
  const gist = gistOf(event.message);
  return context.answered.find(
    (each) => each.gist === gist && event.at >= each.at && event.at - each.at < rememberedMs,
  );
};

/** Whether a message is what is said to a request at once: an answer to DR events is a request of its own. @rule 2.0b §8.1 */
export const isReplyTo = (request: OadrMessage, message: OadrMessage): boolean =>
  message.message === 'oadrResponse' ||
  (message.message !== 'oadrCreatedEvent' && message.message === answerTo[request.message]);

/** The statechart of what the VTN pushes. */
export const inbound = setup({
  types: {
    context: {} as InboundContext,
    events: {} as InboundEvent,
    emitted: {} as Output | Signal,
  },
  guards: {
    cameBefore: ({ context, event }) => formerly(context, event) !== undefined,
    isForARegisteredVen: ({ event }) => event.type === 'request.came' && event.isRegistered,
  },
  actions: {
    repeatReply: enqueueActions(({ context, event, enqueue }) => {
      const former = formerly(context, event);
      if (event.type !== 'request.came' || former === undefined) return;
      const message = former.message === undefined ? {} : { message: former.message };
      enqueue.emit({
        type: 'ReplyRequested',
        data: { exchangeID: event.exchangeID, httpStatus: 200, ...message, repeats: former.exchangeID },
      });
    }),
    turnAway: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'request.came') return;
      enqueue.emit({ type: 'ReplyRequested', data: { exchangeID: event.exchangeID, httpStatus: 503 } });
    }),
    refuse: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'request.refused') return;
      const { exchangeID, httpStatus } = event;
      enqueue.emit({ type: 'ReplyRequested', data: { exchangeID, httpStatus } });
    }),
    takeInHand: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'request.came') return;
      const { exchangeID, message } = event;
      enqueue.assign({ inHand: { exchangeID, message }, reply: null });
      enqueue.emit({ type: 'request.taken', message });
    }),
    noteReply: assign({
      reply: ({ context, event }) => (event.type === 'reply.wanted' ? event.message : context.reply),
    }),
    reply: enqueueActions(({ context, event, enqueue }) => {
      const { inHand, reply, answered } = context;
      if (inHand === null) return;
      const { exchangeID } = inHand;
      const message = reply === null ? {} : { message: reply };
      enqueue.emit({ type: 'ReplyRequested', data: { exchangeID, httpStatus: 200, ...message } });
      const requestID = requestIDOf(inHand.message);
      const present: AnsweredRequest = {
        exchangeID,
        requestID,
        gist: gistOf(inHand.message),
        at: event.at,
        ...message,
      };
      const recent = answered.filter((each) => event.at - each.at < rememberedMs && each.requestID !== requestID);
      enqueue.assign({
        inHand: null,
        reply: null,
        answered: requestID === '' ? recent : [...recent, present].slice(-answeredLimit),
      });
    }),
  },
}).createMachine({
  id: 'inbound',
  description: 'What the VTN pushes: one request after the other is heard, and answered.',
  context: { inHand: null, reply: null, answered: [] },
  initial: 'listening',
  states: {
    listening: {
      description: 'Nothing is being heard.',
      on: {
        'request.came': [
          { guard: 'cameBefore', actions: 'repeatReply' },
          { guard: 'isForARegisteredVen', target: 'hearing', actions: 'takeInHand' },
          { actions: 'turnAway' },
        ],
        'request.refused': { actions: 'refuse' },
      },
    },
    hearing: {
      description: 'A request is heard: what follows from it is said before it is answered.',
      on: {
        'reply.wanted': { actions: 'noteReply' },
        'request.heard': { target: 'listening', actions: 'reply' },
      },
    },
  },
});
