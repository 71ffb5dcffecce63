/**
 * One report request of the VTN, at its own pace.
 *
 * Rules of this machine
 * - It starts at its dtstart (or now), and ends when its duration has elapsed, when it is cancelled, or when our
 *   metadata was registered anew, which voids every request but periodic metadata. @rule 2.0b 306, 325
 * - reportBackDuration 0: one report at once. Greater: a report each time it has passed. Point data (status) is
 *   reported from the first moment on, interval data (usage) when its first interval is full. @rule 2.0b 324, 317
 * - Daily usage covers the programme's local days and is due shortly after local midnight. A fresh request first makes up for
 *   what is held and was never told: of its own past, and of requests before it. Nothing measured is dropped because a
 *   request came late.
 * - What another request had not told when it became void is left to the next one, which begins there.
 * - What is to be told is a round: piece after piece, the newest first, each with a turn of its own. Turns are paced and wait
 *   while reports wait for the line, so that no request, whatever it asks for, makes more reports than the line can bear.
 *   That delays reports, and is told; it drops none.
 * - Before a piece is composed its readings are awaited, so many at a time; devices that do not answer for a while are
 *   done without, and what is missing then is reported as missing.
 * - A cancellation with reportToFollow gives one last report. @rule 2.0b 345
 */
import { emit, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import type { ReportRequestEnded } from '../facts/output.ts';
import type { UsageLeftOut } from '../facts/usage.ts';
import type { Moment } from './moment.ts';
import {
  closedStretch,
  dueDelayMs,
  firstPeriodAt,
  intervalEndAt,
  isPointData,
  nextPeriodEnd,
  pastOf,
  type ReportPiece,
  type Stretch,
} from './report/periods.ts';
import type { LeftToTell } from './report/leftToTell.ts';
import type { ReportContent, Signal } from './signals.ts';
import type { Terms } from './report/terms.ts';
import { askerOf, usageAsked } from './report/usageAsked.ts';

/** A reading that is awaited of a device. */
export interface AwaitedReading {
  readonly resourceID: string;
  readonly boundaryAt: number;
}

/** What is known of a report request. */
export interface ReportRequestContext {
  readonly reportRequestID: string;
  readonly terms: Terms | null;
  /** What lies before is told only where nobody has told it. UTC ms. */
  readonly acceptedAt: number;
  /** What requests before it left to it; absent once its past is told. */
  readonly left?: readonly LeftToTell[];
  /** The period that was closed last ends here; while one is gathered, that one. UTC ms. */
  readonly toAt: number;
  /** Everything up to here has been told, or was left to a round. UTC ms. */
  readonly reportedTo: number;
  /** What is still to be told; its end moves back with each piece. */
  readonly round: Stretch;
  /** The part of it that is being told. */
  readonly piece: ReportPiece;
  /** When it last had its turn; null before the first. UTC ms. */
  readonly turnAt: number | null;
  /** Until it asks for its turn again. @unit ms */
  readonly waitMs: number;
  readonly hasStoodBack: boolean;
  /** Whether it was told that part of the round comes later. */
  readonly isDelayTold: boolean;
  readonly awaited: readonly AwaitedReading[];
  /** Readings that were asked for since the last turn; missing in a state of before it was counted. */
  readonly askedInTurn?: number;
  /** Devices that did not answer for this piece. */
  readonly silent: readonly string[];
  /** Devices of which it was told that they are not metered yet. */
  readonly neverMetered: readonly string[];
  readonly isLast: boolean;
  readonly because: ReportRequestEnded['because'];
  readonly deliveries: number;
}

/** What a report request hears. */
export type ReportRequestEvent = Moment &
  (
    | { readonly type: 'request.accepted'; readonly terms: Terms; readonly left?: readonly LeftToTell[] }
    | { readonly type: 'request.ended'; readonly because: ReportRequestEnded['because'] }
    | { readonly type: 'request.cancelled'; readonly reportToFollow: boolean }
    | { readonly type: 'turn.later'; readonly waitMs: number; readonly because: string }
    /** `restFromAt`: from where on there is more to tell, before the piece; null when there is not. */
    | { readonly type: 'turn.come'; readonly piece: ReportPiece; readonly restFromAt: number | null }
    | { readonly type: 'round.over' }
    | {
        readonly type: 'readings.asked';
        readonly awaited: readonly AwaitedReading[];
        readonly silent: readonly string[];
      }
    /** What was asked for last is known; there may be more to ask. */
    | { readonly type: 'readings.came' }
    | { readonly type: 'readings.in' }
    | {
        readonly type: 'contents.made';
        readonly contents: readonly ReportContent[];
        readonly leftOut: readonly Omit<UsageLeftOut, 'reportRequestID'>[];
      }
  );

/** How long readings are awaited before a report goes without them. @unit ms */
export const readingsTimeoutMs = 20_000;

/** Between two lots of readings. @unit ms */
export const readingsPauseMs = 250;

/** @limit Each reading that is asked for a report holds up the next ones by so much: the log takes only so much a minute. @unit ms */
export const readingMs = 100;

/** A shorter wait for a turn is not told. @unit ms */
const toldWaitMs = 5_000;

const isOneShot = (terms: Terms | null): boolean => terms?.reportBackMs === 0;

const nowhere: Stretch = { fromAt: 0, toAt: 0 };

const isOver = ({ fromAt, toAt }: Stretch): boolean => toAt <= fromAt;

export const reportRequest = setup({
  types: {
    context: {} as ReportRequestContext,
    events: {} as ReportRequestEvent,
    input: {} as { readonly id: string },
    emitted: {} as Output | Signal,
  },
  guards: {
    startsLater: ({ context, event }) => (context.terms?.startAt ?? 0) > event.at && context.terms?.kind !== 'history',
    hasAPast: ({ context }) => context.terms?.kind === 'usage' && !isOneShot(context.terms) && !isOver(context.round),
    isOneShot: ({ context }) => isOneShot(context.terms),
    startsWithAReport: ({ context }) => context.terms !== null && isPointData(context.terms),
    roundIsOver: ({ context }) => isOver(context.round),
    wasTheLast: ({ context }) => context.isLast,
    hasElapsed: ({ context }) => {
      const { terms, toAt } = context;
      if (terms?.endAt === undefined) return false;
      return isPointData(terms) ? toAt + terms.reportBackMs >= terms.endAt : toAt >= terms.endAt;
    },
    aReportFollows: ({ context, event }) =>
      event.type === 'request.cancelled' && event.reportToFollow && context.terms !== null,
  },
  delays: {
    dtstart: ({ context, event }) => (context.terms?.startAt ?? event.at) - event.at,
    reportBackDuration: ({ context, event }) =>
      context.terms === null ? 0 : dueDelayMs(context.terms, context.toAt, event),
    waitMs: ({ context }) => context.waitMs,
    readingsTimeoutMs: () => readingsTimeoutMs,
    readingsPauseMs: ({ context: { awaited } }) => Math.max(readingsPauseMs, awaited.length * readingMs),
  },
  actions: {
    rememberTerms: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'request.accepted') return;
      const { terms, left = [] } = event;
      enqueue.assign({ terms, acceptedAt: event.at, isLast: terms.reportBackMs === 0, because: 'delivered', left });
      enqueue.emit({ type: 'ReportRequestAccepted', data: terms });
      if (terms.kind === 'usage') enqueue.emit({ type: 'UsageAsked', data: usageAsked(terms, event.settings) });
    }),
    /** It has begun: what passed before is a round of its own, what comes is told period by period. */
    beginPeriods: enqueueActions(({ context, event, enqueue }) => {
      const { terms } = context;
      if (terms === null) return;
      const firstAt = firstPeriodAt(terms, event.at);
      const reportedTo = intervalEndAt(terms, firstAt);
      const round = terms.kind === 'usage' && !isOneShot(terms) ? pastOf(terms, reportedTo, event) : nowhere;
      enqueue.assign({ toAt: firstAt, reportedTo, round });
    }),
    planNextPeriod: enqueueActions(({ context, event, enqueue }) => {
      const { terms, toAt, reportedTo } = context;
      if (terms === null) return;
      // What was told far ahead of the time was told by a clock that was wrong.
      const isAhead = reportedTo > event.at + terms.reportBackMs;
      enqueue.assign({
        toAt: nextPeriodEnd(terms, toAt, event),
        reportedTo: isAhead ? intervalEndAt(terms, event.at) : reportedTo,
      });
    }),
    closePeriod: enqueueActions(({ context, enqueue }) => {
      const { terms, reportedTo, toAt } = context;
      if (terms !== null) enqueue.assign({ round: closedStretch(terms, reportedTo, toAt), isDelayTold: false });
    }),
    closePeriodNow: enqueueActions(({ context, event, enqueue }) => {
      const { terms, reportedTo } = context;
      if (terms !== null)
        enqueue.assign({
          toAt: event.at,
          round: closedStretch(terms, reportedTo, event.at),
          isDelayTold: false,
        });
    }),
    askForTurn: emit(({ context }): Signal => ({ type: 'turn.wanted', reportRequestID: context.reportRequestID })),
    standBack: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'turn.later') return;
      const { reportRequestID, round, isDelayTold } = context;
      const isTold = isDelayTold || event.waitMs >= toldWaitMs;
      if (isTold && !isDelayTold)
        enqueue.emit({ type: 'ReportDelayed', data: { reportRequestID, ...round, because: event.because } });
      enqueue.assign({ waitMs: event.waitMs, hasStoodBack: true, isDelayTold: isTold });
    }),
    takeTurn: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'turn.come') return;
      const { reportRequestID, isDelayTold, terms, toAt } = context;
      const { piece, restFromAt } = event;
      if (restFromAt !== null && !isDelayTold)
        enqueue.emit({
          type: 'ReportDelayed',
          data: { reportRequestID, fromAt: restFromAt, toAt: piece.fromAt, because: 'the newest is told first' },
        });
      const looksAtPresent = terms !== null && isPointData(terms) && event.at - toAt >= 1_000;
      enqueue.assign({
        piece,
        turnAt: event.at,
        hasStoodBack: false,
        isDelayTold: isDelayTold || restFromAt !== null,
        awaited: [],
        askedInTurn: 0,
        silent: [],
        toAt: looksAtPresent ? event.at : toAt,
      });
    }),
    endRound: enqueueActions(({ context, enqueue }) =>
      enqueue.assign({ round: { fromAt: context.round.fromAt, toAt: context.round.fromAt }, hasStoodBack: false }),
    ),
    askForReadings: emit(({ context }): Signal => ({
      type: 'readings.wanted',
      reportRequestID: context.reportRequestID,
    })),
    rememberAwaited: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'readings.asked') return;
      const { awaited, silent } = event;
      enqueue.assign({ awaited, silent, askedInTurn: (context.askedInTurn ?? 0) + awaited.length });
    }),
    askForContent: emit(({ context }): Signal => ({
      type: 'content.wanted',
      reportRequestID: context.reportRequestID,
    })),
    handOver: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'contents.made' || context.terms === null) return;
      const { reportRequestID, aligned } = context.terms;
      event.contents.forEach(({ message, usage, repeats }, index) => {
        const deliveryID = `${reportRequestID}#${event.at.toString(36)}.${context.deliveries + index}`;
        if (usage !== undefined)
          enqueue.emit({
            type: 'UsageDue',
            data: { deliveryID, reportRequestID, usage, ...(repeats === undefined ? {} : { repeats }) },
          });
        enqueue.emit({
          type: 'report.wanted',
          report: {
            reportRequestID,
            message,
            ...(usage === undefined ? {} : { deliveryID }),
            needsFreshRequests: usage !== undefined && aligned === 'localDay',
            attempt: 1,
          },
        });
      });
      enqueue.assign({
        deliveries: context.deliveries + event.contents.length,
        awaited: [],
        round: {
          fromAt: context.round.fromAt,
          toAt: context.piece.isPart === true ? context.piece.toAt : context.piece.fromAt,
        },
      });
    }),
    /** What is left out is told; that a device is not metered yet, once. */
    tellLeftOut: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'contents.made') return;
      const { reportRequestID, neverMetered } = context;
      const told = new Set(neverMetered);
      const news = event.leftOut.filter(
        ({ because, resourceID }) => because !== 'neverMetered' || !told.has(resourceID),
      );
      for (const leftOut of news) enqueue.emit({ type: 'UsageLeftOut', data: { reportRequestID, ...leftOut } });
      const named = news.filter(({ because }) => because === 'neverMetered').map(({ resourceID }) => resourceID);
      if (named.length > 0) enqueue.assign({ neverMetered: [...new Set([...neverMetered, ...named])] });
    }),
    closeRound: enqueueActions(({ context, enqueue }) => {
      const { terms, reportedTo, toAt } = context;
      if (terms !== null) enqueue.assign({ reportedTo: Math.max(reportedTo, intervalEndAt(terms, toAt)), left: [] });
    }),
    expectTheLast: enqueueActions(({ context, event, enqueue }) => {
      const { terms, reportedTo } = context;
      if (terms === null) return;
      const round = { fromAt: Math.min(reportedTo, event.at - 1), toAt: event.at };
      enqueue.assign({ isLast: true, because: 'delivered', toAt: event.at, round, isDelayTold: false });
    }),
    rememberReason: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'request.ended') enqueue.assign({ because: event.because });
      if (event.type === 'request.cancelled') enqueue.assign({ because: 'cancelled' });
    }),
    rememberElapsed: enqueueActions(({ enqueue }) => enqueue.assign({ because: 'elapsed' })),
    recordEnd: enqueueActions(({ context: { reportRequestID, because, terms }, enqueue }) => {
      enqueue.emit({ type: 'ReportRequestEnded', data: { reportRequestID, because } });
      if (terms?.kind === 'usage')
        enqueue.emit({ type: 'UsageUnasked', data: { asker: askerOf(reportRequestID), because } });
    }),
  },
}).createMachine({
  id: 'reportRequest',
  description: 'One report request, from its acceptance to its last report.',
  context: ({ input }) => ({
    reportRequestID: input?.id ?? '',
    terms: null,
    acceptedAt: 0,
    toAt: 0,
    reportedTo: 0,
    round: nowhere,
    piece: nowhere,
    turnAt: null,
    waitMs: 0,
    hasStoodBack: false,
    isDelayTold: false,
    awaited: [],
    silent: [],
    neverMetered: [],
    isLast: false,
    because: 'delivered',
    deliveries: 0,
  }),
  initial: 'requested',
  on: {
    'request.ended': { target: '.ended', actions: 'rememberReason' },
    'request.cancelled': [
      { guard: 'aReportFollows', target: '.choosingPiece', actions: 'expectTheLast' },
      { target: '.ended', actions: 'rememberReason' },
    ],
  },
  states: {
    requested: {
      description: 'Asked for; the terms are on their way.',
      on: { 'request.accepted': { target: 'choosing', actions: 'rememberTerms' } },
    },
    choosing: {
      description: 'Accepted: it begins now or later.',
      always: [{ guard: 'startsLater', target: 'awaitingStart' }, { target: 'beginning' }],
    },
    awaitingStart: {
      description: 'Until its dtstart.',
      after: { dtstart: 'choosing' },
    },
    beginning: {
      description: 'It has begun: what comes first depends on what is asked. @rule 2.0b 325',
      entry: 'beginPeriods',
      always: [
        { guard: 'isOneShot', target: 'choosingPiece', actions: 'closePeriodNow' },
        { guard: 'startsWithAReport', target: 'choosingPiece', actions: 'closePeriodNow' },
        { guard: 'hasAPast', target: 'choosingPiece' },
        { target: 'deciding' },
      ],
    },
    gathering: {
      description: 'Until the next report is due.',
      entry: 'planNextPeriod',
      after: { reportBackDuration: { target: 'choosingPiece', actions: 'closePeriod' } },
    },
    choosingPiece: {
      description: 'What is to be told next, the newest first, and whether it is our turn.',
      entry: 'askForTurn',
      on: {
        'turn.come': { target: 'awaitingReadings', actions: 'takeTurn' },
        'turn.later': { target: 'standingBack', actions: 'standBack' },
        'round.over': { target: 'deciding', actions: ['endRound', 'closeRound'] },
      },
    },
    standingBack: {
      description: 'Others have their turn, or reports wait for the line.',
      after: { waitMs: 'choosingPiece' },
    },
    awaitingReadings: {
      description: 'The readings that the piece needs are on their way, so many at a time.',
      entry: 'askForReadings',
      on: {
        'readings.asked': { actions: 'rememberAwaited' },
        'readings.came': 'betweenReadings',
        'readings.in': 'composing',
      },
      after: { readingsTimeoutMs: { target: 'awaitingReadings', reenter: true } },
    },
    betweenReadings: {
      description: 'A pause before more readings are asked for.',
      after: { readingsPauseMs: 'awaitingReadings' },
    },
    composing: {
      description: 'The reports of the piece are made from the readings.',
      entry: 'askForContent',
      on: { 'contents.made': { target: 'handingOver', actions: ['handOver', 'tellLeftOut'] } },
    },
    handingOver: {
      description: 'Whether the round has another piece.',
      always: [{ guard: 'roundIsOver', target: 'deciding', actions: 'closeRound' }, { target: 'choosingPiece' }],
    },
    deciding: {
      description: 'Whether another report follows.',
      always: [
        { guard: 'wasTheLast', target: 'ended' },
        { guard: 'hasElapsed', target: 'ended', actions: 'rememberElapsed' },
        { target: 'gathering' },
      ],
    },
    ended: {
      description: 'Nothing more is reported under it.',
      entry: 'recordEnd',
      type: 'final',
    },
  },
});
