/** When nothing is wrong: what is being done, what it earns, what comes next. */
import { readPriceText, powerText, shareText, toYouText } from '../../../text/quantities.ts';
import { clockText, shortDayText } from '../../../text/times.ts';
import type { ApiAnswer } from '../../api/paths.ts';
import type { DayMoney } from '../amounts.ts';
import type { StandingGrounds } from './worry.ts';
import { deviceName } from './deviceName.ts';
import { pricedUntil, untilText } from './pricesInHand.ts';

type Device = StandingGrounds['devices'][number];
type Clause = ApiAnswer<'state'>['verdict']['clauses'][number];

const verbs = (watts: number): 'buys' | 'sells' | 'rests' => (watts > 0 ? 'buys' : watts < 0 ? 'sells' : 'rests');

const orderText = (watts: number): string => (watts === 0 ? 'rests' : `${verbs(watts)} ${powerText(Math.abs(watts))}`);

/** The whole site's order at the moment. @unit W */
const demandNow = (devices: readonly Device[]): number =>
  devices.reduce((sum, { setpoint }) => sum + (setpoint?.demandWatts ?? 0), 0);

/** A few words: all is well, and what is being done about the price. */
export const wellHeadline = ({ devices, prices, agent }: StandingGrounds): string => {
  if (!agent.isRunning) return 'All was well when the agent stopped';
  if (prices.now === null) return 'All is well';
  const watts = demandNow(devices);
  const doing = watts > 0 ? 'Buying' : watts < 0 ? 'Selling' : 'Resting';
  return `All is well. ${doing} at ${readPriceText(prices.now.usdPerKwh)}`;
};

const doingOf = (device: Device, all: number, timeZone: string): string => {
  const { setpoint, stateOfCharge, readAt, doing } = device;
  const name = `${all > 1 ? '' : 'The '}${all > 1 ? deviceName(device, all) : deviceName(device, all).toLowerCase()}`;
  const level = stateOfCharge === null ? '' : ` It is at ${shareText(stateOfCharge)}.`;
  if (setpoint !== null)
    return `${name} ${orderText(setpoint.demandWatts)} until ${clockText(setpoint.endAt, timeZone)}.${level}`;
  return readAt === null || doing === 'unknown'
    ? `${name} has not been read yet.`
    : `${name} is left to itself.${level}`;
};

/** How many devices are told one by one. */
const toldDevices = 2;

/** Since when no agent has run, and why it ended. */
export const notRunText = ({
  moment: { asOf, timeZone },
  agent,
}: Pick<StandingGrounds, 'moment' | 'agent'>): string => {
  const why = agent.stoppedBecause === null ? 'how it ended is not recorded' : agent.stoppedBecause;
  return `The agent has not run since ${shortDayText(asOf, timeZone)}, ${clockText(asOf, timeZone)} (${why}).`;
};

/** How many do what; nobody rests of whom nothing is told. */
const doingOfMany = (devices: readonly Device[]): string => {
  const told = devices.filter(({ mode }) => mode === 'told');
  const buying = told.filter(({ setpoint }) => (setpoint?.demandWatts ?? 0) > 0).length;
  const selling = told.filter(({ setpoint }) => (setpoint?.demandWatts ?? 0) < 0).length;
  const inShadow = devices.filter(({ mode }) => mode === 'shadow').length;
  const onlyRead = devices.length - told.length - inShadow;
  return `${buying} buy, ${selling} sell, ${told.length - buying - selling} rest${inShadow === 0 ? '' : `, ${inShadow} in shadow`}${onlyRead === 0 ? '' : `, ${onlyRead} only read`}.`;
};

const doingText = ({ devices, moment, agent }: StandingGrounds): string => {
  if (!agent.isRunning) return notRunText({ moment, agent });
  if (devices.length === 0) return 'No device is configured.';
  if (devices.length > toldDevices) return doingOfMany(devices);
  return devices.map((device) => doingOf(device, devices.length, moment.timeZone)).join(' ');
};

const moneyText = ({ soFarUsd, plannedUsd }: DayMoney): string =>
  `${toYouText(soFarUsd)} so far today${plannedUsd === null ? '' : `, ${toYouText(plannedUsd)} planned by midnight`}.`;

/** The slot that follows, of the device that changes first. */
const nextOrder = ({ devices, prices, moment: { timeZone } }: StandingGrounds): string | null => {
  const [next] = devices.flatMap(({ next: slot }) => slot ?? []).sort((a, b) => a.startAt - b.startAt);
  if (next === undefined) return null;
  const price =
    prices.next !== null && prices.next.startAt === next.startAt ? ` at ${readPriceText(prices.next.usdPerKwh)}` : '';
  return `${clockText(next.startAt, timeZone)}${price}: ${orderText(next.demandWatts)}.`;
};

/** What is waited for: the day's prices have no known hour, only that of the programme. */
const pricesText = (grounds: StandingGrounds): string => {
  const { moment } = grounds;
  const until = pricedUntil(moment);
  return until <= moment.asOf ? 'No price is known yet.' : `Prices are known until ${untilText(until, moment)}.`;
};

const registeredText = ({ registration, moment: { timeZone } }: StandingGrounds): string =>
  registration.registeredAt === null
    ? ''
    : ` Registered with ${registration.vtnID ?? 'the VTN'} since ${shortDayText(registration.registeredAt, timeZone)}.`;

/** The three clauses of a moment at which all is well. */
export const wellClauses = (grounds: StandingGrounds, money: DayMoney): readonly Clause[] => {
  const next = grounds.agent.isRunning ? nextOrder(grounds) : null;
  return [
    { name: 'Doing', text: doingText(grounds), command: null },
    { name: 'Money', text: moneyText(money), command: null },
    {
      name: 'Next',
      text: `${next === null ? '' : `${next} `}${pricesText(grounds)}${next === null ? registeredText(grounds) : ''}`,
      command: null,
    },
  ];
};
