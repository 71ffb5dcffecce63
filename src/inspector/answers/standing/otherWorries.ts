/** Alarms that no other worry tells, a registration that is not there, and an agent that does not run. */
import type { AlarmName } from '../../../facts/alarms.ts';
import { alarmHeadlines } from '../../../telling/alarmHeadlines.ts';
import { durationText, shortDayText } from '../../../text/times.ts';
import type { Worry, StandingGrounds } from './worry.ts';

type Alarm = StandingGrounds['alarms'][number];

/** The day whose prices are missing, where the alarm's own words hold one. */
const missingDay = ({ text }: Alarm, timeZone: string): string | null => {
  const day = /\b(\d{4}-\d{2}-\d{2})\b/.exec(text)?.[1];
  return day === undefined ? null : shortDayText(Date.parse(`${day}T12:00:00Z`), timeZone);
};

const pricesMissing = (alarm: Alarm, { moment, contact }: StandingGrounds): Partial<Worry> => {
  const day = missingDay(alarm, moment.timeZone);
  return {
    ...(day === null ? {} : { headline: `No prices for ${day}` }),
    cause:
      contact.failuresInARow > 0
        ? 'They have not come, and messages to the VTN fail.'
        : 'The VTN answers, and has not sent them.',
    money: 'Not known: without a price nothing is traded, and usage is billed all the same.',
  };
};

/** Which of the two is right nobody knows yet, and every hour is priced by one of them. */
const clocksDiffer = ({ text }: Alarm): Partial<Worry> => ({
  cause: text.replace(/\b(\d+) s\b/, (_all, seconds) => durationText(Number(seconds) * 1_000)),
  money: 'Not known: hours are priced by a clock that may be wrong; usage waits, a day at most.',
  toDo: 'Set this machine’s clock (NTP) if it is wrong; else ask who runs the VTN.',
  command: 'ven doctor',
  atStakeUsd: null,
});

/** What was quoted of the last failure is left to the entry: the cause is one sentence. */
const credentialsRefused = ({ text }: Alarm): Partial<Worry> => ({ cause: text.replace(/ \(.*\)\.$/su, '.') });

const isAlarmName = (name: string): name is AlarmName => name in alarmHeadlines;

const ofAlarm = (alarm: Alarm, grounds: StandingGrounds): Worry => {
  const name = isAlarmName(alarm.alarm) ? alarm.alarm : null;
  const { words, isGrave } = name === null ? { words: alarm.alarm, isGrave: false } : alarmHeadlines[name];
  return {
    level: isGrave ? 'trouble' : 'attention',
    headline: words,
    cause: alarm.text,
    money: isGrave ? 'Not known until this is mended.' : 'None at stake now.',
    toDo: alarm.advice,
    command: null,
    atStakeUsd: isGrave ? null : 0,
    alarms: name === null ? [] : [name],
    ...(name === 'pricesMissing' ? pricesMissing(alarm, grounds) : {}),
    ...(name === 'credentialsRefused' ? credentialsRefused(alarm) : {}),
    ...(name === 'vtnClockOff' ? clocksDiffer(alarm) : {}),
  };
};

/** What is over when nobody tries any more. */
const ofRunningAgents: ReadonlySet<string> = new Set<AlarmName>(['vtnUnreachable', 'patienceAsked', 'pollsRare']);

/** What is left of the alarms when those that are told already are taken away; who is turned away is not also unheard. */
export const alarmWorries = (grounds: StandingGrounds, told: ReadonlySet<string>): readonly Worry[] => {
  const { alarms, agent } = grounds;
  const isTurnedAway = alarms.some(({ alarm }) => alarm === 'credentialsRefused');
  return alarms
    .filter(({ alarm }) => !told.has(alarm) && (agent.isRunning || !ofRunningAgents.has(alarm)))
    .filter(({ alarm }) => alarm !== 'vtnUnreachable' || !isTurnedAway)
    .map((alarm) => ofAlarm(alarm, grounds));
};

const unregistered = { command: 'ven doctor', atStakeUsd: null, alarms: ['registrationRefused'] } as const;

/** Of a VEN that is not registered. */
export const registrationWorry = ({ registration, lifecycle, agent }: StandingGrounds): Worry | null => {
  const { status, refused } = registration;
  if (status === 'registered' || !agent.isRunning) return null;
  if (status === 'refused')
    return {
      ...unregistered,
      level: 'trouble',
      headline: 'The VTN refuses the registration',
      cause:
        refused === null ? 'It gives no reason.' : `It answers ${refused.responseCode} ${refused.responseDescription}.`,
      money: 'Not known: no prices come, and no hour is delivered.',
      toDo: 'Ask who runs the VTN whether it knows this venID.',
    };
  return {
    ...unregistered,
    level: 'attention',
    headline:
      lifecycle?.startsWith('registering') === true ? 'The VEN is registering' : 'The VEN is not registered yet',
    cause: 'A registration comes first: prices and reports follow it.',
    money: 'None at stake yet: nothing has been asked of this VEN.',
    toDo: 'Nothing, unless it lasts.',
  };
};
