/**
 * The VEN's lifecycle.
 *
 * HOW TO READ THIS FILE: the chart is at the bottom and reads from top to bottom as the day goes; its guards are
 * sentences, its actions say what is done. How each is done stands above it.
 *
 * Rules of this machine
 * - `unregistered`: nothing is sent but a registration. A start always registers first. @rule 2.0b 405
 * - `registering`: party, then report metadata, then oadrRequestEvent; a renewal stops after the party unless the VTN
 *   turned out to have forgotten us (another registrationID or venID). @rule 2.0b 405, 309
 * - `registered`: two things at once. `polling` asks for news at the VTN's pace and drains what it has, up to a limit.
 *   `reporting` sends one report at a time; usage goes out only while the VTN is known to remember its requests.
 * - `backoff`: after any failed exchange we are quiet for a while that doubles with each failure. On the way back we
 *   ask for all DR events, because the reply that was lost may have carried one. @rule 2.0b §9.1.7
 * - A refusal (452, 463) of something only registered VENs may do means that the VTN does not know us: register anew.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import type { OadrCreatedPartyRegistration } from '../protocol/messages/oadrCreatedPartyRegistration.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { backoffMs, describeFailure, isAboutCredentials } from './backoff.ts';
import type { Failure, Wanted } from './exchange.ts';
import { metadataMessage } from './metadata.ts';
import { draw, newID, type Moment } from './moment.ts';
import { accepts, asksReregistration, pollFreqMs, responseOf, saysUnknown } from './replies.ts';
import type { Bootstrap, QueuedReport, Signal } from './signals.ts';

/** What is known of our standing with the VTN. */
export interface VenContext {
  readonly registrationID: string | null;
  readonly venID: string | null;
  readonly vtnID: string | null;
  readonly requestedPollFreqMs: number | null;
  readonly bootstrap: Bootstrap;
  /** False once a person cancelled the registration: then we stay away until asked back. */
  readonly wantsRegistration: boolean;
  /** A new registration was refused as an invalid identifier: the VTN is asked first whether it has one that we forgot. */
  readonly asksFirst: boolean;
  /** Failures in a row, of exchanges or registrations. */
  readonly failures: number;
  readonly failure: Failure | null;
  readonly drained: number;
  /** When the last poll was wanted; null before the first. UTC ms. */
  readonly polledAt: number | null;
  /** Since when the VTN is known to remember its report requests; null after any disturbance. UTC ms. */
  readonly requestsFreshSince: number | null;
  readonly reports: readonly QueuedReport[];
}

/** What the lifecycle hears. */
export type VenEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    | { readonly type: 'reply.received'; readonly wanted: Wanted; readonly message: OadrMessage | null }
    | { readonly type: 'exchange.failed'; readonly wanted: Wanted; readonly failure: Failure }
    | { readonly type: 'report.started'; readonly wanted: Wanted; readonly exchangeID: string }
    | { readonly type: 'report.wanted'; readonly report: QueuedReport }
    | { readonly type: 'requests.void'; readonly reportRequestIDs: readonly string[]; readonly because: string }
    | { readonly type: 'resync.wanted'; readonly bootstrap: Bootstrap }
    | { readonly type: 'metadata.wanted'; readonly reportRequestID: string }
    | { readonly type: 'registration.cancelled' }
    | { readonly type: 'cancellation.wanted' }
    | { readonly type: 'polls.summarised'; readonly nextPollAt: number; readonly lastPollAt: number }
  );

/** How long usage requests count as fresh after the reports were registered. @unit ms */
export const freshForMs = 30 * 60_000;

/** @limit Reports that may wait at once; beyond it the oldest one without usage is let go. */
export const reportQueueLimit = 500;

/** How much each kind of resynchronisation takes in. */
const breadth: Readonly<Record<Bootstrap, number>> = { events: 0, renewal: 1, full: 2 };

type VenArgs = { readonly context: VenContext; readonly event: VenEvent };

const purposeOf = (event: VenEvent): string | null =>
  event.type === 'reply.received' || event.type === 'exchange.failed' ? event.wanted.purpose : null;

const replyTo = (purpose: string, { event }: VenArgs): OadrMessage | null =>
  event.type === 'reply.received' && event.wanted.purpose === purpose ? event.message : null;

const registrationReply = (args: VenArgs): OadrCreatedPartyRegistration | null => {
  const reply = replyTo('registration', args) ?? replyTo('query', args);
  return reply?.message === 'oadrCreatedPartyRegistration' ? reply : null;
};

/** A registration is confirmed by a 2xx with a registrationID; 2xx without one is how OpenLEADR refuses. @rule 2.0b 403 */
const confirms = (reply: OadrCreatedPartyRegistration): boolean => accepts(reply) && (reply.registrationID ?? '') !== '';

/** The venID to speak with: the one the VTN confirmed, or the one handed out beforehand. */
const ownVenID = ({ context, event }: VenArgs): string => context.venID ?? event.settings.venID;

const want = (purpose: Wanted['purpose'], message: OadrMessage): Signal => ({
  type: 'exchange.wanted',
  wanted: { purpose, message, resend: false, attempt: 1 },
});

const createPartyRegistration = (args: VenArgs): OadrMessage => {
  const { context, event } = args;
  const { registrationID } = context;
  const knowsVenID = registrationID !== null || event.settings.preallocatedVenID;
  return {
    message: 'oadrCreatePartyRegistration',
    requestID: newID(event, 'oadrCreatePartyRegistration'),
    ...(registrationID === null ? {} : { registrationID }),
    ...(knowsVenID ? { venID: ownVenID(args) } : {}),
    oadrProfileName: '2.0b',
    oadrTransportName: 'simpleHttp',
    oadrReportOnly: false,
    oadrXmlSignature: false,
    oadrVenName: event.settings.venName,
    oadrHttpPullModel: true,
  };
};

/** The VTN gave us another identity than we had: it has forgotten us, and our report requests with us. */
const identityChanged = (args: VenArgs): boolean => {
  const reply = registrationReply(args);
  const { registrationID, venID } = args.context;
  return (
    reply !== null &&
    ((reply.registrationID !== undefined && reply.registrationID !== registrationID) ||
      (reply.venID !== undefined && reply.venID !== venID))
  );
};

const nextReport = (context: VenContext): QueuedReport | undefined => context.reports[0];

const requestsAreFresh = (context: VenContext, at: number): boolean =>
  context.requestsFreshSince !== null && at - context.requestsFreshSince < freshForMs;

/** Puts a report into the queue; when too many wait, the oldest one that carries no usage makes room. */
const queued = (reports: readonly QueuedReport[], report: QueuedReport): readonly QueuedReport[] => {
  const all = [...reports, report];
  if (all.length <= reportQueueLimit) return all;
  const least = all.findIndex((other, place) => place > 0 && other.deliveryID === undefined);
  return least === -1 ? all : all.filter((_, place) => place !== least);
};

export const ven = setup({
  types: {
    context: {} as VenContext,
    events: {} as VenEvent,
    emitted: {} as Output | Signal,
  },
  guards: {
    queryComesFirst: ({ context, event }) =>
      (event.settings.queryRegistration || context.asksFirst) && context.registrationID === null && context.bootstrap === 'full',
    onlyEventsAreMissing: ({ context }) => context.bootstrap === 'events' && context.registrationID !== null,
    registrationAccepted: (args) => {
      const reply = registrationReply(args);
      return reply !== null && confirms(reply) && purposeOf(args.event) === 'registration';
    },
    registrationAcceptedAndAllIsNew: (args) => {
      const reply = registrationReply(args);
      return (
        reply !== null &&
        confirms(reply) &&
        purposeOf(args.event) === 'registration' &&
        (args.context.bootstrap !== 'renewal' || identityChanged(args))
      );
    },
    isReplyToQuery: ({ event }) => purposeOf(event) === 'query',
    renewalWasUnknown: (args) => replyTo('registration', args) !== null && args.context.registrationID !== null,
    isReplyToRegistration: ({ event }) => purposeOf(event) === 'registration',
    metadataAccepted: (args) => {
      const reply = replyTo('metadata', args);
      return reply?.message === 'oadrRegisteredReport' && accepts(reply);
    },
    isReplyToMetadata: ({ event }) => purposeOf(event) === 'metadata',
    isReplyToRequestEvent: ({ event }) => purposeOf(event) === 'requestEvent',
    eventsRefused: ({ event }) =>
      event.type === 'reply.received' && event.wanted.purpose === 'requestEvent' && event.message !== null && saysUnknown(event.message),
    pollFoundUsUnknown: ({ event }) =>
      event.type === 'reply.received' && event.wanted.purpose === 'poll' && event.message !== null && saysUnknown(event.message),
    pollBroughtNothing: ({ event }) =>
      purposeOf(event) === 'poll' &&
      event.type === 'reply.received' &&
      (event.message === null || event.message.message === 'oadrResponse'),
    pollBroughtSomething: ({ event }) => purposeOf(event) === 'poll' && event.type === 'reply.received',
    drainLimitIsReached: ({ context, event }) =>
      purposeOf(event) === 'poll' && context.drained >= event.settings.drainLimit,
    aReportWaits: ({ context }) => context.reports.length > 0,
    usageWaitsForFreshRequests: ({ context, event }) => {
      const next = nextReport(context);
      return (
        next !== undefined &&
        next.needsFreshRequests &&
        event.settings.reregisterBeforeUsage &&
        !requestsAreFresh(context, event.at)
      );
    },
    reportIsVoid: ({ context, event }) =>
      event.type === 'requests.void' && event.reportRequestIDs.includes(nextReport(context)?.reportRequestID ?? ''),
    isReplyToReport: ({ event }) => purposeOf(event) === 'report',
    reportRequestIsUnknown: ({ event }) =>
      event.type === 'reply.received' &&
      event.wanted.purpose === 'report' &&
      event.message !== null &&
      (saysUnknown(event.message) || asksReregistration(event.message)),
    cancelWasAnswered: ({ event }) => purposeOf(event) === 'cancel',
    mayRegisterAgain: ({ context }) => context.wantsRegistration,
  },
  delays: {
    /** Longer than the exchange's own patience, with a queue in front of it: the safety net under every wait. */
    outcomeTimeoutMs: ({ event }) => 3 * (event.settings.replyTimeoutMs + 30_000),
    backoffDelayMs: ({ context, event }) =>
      backoffMs(event.settings, Math.max(1, context.failures), context.failure, draw(event, 'backoff')),
    /** How long a VTN that cancelled or refused us is left alone; before the first start there is nothing to wait for. @rule 2.0b 401 */
    registerAgainDelayMs: ({ context, event }) =>
      (event.type as string) === 'xstate.init' ? Infinity : backoffMs(event.settings, Math.max(6, context.failures), null, draw(event, 'registerAgain')),
    oadrRequestedOadrPollFreq: ({ context, event }) => {
      if (event.type === 'polls.summarised') return Math.max(0, event.nextPollAt - event.at);
      const interval = Math.max(
        context.requestedPollFreqMs ?? event.settings.defaultPollFreqMs,
        event.settings.minimumPollFreqMs,
      );
      const paced = Math.round(interval * (1 + event.settings.pollJitter * draw(event, 'poll')));
      return context.polledAt === null ? 0 : Math.min(paced, Math.max(0, context.polledAt + paced - event.at));
    },
  },
  actions: {
    /** What was wanted in a state that is left is wanted again when it is entered: it must not go out twice. */
    takeBackWhatWaits: enqueueActions(({ enqueue }) => {
      enqueue.emit({ type: 'line.withdrawn', purposes: ['query', 'registration', 'metadata', 'requestEvent', 'report', 'poll'] });
    }),
    takeBackTheReport: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'line.withdrawn', purposes: ['report'] })),
    openTheLine: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'line.opened' })),
    bootstrapFully: assign({ bootstrap: 'full', wantsRegistration: true }),
    bootstrapAsWanted: assign({
      bootstrap: ({ context, event }) => (event.type === 'resync.wanted' ? event.bootstrap : context.bootstrap),
    }),
    /** Party and metadata anew, or only the party where the VTN does not like its requests replaced. */
    bootstrapForUsage: assign({ bootstrap: ({ event }) => (event.settings.reportResync ? 'full' : 'renewal') }),
    /** From here on only DR events can have been missed. */
    bootstrapEvents: assign({ bootstrap: 'events' }),
    trustRequests: assign({ requestsFreshSince: ({ event }) => event.at }),
    distrustRequests: assign({ requestsFreshSince: null }),
    queryRegistration: enqueueActions(({ event, enqueue }) => {
      enqueue.emit(want('query', { message: 'oadrQueryRegistration', requestID: newID(event, 'oadrQueryRegistration') }));
    }),
    createPartyRegistration: enqueueActions(({ context, event, enqueue }) => {
      enqueue.emit(want('registration', createPartyRegistration({ context, event })));
    }),
    recordRegistration: enqueueActions(({ context, event, enqueue }) => {
      const reply = registrationReply({ context, event });
      if (reply === null) return;
      const registrationID = reply.registrationID ?? '';
      const venID = reply.venID ?? ownVenID({ context, event });
      const freq = pollFreqMs(reply.oadrRequestedOadrPollFreq);
      enqueue.emit({
        type: 'Registered',
        data: {
          registrationID,
          venID,
          vtnID: reply.vtnID,
          ...(freq === null ? {} : { requestedPollFreqMs: freq }),
          renewed: registrationID === context.registrationID,
        },
      });
      enqueue.assign({ registrationID, venID, vtnID: reply.vtnID, requestedPollFreqMs: freq, asksFirst: false });
    }),
    recordRefusal: enqueueActions(({ context, event, enqueue }) => {
      const response = event.type === 'reply.received' && event.message !== null ? responseOf(event.message) : null;
      const responseCode = response?.responseCode ?? 'none';
      const isHalfhearted = registrationReply({ context, event }) !== null && responseCode.startsWith('2');
      const said = isHalfhearted
        ? 'there is no registrationID in the reply'
        : (response?.responseDescription ?? (event.type === 'reply.received' ? (event.message?.message ?? 'an empty reply') : ''));
      enqueue.emit({ type: 'RegistrationRefused', data: { responseCode, responseDescription: said } });
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'registrationRefused',
          text: `The VTN refused the registration of venID ${ownVenID({ context, event })} with ${responseCode} (${said}).`,
          advice: 'Check the venID, the venName and the URL with the VTN’s operator; the VEN tries again by itself.',
        },
      });
      enqueue.assign({ failures: context.failures + 1, failure: null, asksFirst: responseCode === '452' });
    }),
    /** A VTN that still has our registration while we lost it wants it renewed, and refuses a new one. @rule 2.0b 404 */
    takeUpRegistration: assign({
      registrationID: (args) => {
        const reply = registrationReply(args);
        const isOurs = reply !== null && confirms(reply) && (reply.venID ?? ownVenID(args)) === ownVenID(args);
        return isOurs ? (reply.registrationID ?? null) : args.context.registrationID;
      },
    }),
    clearRefusalAlarm: enqueueActions(({ enqueue }) => {
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'registrationRefused' } });
    }),
    registerReports: enqueueActions(({ context, event, enqueue }) => {
      enqueue.emit(want('metadata', metadataMessage(event, ownVenID({ context, event }), null)));
    }),
    registerReportsAsAsked: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'metadata.wanted') return;
      enqueue.emit(want('metadata', metadataMessage(event, ownVenID({ context, event }), event.reportRequestID)));
    }),
    recordReports: enqueueActions(({ event, enqueue }) => {
      const { settings } = event;
      enqueue.emit({
        type: 'ReportsRegistered',
        data: { reportSpecifierIDs: [settings.statusSpecifierID, settings.usageSpecifierID, settings.historySpecifierID] },
      });
      enqueue.assign({ requestsFreshSince: event.at });
    }),
    requestEvent: enqueueActions(({ context, event, enqueue }) => {
      const requestID = newID(event, 'oadrRequestEvent');
      enqueue.emit(want('requestEvent', { message: 'oadrRequestEvent', requestID, venID: ownVenID({ context, event }) }));
    }),
    poll: enqueueActions(({ context, event, enqueue }) => {
      enqueue.assign({ polledAt: event.at });
      enqueue.emit(want('poll', { message: 'oadrPoll', venID: ownVenID({ context, event }) }));
    }),
    countDrained: assign({ drained: ({ context }) => context.drained + 1 }),
    resetDrained: assign({ drained: 0 }),
    rememberPoll: assign({ polledAt: ({ context, event }) => (event.type === 'polls.summarised' ? event.lastPollAt : context.polledAt) }),
    bootstrapWider: assign({
      bootstrap: ({ context, event }) =>
        event.type === 'resync.wanted' && breadth[event.bootstrap] > breadth[context.bootstrap] ? event.bootstrap : context.bootstrap,
    }),
    contactMade: enqueueActions(({ enqueue }) => {
      enqueue.assign({ failures: 0, failure: null });
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'vtnUnreachable' } });
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'credentialsRefused' } });
    }),
    queueReport: assign({
      reports: ({ context, event }) => (event.type === 'report.wanted' ? queued(context.reports, event.report) : context.reports),
    }),
    sendReport: enqueueActions(({ context, enqueue }) => {
      const next = nextReport(context);
      if (next === undefined) return;
      const { message, attempt, deliveryID } = next;
      enqueue.emit({
        type: 'exchange.wanted',
        wanted: { purpose: 'report', message, resend: false, attempt, ...(deliveryID === undefined ? {} : { deliveryID }) },
      });
    }),
    recordDeliveryStart: enqueueActions(({ context, event, enqueue }) => {
      const deliveryID = nextReport(context)?.deliveryID;
      if (event.type !== 'report.started' || deliveryID === undefined || event.wanted.message.message !== 'oadrUpdateReport') return;
      const { requestID } = event.wanted.message;
      enqueue.emit({ type: 'UsageDeliveryStarted', data: { deliveryID, exchangeID: event.exchangeID, requestID } });
    }),
    settleReport: enqueueActions(({ context, event, enqueue }) => {
      const [report, ...rest] = context.reports;
      enqueue.assign({ reports: rest });
      if (report?.deliveryID === undefined || event.type !== 'reply.received') return;
      const { deliveryID, reportRequestID } = report;
      const response = event.message === null ? null : responseOf(event.message);
      if (response === null || response.responseCode.startsWith('2')) {
        enqueue.emit({
          type: 'UsageDeliveryAcknowledged',
          data: { deliveryID, reportRequestID, responseCode: response?.responseCode ?? '200' },
        });
        enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'usageRejected' } });
        return;
      }
      const why = response.responseDescription ?? '';
      enqueue.emit({ type: 'UsageDeliveryRejected', data: { deliveryID, responseCode: response.responseCode, why } });
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'usageRejected',
          text: `The VTN rejected the usage of ${deliveryID} with ${response.responseCode} ${why}.`,
          advice: 'It is not sent again unchanged; ask the VTN’s operator what is wrong with it.',
        },
      });
    }),
    releaseUnknownReport: enqueueActions(({ context, event, enqueue }) => {
      const [report, ...rest] = context.reports;
      const response = event.type === 'reply.received' && event.message !== null ? responseOf(event.message) : null;
      enqueue.assign({ reports: rest, failures: context.failures + 1, failure: null, requestsFreshSince: null, bootstrap: 'full' });
      if (report?.deliveryID === undefined) return;
      enqueue.emit({
        type: 'UsageDeliveryReleased',
        data: { deliveryID: report.deliveryID, because: `the VTN does not know its request (${response?.responseCode ?? ''})` },
      });
    }),
    settleFailedReport: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'exchange.failed' || event.wanted.purpose !== 'report') return;
      const [report, ...rest] = context.reports;
      if (report === undefined) return;
      const { deliveryID } = report;
      const because = describeFailure(event.failure);
      const policy = event.settings.unknownOutcome;
      const held = deliveryID !== undefined && !event.failure.certainlyNotDelivered && policy === 'hold';
      enqueue.assign({ reports: held ? rest : [{ ...report, attempt: report.attempt + 1 }, ...rest] });
      if (deliveryID === undefined) return;
      if (event.failure.certainlyNotDelivered) {
        enqueue.emit({ type: 'UsageDeliveryReleased', data: { deliveryID, because } });
        return;
      }
      enqueue.emit({
        type: 'UsageDeliveryDoubted',
        data: { deliveryID, requestID: report.message.requestID, policy, because },
      });
      if (held) {
        enqueue.emit({
          type: 'AlarmRaised',
          data: {
            alarm: 'usageInDoubt',
            text: `It is unknown whether the VTN counted the usage of ${deliveryID} (${because}).`,
            advice: 'Ask the VTN’s operator; release it with `ven deliveries --release` when it was not counted.',
          },
        });
      }
    }),
    dropVoidReports: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'requests.void') return;
      const isVoid = (report: QueuedReport): boolean => event.reportRequestIDs.includes(report.reportRequestID);
      for (const { deliveryID, attempt } of context.reports.filter(isVoid)) {
        if (deliveryID !== undefined && attempt === 1) {
          enqueue.emit({ type: 'UsageDeliveryReleased', data: { deliveryID, because: event.because } });
        }
      }
      enqueue.assign({ reports: context.reports.filter((report) => !isVoid(report)) });
    }),
    countFailure: assign({
      failures: ({ context }) => context.failures + 1,
      failure: ({ event }) => (event.type === 'exchange.failed' ? event.failure : null),
      requestsFreshSince: null,
    }),
    recordBackoff: enqueueActions(({ context, event, enqueue }) => {
      const { failure, failures } = context;
      const delayMs = backoffMs(event.settings, Math.max(1, failures), failure, draw(event, 'backoff'));
      const because = failure === null ? 'the VTN did not accept what was sent' : describeFailure(failure);
      enqueue.emit({ type: 'line.held' });
      enqueue.emit({ type: 'BackoffStarted', data: { attempt: failures, delayMs, because } });
      if (failure !== null && isAboutCredentials(failure)) {
        enqueue.emit({
          type: 'AlarmRaised',
          data: {
            alarm: 'credentialsRefused',
            text: `The VTN or the way to it refuses us (${because}).`,
            advice: 'Check the URL with its token and the certificates; `ven doctor` looks at each.',
          },
        });
      } else if (failures >= 5) {
        enqueue.emit({
          type: 'AlarmRaised',
          data: {
            alarm: 'vtnUnreachable',
            text: `The VTN has not answered ${failures} times in a row (${because}).`,
            advice: 'The VEN keeps trying and keeps metering; `ven doctor` shows where the way ends.',
          },
        });
      }
    }),
    endRegistration: enqueueActions(({ event, enqueue }) => {
      const by = event.type === 'registration.cancelled' ? 'vtn' : event.type === 'reply.received' && event.wanted.purpose === 'cancel' ? 'ven' : 'lost';
      enqueue.emit({ type: 'RegistrationEnded', data: { by } });
      enqueue.assign({
        registrationID: null,
        venID: null,
        vtnID: null,
        requestedPollFreqMs: null,
        requestsFreshSince: null,
        bootstrap: 'full',
        wantsRegistration: by !== 'ven',
      });
    }),
    cancelPartyRegistration: enqueueActions(({ context, event, enqueue }) => {
      const { registrationID } = context;
      if (registrationID === null) return;
      enqueue.emit(
        want('cancel', {
          message: 'oadrCancelPartyRegistration',
          requestID: newID(event, 'oadrCancelPartyRegistration'),
          registrationID,
          venID: ownVenID({ context, event }),
        }),
      );
    }),
  },
}).createMachine({
  id: 'ven',
  description: 'The lifecycle of the VEN towards its VTN.',
  context: {
    registrationID: null,
    venID: null,
    vtnID: null,
    requestedPollFreqMs: null,
    bootstrap: 'full',
    wantsRegistration: true,
    asksFirst: false,
    failures: 0,
    failure: null,
    drained: 0,
    polledAt: null,
    requestsFreshSince: null,
    reports: [],
  },
  initial: 'unregistered',
  on: {
    'agent.started': { target: '.registering', actions: ['bootstrapFully', 'distrustRequests'] },
    'report.wanted': { actions: 'queueReport' },
    'requests.void': { actions: 'dropVoidReports' },
  },
  states: {
    unregistered: {
      description: 'The VTN does not know us. A start or the passing of time makes us register.',
      on: { 'resync.wanted': { target: 'registering', actions: 'bootstrapFully' } },
      after: { registerAgainDelayMs: { guard: 'mayRegisterAgain', target: 'registering', actions: 'bootstrapFully' } },
    },

    registering: {
      description: 'Getting known to the VTN, step by step.',
      entry: 'openTheLine',
      exit: 'takeBackWhatWaits',
      initial: 'choosing',
      on: {
        'reply.received': [
          { guard: 'reportRequestIsUnknown', target: 'backoff', actions: 'releaseUnknownReport' },
          { guard: 'isReplyToReport', actions: 'settleReport' },
        ],
        'exchange.failed': { target: 'backoff', actions: ['settleFailedReport', 'countFailure'] },
        'registration.cancelled': { target: 'unregistered', actions: 'endRegistration' },
      },
      states: {
        choosing: {
          description: 'What is missing decides where to begin.',
          always: [
            { guard: 'queryComesFirst', target: 'awaitingQueriedRegistration' },
            { guard: 'onlyEventsAreMissing', target: 'awaitingDistributeEvent' },
            { target: 'awaitingCreatedPartyRegistration' },
          ],
        },
        awaitingQueriedRegistration: {
          description: 'Asking what the VTN offers. @rule 2.0b 404',
          entry: 'queryRegistration',
          on: { 'reply.received': { guard: 'isReplyToQuery', target: 'awaitingCreatedPartyRegistration', actions: 'takeUpRegistration' } },
          after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
        },
        awaitingCreatedPartyRegistration: {
          description: 'The VTN is to confirm who we are. @rule 2.0b 402, 403',
          entry: 'createPartyRegistration',
          on: {
            'reply.received': [
              {
                guard: 'registrationAcceptedAndAllIsNew',
                target: 'awaitingRegisteredReport',
                actions: ['recordRegistration', 'contactMade', 'clearRefusalAlarm'],
              },
              {
                guard: 'registrationAccepted',
                target: '#ven.registered',
                actions: ['recordRegistration', 'trustRequests', 'contactMade', 'clearRefusalAlarm'],
              },
              {
                guard: 'renewalWasUnknown',
                target: 'awaitingCreatedPartyRegistration',
                reenter: true,
                actions: 'endRegistration',
              },
              { guard: 'isReplyToRegistration', target: '#ven.unregistered', actions: 'recordRefusal' },
            ],
          },
          after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
        },
        awaitingRegisteredReport: {
          description: 'The VTN is to take our report metadata, and may ask for reports at once. @rule 2.0b 301, 344',
          entry: 'registerReports',
          on: {
            'reply.received': [
              { guard: 'metadataAccepted', target: 'awaitingDistributeEvent', actions: 'recordReports' },
              { guard: 'isReplyToMetadata', target: '#ven.backoff', actions: 'countFailure' },
            ],
          },
          after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
        },
        awaitingDistributeEvent: {
          description: 'All DR events the VTN has for us, so that none is missed. @rule 2.0b 405',
          entry: 'requestEvent',
          on: {
            'reply.received': [
              { guard: 'eventsRefused', target: '#ven.backoff', actions: ['countFailure', 'endRegistration'] },
              { guard: 'isReplyToRequestEvent', target: '#ven.registered', actions: 'contactMade' },
            ],
          },
          after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
        },
      },
    },

    registered: {
      description: 'The VTN knows us: we poll, and we report.',
      type: 'parallel',
      entry: 'bootstrapEvents',
      exit: 'takeBackWhatWaits',
      on: {
        'exchange.failed': { target: 'backoff', actions: ['settleFailedReport', 'countFailure'] },
        'resync.wanted': { target: 'registering', actions: ['bootstrapAsWanted', 'distrustRequests'] },
        'metadata.wanted': { actions: 'registerReportsAsAsked' },
        'registration.cancelled': { target: 'unregistered', actions: 'endRegistration' },
        'cancellation.wanted': { actions: 'cancelPartyRegistration' },
        'reply.received': [
          { guard: 'cancelWasAnswered', target: 'unregistered', actions: 'endRegistration' },
          { guard: 'metadataAccepted', actions: 'recordReports' },
        ],
      },
      states: {
        polling: {
          description: 'Asking for news at the VTN’s pace. @rule 2.0b 500',
          initial: 'waiting',
          states: {
            waiting: {
              description: 'Until the next poll is due.',
              entry: 'resetDrained',
              on: { 'polls.summarised': { target: 'waiting', reenter: true, actions: 'rememberPoll' } },
              after: { oadrRequestedOadrPollFreq: 'awaitingPollReply' },
            },
            awaitingPollReply: {
              description: 'The VTN is to say whether it has something for us.',
              entry: 'poll',
              on: {
                'reply.received': [
                  { guard: 'pollFoundUsUnknown', target: '#ven.backoff', actions: ['countFailure', 'endRegistration'] },
                  { guard: 'pollBroughtNothing', target: 'waiting', actions: 'contactMade' },
                  { guard: 'pollBroughtSomething', target: 'draining', actions: 'contactMade' },
                ],
              },
              after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
            },
            draining: {
              description: 'It had something: ask again at once until it has no more. @rule 2.0b 500',
              entry: ['countDrained', 'poll'],
              on: {
                'reply.received': [
                  { guard: 'pollFoundUsUnknown', target: '#ven.backoff', actions: ['countFailure', 'endRegistration'] },
                  { guard: 'pollBroughtNothing', target: 'waiting', actions: 'contactMade' },
                  { guard: 'drainLimitIsReached', target: 'waiting' },
                  { guard: 'pollBroughtSomething', target: 'draining', reenter: true },
                ],
              },
              after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
            },
          },
        },
        reporting: {
          description: 'One report at a time, and usage only while the VTN is known to remember its requests.',
          initial: 'idle',
          states: {
            idle: {
              description: 'No report is on its way.',
              always: [
                { guard: 'usageWaitsForFreshRequests', target: '#ven.registering', actions: 'bootstrapForUsage' },
                { guard: 'aReportWaits', target: 'awaitingUpdatedReport' },
              ],
            },
            awaitingUpdatedReport: {
              description: 'The VTN is to acknowledge a report.',
              entry: 'sendReport',
              on: {
                'report.started': { actions: 'recordDeliveryStart' },
                'requests.void': { guard: 'reportIsVoid', target: 'idle', actions: ['takeBackTheReport', 'dropVoidReports'] },
                'reply.received': [
                  { guard: 'reportRequestIsUnknown', target: '#ven.backoff', actions: 'releaseUnknownReport' },
                  { guard: 'isReplyToReport', target: 'idle', actions: ['settleReport', 'contactMade'] },
                ],
              },
              after: { outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' } },
            },
          },
        },
      },
    },

    backoff: {
      description: 'Quiet for a while after a failure, longer with each. @rule 2.0b §9.1.7',
      entry: 'recordBackoff',
      on: {
        'registration.cancelled': { target: 'unregistered', actions: 'endRegistration' },
        'resync.wanted': { actions: 'bootstrapWider' },
      },
      after: {
        backoffDelayMs: 'registering',
      },
    },
  },
});
