/** Days looked back upon, one after the other, as the log is folded once. */
import { upcast } from '../../facts/upcast.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { type DaySpan, dayOf, nextDay } from '../../programme/calendar.ts';
import { aroundMs, DayRecord, type ReviewGiven } from '../../review/record.ts';
import { reviewDay } from '../../review/review.ts';
import type { DayReview, DayWithout } from '../../review/terms.ts';
import { Fold } from '../../shell/fold.ts';
import type { EventLog } from '../../store/eventLog.ts';

const concerned: ReadonlySet<string> = new Set(['MeterRead', 'PlanRequested', 'PlanMade']);

/** The local days that a stretch of time touches. */
export const daysTouching = ({ fromAt, toAt }: Stretch, timeZone: string): readonly DaySpan[] => {
  const days: DaySpan[] = [];
  for (let day = dayOf(fromAt, timeZone); day.startAt < toAt; day = nextDay(day, timeZone)) days.push(day);
  return days;
};

/** Looks back upon days; `until`: the last position that is taken into account. */
export async function* reviewedDays(
  log: EventLog,
  days: readonly DaySpan[],
  given: Omit<ReviewGiven, 'heldFrom'>,
  until = log.durableHead.position,
): AsyncGenerator<DayReview | DayWithout> {
  const [first] = days;
  if (first === undefined) return;
  const { optimiseUnhurried } = await import('../../dispatch/optimiser.ts');
  const planning = { plan: optimiseUnhurried };
  const record = new DayRecord();
  const fold = await Fold.of(log);
  let heldFrom = log.base.position < 0 ? 0 : Number.NaN;
  let next = 0;
  const told = async (): Promise<DayReview | DayWithout> => {
    const day = days[next] as DaySpan;
    next += 1;
    const matter = record.matterOf(day, { ...given, heldFrom });
    const review = 'lack' in matter ? { day: day.day, because: matter.lack } : await reviewDay(matter, planning);
    record.forget(day.endAt);
    return review;
  };
  for await (const entry of log.read({ from: fold.position + 1, to: until })) {
    if (Number.isNaN(heldFrom)) heldFrom = entry.recordedAt;
    while (next < days.length && entry.recordedAt >= (days[next] as DaySpan).endAt + aroundMs) yield await told();
    if (next >= days.length) return;
    fold.take(entry);
    if (concerned.has(entry.type) && entry.recordedAt >= first.startAt - aroundMs)
      record.hear(upcast(entry), entry.type === 'PlanRequested' ? fold.state : null);
  }
  while (next < days.length) yield await told();
}
