/**
 * One DR event, on our own clock.
 *
 * Rules of this machine
 * - It walks `far` → `near` (when the ramp-up begins) → `active` → `completed` by dtstart and duration alone; the
 *   eventStatus the VTN sends changes nothing but a cancellation. @rule 2.0b 13, 66
 * - A higher modificationNumber replaces what we have and the walk starts again from where the new times put us;
 *   an event that is active stays active when its new times still cover now. @rule 2.0b 57
 * - startafter shifts the start by a random offset, rolled once and kept over modifications unless startafter
 *   changes, and over restarts because it is in the log. @rule 2.0b 30
 * - A cancellation ends it: at once, or at a random moment within startafter when it is active. @rule 2.0b 59, 65
 * - What a clock that was ahead took for begun, or for over, walks anew when the clock is set back; what was cancelled by
 *   that clock ends now, not at the hour that it said.
 * - What is over is remembered for a while, because VTNs keep listing it, and then forgotten.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import { eventTerms } from '../facts/eventTerms.ts';
import type { Output } from '../facts/fact.ts';
import type { DrEventCancelled, DrEventStatus } from '../facts/output.ts';
import type { OadrEvent } from '../protocol/elements/oadrEvent.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { OptType } from '../protocol/types/enumerations.ts';
import { eventTimes, startafterMs } from './drEvent/eventTimes.ts';
import { draw, type Moment } from './moment.ts';
import type { Signal } from './signals.ts';
import { isTestEvent } from './drEvent/testEvent.ts';

/** What is known of a DR event. */
export interface DrEventContext {
  readonly eventID: string;
  readonly event: EiEvent | null;
  readonly modificationNumber: number;
  readonly responseRequired: OadrEvent['oadrResponseRequired'];
  /** The requestID of the oadrDistributeEvent that last listed it. @rule 2.0b 42 */
  readonly requestID: string;
  readonly optType: OptType;
  readonly offsetMs: number;
  readonly startafterMs: number;
  readonly nearAt: number;
  readonly startAt: number;
  readonly endAt: number | null;
  /** When a cancelled event stops being executed. */
  readonly endsAt: number;
  /** How it was cancelled; null while it is not. One that was cancelled by silence lives again when it is listed again. */
  readonly cancelledBy: DrEventCancelled['by'] | null;
}

/** What a DR event hears. */
export type DrEventEvent = Moment &
  (
    | {
        readonly type: 'event.accepted';
        readonly oadrEvent: OadrEvent;
        readonly requestID: string;
        readonly kind: 'new' | 'modified';
        /** What was found odd about it. */
        readonly remarks?: readonly string[];
      }
    | {
        readonly type: 'event.repeated';
        readonly requestID: string;
        readonly responseRequired: OadrEvent['oadrResponseRequired'];
      }
    | {
        readonly type: 'event.cancelled';
        readonly by: 'explicit' | 'implicit' | 'registration';
        readonly modificationNumber: number;
        readonly requestID: string | null;
      }
    | { readonly type: 'operator.opted'; readonly optType: OptType }
    /** An opt of ours qualifies it: the VTN is told by that. @rule 2.0b 510 */
    | { readonly type: 'opt.qualified'; readonly optType: OptType }
    /** A person opted of it before entries of the log were lost; it is not listed yet. */
    | { readonly type: 'opt.remembered'; readonly optType: OptType }
    /** Our clock was ahead, and is right again: it is earlier than it was. */
    | { readonly type: 'clock.setBack' }
  );

/** A DR event before the VTN first listed it. */
export const unknownDrEvent = (eventID: string): DrEventContext => ({
  eventID,
  event: null,
  modificationNumber: -1,
  responseRequired: 'never',
  requestID: '',
  optType: 'optIn',
  offsetMs: 0,
  startafterMs: 0,
  nearAt: 0,
  startAt: 0,
  endAt: null,
  endsAt: 0,
  cancelledBy: null,
});

/** How long an event that is over is remembered. @unit ms */
export const rememberedForMs = 8 * 86_400_000;

const changedTo = ({ eventID, modificationNumber }: DrEventContext, status: DrEventStatus): Output => ({
  type: 'DrEventStatusChanged',
  data: { eventID, modificationNumber, status },
});

/** The offset of the start: the one we rolled, or a new one when startafter is new. @rule 2.0b 30 */
const offsetFor = (context: DrEventContext, event: EiEvent, moment: Moment): number => {
  const spread = startafterMs(event);
  if (spread === 0) return 0;
  return spread === context.startafterMs
    ? context.offsetMs
    : Math.round(spread * draw(moment, `startafter ${event.eventDescriptor.eventID}`));
};

export const drEvent = setup({
  types: {
    context: {} as DrEventContext,
    events: {} as DrEventEvent,
    input: {} as { readonly id: string },
    emitted: {} as Output | Signal,
  },
  guards: {
    isOver: ({ context, event }) => context.endAt !== null && event.at >= context.endAt,
    hasStarted: ({ context, event }) => event.at >= context.startAt,
    isNear: ({ context, event }) => event.at >= context.nearAt,
    isToCome: ({ context, event }) => event.at < context.nearAt,
    isToBegin: ({ context, event }) => event.at < context.startAt,
    isNotOver: ({ context, event }) => context.endAt === null || event.at < context.endAt,
    endsAhead: ({ context, event }) => event.at < context.endsAt,
    endsTooLate: ({ context, event }) => event.at + context.startafterMs < context.endsAt,
    isSaidAtLast: ({ context, event }) =>
      event.type === 'event.cancelled' && event.by === 'explicit' && context.cancelledBy === 'implicit',
    endsLater: ({ context, event }) =>
      event.type === 'event.cancelled' && context.startafterMs > 0 && event.by !== 'registration',
  },
  delays: {
    'x-eiRampUp': ({ context, event }) => context.nearAt - event.at,
    dtstart: ({ context, event }) => context.startAt - event.at,
    duration: ({ context, event }) => (context.endAt === null ? Infinity : context.endAt - event.at),
    startafter: ({ context, event }) => context.endsAt - event.at,
    rememberedForMs: () => rememberedForMs,
  },
  actions: {
    takeOver: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'event.accepted') return;
      const { eiEvent, oadrResponseRequired } = event.oadrEvent;
      const { modificationNumber } = eiEvent.eventDescriptor;
      const offsetMs = offsetFor(context, eiEvent, event);
      const times = eventTimes(eiEvent, offsetMs);
      enqueue.assign({
        event: eiEvent,
        modificationNumber,
        responseRequired: oadrResponseRequired,
        requestID: event.requestID,
        offsetMs,
        startafterMs: startafterMs(eiEvent),
        cancelledBy: null,
        ...times,
      });
      enqueue.emit({
        type: 'DrEventAccepted',
        data: {
          eventID: context.eventID,
          modificationNumber,
          kind: event.kind,
          event: eiEvent,
          test: isTestEvent(eiEvent),
          offsetMs,
          startAt: times.startAt,
          ...(times.endAt === null ? {} : { endAt: times.endAt }),
          ...(event.remarks === undefined || event.remarks.length === 0 ? {} : { remarks: event.remarks }),
          ...eventTerms(eiEvent),
        },
      });
    }),
    rememberListing: assign({
      requestID: ({ context, event }) => (event.type === 'event.repeated' ? event.requestID : context.requestID),
      responseRequired: ({ context, event }) =>
        event.type === 'event.repeated' ? event.responseRequired : context.responseRequired,
    }),
    cancelNow: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'event.cancelled') return;
      const { modificationNumber, by } = event;
      enqueue.assign({
        modificationNumber,
        cancelledBy: by,
        endsAt: event.at,
        requestID: event.requestID ?? context.requestID,
      });
      enqueue.emit({
        type: 'DrEventCancelled',
        data: { eventID: context.eventID, modificationNumber, by, endsAt: event.at },
      });
    }),
    cancelAtRandom: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'event.cancelled') return;
      const { modificationNumber, by } = event;
      const endsAt = event.at + Math.round(context.startafterMs * draw(event, `cancel ${context.eventID}`));
      enqueue.assign({ modificationNumber, cancelledBy: by, endsAt, requestID: event.requestID ?? context.requestID });
      enqueue.emit({ type: 'DrEventCancelled', data: { eventID: context.eventID, modificationNumber, by, endsAt } });
    }),
    /** What silence had cancelled is now cancelled in words: its prices end as well, and its time to end stays. */
    cancelInWords: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'event.cancelled') return;
      const { modificationNumber, by } = event;
      const { eventID, endsAt } = context;
      enqueue.assign({ modificationNumber, cancelledBy: by, requestID: event.requestID ?? context.requestID });
      enqueue.emit({ type: 'DrEventCancelled', data: { eventID, modificationNumber, by, endsAt } });
    }),
    /** It was cancelled by a clock that was ahead: it ends, and its prices with it, at the hour that it is. */
    endNow: enqueueActions(({ context, event, enqueue }) => {
      const { eventID, modificationNumber, cancelledBy: by } = context;
      if (by === null) return;
      enqueue.assign({ endsAt: event.at });
      enqueue.emit({ type: 'DrEventCancelled', data: { eventID, modificationNumber, by, endsAt: event.at } });
    }),
    rememberOpt: assign({
      optType: ({ context, event }) =>
        event.type === 'operator.opted' || event.type === 'opt.qualified' || event.type === 'opt.remembered'
          ? event.optType
          : context.optType,
    }),
    answerAnew: emit(({ context }): Signal => ({ type: 'answer.wanted', eventID: context.eventID })),
    recordForgetting: emit(({ context }): Output => ({ type: 'DrEventForgotten', data: { eventID: context.eventID } })),
    recordFar: emit(({ context }) => changedTo(context, 'far')),
    recordNear: emit(({ context }) => changedTo(context, 'near')),
    recordActive: emit(({ context }) => changedTo(context, 'active')),
    recordCompleted: emit(({ context }) => changedTo(context, 'completed')),
    recordCancelled: emit(({ context }) => changedTo(context, 'cancelled')),
  },
}).createMachine({
  id: 'drEvent',
  description: 'One DR event, from its arrival until it is forgotten.',
  context: ({ input }) => unknownDrEvent(input?.id ?? ''),
  initial: 'unknown',
  on: {
    'event.accepted': { target: '.arriving', actions: 'takeOver' },
    'event.repeated': { actions: 'rememberListing' },
    'operator.opted': { actions: ['rememberOpt', 'answerAnew'] },
    'opt.qualified': { actions: 'rememberOpt' },
    'opt.remembered': { actions: 'rememberOpt' },
  },
  states: {
    unknown: { description: 'Before the VTN first listed it.' },
    arriving: {
      description: 'Where its times put it now.',
      always: [
        { guard: 'isOver', target: 'completed' },
        { guard: 'hasStarted', target: 'active' },
        { guard: 'isNear', target: 'near' },
        { target: 'far' },
      ],
    },
    far: {
      description: 'Its ramp-up has not begun.',
      entry: 'recordFar',
      on: { 'event.cancelled': { target: 'cancelled', actions: 'cancelNow' } },
      after: { 'x-eiRampUp': 'arriving' },
    },
    near: {
      description: 'Ramping up. @rule 2.0b 31',
      entry: 'recordNear',
      on: {
        'event.cancelled': { target: 'cancelled', actions: 'cancelNow' },
        'clock.setBack': { guard: 'isToCome', target: 'arriving' },
      },
      after: { dtstart: 'arriving' },
    },
    active: {
      description: 'In force.',
      entry: 'recordActive',
      on: {
        'event.cancelled': [
          { guard: 'endsLater', target: 'ending', actions: 'cancelAtRandom' },
          { target: 'cancelled', actions: 'cancelNow' },
        ],
        'clock.setBack': { guard: 'isToBegin', target: 'arriving' },
      },
      after: { duration: 'completed' },
    },
    ending: {
      description: 'Cancelled while active, until a random moment within startafter. @rule 2.0b 65',
      on: {
        'operator.opted': {},
        'event.cancelled': { guard: 'isSaidAtLast', actions: 'cancelInWords' },
        'clock.setBack': { guard: 'endsTooLate', target: 'cancelled', actions: 'endNow' },
      },
      after: { startafter: 'cancelled' },
    },
    completed: {
      description: 'Over by its own times.',
      entry: 'recordCompleted',
      on: { 'clock.setBack': { guard: 'isNotOver', target: 'arriving' } },
      after: { rememberedForMs: 'forgotten' },
    },
    cancelled: {
      description:
        'Over because the VTN cancelled it, or stopped listing it; not spoken of unless it is listed again. @rule 2.0b 36',
      entry: 'recordCancelled',
      on: {
        'operator.opted': {},
        'event.cancelled': { guard: 'isSaidAtLast', actions: 'cancelInWords' },
        'clock.setBack': { guard: 'endsAhead', actions: 'endNow' },
      },
      after: { rememberedForMs: 'forgotten' },
    },
    forgotten: {
      description: 'Gone from memory; the log keeps it.',
      entry: 'recordForgetting',
      type: 'final',
    },
  },
});
