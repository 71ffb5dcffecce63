/** Hours of several devices as hours of the site. */
import { sumOfUsd } from '../plan/money.ts';
import type { DayOfDevice, Hour, HourStatus } from '../server/answers.ts';

/** From what asks most for a look to what is done. */
const order: readonly HourStatus[] = ['rejected', 'inDoubt', 'owed', 'sending', 'notDue', 'acknowledged'];

const sum = (values: readonly (number | null)[]): number | null =>
  values.includes(null) ? null : values.reduce<number>((all, value) => all + (value ?? 0), 0);

const together = (hours: readonly Hour[]): Hour => {
  const [first] = hours as readonly [Hour];
  const worst = hours.reduce((a, b) => (order.indexOf(b.delivery) < order.indexOf(a.delivery) ? b : a), first);
  const usd = (of: (hour: Hour) => string | null): string | null =>
    hours.some((hour) => of(hour) === null) ? null : sumOfUsd(hours.map(of));
  return {
    ...first,
    importWattHours: sum(hours.map(({ importWattHours }) => importWattHours)),
    exportWattHours: sum(hours.map(({ exportWattHours }) => exportWattHours)),
    energyWattHours: sum(hours.map(({ energyWattHours }) => energyWattHours)),
    bad: hours.find(({ bad }) => bad !== null)?.bad ?? null,
    amountUsd: usd(({ amountUsd }) => amountUsd),
    toYouUsd: usd(({ toYouUsd }) => toYouUsd),
    delivery: worst.delivery,
    acknowledgedAt: worst.acknowledgedAt,
    because: worst.because,
  };
};

/** The hours of a day of all its devices: of each what is known of all of them, and the status that asks most for a look. */
export const hoursTogether = (devices: readonly Pick<DayOfDevice, 'hours'>[]): readonly Hour[] => {
  const [first, ...others] = devices;
  if (first === undefined || others.length === 0) return first?.hours ?? [];
  return first.hours.map((hour, place) => together([hour, ...others.flatMap(({ hours }) => hours[place] ?? [])]));
};
