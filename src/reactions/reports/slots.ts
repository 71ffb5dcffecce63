import type { VenSettings } from '../../facts/settings.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import type { Terms } from '../../machines/report/terms.ts';

/** Intervals without their values. */

/** An interval without its value. */
export interface Slot {
  readonly startAt: number;
  readonly durationMs: number;
}

/** @limit Intervals that are looked at for one piece of a report. */
export const slotsLimit = 4_000;

/** Intervals of a length from one instant to another, oldest first; one that would go beyond is left out. */
export const slotsBetween = (fromAt: number, toAt: number, durationMs: number): readonly Slot[] =>
  durationMs <= 0
    ? []
    : Array.from(
        { length: Math.min(slotsLimit, Math.max(0, Math.floor((toAt - fromAt) / durationMs))) },
        (_, index) => ({ startAt: fromAt + index * durationMs, durationMs }),
      );

/** The length of a request's intervals. @unit ms */
export const slotMs = ({ granularityMs, reportBackMs }: Terms): number =>
  granularityMs > 0 ? granularityMs : reportBackMs;

/** The first instant of a request's grid that is not before `at`. */
export const onGridAfter = (terms: Terms, at: number): number => {
  const originAt = terms.aligned === 'start' ? terms.startAt : 0;
  const everyMs = slotMs(terms);
  return originAt + Math.ceil((at - originAt) / everyMs) * everyMs;
};

/** The intervals of a request that lie in a stretch, oldest first. */
export const slotsIn = (terms: Terms, { fromAt, toAt }: Stretch): readonly Slot[] =>
  slotsBetween(onGridAfter(terms, fromAt), toAt, slotMs(terms));

/** The interval that has just passed at an instant, for a report that is wanted at once. @rule 2.0b 337 */
export const lastSlot = ({ sampleEveryMs }: VenSettings, at: number): Slot => {
  const endAt = Math.floor(at / sampleEveryMs) * sampleEveryMs;
  return { startAt: endAt - sampleEveryMs, durationMs: sampleEveryMs };
};

/** What a last report tells when no whole interval is left to tell: the rest of its period, in whole seconds. @rule 2.0b 345 */
export const restOfPeriod = (settings: VenSettings, { fromAt, toAt }: Stretch): Slot => {
  const startAt = Math.ceil(fromAt / 1000) * 1000;
  const endAt = Math.floor(toAt / 1000) * 1000;
  return endAt > startAt ? { startAt, durationMs: endAt - startAt } : lastSlot(settings, toAt);
};

/** What is left of a slot when others are taken out of it; `taken` is in order of its starts. */
const remainder = (slot: Slot, taken: readonly Slot[]): readonly Slot[] => {
  const endAt = slot.startAt + slot.durationMs;
  const left: Slot[] = [];
  let fromAt = slot.startAt;
  for (const { startAt, durationMs } of taken) {
    if (startAt >= endAt || startAt + durationMs <= fromAt) continue;
    if (startAt > fromAt) left.push({ startAt: fromAt, durationMs: startAt - fromAt });
    fromAt = Math.max(fromAt, startAt + durationMs);
  }
  return fromAt < endAt ? [...left, { startAt: fromAt, durationMs: endAt - fromAt }] : left;
};

/** What is left of slots when others, in order of their starts, are taken out of them. */
export const without = (slots: readonly Slot[], taken: readonly Slot[]): readonly Slot[] =>
  taken.length === 0 ? slots : slots.flatMap((slot) => remainder(slot, taken));

/** In order of their starts. */
export const inOrder = <S extends Slot>(slots: readonly S[]): readonly S[] =>
  [...slots].sort((a, b) => a.startAt - b.startAt || a.durationMs - b.durationMs);

/** The same time laid side by side: what two of them share is told in the one that begins first, or is the shorter. */
export const sideBySide = (slots: readonly Slot[]): readonly Slot[] => {
  let filledTo = -Infinity;
  return inOrder(slots).flatMap(({ startAt, durationMs }) => {
    const endAt = startAt + durationMs;
    const fromAt = Math.max(startAt, filledTo);
    filledTo = Math.max(filledTo, endAt);
    return fromAt < endAt ? [{ startAt: fromAt, durationMs: endAt - fromAt }] : [];
  });
};
