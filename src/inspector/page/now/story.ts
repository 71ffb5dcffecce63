/** What the agent is doing and why, in sentences. */
import type { Device, State } from '../server/answers.ts';
import { powerText, shareText } from '../show/quantities.ts';
import { clockText, durationText, shortDayText } from '../show/times.ts';

const registrationSentence = ({ registration, timeZone, asOf }: State): string => {
  const { status, vtnID, registeredAt, backoff, refused, ended } = registration;
  if (backoff !== null && backoff.untilAt > asOf)
    return `Waiting ${durationText(backoff.untilAt - asOf)} before it tries the VTN again: ${backoff.because}.`;
  if (status === 'registered')
    return `Registered with ${vtnID ?? 'the VTN'}${registeredAt === null ? '' : ` since ${shortDayText(registeredAt, timeZone)}, ${clockText(registeredAt, timeZone)}`}.`;
  if (status === 'refused' && refused !== null)
    return `The VTN refused the registration: ${refused.responseCode} ${refused.responseDescription}.`;
  return ended === null ? 'Not registered yet.' : 'Not registered any more.';
};

const isPriced = ({ hours, pricedHours }: State['prices']['days'][number]): boolean => pricedHours >= hours;

const pricesSentence = ({ prices: { days } }: State): string => {
  const [today, tomorrow] = days;
  if (today === undefined) return '';
  const isTomorrowHere = tomorrow !== undefined && isPriced(tomorrow);
  if (isPriced(today))
    return isTomorrowHere
      ? 'Prices for today and tomorrow are in hand.'
      : 'Prices for today are in hand, tomorrow’s have not come yet.';
  return `Prices for today cover ${Math.floor(today.pricedHours)} of ${today.hours} hours${isTomorrowHere ? '; tomorrow’s are in hand' : ''}.`;
};

/** What a device is at, and what it rests on. */
export const deviceSentence = (
  { resourceID, doing, setpoint, next, plan, stateOfCharge }: Device,
  timeZone: string,
): string => {
  const name = stateOfCharge === null ? `Device ${resourceID}` : `The battery ${resourceID}`;
  const basis = plan === null ? '' : ` (plan: ${plan.basis})`;
  const charge = stateOfCharge === null ? '' : ` at ${shareText(stateOfCharge)}`;
  const later =
    next === null
      ? ''
      : `, then ${next.demandWatts === 0 ? 'rests' : next.demandWatts > 0 ? `charges at ${powerText(next.demandWatts)}` : `delivers ${powerText(-next.demandWatts)}`}`;
  if (setpoint === null)
    return doing === 'unknown' ? `${name} has not been read yet.` : `${name}${charge} is left to itself${basis}.`;
  const until = ` until ${clockText(setpoint.endAt, timeZone)}`;
  if (setpoint.demandWatts === 0) return `${name}${charge} rests${until}${later}${basis}.`;
  return `${name}${charge} ${setpoint.demandWatts > 0 ? 'charges at' : 'delivers'} ${powerText(Math.abs(setpoint.demandWatts))}${until}${later}${basis}.`;
};

/** The story of a moment. */
export const storyOf = (state: State): readonly string[] => {
  if (!state.agent.isRunning) {
    const because = state.agent.stoppedBecause;
    return [
      because === null ? 'No agent runs at this moment.' : `The agent has stopped: ${because}.`,
      pricesSentence(state),
    ].filter((each) => each !== '');
  }
  return [
    registrationSentence(state),
    pricesSentence(state),
    ...state.devices.map((device) => deviceSentence(device, state.timeZone)),
  ].filter((each) => each !== '');
};
