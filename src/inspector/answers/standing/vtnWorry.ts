/** A VTN that does not answer, or answers with nothing of use: told at the first failure, and counted from then on. */
import { answeredBadly, isAboutCredentials } from '../../../machines/exchange/backoff.ts';
import { hourMs } from '../../../programme/calendar.ts';
import { clockTextWithSeconds, durationText, shortDayText, dayOfInstant } from '../../../text/times.ts';
import type { Worry, StandingGrounds } from './worry.ts';
import { causeAndRemedy } from '../causeAndRemedy.ts';
import { pricedUntil, untilText } from './pricesInHand.ts';

type FailureTold = NonNullable<StandingGrounds['contact']['lastFailure']>;

/** After so long a person should look at the way to the VTN. @unit ms */
const patienceMs = 10 * 60_000;

const reasons: Readonly<Record<string, string>> = {
  refused: 'Nobody listens there',
  dns: 'Its name leads nowhere',
  tls: 'No trusted connection comes about',
  timeout: 'No answer comes in time',
  reset: 'The connection breaks off',
  aborted: 'The exchange was broken off',
  httpStatus: 'It answers with an error of HTTP',
  redirect: 'It sends us elsewhere',
  contentType: 'It answers with something else than XML',
  tooLarge: 'Its answer is too large',
  unreadable: 'Its answer cannot be read',
};

const sinceText = ({ contact: { lastContactAt }, moment: { asOf, timeZone } }: StandingGrounds): string => {
  if (lastContactAt === null) return 'it has never answered';
  const clock = clockTextWithSeconds(lastContactAt, timeZone);
  const isToday = dayOfInstant(lastContactAt, timeZone) === dayOfInstant(asOf, timeZone);
  return `last answer ${isToday ? clock : `${shortDayText(lastContactAt, timeZone)}, ${clock}`}`;
};

/** What the failure says of itself, where that is a sentence; else its reason, with what it says beside it. */
const causeOf = (grounds: StandingGrounds, { reason, detail }: FailureTold): string => {
  const { cause } = causeAndRemedy(detail);
  const what = /^\p{Lu}/u.test(cause) ? cause : `${reasons[reason] ?? reason} (${cause})`;
  return `${what}; ${sinceText(grounds)}.`;
};

/** What a person may do: what the failure asks for, as soon as time alone will hardly mend it. */
const toDoOf = (silentMs: number, failure: FailureTold): string =>
  silentMs < patienceMs && !isAboutCredentials(failure)
    ? `Nothing: it tries again by itself. If it lasts ${durationText(patienceMs)}, look at the way there.`
    : `${causeAndRemedy(failure.detail).remedy ?? 'Look at the way there'}; the VEN keeps trying and keeps metering.`;

const owedText = ({ hours: { pending } }: StandingGrounds): string =>
  pending === 0 ? 'hours to come are kept and sent later' : `hours owed (${pending}) are kept and sent later`;

/** What it means for money: nothing as long as prices are known, for what is owed is kept. */
const moneyOf = (grounds: StandingGrounds): Pick<Worry, 'level' | 'money'> & { readonly ending: string } => {
  const { moment } = grounds;
  const until = pricedUntil(moment);
  if (until <= moment.asOf)
    return { level: 'trouble', money: 'Not known: this hour has no price.', ending: ': no price now' };
  if (until < moment.asOf + hourMs)
    return {
      level: 'trouble',
      money: `Not known from ${untilText(until, moment)} on: prices end there.`,
      ending: `: prices end at ${untilText(until, moment)}`,
    };
  return {
    level: 'attention',
    money: `None at stake. Prices are known until ${untilText(until, moment)}; ${owedText(grounds)}.`,
    ending: '. Nothing lost',
  };
};

/** Whether an alarm tells of this failure already, and better: that we are turned away, which waiting does not mend. */
const isToldByAlarm = ({ alarms }: StandingGrounds, failure: FailureTold): boolean =>
  isAboutCredentials(failure) && alarms.some(({ alarm }) => alarm === 'credentialsRefused');

/** The worry, while it fails. */
export const vtnWorry = (grounds: StandingGrounds): Worry | null => {
  const { contact, moment, agent } = grounds;
  const { lastFailure, lastContactAt } = contact;
  if (lastFailure === null || contact.failuresInARow === 0 || !agent.isRunning) return null;
  if (isToldByAlarm(grounds, lastFailure)) return null;
  const who = answeredBadly(lastFailure) ? 'The VTN answers with errors' : 'The VTN does not answer';
  const { level, money, ending } = moneyOf(grounds);
  const silentMs = moment.asOf - (lastContactAt ?? agent.startedAt ?? moment.asOf);
  return {
    level,
    headline: `${who}${ending}`,
    cause: causeOf(grounds, lastFailure),
    money,
    toDo: toDoOf(silentMs, lastFailure),
    command: 'ven doctor',
    atStakeUsd: level === 'attention' ? 0 : null,
    alarms: ['vtnUnreachable'],
  };
};
