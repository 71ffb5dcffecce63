/** What loads need, one need after the other: a new one begins when the time of the one before is over. */
import type { FlexibleLoadTerms, PlanSpan, RunningSlot } from '../dispatch/planningProblem.ts';
import { hourMs } from '../programme/calendar.ts';

/** What a load needs in a part of the time, by a deadline that may lie beyond it. */
export interface LoadNeed extends PlanSpan {
  readonly terms: FlexibleLoadTerms;
  /** Still needed when the part began. @unit Wh */
  readonly energyWattHours: number;
}

/** A load, with its needs one after the other. */
export interface NeedingLoad {
  readonly resourceID: string;
  readonly needs: readonly LoadNeed[];
}

/** How long two stretches of time have in common. @unit h */
export const commonHours = (a: PlanSpan, b: PlanSpan): number =>
  Math.max(0, Math.min(a.endAt, b.endAt) - Math.max(a.startAt, b.startAt)) / hourMs;

/** What a load has drawn in a stretch. @unit Wh */
export const drawnIn = (slots: readonly RunningSlot[], span: PlanSpan): number =>
  slots.reduce((sum, slot) => sum + Math.max(0, slot.demandWatts) * commonHours(slot, span), 0);

/** The need that a load has at an instant; null before it has any. */
export const needAt = <Need extends PlanSpan>(
  { needs }: { readonly needs: readonly Need[] },
  at: number,
): Need | null => needs.findLast(({ startAt }) => startAt <= at) ?? null;
