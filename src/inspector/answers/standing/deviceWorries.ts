/** Devices that are silent or do not follow: what they were told to do is what is at stake. */
import { stakeText } from '../../../text/quantities.ts';
import { clockText } from '../../../text/times.ts';
import { ended } from '../../../telling/words.ts';
import type { Worry, StandingGrounds } from './worry.ts';
import { deviceName } from './deviceName.ts';

type Troubled = 'meterSilent' | 'setpointFailed';

const words = {
  meterSilent: { one: 'silent', toDo: 'Look at the device and the way to it.' },
  setpointFailed: { one: 'does not follow', toDo: 'Look at the device: it does not do what it is told.' },
} as const;

/**
 * What an hour of what the device is told, or did when it was last heard, comes to at the present price, whichever way. One that falls
 * silent is planned without at once, so what it is told by then says nothing of what is missed. Null where neither is known.
 */
const stakePerHour = ({ prices }: StandingGrounds, device: StandingGrounds['devices'][number]): number | null => {
  const { setpoint, powerWatts } = device;
  const watts = Math.max(Math.abs(setpoint?.demandWatts ?? 0), Math.abs(powerWatts ?? 0));
  if (prices.now === null || (setpoint === null && watts === 0)) return null;
  return (watts / 1_000) * Math.abs(Number(prices.now.usdPerKwh));
};

const stakeOf = (grounds: StandingGrounds, devices: StandingGrounds['devices']): number | null => {
  const stakes = devices.map((device) => stakePerHour(grounds, device));
  const known = stakes.flatMap((stake) => stake ?? []);
  return known.length === 0 ? null : known.reduce((sum, stake) => sum + stake, 0);
};

const headlineOf = (grounds: StandingGrounds, troubled: StandingGrounds['devices'], word: string): string => {
  const [first] = troubled;
  const all = grounds.devices.length;
  return troubled.length > 1 || first === undefined
    ? `${troubled.length} of ${all} ${word === 'silent' ? word : 'do not follow'}`
    : `${deviceName(first, all)} ${word}`;
};

const lastSeen = ({ moment: { timeZone } }: StandingGrounds, { readAt }: StandingGrounds['devices'][number]): string =>
  readAt === null ? 'It was never read.' : `Last reading ${clockText(readAt, timeZone)}.`;

const instants = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** What an alarm says, with the instants of machines as people read them. */
const saidOf = ({ moment: { timeZone } }: StandingGrounds, text: string): string =>
  ended(text.replace(instants, (instant) => clockText(Date.parse(instant), timeZone)));

const moneyOf = (grounds: StandingGrounds, stake: number | null, count: number): string => {
  const [now] = [grounds.prices.now];
  if (stake === null) return 'Not known: hours without a reading are not paid.';
  if (stake === 0) return 'None now: it is told to rest. Hours without a reading are not paid.';
  const until = now === null || now.endAt === null ? '' : ` until ${clockText(now.endAt, grounds.moment.timeZone)}`;
  return `${stakeText(stake)} an hour${until}, if ${count === 1 ? 'it does' : 'they do'} nothing of what was told.`;
};

const worryOf = (grounds: StandingGrounds, alarm: Troubled): Worry | null => {
  const raised = grounds.alarms.filter((each) => each.alarm === alarm);
  const troubled = grounds.devices.filter(({ resourceID }) => raised.some(({ subject }) => subject === resourceID));
  const [first] = troubled;
  const told = raised[0];
  if (first === undefined || told === undefined) return null;
  const { one, toDo } = words[alarm];
  const stake = stakeOf(grounds, troubled);
  const isAtStake = stake !== null && stake >= 0.005;
  const stakeWords = troubled.length > 1 ? `${stakeText(stake ?? 0)}/h` : `${stakeText(stake ?? 0)} an hour`;
  return {
    level: isAtStake ? 'trouble' : 'attention',
    headline: `${headlineOf(grounds, troubled, one)}${isAtStake ? `: ${stakeWords} at stake` : ''}`,
    cause: `${saidOf(grounds, told.text)} ${lastSeen(grounds, first)}`,
    money: moneyOf(grounds, stake, troubled.length),
    toDo,
    command: 'ven doctor',
    atStakeUsd: stake,
    alarms: [alarm],
  };
};

/** Silent devices, and those that do not follow. */
export const deviceWorries = (grounds: StandingGrounds): readonly Worry[] =>
  (['meterSilent', 'setpointFailed'] as const).flatMap((alarm) => worryOf(grounds, alarm) ?? []);
