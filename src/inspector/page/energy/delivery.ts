/** What became of an hour, in words. */
import type { HourStatus } from '../server/answers.ts';

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
