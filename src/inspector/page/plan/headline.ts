/** The plan in one line: what is done when, and what the day comes to. */
import type { Plan } from '../server/answers.ts';
import { toYouText } from '../../../text/quantities.ts';
import { clockText, dayOfInstant, endClockText, shortDayText } from '../../../text/times.ts';
import { cashOfHour } from './picks.ts';

const hourMs = 3_600_000;

/** @limit Money below this is no doing. @unit USD */
const leastUsd = 0.005;

/** The stretch around an hour in which money goes the same way. */
const stretchAround = (plan: Plan, hour: number): { readonly startAt: number; readonly endAt: number } => {
  const cash = (at: number): number => plan.devices.reduce((sum, device) => sum + cashOfHour(device, at), 0);
  const way = Math.sign(cash(hour));
  const goesOn = (at: number): boolean => Math.abs(cash(at)) >= leastUsd && Math.sign(cash(at)) === way;
  let [startAt, endAt] = [hour, hour + hourMs];
  while (startAt > plan.plan.startAt && goesOn(startAt - hourMs)) startAt -= hourMs;
  while (endAt < plan.plan.endAt && goesOn(endAt)) endAt += hourMs;
  return { startAt, endAt };
};

/** The headline. `hour`: the one with the most money ahead. */
export const planHeadline = (plan: Plan, hour: number | null, timeZone: string): string => {
  const { plannedUsd, startAt: today } = plan.today;
  const money = plannedUsd === null ? null : `${toYouText(plannedUsd)} today`;
  const day = money === null ? '' : `: ${money}`;
  const cash = hour === null ? 0 : plan.devices.reduce((sum, device) => sum + cashOfHour(device, hour), 0);
  if (hour === null || Math.abs(cash) < leastUsd) return `Rests${day}.`;
  const { startAt, endAt } = stretchAround(plan, hour);
  const isToday = dayOfInstant(startAt, timeZone) === dayOfInstant(today, timeZone);
  const when = `${isToday ? '' : `${shortDayText(startAt, timeZone).slice(0, 3)} `}${clockText(startAt, timeZone)}–${endClockText(endAt, timeZone)}`;
  return `${cash > 0 ? 'Sells' : 'Buys'} ${when}${isToday || money === null ? day : `. ${money}`}.`;
};
