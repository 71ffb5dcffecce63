/** Hours that the VTN rejected, or of which nobody knows whether it counted them. */
import { centsText, sumOf } from '../../../programme/money.ts';
import { hourDelivery, hoursDue, type HourStatus } from '../../../store/projections/hourDelivery.ts';
import type { DeliveriesState } from '../../../store/projections/deliveryState.ts';
import { stakeText } from '../../../text/quantities.ts';
import { amountOfHour } from '../amounts.ts';
import { hoursText, type Worry, type StandingGrounds } from './worry.ts';

type Troubled = 'rejected' | 'inDoubt';

interface TroubledHour {
  readonly resourceID: string;
  readonly startAt: number;
  readonly status: HourStatus;
}

/** Found once for each state of the deliveries: a year has thousands of hours, and they change once a day. */
const found = new WeakMap<DeliveriesState, readonly TroubledHour[]>();

const troubledHours = (deliveries: DeliveriesState): readonly TroubledHour[] => {
  const known = found.get(deliveries);
  if (known !== undefined) return known;
  const hours = hoursDue(deliveries)
    .map(({ resourceID, startAt }) => ({
      resourceID,
      startAt,
      status: hourDelivery(deliveries, resourceID, startAt).status,
    }))
    .filter(({ status }) => status === 'rejected' || status === 'inDoubt');
  found.set(deliveries, hours);
  return hours;
};

const magnitude = (amount: string): string => amount.replace(/^-/, '');

/** What the hours come to, whichever way the money goes; null when not all of them can be told. */
const stakeOf = ({ moment }: StandingGrounds, status: Troubled): number | null => {
  const amounts = troubledHours(moment.views.deliveries)
    .filter((hour) => hour.status === status)
    .map(({ resourceID, startAt }) => amountOfHour(moment, resourceID, startAt));
  return amounts.includes(null)
    ? null
    : Number(centsText(sumOf(amounts.flatMap((amount) => (amount === null ? [] : [magnitude(amount)])))));
};

const words = {
  rejected: { name: 'rejected', alarm: 'usageRejected', cause: 'The VTN took the report and refused these hours.' },
  inDoubt: { name: 'in doubt', alarm: 'usageInDoubt', cause: 'Sent, and no answer says whether the VTN counted them.' },
} as const;

const worryOf = (grounds: StandingGrounds, status: Troubled): Worry | null => {
  const count = grounds.hours[status];
  if (count === 0) return null;
  const { name, alarm, cause } = words[status];
  const told = grounds.alarms.find((each) => each.alarm === alarm);
  const atStakeUsd = stakeOf(grounds, status);
  const stake = atStakeUsd === null ? '' : `: ${stakeText(atStakeUsd)} at stake`;
  return {
    level: 'trouble',
    headline: `${hoursText(count)} ${name}${stake}`,
    cause: told?.text ?? cause,
    money:
      atStakeUsd === null
        ? 'Not known: some of these hours have no price or no reading.'
        : `${stakeText(atStakeUsd)} of ${hoursText(count)}, all taken as counted or none.`,
    toDo: told?.advice ?? 'See what the VTN answered, and send the hours again or release them.',
    command: 'ven deliveries',
    atStakeUsd,
    alarms: [alarm],
  };
};

/** Rejected hours, and those in doubt. */
export const hourWorries = (grounds: StandingGrounds): readonly Worry[] =>
  (['rejected', 'inDoubt'] as const).flatMap((status) => worryOf(grounds, status) ?? []);
