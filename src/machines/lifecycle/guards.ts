import { accepts, asksReregistration, repliesToNoPoll, responseOf, saysUnknown } from '../exchange/replies.ts';
import type { OadrMessage } from '../../protocol/payload.ts';
import { isOfTheVtn } from '../exchange.ts';
import type { Bootstrap } from '../signals.ts';
import { isDrainedEnough, repeatsItself } from './draining.ts';
import { isRegistered, purposeOf, replyTo, type VenArgs } from './lifecycle.ts';
import { eventsFailForLong, failedOnEvents, pollPauseMs, usageIsDueInALongPause } from './pauses.ts';
import { identityChanged, isConfirmed } from './registration.ts';
import { leavesUsageInDoubt, nextReport, requestsAreFresh } from './reporting.ts';

/** How much each kind of resynchronisation takes in. */
const breadth: Readonly<Record<Bootstrap, number>> = { nothing: -1, events: 0, renewal: 1, asked: 2, full: 3, anew: 4 };

const isWider = ({ context, event }: VenArgs): boolean =>
  event.type === 'resync.wanted' && breadth[event.bootstrap] > breadth[context.bootstrap];

/** Whether the reply to a request of this purpose says that the VTN does not know us. */
const foundUsUnknown = (purpose: string, args: VenArgs): boolean => {
  const reply = replyTo(purpose, args);
  return reply !== null && saysUnknown(reply);
};

/** Whether reports and DR events follow a registration: they were to be told anew, or the VTN turned out not to have us. */
const isAllNew = (args: VenArgs): boolean => breadth[args.context.bootstrap] >= breadth.full || identityChanged(args);

/** Whether the reply to our registration says that the VTN failed on it: that says nothing of what it knows. */
const failedOnRegistration = (args: VenArgs): boolean => {
  const reply = replyTo('registration', args);
  return reply !== null && (responseOf(reply)?.responseCode.startsWith('5') ?? false);
};

const isReplyToMetadata = ({ event }: VenArgs): boolean =>
  event.type === 'reply.received' && purposeOf(event) === 'metadata';

/**
 * Whether a reply leaves open what became of our metadata: all but a yes, and the wish for a registration, which is told apart.
 * A refusal does too: metadata that were taken all the same have ended every request, and reports under those are lost with a 200.
 */
const leavesMetadataInDoubt = (reply: OadrMessage | null): boolean =>
  reply === null || (!asksReregistration(reply) && !accepts(reply));

/** Whether a poll came to nothing: it was refused, or answered with what answers something else. */
const pollCameToNothing = (args: VenArgs): boolean => {
  const reply = replyTo('poll', args);
  if (reply === null) return false;
  return repliesToNoPoll(reply) || (reply.message === 'oadrResponse' && !accepts(reply));
};

const pushes = ({ context }: VenArgs): boolean => (context.pushedTo ?? null) !== null;

/** What the lifecycle decides by; each is a sentence. */
export const guards = {
  eventsMayWait: ({ event }) => event.type === 'agent.resumed' && event.eventsMayWait,
  queryComesFirst: ({ context, event }) =>
    !context.queryIsUnanswered &&
    (context.bootstrap === 'asked' ||
      ((event.settings.queryRegistration || context.asksFirst) &&
        context.registrationID === null &&
        breadth[context.bootstrap] >= breadth.full)),
  nothingIsMissing: ({ context }) => context.bootstrap === 'nothing' && isRegistered(context),
  onlyEventsAreMissingAndFail: ({ context }) =>
    context.bootstrap === 'events' && isRegistered(context) && eventsFailForLong({ context }),
  vtnFailsOnEvents: (args) => failedOnEvents(args),
  vtnFailsOnAnAnswer: ({ context, event }) =>
    event.type === 'exchange.failed' &&
    event.wanted.purpose === 'answer' &&
    isOfTheVtn(event.failure) &&
    !context.metadataFails,
  answersAreOwed: ({ context }) => context.answersOwed,
  onlyEventsAreMissing: ({ context }) => context.bootstrap === 'events' && isRegistered(context),
  registrationAccepted: (args) => isConfirmed(args),
  registrationAcceptedThoughMetadataFail: (args) => isConfirmed(args) && args.context.metadataFails && isAllNew(args),
  registrationAcceptedAndAllIsNew: (args) => isConfirmed(args) && isAllNew(args),
  registrationAcceptedAfterAsking: (args) => isConfirmed(args) && args.context.bootstrap === 'asked',
  isReplyToQuery: ({ event }) => purposeOf(event) === 'query',
  freshRegistrationRefused: (args) =>
    replyTo('registration', args) !== null && args.context.registrationID !== null && args.context.bootstrap === 'anew',
  vtnFailsOnRenewal: (args) => args.context.registrationID !== null && failedOnRegistration(args),
  renewalWasUnknown: (args) => replyTo('registration', args) !== null && args.context.registrationID !== null,
  isReplyToRegistration: ({ event }) => purposeOf(event) === 'registration',
  metadataAccepted: (args) => {
    const reply = replyTo('metadata', args);
    return reply?.message === 'oadrRegisteredReport' && accepts(reply);
  },
  metadataAcceptedAtLast: (args) => {
    const reply = replyTo('metadata', args);
    return args.context.metadataFails && reply?.message === 'oadrRegisteredReport' && accepts(reply);
  },
  metadataAreInDoubt: (args) => isReplyToMetadata(args) && leavesMetadataInDoubt(replyTo('metadata', args)),
  eventsFailedByTheirCode: (args) => {
    const reply = replyTo('requestEvent', args);
    if (reply === null || !isRegistered(args.context) || args.context.metadataFails) return false;
    // Of its DR events it says nothing so: they are asked for after the renewal that it wants.
    if (reply.message === 'oadrRequestReregistration') return true;
    const code = responseOf(reply)?.responseCode;
    if (code === undefined) return false;
    // A refusal is believed when it comes twice: prices may hang on it.
    return code.startsWith('5') || (!code.startsWith('2') && args.context.eventsFailures === 0);
  },
  metadataAreOwed: ({ context, event }) => purposeOf(event) === 'requestEvent' && context.metadataFails,
  isReplyToMetadata: (args) => isReplyToMetadata(args),
  isReplyToRequestEvent: ({ event }) => purposeOf(event) === 'requestEvent',
  eventsRefused: (args) => foundUsUnknown('requestEvent', args),
  vtnPushes: (args) => pushes(args),
  otherModelIsWanted: ({ context, event }) => (context.pushedTo ?? null) !== (event.settings.transportAddress ?? null),
  pollFoundUsUnknown: (args) => foundUsUnknown('poll', args),
  pollCameToNothingFirst: (args) => pollCameToNothing(args) && (args.context.pollsRefused ?? 0) === 0,
  pollCameToNothing: (args) => pollCameToNothing(args),
  pollsAreTakenAgain: (args) => {
    const reply = replyTo('poll', args);
    const isQuiet = args.event.type === 'reply.received' && (reply === null || reply.message === 'oadrResponse');
    return purposeOf(args.event) === 'poll' && isQuiet && (args.context.pollsRefused ?? 0) > 1;
  },
  pollBroughtNothing: (args) => {
    const reply = replyTo('poll', args);
    return (
      args.event.type === 'reply.received' &&
      purposeOf(args.event) === 'poll' &&
      (reply === null || reply.message === 'oadrResponse')
    );
  },
  pollBroughtSomething: ({ event }) => event.type === 'reply.received' && purposeOf(event) === 'poll',
  pollRepeatsItself: (args) => repeatsItself(args),
  drainLimitIsReached: (args) => purposeOf(args.event) === 'poll' && isDrainedEnough(args),
  pollComesFirst: (args) => args.context.reportsFail && !pushes(args) && pollPauseMs(args) === 0,
  aReportWaits: ({ context }) => context.reports.length > 0,
  usageWaitsForFreshRequests: ({ context, event }) =>
    (nextReport(context)?.needsFreshRequests ?? false) &&
    event.settings.reregisterBeforeUsage &&
    !requestsAreFresh(context, event.at),
  isReplyToPoll: ({ event }) => purposeOf(event) === 'poll',
  isReplyToReport: ({ event }) => purposeOf(event) === 'report',
  usageIsInDoubt: (args) => leavesUsageInDoubt(args),
  reportRequestIsUnknown: (args) => {
    const reply = replyTo('report', args);
    return reply !== null && (saysUnknown(reply) || asksReregistration(reply));
  },
  cancelWasAnswered: ({ event }) => purposeOf(event) === 'cancel',
  mayRegisterAgain: ({ context }) => context.wantsRegistration,
  isWider: (args) => isWider(args),
  isCalledBack: ({ context, event }) =>
    !context.wantsRegistration && event.type === 'resync.wanted' && event.byPerson === true,
  hasNoRegistration: ({ context }) => context.registrationID === null,
  usageIsDueInALongPause: (args) => usageIsDueInALongPause(args),
  mayComeBack: ({ context, event }) =>
    context.wantsRegistration || (event.type === 'resync.wanted' && event.byPerson === true),
  leaveIsDue: ({ context }) => context.registrationID !== null && !context.wantsRegistration,
} satisfies Readonly<Record<string, (args: VenArgs) => boolean>>;
