/** A VTN that is polled rarely is asked for its prices in the window in which they come. */
import { nextTimeOfDay } from '../../programme/calendar.ts';
import type { Moment } from '../moment.ts';

/** A VTN that is polled more rarely than this is asked for its prices beside the polls. @unit ms */
export const rarePollFreqMs = 30 * 60_000;

/** When it is asked: so long before the prices count as late. @unit min */
const windowAskingsMin = [25, 15, 5] as const;

/** Until the next of these, or until they begin anew. @unit ms */
export const windowAskingMs = ({ at, settings }: Moment): number => {
  const toLateMs = nextTimeOfDay(at, settings.pricesLateAt, settings.timeZone) - at;
  const next = windowAskingsMin.map((min) => toLateMs - min * 60_000).find((ms) => ms > 0);
  return next ?? toLateMs;
};
