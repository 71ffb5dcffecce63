/**
 * One opt of ours, by EiOpt.
 *
 * Rules of this machine
 * - It holds from the moment a person gives it, whatever the VTN says to it, until its time is over or it is taken back.
 * - The VTN is asked to take it until it answers, ever more rarely, under the same optID: a lost reply costs nothing. A 4xx is
 *   an answer, and is not asked again; a 5xx or silence is none. @rule 2.0b 206
 * - An HTTP status that forbids sending the same again (404, 406, 501) is an answer as well: a VTN without EiOpt is not asked for it. @rule 2.0b §9.1.5
 * - A VTN that does not know the ID may mean us or the event: we register anew, once, and ask again; the same answer is then a refusal.
 * - When the VTN has registered us it is asked at once, but no oftener than else: an opt that fails on the way makes usage wait for
 *   fresh requests, and what registers us for those must not ask for the opt again each time.
 * - To a VTN that registers us as somebody new it is told again: what it knew of us is gone.
 * - A schedule is taken back by `oadrCancelOpt`; what qualifies a DR event never is, but by the opposite opt under the same
 *   optID. @rule 2.0b 204, 211
 * - What was taken back and the VTN does not let go (a 4xx) may still be counted with there: people are told, and it is asked again,
 *   ever more rarely, until it takes it, or the time is over; where the HTTP status forbids that, people are told alone. A person could not
 *   take it back a second time. An opt that the VTN does not know is none that it goes by.
 * - When its last window is over, or the DR event that it qualifies, nothing is to be taken back. A DR event may be moved: then it is over
 *   when the event says so, and not at the end that it had.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { AlarmRaised } from '../facts/alarms.ts';
import type { Output } from '../facts/fact.ts';
import type { OptEnded, OptTerms } from '../facts/opts.ts';
import { localText } from '../programme/calendar.ts';
import type { OptType } from '../protocol/types/enumerations.ts';
import type { Moment } from './moment.ts';
import type { Signal } from './signals.ts';

/** What is known of an opt. */
export interface OptContext {
  /** Null before it was given. */
  readonly terms: OptTerms | null;
  /** The DR event that it qualifies; null: it is a schedule. */
  readonly eventID: string | null;
  /** When its last window is over; null: when nobody knows. UTC ms. */
  readonly endAt: number | null;
  /** Which way it came; absent in a state of before. */
  readonly by?: string;
  /** The DR event that it qualifies has another end now than when it was given. */
  readonly isMoved?: boolean;
  /** Counts what was said to the VTN of it; the same word said again has the same number. */
  readonly word: number;
  /** How often the VTN was asked in vain. */
  readonly unanswered: number;
  /** The VTN did not know what we spoke of, and we have registered anew since. */
  readonly wasUnknown: boolean;
  /** The VTN has taken what was said last; absent in a state of before. */
  readonly isTaken?: boolean;
  /** When the VTN, having registered us, was last asked at once; absent before. UTC ms. */
  readonly askedAtOnceAt?: number;
}

/** What an opt hears. */
export type OptEvent = Moment &
  (
    | { readonly type: 'opt.given'; readonly terms: OptTerms; readonly endAt: number | null; readonly by: string }
    | { readonly type: 'opt.takenBack' }
    /** The DR event that it qualifies has been changed; null: it has no end. */
    | { readonly type: 'opt.eventMoved'; readonly endAt: number | null }
    /** The DR event that it qualifies is over. */
    | { readonly type: 'opt.eventEnded' }
    /** A later one stands for it, here and with the VTN. @rule 2.0b 203 */
    | { readonly type: 'opt.replaced' }
    /** The VTN has heard, or may have, another one after it that stands for it there. @rule 2.0b 203 */
    | { readonly type: 'opt.overtaken' }
    /** What the VTN said to our oadrCreateOpt or oadrCancelOpt of that requestID. */
    | {
        readonly type: 'opt.answered';
        readonly requestID: string;
        readonly responseCode: string;
        readonly why: string;
      }
    /** The VTN has registered us. */
    | { readonly type: 'registration.known'; readonly isNew: boolean }
  );

/** How long an answer is waited for before it is asked again: doubled each time, up to an hour. @unit ms */
export const askAgainMs = (unanswered: number): number => Math.min(3_600_000, 120_000 * 2 ** Math.min(unanswered, 5));

/** The requestID of what was said last; an answer that comes late is known by it. */
export const requestIDOf = ({ terms, word }: OptContext): string => `${terms?.optID ?? ''}.${word}`;

/** Whether an identifier is made as those of our opts, and of what is said of them, are. */
export const isOfAnOpt = (id: string): boolean => /^opt-[0-9a-z-]+(\.\d+)?$/.test(id);

/** The opposite of an opt. */
export const opposite = (optType: OptType): OptType => (optType === 'optIn' ? 'optOut' : 'optIn');

/** The code of the answer to what was said last; of an answer to what was said before there is none. */
const codeOf = ({ context, event }: { readonly context: OptContext; readonly event: OptEvent }): string =>
  event.type === 'opt.answered' && event.requestID === requestIDOf(context) ? event.responseCode : '';

/** The VTN does not know us: that is no word on the opt. */
const saysUnknown = (responseCode: string): boolean => responseCode === '452' || responseCode === '463';

/** Statuses that forbid to say the same again. @rule 2.0b §9.1.5 */
const forbidsAgain: ReadonlySet<string> = new Set(['404', '406', '501']);

const ended = ({ terms }: OptContext, because: OptEnded['because']): Output => ({
  type: 'OptEnded',
  data: { optID: terms?.optID ?? '', because },
});

/** What a person is told of an opt that is over here, and goes on with the VTN. */
const keptAlarm = (
  { optID }: OptTerms,
  endAt: number | null,
  { responseCode, why, settings }: Extract<OptEvent, { readonly type: 'opt.answered' }>,
): AlarmRaised => {
  const until = endAt === null ? '' : ` until ${localText(endAt, settings.timeZone)}`;
  return {
    alarm: 'optRefused',
    subject: optID,
    text: `The VTN does not take back the opt ${optID} (${responseCode}${why === '' ? '' : `: ${why}`}), and may go by it${until}.`,
    advice:
      'Here it is over. Speak with the VTN’s operator; unless it forbids that, it is asked again until it takes it back.',
  };
};

/** What ends an opt that was taken back: the VTN lets it go, or the DR event is over; it may be told once more, or not. */
const whenTheVtnAnswers = {
  'opt.answered': [
    { guard: 'isLetGo', target: '#opt.ended', actions: 'clearKept' },
    { guard: 'isKeptForGood', target: '#opt.kept', actions: 'tellKept' },
    { guard: 'isKept', actions: 'tellKept' },
  ],
  'opt.eventEnded': { target: '#opt.ended', actions: 'clearKept' },
} as const;

/** When its time is over nothing is to be taken back any more. */
const untilItIsOver = { lapse: { target: '#opt.ended', actions: 'clearKept' } } as const;

export const opt = setup({
  types: {
    context: {} as OptContext,
    events: {} as OptEvent,
    emitted: {} as Output | Signal,
  },
  guards: {
    isTaken: (args) => codeOf(args).startsWith('2'),
    isUnknownAtFirst: (args) => saysUnknown(codeOf(args)) && !args.context.wasUnknown,
    isRefused: (args) => /^4|^501$/.test(codeOf(args)),
    isLetGo: (args) => codeOf(args).startsWith('2') || saysUnknown(codeOf(args)),
    isKeptForGood: (args) => forbidsAgain.has(codeOf(args)),
    isKept: (args) => codeOf(args).startsWith('4'),
    isForAMovedEvent: ({ context }) => context.isMoved === true,
    isOfAnEvent: ({ context }) => context.eventID !== null,
    mayAskAtOnce: ({ context, event }) =>
      event.type === 'registration.known' &&
      (event.isNew || event.at - (context.askedAtOnceAt ?? -Infinity) >= askAgainMs(context.unanswered)),
    isToldAnew: ({ event }) => event.type === 'registration.known' && event.isNew,
  },
  delays: {
    askAgainMs: ({ context }) => askAgainMs(context.unanswered),
    lapse: ({ context, event }) => (context.endAt === null ? Infinity : context.endAt - event.at),
  },
  actions: {
    remember: assign(({ context, event }) =>
      event.type === 'opt.given'
        ? {
            terms: event.terms,
            eventID: event.terms.eventID ?? null,
            endAt: event.endAt,
            by: event.by,
            isMoved: false,
            word: context.word + 1,
            unanswered: 0,
            wasUnknown: false,
            isTaken: false,
          }
        : context,
    ),
    noteMove: assign(({ context, event }) =>
      event.type === 'opt.eventMoved' && event.endAt !== context.endAt
        ? { endAt: event.endAt, isMoved: true }
        : context,
    ),
    reverse: assign(({ context }) => ({
      terms: context.terms === null ? null : { ...context.terms, optType: opposite(context.terms.optType) },
      word: context.word + 1,
      unanswered: 0,
    })),
    sayAnew: assign({ word: ({ context }) => context.word + 1, unanswered: 0, isTaken: false }),
    noteAskingAtOnce: assign({ askedAtOnceAt: ({ event }) => event.at }),
    countUnanswered: assign({ unanswered: ({ context }) => context.unanswered + 1 }),
    wantCreateOpt: emit(({ context }): Signal => ({
      type: 'opt.wanted',
      optID: context.terms?.optID ?? '',
      isCancelled: false,
    })),
    wantCancelOpt: emit(({ context }): Signal => ({
      type: 'opt.wanted',
      optID: context.terms?.optID ?? '',
      isCancelled: true,
    })),
    registerAnew: enqueueActions(({ enqueue }) => {
      enqueue.assign({ wasUnknown: true });
      enqueue.emit({ type: 'resync.wanted', bootstrap: 'full' });
    }),
    recordCreated: enqueueActions(({ context: { terms }, enqueue }) => {
      enqueue.assign({ wasUnknown: false, isTaken: true });
      if (terms !== null) enqueue.emit({ type: 'OptCreated', data: { optID: terms.optID, optType: terms.optType } });
    }),
    recordRefused: enqueueActions(({ context: { terms }, event, enqueue }) => {
      if (terms === null || event.type !== 'opt.answered') return;
      const { responseCode, why } = event;
      enqueue.emit({ type: 'OptRefused', data: { optID: terms.optID, responseCode, why } });
    }),
    tellKept: enqueueActions(({ context: { terms, endAt }, event, enqueue }) => {
      if (terms === null || event.type !== 'opt.answered') return;
      enqueue.emit({ type: 'AlarmRaised', data: keptAlarm(terms, endAt, event) });
    }),
    clearKept: emit(({ context }): Output => ({
      type: 'AlarmCleared',
      data: { alarm: 'optRefused', subject: context.terms?.optID ?? '' },
    })),
    recordOver: enqueueActions(({ context, enqueue }) => {
      const { terms, isTaken, unanswered } = context;
      if (isTaken !== true && terms !== null) enqueue.emit({ type: 'opt.unheard', terms, unanswered });
      enqueue.emit(ended(context, 'over'));
    }),
    recordCancelled: emit(({ context }) => ended(context, 'cancelled')),
    recordReplaced: emit(({ context }) => ended(context, 'replaced')),
  },
}).createMachine({
  id: 'opt',
  description: 'One opt: of a DR event, or by a schedule.',
  context: { terms: null, eventID: null, endAt: null, word: 0, unanswered: 0, wasUnknown: false },
  initial: 'unheard',
  on: { 'opt.given': { target: '.holding', actions: 'remember', reenter: true } },
  states: {
    unheard: { description: 'Nobody has opted.' },
    holding: {
      description: 'It holds, whether the VTN knows of it or not.',
      initial: 'asking',
      on: {
        'opt.replaced': { target: 'ended', actions: 'recordReplaced' },
        'opt.eventEnded': { target: 'ended', actions: 'recordOver' },
        'opt.eventMoved': { actions: 'noteMove' },
      },
      after: { lapse: [{ guard: 'isForAMovedEvent' }, { target: 'ended', actions: 'recordOver' }] },
      states: {
        asking: {
          description: 'The VTN is to take it. @rule 2.0b 206',
          entry: 'wantCreateOpt',
          on: {
            'opt.answered': [
              { guard: 'isTaken', target: 'standing', actions: 'recordCreated' },
              { guard: 'isUnknownAtFirst', actions: 'registerAnew' },
              { guard: 'isRefused', target: 'refused', actions: 'recordRefused' },
            ],
            'registration.known': {
              guard: 'mayAskAtOnce',
              target: 'asking',
              reenter: true,
              actions: 'noteAskingAtOnce',
            },
            'opt.takenBack': [
              { guard: 'isOfAnEvent', target: '#opt.reversing', actions: ['recordCancelled', 'reverse'] },
              { target: '#opt.cancelling', actions: ['recordCancelled', 'sayAnew'] },
            ],
          },
          after: { askAgainMs: { target: 'asking', reenter: true, actions: 'countUnanswered' } },
        },
        standing: {
          description: 'The VTN has it.',
          on: {
            'registration.known': { guard: 'isToldAnew', target: 'asking', actions: 'sayAnew' },
            'opt.overtaken': { target: 'asking', actions: 'sayAnew' },
            'opt.takenBack': [
              { guard: 'isOfAnEvent', target: '#opt.reversing', actions: ['recordCancelled', 'reverse'] },
              { target: '#opt.cancelling', actions: ['recordCancelled', 'sayAnew'] },
            ],
          },
        },
        refused: {
          description: 'The VTN does not take it; here it holds.',
          on: {
            'registration.known': { guard: 'isToldAnew', target: 'asking', actions: 'sayAnew' },
            'opt.takenBack': { target: '#opt.ended', actions: 'recordCancelled' },
          },
        },
      },
    },
    reversing: {
      description: 'A person took it back, and the VTN is to hear the opposite. @rule 2.0b 211',
      entry: 'wantCreateOpt',
      on: {
        ...whenTheVtnAnswers,
        'registration.known': {
          guard: 'mayAskAtOnce',
          target: 'reversing',
          reenter: true,
          actions: 'noteAskingAtOnce',
        },
      },
      after: { ...untilItIsOver, askAgainMs: { target: 'reversing', reenter: true, actions: 'countUnanswered' } },
    },
    cancelling: {
      description: 'A person took it back, and the VTN is to forget it. @rule 2.0b 208',
      entry: 'wantCancelOpt',
      on: {
        ...whenTheVtnAnswers,
        'registration.known': {
          guard: 'mayAskAtOnce',
          target: 'cancelling',
          reenter: true,
          actions: 'noteAskingAtOnce',
        },
      },
      after: { ...untilItIsOver, askAgainMs: { target: 'cancelling', reenter: true, actions: 'countUnanswered' } },
    },
    kept: {
      description: 'A person took it back; the VTN does not take that, and is not to be asked again. Here it is over.',
      on: {
        'opt.eventEnded': { target: 'ended', actions: 'clearKept' },
        'registration.known': { guard: 'isToldAnew', target: 'ended', actions: 'clearKept' },
      },
      after: untilItIsOver,
    },
    ended: { description: 'It holds no longer.', type: 'final' },
  },
});
