import { dayOf, daySpan } from '../../programme/calendar.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { stretchGiven, type Here } from '../when.ts';

/** The time that is to be settled, as people name it. */

const monthPattern = /^(\d{4})-(0[1-9]|1[0-2])$/;

const following = (month: string): string => {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
};

const monthNamed = (text: string, { timeZone, now }: Here): string => {
  const present = dayOf(now, timeZone);
  if (text === 'this') return present.day.slice(0, 7);
  if (text === 'last')
    return dayOf(daySpan(`${present.day.slice(0, 7)}-01`, timeZone).startAt - 1, timeZone).day.slice(0, 7);
  if (monthPattern.test(text)) return text;
  throw new UsageError(`"${text}" is no month: write it as 2026-11, or as this or last.`);
};

/** A local month from its first day to the first of the next. */
export const monthStretch = (month: string, timeZone: string): Stretch => ({
  fromAt: daySpan(`${month}-01`, timeZone).startAt,
  toAt: daySpan(`${following(month)}-01`, timeZone).startAt,
});

/** The local month an instant falls in. */
export const monthAt = (at: number, timeZone: string): Stretch =>
  monthStretch(dayOf(at, timeZone).day.slice(0, 7), timeZone);

/** What --month, --day, or --from and --to name; null when none was given. @throws UsageError */
export const periodGiven = (given: ParsedArguments, here: Here): Stretch | null => {
  const month = given.text('month');
  const stretch = stretchGiven(given, here);
  if (month === undefined) return stretch;
  if (stretch !== null)
    throw new UsageError('The option --month says it all, so --day, --from and --to have no place beside it.');
  return monthStretch(monthNamed(month, here), here.timeZone);
};
