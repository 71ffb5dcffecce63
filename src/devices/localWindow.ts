import { dayOf, nextDay, timeOnDay, type DaySpan } from '../programme/calendar.ts';

/** A stretch of time. UTC ms. */
export interface WindowSpan {
  readonly fromAt: number;
  readonly toAt: number;
}

/** A part of a local day, `HH:MM`; one that ends at or before its start ends on the day after. */
interface Window {
  readonly from: string;
  readonly to: string;
}

const spanOn = (day: DaySpan, { from, to }: Window, timeZone: string): WindowSpan => ({
  fromAt: timeOnDay(day, from, timeZone),
  toAt: timeOnDay(to <= from ? nextDay(day, timeZone) : day, to, timeZone),
});

/** The local days whose windows can reach into [fromAt, toAt], from the day before it on. */
export const daysAround = (fromAt: number, toAt: number, timeZone: string): readonly DaySpan[] => {
  const days = [dayOf(dayOf(fromAt, timeZone).startAt - 1, timeZone)];
  for (let day = days[0] as DaySpan; day.endAt <= toAt; days.push(day)) day = nextDay(day, timeZone);
  return days;
};

/** When a window of each local day is open around a stretch, oldest first. */
export const spansAround = (window: Window, fromAt: number, toAt: number, timeZone: string): readonly WindowSpan[] =>
  daysAround(fromAt, toAt, timeZone).map((day) => spanOn(day, window, timeZone));

/** Whether a window of the local day is open at an instant. */
export const isOpenAt = (window: Window, at: number, timeZone: string): boolean =>
  spansAround(window, at, at, timeZone).some(({ fromAt, toAt }) => fromAt <= at && at < toAt);
