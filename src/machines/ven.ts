/**
 * The VEN's lifecycle.
 *
 * HOW TO READ THIS FILE: the chart at the bottom reads as the day goes; what its guards and actions come to stands in `lifecycle/`.
 *
 * Rules of this machine
 * - `unregistered`: nothing is sent but a registration. A start always registers first. @rule 2.0b 405
 * - A run that only goes on, of a VEN at rest, polls on, and asks for all DR events beside the polls within minutes; at once where
 *   one may matter by then. Its requests are unproven.
 * - `registering`: party, report metadata, oadrRequestEvent; a renewal stops after the party unless the VTN forgot us. @rule 2.0b 405, 309
 * - `registered`: three things at once. `polling` asks for news at the VTN's pace and drains what it has, up to a limit.
 *   `reporting` sends one report at a time; usage goes out only while the VTN is known to remember its requests.
 * - A VTN that fails on our metadata is asked for DR events before it gets them again: prices do not wait for them. Only a
 *   bootstrap that is complete, or a poll, ends the growing of pauses. DR events that it then refuses are asked for again.
 * - Metadata that the VTN asked for, and whose answer was lost, are told again: it may have ended all requests with them. @rule 2.0b 306
 * - A VTN that fails on oadrRequestEvent again and again is polled and reported to all the same, and asked ever more rarely.
 * - A VTN that fails on an answer cost us nothing: we go on where we were. Where that was about its DR events, and was given up, it is
 *   asked for them again, ever more rarely, and answered again. (`answering`)
 * - A VTN that fails on a report is polled, where a poll is due, before it gets the next one: what it has to say waits for no report.
 * - Where the VTN pushes (`listening`), no poll is ever sent; what it pushes is heard wherever the lifecycle stands, once we are
 *   registered. It is asked for its DR events when it has been silent for long. @rule 2.0b 500
 * - `backoff`: quiet after a failed exchange, twice as long with each; on the way back we ask for all DR events, because the reply
 *   that was lost may have carried one. @rule 2.0b §9.1.7
 * - Why a resynchronisation is wanted is not asked here; how far it goes is said with it. A fresh registration of a VEN that is
 *   registered goes without its registrationID; a VTN that does not take it has us renew what we have. @rule 2.0b 406
 * - A pause, be it ours or a Retry-After, that would sleep through the price window or usage that is due is cut short once. A VTN
 *   that asks for patience then, or while prices are expected, is told of.
 * - A person who asks us back before the VTN has heard that we leave is heard at once: nothing but a person calls us back.
 * - A refusal (452, 463) of something only registered VENs may do means that the VTN does not know us: register anew.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import { poll, requestEvent } from './lifecycle/asking.ts';
import { allIsHeard, leaveTheRest, rememberBrought } from './lifecycle/draining.ts';
import { guards } from './lifecycle/guards.ts';
import { oweEvents, oweEventsAtOnce } from './lifecycle/owedEvents.ts';
import { countRefusedPoll, hearEvents, pollTaken, refusedByCode } from './lifecycle/refusals.ts';
import type { Signal } from './signals.ts';
import {
  act,
  beforeTheFirstStart,
  instantsMoved,
  purposeOf,
  type VenContext,
  type VenEvent,
} from './lifecycle/lifecycle.ts';
import { contactMade, countEventsFailure, countFailure, delays, recordBackoff } from './lifecycle/pauses.ts';
import {
  cancelPartyRegistration,
  createPartyRegistration,
  endRegistration,
  queryRegistration,
  recordFreshRefusal,
  recordRefusal,
  recordRegistration,
  takeUpRegistration,
} from './lifecycle/registration.ts';
import {
  dropVoidReports,
  keepWhatIsLeft,
  queueReport,
  recordDeliveryStart,
  recordReports,
  registerReports,
  releaseUnknownReport,
  sendReport,
  settleFailedReport,
  settleReport,
} from './lifecycle/reporting.ts';
import { answering, unlessAnswered, whatWaits, whenARunGoesOn, whenPollsComeToNothing } from './lifecycle/waits.ts';

/** The statechart of the VEN's lifecycle. */
export const ven = setup({
  types: {
    context: {} as VenContext,
    events: {} as VenEvent,
    emitted: {} as Output | Signal,
  },
  guards,
  delays,
  actions: {
    /** What was wanted in a state that is left is wanted again when it is entered: it must not go out twice. */
    takeBackWhatWaits: enqueueActions(({ enqueue }) => enqueue.emit(whatWaits)),
    oweEvents: enqueueActions(({ enqueue, ...args }) => act(enqueue, oweEvents(args))),
    openTheLine: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'line.opened' })),
    bootstrapFully: assign({ bootstrap: 'full', wantsRegistration: true }),
    bootstrapAsWanted: assign({
      bootstrap: ({ context, event }) => (event.type === 'resync.wanted' ? event.bootstrap : context.bootstrap),
      wantsRegistration: ({ context, event }) =>
        context.wantsRegistration || (event.type === 'resync.wanted' && event.byPerson === true),
    }),
    /** What would have asked for DR events is replaced by what need not. */
    keepEventsOwed: assign(({ context, event }) => (context.bootstrap === 'events' ? oweEventsAtOnce({ event }) : {})),
    moveInstants: enqueueActions(({ enqueue, ...args }) => act(enqueue, instantsMoved(args))),
    /** Party and metadata anew, or only the party where the VTN does not like its requests replaced. */
    bootstrapForUsage: assign({ bootstrap: ({ event }) => (event.settings.reportResync ? 'full' : 'renewal') }),
    /** The VTN is to poll no more, or to be polled: that is said with a registration. */
    bootstrapParty: assign({ bootstrap: 'renewal' }),
    /** The VTN turned out not to have us: reports and DR events are owed, whatever fails before they are told. */
    bootstrapTheRest: assign({ bootstrap: 'full' }),
    /** From here on only DR events can have been missed. */
    bootstrapEvents: assign({ bootstrap: 'events' }),
    /** What failed has cost nothing but itself. */
    bootstrapNothing: assign({ bootstrap: 'nothing' }),
    oweAnswers: assign({ answersOwed: true }),
    /** A person does not want the registration: we stay away until asked back. */
    stayAway: assign({ wantsRegistration: false }),
    trustRequests: assign({ requestsFreshSince: ({ event }) => event.at }),
    distrustRequests: assign({ requestsFreshSince: null }),
    queryRegistration: enqueueActions(({ enqueue, ...args }) => act(enqueue, queryRegistration(args))),
    createPartyRegistration: enqueueActions(({ enqueue, ...args }) => act(enqueue, createPartyRegistration(args))),
    recordRegistration: enqueueActions(({ enqueue, ...args }) => act(enqueue, recordRegistration(args))),
    recordRefusal: enqueueActions(({ enqueue, ...args }) => act(enqueue, recordRefusal(args))),
    recordFreshRefusal: enqueueActions(({ enqueue, ...args }) => act(enqueue, recordFreshRefusal(args))),
    takeUpRegistration: enqueueActions(({ enqueue, ...args }) => act(enqueue, takeUpRegistration(args))),
    clearRefusalAlarm: enqueueActions(({ enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'registrationRefused' } }),
    ),
    endRegistration: enqueueActions(({ enqueue, ...args }) => act(enqueue, endRegistration(args))),
    cancelPartyRegistration: enqueueActions(({ enqueue, ...args }) => act(enqueue, cancelPartyRegistration(args))),
    registerReports: enqueueActions(({ enqueue, ...args }) => act(enqueue, registerReports(args))),
    recordReports: enqueueActions(({ enqueue, ...args }) => act(enqueue, recordReports(args))),
    requestEvent: enqueueActions(({ enqueue, ...args }) => act(enqueue, requestEvent(args))),
    poll: enqueueActions(({ enqueue, ...args }) => act(enqueue, poll(args))),
    rememberBrought: enqueueActions(({ enqueue, ...args }) => act(enqueue, rememberBrought(args))),
    leaveTheRest: enqueueActions(({ enqueue, ...args }) => act(enqueue, leaveTheRest(args))),
    allIsHeard: enqueueActions(({ enqueue, ...args }) => act(enqueue, allIsHeard(args))),
    countRefusedPoll: enqueueActions(({ enqueue, ...args }) => act(enqueue, countRefusedPoll(args))),
    tellRefusal: enqueueActions(({ enqueue, ...args }) => act(enqueue, { tell: refusedByCode(args) })),
    pollTaken: enqueueActions(({ enqueue, ...args }) => act(enqueue, pollTaken(args))),
    countDrained: assign({ drained: ({ context }) => context.drained + 1 }),
    resetDrained: assign({ drained: 0 }),
    pacePoll: assign({ polledAt: ({ event }) => event.at }),
    rememberPoll: assign({
      polledAt: ({ context, event }) => (event.type === 'polls.summarised' ? event.lastPollAt : context.polledAt),
    }),
    contactMade: enqueueActions(({ enqueue, ...args }) => act(enqueue, contactMade(args))),
    noteMetadataFailure: assign({
      metadataFails: ({ context, event }) =>
        context.metadataFails || event.type !== 'exchange.failed' || purposeOf(event) === 'metadata',
    }),
    queueReport: enqueueActions(({ enqueue, ...args }) => act(enqueue, queueReport(args))),
    sendReport: enqueueActions(({ enqueue, ...args }) => act(enqueue, sendReport(args))),
    recordDeliveryStart: enqueueActions(({ enqueue, ...args }) => act(enqueue, recordDeliveryStart(args))),
    forgetRefusals: assign({ refusals: [] }),
    settleReport: enqueueActions(({ enqueue, ...args }) => act(enqueue, settleReport(args))),
    releaseUnknownReport: enqueueActions(({ enqueue, ...args }) => act(enqueue, releaseUnknownReport(args))),
    settleFailedReport: enqueueActions(({ enqueue, ...args }) => act(enqueue, settleFailedReport(args))),
    dropVoidReports: enqueueActions(({ enqueue, ...args }) => act(enqueue, dropVoidReports(args))),
    keepWhatIsLeft: enqueueActions(({ enqueue, ...args }) => act(enqueue, keepWhatIsLeft(args))),
    countEventsFailure: enqueueActions(({ enqueue, ...args }) => act(enqueue, countEventsFailure(args))),
    hearEvents: enqueueActions(({ enqueue, ...args }) => act(enqueue, hearEvents(args))),
    countFailure: enqueueActions(({ enqueue, ...args }) => act(enqueue, countFailure(args))),
    recordBackoff: enqueueActions(({ enqueue, ...args }) => act(enqueue, recordBackoff(args))),
  },
}).createMachine({
  id: 'ven',
  description: 'The lifecycle of the VEN towards its VTN.',
  context: beforeTheFirstStart,
  initial: 'unregistered',
  on: {
    'agent.started': { target: '.registering', actions: ['bootstrapFully', 'distrustRequests'] },
    'agent.resumed': whenARunGoesOn,
    'report.wanted': { actions: 'queueReport' },
    'poll.started': { actions: 'pacePoll' },
    'report.started': { actions: 'recordDeliveryStart' },
    'requests.void': { actions: 'dropVoidReports' },
    'usage.left': { actions: 'keepWhatIsLeft' },
    'usage.taken': { actions: 'keepWhatIsLeft' },
    'clock.set': { actions: 'moveInstants' },
    'usage.released': { actions: 'forgetRefusals' },
    // What became of a report is booked wherever the lifecycle stands; so is a refusal to let us go, once a person has called us back.
    'reply.received': [
      { guard: 'isReplyToReport', actions: 'settleReport' },
      { guard: 'cancelWasAnswered', actions: 'tellRefusal' },
    ],
    'exchange.failed': { actions: 'settleFailedReport' },
    'answer.dropped': { actions: 'oweAnswers' },
    'events.unread': { actions: 'oweAnswers' },
  },
  states: {
    unregistered: {
      description: 'The VTN does not know us. A start or the passing of time makes us register.',
      on: {
        'resync.wanted': { guard: 'mayComeBack', target: 'registering', actions: 'bootstrapFully' },
        'cancellation.wanted': { actions: 'stayAway' },
      },
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
          { guard: 'metadataAccepted', actions: 'recordReports' },
          { guard: 'metadataAreInDoubt', target: 'backoff', actions: ['noteMetadataFailure', 'countFailure'] },
        ],
        'exchange.failed': [
          { guard: 'vtnFailsOnEvents', target: 'backoff', actions: 'countEventsFailure' },
          { target: 'backoff', actions: ['settleFailedReport', 'noteMetadataFailure', 'countFailure'] },
        ],
        'registration.cancelled': { target: 'unregistered', actions: 'endRegistration' },
        'resync.wanted': [
          { guard: 'isCalledBack', target: 'registering', reenter: true, actions: 'bootstrapFully' },
          { guard: 'isWider', target: 'registering', reenter: true, actions: ['keepEventsOwed', 'bootstrapAsWanted'] },
        ],
        'metadata.wanted': { actions: 'registerReports' },
        'cancellation.wanted': [
          { guard: 'hasNoRegistration', target: 'unregistered', actions: 'stayAway' },
          { target: 'registering', reenter: true, actions: 'stayAway' },
        ],
      },
      states: {
        choosing: {
          description: 'What is missing decides where to begin.',
          always: [
            { guard: 'leaveIsDue', target: 'awaitingCanceledPartyRegistration' },
            { guard: 'queryComesFirst', target: 'awaitingQueriedRegistration' },
            { guard: 'nothingIsMissing', target: '#ven.registered' },
            { guard: 'onlyEventsAreMissingAndFail', target: '#ven.registered' },
            { guard: 'onlyEventsAreMissing', target: 'awaitingDistributeEvent' },
            { target: 'awaitingCreatedPartyRegistration' },
          ],
        },
        awaitingCanceledPartyRegistration: {
          description: 'A person does not want the registration any more: the VTN is to end it. @rule 2.0b §8.4.1',
          entry: 'cancelPartyRegistration',
          on: {
            'reply.received': { guard: 'cancelWasAnswered', target: '#ven.unregistered', actions: 'endRegistration' },
          },
          after: unlessAnswered,
        },
        awaitingQueriedRegistration: {
          description: 'Asking what the VTN offers. @rule 2.0b 404',
          entry: 'queryRegistration',
          on: {
            'reply.received': {
              guard: 'isReplyToQuery',
              target: 'awaitingCreatedPartyRegistration',
              actions: 'takeUpRegistration',
            },
          },
          after: unlessAnswered,
        },
        awaitingCreatedPartyRegistration: {
          description: 'The VTN is to confirm who we are. @rule 2.0b 402, 403',
          entry: 'createPartyRegistration',
          on: {
            'reply.received': [
              {
                guard: 'registrationAcceptedThoughMetadataFail',
                target: 'awaitingDistributeEvent',
                actions: ['recordRegistration', 'bootstrapTheRest', 'clearRefusalAlarm'],
              },
              {
                guard: 'registrationAcceptedAndAllIsNew',
                target: 'awaitingRegisteredReport',
                actions: ['recordRegistration', 'bootstrapTheRest', 'clearRefusalAlarm'],
              },
              {
                guard: 'registrationAcceptedAfterAsking',
                target: 'awaitingDistributeEvent',
                actions: ['recordRegistration', 'trustRequests', 'clearRefusalAlarm'],
              },
              {
                guard: 'registrationAccepted',
                target: '#ven.registered',
                actions: ['recordRegistration', 'trustRequests', 'contactMade', 'clearRefusalAlarm'],
              },
              { guard: 'vtnFailsOnRenewal', target: '#ven.backoff', actions: 'countFailure' },
              {
                guard: 'freshRegistrationRefused',
                target: 'awaitingCreatedPartyRegistration',
                reenter: true,
                actions: 'recordFreshRefusal',
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
          after: unlessAnswered,
        },
        awaitingRegisteredReport: {
          description: 'The VTN is to take our report metadata, and may ask for reports at once. @rule 2.0b 301, 344',
          entry: 'registerReports',
          on: {
            'reply.received': [
              { guard: 'metadataAcceptedAtLast', target: '#ven.registered', actions: ['recordReports', 'contactMade'] },
              { guard: 'metadataAccepted', target: 'awaitingDistributeEvent', actions: 'recordReports' },
              { guard: 'isReplyToMetadata', target: '#ven.backoff', actions: ['noteMetadataFailure', 'countFailure'] },
            ],
          },
          after: {
            outcomeTimeoutMs: { ...unlessAnswered.outcomeTimeoutMs, actions: ['noteMetadataFailure', 'countFailure'] },
          },
        },
        awaitingDistributeEvent: {
          description: 'All DR events the VTN has for us, so that none is missed. @rule 2.0b 405',
          entry: 'requestEvent',
          on: {
            'reply.received': [
              { guard: 'eventsRefused', target: '#ven.backoff', actions: ['countFailure', 'endRegistration'] },
              { guard: 'eventsFailedByTheirCode', target: '#ven.backoff', actions: 'countEventsFailure' },
              { guard: 'metadataAreOwed', target: 'awaitingRegisteredReport', actions: 'hearEvents' },
              { guard: 'isReplyToRequestEvent', target: '#ven.registered', actions: ['hearEvents', 'contactMade'] },
            ],
          },
          after: unlessAnswered,
        },
      },
    },

    registered: {
      description: 'The VTN knows us: we poll, and we report.',
      type: 'parallel',
      entry: 'bootstrapEvents',
      exit: 'takeBackWhatWaits',
      always: { guard: 'otherModelIsWanted', target: 'registering', actions: 'bootstrapParty' },
      on: {
        'exchange.failed': [
          { guard: 'vtnFailsOnAnAnswer', target: 'backoff', actions: ['bootstrapNothing', 'countFailure'] },
          { target: 'backoff', actions: ['settleFailedReport', 'noteMetadataFailure', 'countFailure'] },
        ],
        'resync.wanted': { target: 'registering', actions: ['bootstrapAsWanted', 'distrustRequests'] },
        'metadata.wanted': { actions: 'registerReports' },
        'registration.cancelled': { target: 'unregistered', actions: 'endRegistration' },
        'cancellation.wanted': { target: 'registering', actions: 'stayAway' },
        'reply.received': [
          { guard: 'metadataAccepted', actions: 'recordReports' },
          { guard: 'metadataAreInDoubt', target: 'backoff', actions: ['noteMetadataFailure', 'countFailure'] },
        ],
      },
      after: { eventsAgainDelayMs: 'registering.awaitingDistributeEvent' },
      states: {
        polling: {
          description: 'Asking for news at the VTN’s pace. @rule 2.0b 500',
          initial: 'waiting',
          states: {
            waiting: {
              description: 'Until the next poll is due.',
              entry: 'resetDrained',
              always: { guard: 'vtnPushes', target: 'listening' },
              on: {
                'polls.summarised': {
                  target: 'waiting',
                  reenter: true,
                  actions: ['rememberPoll', 'pollTaken', 'allIsHeard', 'contactMade'],
                },
              },
              after: { oadrRequestedOadrPollFreq: 'awaitingPollReply' },
            },
            awaitingPollReply: {
              description: 'The VTN is to say whether it has something for us.',
              entry: 'poll',
              on: {
                'reply.received': [
                  { guard: 'pollFoundUsUnknown', target: '#ven.backoff', actions: ['countFailure', 'endRegistration'] },
                  ...whenPollsComeToNothing,
                  {
                    guard: 'pollsAreTakenAgain',
                    target: '#ven.registering.awaitingDistributeEvent',
                    actions: ['pollTaken', 'allIsHeard', 'contactMade'],
                  },
                  {
                    guard: 'pollBroughtNothing',
                    target: 'waiting',
                    actions: ['pollTaken', 'allIsHeard', 'contactMade'],
                  },
                  {
                    guard: 'pollRepeatsItself',
                    target: 'waiting',
                    actions: ['pollTaken', 'leaveTheRest', 'contactMade'],
                  },
                  {
                    guard: 'pollBroughtSomething',
                    target: 'draining',
                    actions: ['pollTaken', 'rememberBrought', 'contactMade'],
                  },
                ],
              },
              after: unlessAnswered,
            },
            listening: {
              description:
                'The VTN pushes, and is never polled; when it has been silent for long, it is asked for its DR events. @rule 2.0b 500',
              on: { 'vtn.heard': { target: 'listening', reenter: true } },
              after: { pushSilenceMs: '#ven.registering.awaitingDistributeEvent' },
            },
            draining: {
              description: 'It had something: ask again at once until it has no more, or nothing new. @rule 2.0b 500',
              entry: ['countDrained', 'poll'],
              on: {
                'reply.received': [
                  { guard: 'pollFoundUsUnknown', target: '#ven.backoff', actions: ['countFailure', 'endRegistration'] },
                  ...whenPollsComeToNothing,
                  { guard: 'pollBroughtNothing', target: 'waiting', actions: ['allIsHeard', 'contactMade'] },
                  { guard: 'pollRepeatsItself', target: 'waiting', actions: 'leaveTheRest' },
                  { guard: 'drainLimitIsReached', target: 'waiting', actions: 'leaveTheRest' },
                  { guard: 'pollBroughtSomething', target: 'draining', reenter: true, actions: 'rememberBrought' },
                ],
              },
              after: unlessAnswered,
            },
          },
        },
        reporting: {
          description: 'One report at a time, and usage only while the VTN is known to remember its requests.',
          initial: 'idle',
          states: {
            idle: {
              description: 'No report is on its way.',
              on: {
                'line.free': [
                  { guard: 'pollComesFirst', target: 'lettingAPollPass' },
                  { guard: 'usageWaitsForFreshRequests', target: '#ven.registering', actions: 'bootstrapForUsage' },
                  { guard: 'aReportWaits', target: 'awaitingUpdatedReport' },
                ],
              },
            },
            lettingAPollPass: {
              description: 'The VTN failed on a report, and a poll is due: it goes before the next report.',
              on: {
                'reply.received': { guard: 'isReplyToPoll', target: 'idle' },
                'polls.summarised': 'idle',
              },
            },
            awaitingUpdatedReport: {
              description: 'The VTN is to acknowledge a report.',
              entry: 'sendReport',
              on: {
                'reply.received': [
                  { guard: 'reportRequestIsUnknown', target: '#ven.backoff', actions: 'releaseUnknownReport' },
                  { guard: 'usageIsInDoubt', target: '#ven.backoff', actions: ['settleReport', 'countFailure'] },
                  { guard: 'isReplyToReport', target: 'idle', actions: ['settleReport', 'contactMade'] },
                ],
              },
              after: unlessAnswered,
            },
          },
        },
        answering,
      },
    },

    backoff: {
      description:
        'Quiet for a while after a failure, longer with each; not through the price window. @rule 2.0b §9.1.7',
      entry: 'recordBackoff',
      on: {
        'report.wanted': [
          { guard: 'usageIsDueInALongPause', target: 'backoff', reenter: true, actions: 'queueReport' },
          { actions: 'queueReport' },
        ],
        'registration.cancelled': { target: 'unregistered', actions: 'endRegistration' },
        'resync.wanted': [
          { guard: 'isCalledBack', actions: 'bootstrapFully' },
          { guard: 'isWider', actions: ['keepEventsOwed', 'bootstrapAsWanted'] },
        ],
        'metadata.wanted': { actions: 'bootstrapTheRest' },
        'cancellation.wanted': [
          { guard: 'hasNoRegistration', target: 'unregistered', actions: 'stayAway' },
          { actions: 'stayAway' },
        ],
      },
      after: {
        backoffDelayMs: 'registering',
      },
    },
  },
});
