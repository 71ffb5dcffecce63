/** Times of local days as instants. */
import type { PlanSpan } from '../../dispatch/planningProblem.ts';
import type { Weekday } from '../../facts/preferences.ts';
import { dayOf, nextDay, timeOnDay, type DaySpan } from '../../programme/calendar.ts';

/** The time that is planned, and whose days it has. */
export interface LocalHorizon {
  readonly fromAt: number;
  readonly toAt: number;
  readonly timeZone: string;
}

const names: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The weekday of a local day. */
export const weekdayOf = ({ day }: DaySpan): Weekday => names[new Date(`${day}T12:00:00Z`).getUTCDay()] as Weekday;

/** @limit The longest time whose days are looked at. */
const mostDays = 400;

/** The local days that reach into the time, and the day before them. */
export const daysAround = ({ fromAt, toAt, timeZone }: LocalHorizon): readonly DaySpan[] => {
  const days = [dayOf(dayOf(fromAt, timeZone).startAt - 1, timeZone)];
  for (let day = days[0] as DaySpan; day.endAt < toAt && days.length < mostDays; days.push(day))
    day = nextDay(day, timeZone);
  return days;
};

/** A time of a local day, and of which days. */
interface LocalTime {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** The times that reach into the horizon, as instants, the earliest first. */
export const localSpans = <Time extends LocalTime>(
  times: readonly Time[],
  horizon: LocalHorizon,
): readonly (PlanSpan & { readonly time: Time })[] =>
  times
    .flatMap((time) =>
      daysAround(horizon)
        .filter((day) => time.days.includes(weekdayOf(day)))
        .map((day) => {
          const endDay = time.to <= time.from ? nextDay(day, horizon.timeZone) : day;
          return {
            startAt: timeOnDay(day, time.from, horizon.timeZone),
            endAt: timeOnDay(endDay, time.to, horizon.timeZone),
            time,
          };
        }),
    )
    .filter(({ startAt, endAt }) => endAt > horizon.fromAt && startAt < horizon.toAt && startAt < endAt)
    .sort((a, b) => a.startAt - b.startAt);

/** The instants of a local time on some days, within the horizon, the earliest first. */
export const localInstants = (
  { days, at }: { readonly days: readonly Weekday[]; readonly at: string },
  horizon: LocalHorizon,
): readonly number[] =>
  daysAround(horizon)
    .filter((day) => days.includes(weekdayOf(day)))
    .map((day) => timeOnDay(day, at, horizon.timeZone))
    .filter((instant) => instant > horizon.fromAt && instant <= horizon.toAt);
