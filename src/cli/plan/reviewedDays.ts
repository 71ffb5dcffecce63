/** Days looked back upon, one after the other, as the log is folded once. */
import { upcast } from '../../facts/upcast.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { dayMs, type DaySpan, dayOf, nextDay } from '../../programme/calendar.ts';
import { aroundMs, DayRecord, type ReviewGiven } from '../../review/record.ts';
import { reviewDay } from '../../review/review.ts';
import type { DayReview, DayWithout } from '../../review/terms.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { positionSince } from '../../store/positionSince.ts';
import { Questions } from './questions.ts';

const concerned: ReadonlySet<string> = new Set(['MeterRead', 'PlanRequested', 'PlanMade']);

/** The local days that a stretch of time touches. */
export const daysTouching = ({ fromAt, toAt }: Stretch, timeZone: string): readonly DaySpan[] => {
  const days: DaySpan[] = [];
  for (let day = dayOf(fromAt, timeZone); day.startAt < toAt; day = nextDay(day, timeZone)) days.push(day);
  return days;
};

/** @limit A clock that was set back by no more than this does not hide what was recorded before. @unit ms */
const clockDoubtMs = dayMs;

/** When the log began to hold everything. UTC ms; 0 where it has everything, NaN where it is empty. */
const heldFromOf = async (log: EventLog): Promise<number> => {
  if (log.base.position < 0) return 0;
  for await (const { recordedAt } of log.read({ from: log.base.position + 1 })) return recordedAt;
  return Number.NaN;
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
  const questions = new Questions(log);
  const heldFrom = await heldFromOf(log);
  let next = 0;
  const told = async (): Promise<DayReview | DayWithout> => {
    const day = days[next] as DaySpan;
    next += 1;
    const matter = record.matterOf(day, { ...given, heldFrom });
    const review = 'lack' in matter ? { day: day.day, because: matter.lack } : await reviewDay(matter, planning);
    record.forget(day.endAt);
    return review;
  };
  const fromAt = first.startAt - aroundMs;
  for await (const recorded of log.read({ from: await positionSince(log, fromAt - clockDoubtMs), to: until })) {
    while (next < days.length && recorded.recordedAt >= (days[next] as DaySpan).endAt + aroundMs) yield await told();
    if (next >= days.length) return;
    if (!concerned.has(recorded.type) || recorded.recordedAt < fromAt) continue;
    const entry = upcast(recorded);
    record.hear(entry, entry.type === 'PlanRequested' ? await questions.of(entry) : null);
  }
  while (next < days.length) yield await told();
}
