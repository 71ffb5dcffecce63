import type { Output } from '../../facts/fact.ts';
import { backoffMs, describeFailure, isAboutCredentials } from '../backoff.ts';
import type { Failure } from '../exchange.ts';
import { draw } from '../moment.ts';
import type { Conclusion, VenArgs } from './lifecycle.ts';

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

/** Until an exchange is tried again. @unit ms @rule 2.0b §9.1.7 */
export const backoffPauseMs = ({ context, event }: VenArgs): number =>
  backoffMs(event.settings, Math.max(1, context.failures), context.failure, draw(event, 'backoff'));

/** Until a VTN that cancelled or refused us is asked again; before the first start there is nothing to wait for. @unit ms @rule 2.0b 401 */
export const registerAgainPauseMs = ({ context, event }: VenArgs): number =>
  (event.type as string) === 'xstate.init'
    ? Infinity
    : backoffMs(event.settings, Math.max(6, context.failures), null, draw(event, 'registerAgain'));

const silence: Failure = { reason: 'noReply', certainlyNotDelivered: false, detail: 'what was asked for came to nothing in time' };

/** Notes one more failure; a wait that ran out is one as well. */
export const countFailure = ({ context, event }: VenArgs): Conclusion => {
  const isTimeout = (event.type as string).startsWith('xstate.after.');
  const failure = event.type === 'exchange.failed' ? event.failure : isTimeout ? silence : null;
  return { change: { failures: context.failures + 1, failure, requestsFreshSince: null } };
};

const alarmsOf = (failures: number, failure: Failure | null, because: string): readonly Output[] => {
  if (failure !== null && isAboutCredentials(failure)) {
    return [
      {
        type: 'AlarmRaised',
        data: {
          alarm: 'credentialsRefused',
          text: `The VTN or the way to it refuses us (${because}).`,
          advice: 'Check the URL with its token and the certificates; `ven doctor` looks at each.',
        },
      },
    ];
  }
  if (failures < failuresBeforeAlarm) return [];
  return [
    {
      type: 'AlarmRaised',
      data: {
        alarm: 'vtnUnreachable',
        text: `The VTN has not answered ${failures} times in a row (${because}).`,
        advice: 'The VEN keeps trying and keeps metering; `ven doctor` shows where the way ends.',
      },
    },
  ];
};

/** Holds the line, and says for how long and why. */
export const recordBackoff = (args: VenArgs): Conclusion => {
  const { failure, failures } = args.context;
  const because = failure === null ? 'the VTN did not accept what was sent' : describeFailure(failure);
  return {
    tell: [
      { type: 'line.held' },
      { type: 'BackoffStarted', data: { attempt: failures, delayMs: backoffPauseMs(args), because } },
      ...alarmsOf(failures, failure, because),
    ],
  };
};

/**
 * The VTN has answered: what went wrong before is over. But while a report waits that the VTN failed on, its other answers
 * do not shorten the pauses: else that report would be sent again every second.
 */
export const contactMade = ({ context }: VenArgs): Conclusion =>
  context.reportsFail && context.reports.length > 0
    ? {}
    : {
        tell: [
          { type: 'AlarmCleared', data: { alarm: 'vtnUnreachable' } },
          { type: 'AlarmCleared', data: { alarm: 'credentialsRefused' } },
        ],
        change: { failures: 0, failure: null, reportsFail: false },
      };
