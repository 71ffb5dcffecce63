/** Whether all is well, for whoever has ten seconds. */
import type { ShownMoment } from '../history/history.ts';
import { alarmsUp } from '../../store/projections/alarms.ts';
import type { ApiAnswer } from '../api/paths.ts';

type State = ApiAnswer<'state'>;

/** Alarms by which money or the registration is at risk now; the others ask for a look. */
const grave: ReadonlySet<string> = new Set([
  'pricesMissing',
  'usageRejected',
  'usageInDoubt',
  'credentialsRefused',
  'registrationRefused',
  'vtnUnreachable',
  'usageRequestMissing',
  'identityMismatch',
]);

/** What the verdict rests on. */
type Grounds = Pick<State, 'registration' | 'contact' | 'hours' | 'prices'> & {
  readonly isRunning: boolean;
  readonly lifecycle: string | null;
};

const hoursText = (hours: number): string => (hours === 1 ? '1 hour' : `${hours} hours`);

const trouble = (sentence: string): State['verdict'] => ({ level: 'trouble', sentence });
const attention = (sentence: string): State['verdict'] => ({ level: 'attention', sentence });

const ofAlarms = ({ views }: ShownMoment): State['verdict'] | null => {
  const up = alarmsUp(views.alarms);
  const worst = up.find(({ alarm }) => grave.has(alarm)) ?? up[0];
  if (worst === undefined) return null;
  const more =
    up.length === 1 ? '' : ` There ${up.length === 2 ? 'is one more alarm' : `are ${up.length - 1} more alarms`}.`;
  return (grave.has(worst.alarm) ? trouble : attention)(`${worst.text}${more}`);
};

const ofRegistration = ({ registration, lifecycle, isRunning }: Grounds): State['verdict'] | null => {
  if (registration.status === 'registered') return null;
  if (registration.status === 'refused')
    return trouble('The VTN refused the registration: no prices come and no hour is delivered.');
  if (!isRunning) return attention('The VEN is not registered and the agent does not run.');
  return attention(
    lifecycle?.startsWith('registering') === true
      ? 'The VEN is registering with its VTN.'
      : 'The VEN is not registered with its VTN yet.',
  );
};

const well = ({ prices, hours, isRunning }: Grounds): State['verdict'] => {
  const [today, tomorrow] = prices.days;
  const inHand = [today, tomorrow].map((day) => day !== undefined && day.pricedHours >= day.hours);
  const priced =
    inHand[0] === true
      ? inHand[1] === true
        ? 'prices for today and tomorrow are in hand'
        : 'today’s prices are in hand'
      : 'today’s prices are not in hand';
  const delivered = `${hoursText(hours.acknowledged)} delivered, ${hours.pending} pending`;
  return {
    level: 'well',
    sentence: `${isRunning ? 'All is well' : 'All was well when the agent stopped'}: registered, ${priced}, ${delivered}.`,
  };
};

/** The verdict on a moment. */
export const verdictOf = (moment: ShownMoment, grounds: Grounds): State['verdict'] => {
  const { hours, contact, registration } = grounds;
  const alarmed = ofAlarms(moment);
  if (alarmed?.level === 'trouble') return alarmed;
  if (hours.inDoubt > 0)
    return trouble(
      `Of ${hoursText(hours.inDoubt)} it is not known whether the VTN counted ${hours.inDoubt === 1 ? 'it' : 'them'}.`,
    );
  if (hours.rejected > 0) return trouble(`The VTN rejected ${hoursText(hours.rejected)}.`);
  const unregistered = ofRegistration(grounds);
  if (unregistered !== null) return unregistered;
  if (alarmed !== null) return alarmed;
  if (contact.failuresInARow > 0 && registration.backoff !== null)
    return attention(
      `The VTN did not answer the last ${contact.failuresInARow === 1 ? 'time' : `${contact.failuresInARow} times`}; the VEN pauses and tries again.`,
    );
  return well(grounds);
};
