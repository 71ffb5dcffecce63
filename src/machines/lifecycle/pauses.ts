import type { Output } from '../../facts/fact.ts';
import { answeredBadly, backoffMs, describeFailure, isAboutCredentials } from '../exchange/backoff.ts';
import { serviceFor } from '../../protocol/services.ts';
import { isOfTheVtn } from '../exchange.ts';
import { type Failure } from '../wanted.ts';
import { dayMs, hourMs, nextTimeOfDay } from '../../programme/calendar.ts';
import { draw } from '../moment.ts';
import { mayHaveLostEvents, oweEventsAtOnce, owedPauseMs } from './owedEvents.ts';
import { isRegistered, purposeOf, type Conclusion, type VenArgs, type VenContext, type VenEvent } from './lifecycle.ts';

/** How long the lifecycle waits: between polls, and after failures. */

/** @limit Failures in a row after which a person is told that the VTN cannot be reached. */
export const failuresBeforeAlarm = 5;

/** Until the next poll: the VTN's pace (or ours), counted from the last poll whatever came between. @unit ms @rule 2.0b 500 */
export const pollPauseMs = ({ context, event }: VenArgs): number => {
  if (event.type === 'polls.summarised') return Math.max(0, event.nextPollAt - event.at);
  const { defaultPollFreqMs, minimumPollFreqMs, pollJitter } = event.settings;
  const interval = Math.max(context.requestedPollFreqMs ?? defaultPollFreqMs, minimumPollFreqMs);
  const paced = Math.round(interval * (1 + pollJitter * draw(event, 'poll')));
  // Never more than one pause, whatever clock the last poll was read from.
  return context.polledAt === null ? 0 : Math.min(paced, Math.max(0, context.polledAt + paced - event.at));
};

/** How long a VTN that pushes may be silent, where a log does not say. @unit ms */
const usualSilenceMs = 900_000;

/** Until a VTN that pushes, and has not been heard, is asked for its DR events. @unit ms */
const silencePauseMs = ({ event }: VenArgs): number => event.settings.pushSilenceMs ?? usualSilenceMs;

/** Until an exchange is tried again. @unit ms @rule 2.0b §9.1.7 */
const backoffPauseMs = ({ context, event }: VenArgs): number =>
  Math.max(0, (context.quietUntil ?? event.at) - event.at);

/** Failures on oadrRequestEvent after which it is no moment's weakness: prices may come by poll meanwhile. */
const eventsFailuresBeforePolls = 2;

/** Whether the VTN fails on oadrRequestEvent again and again, so that the rest goes on without it. */
export const eventsFailForLong = ({ context }: Pick<VenArgs, 'context'>): boolean =>
  context.eventsFailures >= eventsFailuresBeforePolls;

/** Until DR events that are owed to us are asked for, beside the polls. @unit ms */
const eventsAgainPauseMs = (args: VenArgs): number => {
  const { context, event } = args;
  return context.eventsFailures === 0
    ? owedPauseMs(args)
    : backoffMs(event.settings, context.eventsFailures, null, draw(event, 'eventsAgain'));
};

/** @limit The first time, the VTN is asked to tell its DR events again as after so many failures: three tries came before. */
const answersPacedAs = 6;

/** Until DR events are asked for again, because the VTN has not taken what we answered to them. @unit ms */
const answersAgainPauseMs = ({ context, event }: VenArgs): number =>
  backoffMs(event.settings, answersPacedAs + context.answersInVain, null, draw(event, 'answersAgain'));

/** Whether the VTN is there, knows us, and failed on our oadrRequestEvent alone. */
export const failedOnEvents = ({ context, event }: VenArgs): boolean =>
  event.type === 'exchange.failed' &&
  event.wanted.purpose === 'requestEvent' &&
  isOfTheVtn(event.failure) &&
  isRegistered(context) &&
  !context.metadataFails;

/**
 * Notes a failure on oadrRequestEvent; nothing else is wanting. A first one may mean that the VTN restarted and forgot its
 * report requests; when it always fails there, that says nothing of them.
 */
export const countEventsFailure = (args: VenArgs): Conclusion => {
  const { context } = args;
  const distrust = eventsFailForLong(args) ? {} : { requestsFreshSince: null };
  return {
    change: {
      ...countFailure(args).change,
      requestsFreshSince: context.requestsFreshSince,
      ...distrust,
      bootstrap: 'events',
      eventsFailures: context.eventsFailures + 1,
    },
  };
};

/**
 * Until a VTN that cancelled or refused us is asked again, and no sooner than a pause that had begun would have ended; before the
 * first start there is nothing to wait for. @unit ms @rule 2.0b 401
 */
const registerAgainPauseMs = (args: VenArgs): number => {
  const { context, event } = args;
  if ((event.type as string) === 'xstate.init') return Infinity;
  const own = backoffMs(event.settings, Math.max(6, context.failures), null, draw(event, 'registerAgain'));
  return Math.max(own, backoffPauseMs(args));
};

/** How long before they count as late prices are expected. @unit ms */
export const priceWindowMs = 30 * 60_000;

/** A shorter pause leaves room for a try in any window. @unit ms */
const longPauseMs = 15 * 60_000;

/** Pauses are cut short for usage no oftener than this. @unit ms */
const hurryForUsageEveryMs = 3_600_000;

/** Usage became due while we are to be quiet for long: one try is made all the same. */
export const usageIsDueInALongPause = ({ context, event }: VenArgs): boolean =>
  event.type === 'report.wanted' &&
  event.report.deliveryID !== undefined &&
  (context.quietUntil ?? 0) - event.at > longPauseMs &&
  event.at - context.hurriedForUsageAt >= hurryForUsageEveryMs;

/** A pause, and for what it was cut short. */
interface Pause {
  readonly delayMs: number;
  readonly hurry: 'prices' | 'usage' | null;
  readonly change: Conclusion['change'];
}

/** How long we are quiet. A pause that would sleep through the price window or through usage that is due is cut short once. */
const pauseAfter = (args: VenArgs): Pause => {
  const { context, event } = args;
  if (usageIsDueInALongPause(args))
    return {
      delayMs: Math.round(60_000 * (1 + 4 * draw(event, 'hurry'))),
      hurry: 'usage',
      change: { hurriedForUsageAt: event.at },
    };
  const delayMs = backoffMs(event.settings, Math.max(1, context.failures), context.failure, draw(event, 'backoff'));
  const lateAt = nextTimeOfDay(event.at, event.settings.pricesLateAt, event.settings.timeZone);
  const isAwake = delayMs <= longPauseMs || event.at + delayMs < lateAt || context.hurriedForPrices === lateAt;
  if (isAwake) return { delayMs, hurry: null, change: {} };
  const fromMs = Math.max(0, lateAt - priceWindowMs - event.at);
  const leftMs = lateAt - event.at - fromMs;
  return {
    delayMs: Math.round(fromMs + leftMs * (0.1 + 0.3 * draw(event, 'hurry'))),
    hurry: 'prices',
    change: { hurriedForPrices: lateAt },
  };
};

const hurried: Readonly<Record<'prices' | 'usage', string>> = {
  prices: 'prices are expected',
  usage: 'usage is due',
};

/** Longer than this nobody waits: it is said to be for ever. @unit ms */
const foreverMs = 366 * dayMs;

/** A patience that is asked for, in words. */
const patienceText = (ms: number): string => {
  if (ms > foreverMs) return 'patience for ever';
  const [size, unit] =
    ms < 2 * hourMs
      ? ([60_000, 'min'] as const)
      : ms < 2 * dayMs
        ? ([hourMs, 'h'] as const)
        : ([dayMs, 'days'] as const);
  return `${Math.round(ms / size)} ${unit} of patience`;
};

/** Whether a VTN that has failed before asks for a pause that ends in the price window: nothing is cut short, and prices wait for it. */
const keepsPricesWaiting = ({ context, event }: VenArgs, delayMs: number): boolean => {
  const lateAt = nextTimeOfDay(event.at, event.settings.pricesLateAt, event.settings.timeZone);
  return context.failures > 1 && event.at + delayMs > lateAt - priceWindowMs;
};

/** A VTN that asks for patience when money is at stake: told, until it answers again. */
const patienceAsked = (args: VenArgs, { hurry, delayMs }: Pause): readonly Output[] => {
  const askedMs = args.context.failure?.retryAfterMs ?? 0;
  const atStake = hurry ?? (keepsPricesWaiting(args, delayMs) ? 'prices' : null);
  if (atStake === null || Math.round(askedMs / 60_000) === 0) return [];
  const remedy =
    hurry === null
      ? 'It gets it, and is tried each time it is over.'
      : 'One try is made meanwhile, then it gets its patience.';
  return [
    {
      type: 'AlarmRaised',
      data: {
        alarm: 'patienceAsked',
        text: `The VTN asks for ${patienceText(askedMs)} while ${hurried[atStake]}.`,
        advice: `${remedy} Ask the VTN’s operator when it lasts.`,
      },
    },
  ];
};

const silence: Failure = {
  reason: 'noReply',
  certainlyNotDelivered: false,
  detail: 'what was asked for came to nothing in time',
};

/**
 * What is left to be done when a VTN that is there fails on our registration while we are registered: less of it. What we have
 * may be good as it is, and prices and usage do not wait for a broken service. But where we took our leave and heard nothing of it,
 * and were asked back, the VTN may have let us go, and all that it asked for with that: then nothing less will do.
 */
const lessAfter = ({ context, event }: VenArgs): Conclusion['change'] => {
  const purpose = purposeOf(event);
  if (purpose === 'cancel')
    return event.type === 'exchange.failed' && !event.failure.certainlyNotDelivered ? { leaveIsInDoubt: true } : {};
  if (context.leaveIsInDoubt === true) return {};
  const isOfRegistration = purpose === 'registration' || purpose === 'query';
  const isVtns = event.type === 'reply.received' || (event.type === 'exchange.failed' && isOfTheVtn(event.failure));
  if (!isOfRegistration || !isVtns || !isRegistered(context)) return {};
  const less = { anew: 'full', asked: 'renewal' } as const;
  const { bootstrap: all } = context;
  const owed = all === 'asked' ? oweEventsAtOnce({ event }) : {};
  if (all === 'anew' || all === 'asked') return { bootstrap: less[all], reportsFail: true, ...owed };
  return { bootstrap: context.failures > 0 ? 'events' : all, reportsFail: true };
};

/** Notes one more failure; a wait that ran out is one as well. */
export const countFailure = (args: VenArgs): Conclusion => {
  const { context, event } = args;
  const isTimeout = (event.type as string).startsWith('xstate.after.');
  const failure = event.type === 'exchange.failed' ? event.failure : isTimeout ? silence : null;
  const failures = context.failures + 1;
  const before = context.unanswered ?? context.failures;
  const unanswered = failure === null ? 0 : before + 1;
  const isBad = failure !== null && answeredBadly(failure);
  const answeredInVain = (before === 0 ? 0 : (context.answeredInVain ?? 0)) + (isBad ? 1 : 0);
  const owed = mayHaveLostEvents(args) ? oweEventsAtOnce(args) : {};
  const row = { failures, unanswered, answeredInVain, failure };
  return { change: { ...row, requestsFreshSince: null, ...owed, ...lessAfter(args) } };
};

/** What a person is told of the row: a VTN that answered in between does not stay away, but fails on what it is sent. */
const rowOf = (
  failures: number,
  row: 'silence' | 'withoutUse' | 'better',
  because: string,
): { readonly text: string; readonly advice: string } => {
  if (row === 'better')
    return {
      text: `The VTN answers, but ${failures} tries have failed since all was well (${because}).`,
      advice: 'The VEN keeps trying and keeps metering; `ven log show` shows what the VTN says to it.',
    };
  return {
    text:
      row === 'silence'
        ? `The VTN has not answered ${failures} times in a row (${because}).`
        : `${failures} messages to the VTN in a row have come to no answer of use (${because}).`,
    advice: 'The VEN keeps trying and keeps metering; `ven doctor` shows where the way ends.',
  };
};

/** The service that the message which failed was for; null where it was none. */
const failedServiceOf = (event: VenEvent): string | null =>
  event.type === 'exchange.failed' ? serviceFor(event.wanted.message.message, event.wanted.answers) : null;

/** What a person is told where the VTN, or the way to it, does not let us in, or knows no such place. */
const refusedOf = (
  { httpStatus }: Failure,
  service: string | null,
  because: string,
): { readonly text: string; readonly advice: string } =>
  httpStatus === 404 && service !== null
    ? {
        text: `There is no ${service} where we look for it (${because}).`,
        advice: `Ask the VTN’s operator whether it serves ${service}, and check the URL, which ends with it: \`ven doctor\`.`,
      }
    : {
        text: `The VTN or the way to it refuses us (${because}).`,
        advice: 'Check the URL with its token and the certificates; `ven doctor` looks at each.',
      };

const alarmsOf = ({ context, event }: VenArgs, because: string): readonly Output[] => {
  const { failures, unanswered, answeredInVain = 0, failure } = context;
  if (failure !== null && isAboutCredentials(failure)) {
    const refused = refusedOf(failure, failedServiceOf(event), because);
    return [{ type: 'AlarmRaised', data: { alarm: 'credentialsRefused', ...refused } }];
  }
  if (failures < failuresBeforeAlarm) return [];
  const isSilent = (unanswered ?? failures) >= failures;
  const row = !isSilent ? 'better' : answeredInVain > 0 ? 'withoutUse' : 'silence';
  return [{ type: 'AlarmRaised', data: { alarm: 'vtnUnreachable', ...rowOf(failures, row, because) } }];
};

/** Holds the line, and says for how long and why. */
export const recordBackoff = (args: VenArgs): Conclusion => {
  const { failure, failures } = args.context;
  const pause = pauseAfter(args);
  const { delayMs, hurry, change } = pause;
  const reason = failure === null ? 'the VTN did not accept what was sent' : describeFailure(failure);
  const because = hurry === null ? reason : `${reason}; cut short, for ${hurried[hurry]}`;
  return {
    tell: [
      { type: 'line.held' },
      { type: 'BackoffStarted', data: { attempt: failures, delayMs, because } },
      ...alarmsOf(args, reason),
      ...patienceAsked(args, pause),
    ],
    change: { ...change, quietUntil: args.event.at + delayMs },
  };
};

/** The VTN has answered, and not all is well yet: it does not stay away any more, whatever else was told of it. */
const answerHeard = ({ unanswered = 0 }: VenContext): Conclusion =>
  unanswered === 0
    ? {}
    : {
        tell: unanswered < failuresBeforeAlarm ? [] : [{ type: 'AlarmCleared', data: { alarm: 'vtnUnreachable' } }],
        change: { unanswered: 0 },
      };

/** A VTN that asks for what it then does not know is believed again only after this, or when it takes such a report. @unit ms */
export const requestUnknownForMs = 15 * 60_000;

/** Whether a person was told of requests that the VTN does not know, and nothing says that this is over. */
const unknownRequestsStand = ({ context, event }: VenArgs): boolean =>
  context.requestUnknownAt !== null &&
  event.at - context.requestUnknownAt < requestUnknownForMs &&
  (context.requestsUnknown ?? 0) >= failuresBeforeAlarm &&
  (context.unanswered ?? 0) < failuresBeforeAlarm;

/**
 * The VTN has answered: what went wrong before is over. But while a report waits that the VTN failed on, its other answers do
 * not shorten the pauses: else that report would be sent every second.
 */
export const contactMade = (args: VenArgs): Conclusion => {
  const { context } = args;
  if (context.reportsFail && context.reports.length > 0) return answerHeard(context);
  const contact: readonly Output[] = unknownRequestsStand(args)
    ? []
    : [{ type: 'AlarmCleared', data: { alarm: 'vtnUnreachable' } }];
  return {
    tell: [
      ...contact,
      { type: 'AlarmCleared', data: { alarm: 'credentialsRefused' } },
      { type: 'AlarmCleared', data: { alarm: 'patienceAsked' } },
    ],
    change: { failures: 0, unanswered: 0, failure: null, reportsFail: false },
  };
};

/** What the lifecycle waits for. @unit ms */
export const delays = {
  /** Longer than the exchange's own patience, with a queue in front of it: the safety net under every wait. */
  outcomeTimeoutMs: ({ event }: VenArgs) => 3 * (event.settings.replyTimeoutMs + 30_000),
  backoffDelayMs: (args: VenArgs) => backoffPauseMs(args),
  registerAgainDelayMs: (args: VenArgs) => registerAgainPauseMs(args),
  eventsAgainDelayMs: (args: VenArgs) => eventsAgainPauseMs(args),
  answersAgainDelayMs: (args: VenArgs) => answersAgainPauseMs(args),
  oadrRequestedOadrPollFreq: (args: VenArgs) => pollPauseMs(args),
  pushSilenceMs: (args: VenArgs) => silencePauseMs(args),
} as const;
