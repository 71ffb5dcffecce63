/**
 * One report request of the VTN, at its own pace.
 *
 * Rules of this machine
 * - It starts at its dtstart (or now), and ends when its duration has elapsed, when it is cancelled, or when our
 *   metadata was registered anew, which voids every request but periodic metadata. @rule 2.0b 306, 325
 * - reportBackDuration 0: one report at once. Greater: a report each time it has passed. Point data (status) is
 *   reported from the first moment on, interval data (usage) when its first interval is full. @rule 2.0b 324, 317
 * - Daily usage covers the programme's local days and is due shortly after local midnight; a fresh request first asks
 *   for whatever is still owed from before it. Nothing measured is dropped because a request came late.
 * - Before a report is composed its readings are awaited, for a while: what is missing then is reported as missing.
 * - A cancellation with reportToFollow gives one last report. @rule 2.0b 345
 */
import { emit, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import type { ReportRequestAccepted, ReportRequestEnded } from '../facts/output.ts';
import { dayOf } from '../programme/calendar.ts';
import type { Moment } from './moment.ts';
import type { ReportContent, Signal } from './signals.ts';

/** What was agreed when the request was accepted. */
export type Terms = ReportRequestAccepted;

/** What is known of a report request. */
export interface ReportRequestContext {
  readonly reportRequestID: string;
  readonly terms: Terms | null;
  /** The report being made covers the time up to here. UTC ms. */
  readonly toAt: number;
  /** The last report covered the time up to here. UTC ms. */
  readonly reportedTo: number;
  readonly isLast: boolean;
  readonly because: ReportRequestEnded['because'];
  readonly deliveries: number;
}

/** What a report request hears. */
export type ReportRequestEvent = Moment &
  (
    | { readonly type: 'request.accepted'; readonly terms: Terms }
    | { readonly type: 'request.ended'; readonly because: ReportRequestEnded['because'] }
    | { readonly type: 'request.cancelled'; readonly reportToFollow: boolean }
    | { readonly type: 'readings.in' }
    | { readonly type: 'contents.made'; readonly contents: readonly ReportContent[] }
  );

/** How long readings are awaited before a report goes without them. @unit ms */
export const readingsTimeoutMs = 20_000;

const isOneShot = (terms: Terms | null): boolean => terms?.reportBackMs === 0;

const isPointData = (terms: Terms): boolean => terms.kind === 'status' || terms.kind === 'metadata';

/**
 * Where the first period begins: on the clock's own grid, so that a request that takes another's place in the middle of
 * a period still reports all of it.
 */
const periodStart = ({ aligned, startAt, reportBackMs }: Terms): number =>
  aligned === 'clock' ? Math.floor(startAt / reportBackMs) * reportBackMs : startAt;

/** The end of the period that the next report covers: for daily usage the next local midnight. */
const nextPeriodEnd = (terms: Terms, context: ReportRequestContext, moment: Moment): number => {
  if (terms.aligned === 'localDay') return dayOf(moment.at, moment.settings.timeZone).endAt;
  const origin = terms.aligned === 'clock' ? 0 : terms.startAt;
  // A period that ends far ahead was closed by a clock that was wrong.
  const reportedTo = context.reportedTo > moment.at + terms.reportBackMs ? moment.at : context.reportedTo;
  const from = Math.max(reportedTo, periodStart(terms));
  const periods = Math.floor((from - origin) / terms.reportBackMs) + 1;
  return origin + periods * terms.reportBackMs;
};

/** When that report is due: daily usage a little after midnight, so that the last reading is in. */
const dueDelayMs = (terms: Terms, toAt: number, moment: Moment): number =>
  Math.max(0, toAt + (terms.aligned === 'localDay' ? moment.settings.usageDelayMs : 0) - moment.at);

export const reportRequest = setup({
  types: {
    context: {} as ReportRequestContext,
    events: {} as ReportRequestEvent,
    input: {} as { readonly id: string },
    emitted: {} as Output | Signal,
  },
  guards: {
    startsLater: ({ context, event }) => (context.terms?.startAt ?? 0) > event.at,
    isOneShot: ({ context }) => isOneShot(context.terms),
    mayOweUsage: ({ context }) =>
      context.terms?.kind === 'usage' && !isOneShot(context.terms) && context.terms.endAt === undefined,
    startsWithAReport: ({ context }) => context.terms !== null && isPointData(context.terms),
    wasTheLast: ({ context }) => context.isLast,
    hasElapsed: ({ context }) => {
      const { terms, toAt } = context;
      if (terms?.endAt === undefined) return false;
      return isPointData(terms) ? toAt + terms.reportBackMs >= terms.endAt : toAt >= terms.endAt;
    },
    aReportFollows: ({ event }) => event.type === 'request.cancelled' && event.reportToFollow,
  },
  delays: {
    dtstart: ({ context, event }) => (context.terms?.startAt ?? event.at) - event.at,
    reportBackDuration: ({ context, event }) =>
      context.terms === null ? 0 : dueDelayMs(context.terms, context.toAt, event),
    readingsTimeoutMs: () => readingsTimeoutMs,
  },
  actions: {
    rememberTerms: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'request.accepted') return;
      const { terms } = event;
      enqueue.assign({
        terms,
        reportedTo: periodStart(terms),
        toAt: terms.startAt,
        isLast: terms.reportBackMs === 0,
        because: 'delivered',
      });
      enqueue.emit({ type: 'ReportRequestAccepted', data: terms });
    }),
    planNextPeriod: enqueueActions(({ context, event, enqueue }) => {
      if (context.terms !== null) enqueue.assign({ toAt: nextPeriodEnd(context.terms, context, event) });
    }),
    closePeriodNow: enqueueActions(({ event, enqueue }) => enqueue.assign({ toAt: event.at })),
    askForReadings: emit(({ context }): Signal => ({
      type: 'readings.wanted',
      reportRequestID: context.reportRequestID,
    })),
    askForContent: emit(({ context }): Signal => ({
      type: 'content.wanted',
      reportRequestID: context.reportRequestID,
      fromAt: context.reportedTo,
      toAt: context.toAt,
    })),
    askForOwed: emit(({ context }): Signal => ({ type: 'owed.wanted', reportRequestID: context.reportRequestID })),
    handOver: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'contents.made' || context.terms === null) return;
      const { reportRequestID, aligned } = context.terms;
      event.contents.forEach(({ message, usage }, index) => {
        const deliveryID = `${reportRequestID}#${event.at.toString(36)}.${context.deliveries + index}`;
        if (usage !== undefined) enqueue.emit({ type: 'UsageDue', data: { deliveryID, reportRequestID, usage } });
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
      enqueue.assign({ deliveries: context.deliveries + event.contents.length });
    }),
    closePeriod: enqueueActions(({ context, enqueue }) => enqueue.assign({ reportedTo: context.toAt })),
    expectTheLast: enqueueActions(({ event, enqueue }) =>
      enqueue.assign({ isLast: true, because: 'delivered', toAt: event.at }),
    ),
    rememberReason: enqueueActions(({ event, enqueue }) => {
      if (event.type === 'request.ended') enqueue.assign({ because: event.because });
      if (event.type === 'request.cancelled') enqueue.assign({ because: 'cancelled' });
    }),
    rememberElapsed: enqueueActions(({ enqueue }) => enqueue.assign({ because: 'elapsed' })),
    recordEnd: emit(({ context }): Output => ({
      type: 'ReportRequestEnded',
      data: { reportRequestID: context.reportRequestID, because: context.because },
    })),
  },
}).createMachine({
  id: 'reportRequest',
  description: 'One report request, from its acceptance to its last report.',
  context: ({ input }) => ({
    reportRequestID: input?.id ?? '',
    terms: null,
    toAt: 0,
    reportedTo: 0,
    isLast: false,
    because: 'delivered',
    deliveries: 0,
  }),
  initial: 'requested',
  on: {
    'request.ended': { target: '.ended', actions: 'rememberReason' },
    'request.cancelled': [
      { guard: 'aReportFollows', target: '.awaitingReadings', actions: 'expectTheLast' },
      { target: '.ended', actions: 'rememberReason' },
    ],
  },
  states: {
    requested: {
      description: 'Asked for; the terms are on their way.',
      on: { 'request.accepted': { target: 'choosing', actions: 'rememberTerms' } },
    },
    choosing: {
      description: 'Accepted: what comes first depends on what is asked. @rule 2.0b 325',
      always: [
        { guard: 'startsLater', target: 'awaitingStart' },
        { guard: 'mayOweUsage', target: 'awaitingOwedReadings' },
        { guard: 'isOneShot', target: 'awaitingReadings', actions: 'closePeriodNow' },
        { guard: 'startsWithAReport', target: 'awaitingReadings' },
        { target: 'gathering' },
      ],
    },
    awaitingStart: {
      description: 'Until its dtstart.',
      after: { dtstart: 'choosing' },
    },
    awaitingOwedReadings: {
      description: 'Readings of days that no request has fetched yet are on their way.',
      entry: 'askForReadings',
      on: { 'readings.in': 'catchingUp' },
      after: { readingsTimeoutMs: 'catchingUp' },
    },
    catchingUp: {
      description: 'What is owed from before is composed first.',
      entry: 'askForOwed',
      on: { 'contents.made': { target: 'gathering', actions: 'handOver' } },
    },
    gathering: {
      description: 'Until the next report is due.',
      entry: 'planNextPeriod',
      after: { reportBackDuration: 'awaitingReadings' },
    },
    awaitingReadings: {
      description: 'The readings that the report needs are on their way.',
      entry: 'askForReadings',
      on: { 'readings.in': 'composing' },
      after: { readingsTimeoutMs: 'composing' },
    },
    composing: {
      description: 'The report is made from the readings.',
      entry: 'askForContent',
      on: { 'contents.made': { target: 'deciding', actions: ['handOver', 'closePeriod'] } },
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
