/** Hours of a day by the local hour they begin in: none where the clock was set forward, two where it was set back. */
import type { Month } from '../server/answers.ts';
import { clockText } from '../../../text/times.ts';

/** An hour of a month. */
export type HourOfMonth = Month['devices'][number]['days'][number]['hours'][number];

/** Twenty-four columns, each with the hours that belong there. */
export const columnsOf = (hours: readonly HourOfMonth[], timeZone: string): readonly (readonly HourOfMonth[])[] => {
  const columns: HourOfMonth[][] = Array.from({ length: 24 }, () => []);
  for (const hour of hours) columns[Number(clockText(hour.startAt, timeZone).slice(0, 2))]?.push(hour);
  return columns;
};
