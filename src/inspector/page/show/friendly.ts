/** A sentence of the log for a narrow place: long ids by their beginning, instants of the same day by their time. */
import { dayOfInstant, shortDayText } from '../../../text/times.ts';

const id = /\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\.?/g;
const instant = /\b(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) ([+-]\d{2}:\d{2})/g;

/** Long ids by their beginning. */
export const shortIDs = (text: string): string => text.replace(id, '$1…');

/** The short form; the whole sentence stays with the entry. */
export const friendly = (sentence: string, at: number, timeZone: string): string => {
  const today = dayOfInstant(at, timeZone);
  return shortIDs(sentence).replace(instant, (whole, day: string, clock: string, offset: string) => {
    const then = Date.parse(`${day}T${clock}:00${offset}`);
    return Number.isNaN(then) ? whole : day === today ? clock : `${shortDayText(then, timeZone)} ${clock}`;
  });
};
