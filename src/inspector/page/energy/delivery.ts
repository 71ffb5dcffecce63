/** What became of an hour, in words. */
import type { Hour, HourStatus } from '../server/answers.ts';

/** The words. */
export const deliveryWords: Readonly<Record<HourStatus, string>> = {
  notDue: 'not due yet',
  owed: 'pending',
  sending: 'being sent',
  inDoubt: 'in doubt',
  rejected: 'rejected',
  acknowledged: 'delivered',
};

/** A sign for each, so that nothing rests on colour alone. */
export const deliverySigns: Readonly<Record<HourStatus, string>> = {
  notDue: '',
  owed: '○',
  sending: '◔',
  inDoubt: '?',
  rejected: '×',
  acknowledged: '✓',
};

/** How many hours were metered and have no price, so that nobody knows what they are worth. */
export const unpricedHours = (hours: readonly Hour[]): number =>
  hours.filter(({ energyWattHours, amountUsd }) => energyWattHours !== null && amountUsd === null).length;
