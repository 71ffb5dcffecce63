/**
 * Never metered is not zero: what lies before a device's first reading is not told at all, and what is missing after it only
 * as the setting `unmeasured` says. What is left out is said. @rule 2.0b 300, 318
 */
import type { AgentState } from '../../core/state.ts';
import type { UsageLeftOut } from '../../facts/usage.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { firstReadingAt, netUsage } from '../../store/projections/usage.ts';
import { together, type Telling } from './periods.ts';
import type { Slot } from './slots.ts';

/** A stretch that is left out of the reports of a request. */
export type LeftOut = Omit<UsageLeftOut, 'reportRequestID'>;

/** What remains to be told, and what does not. */
export interface Tellable {
  readonly tellings: readonly Telling[];
  readonly leftOut: readonly LeftOut[];
}

/** Why an interval is not told; null when it is. */
const whyNot = (
  state: AgentState,
  { unmeasured = 'placeholder' }: VenSettings,
  resourceID: string,
  { startAt, durationMs }: Slot,
): LeftOut['because'] | null => {
  const first = firstReadingAt(state.views.usage, resourceID);
  if (first === null || startAt < first) return 'neverMetered';
  if (unmeasured === 'placeholder') return null;
  return netUsage(state.views.usage, resourceID, startAt, durationMs).energyWattHours === null ? 'notMeasured' : null;
};

/** Neighbours of the same reason as one stretch. */
const asStretches = (resourceID: string, slots: readonly (Slot & Pick<LeftOut, 'because'>)[]): readonly LeftOut[] => {
  const stretches: LeftOut[] = [];
  for (const { startAt, durationMs, because } of slots) {
    const last = stretches.at(-1);
    const joins = last?.toAt === startAt && last.because === because;
    const toAt = startAt + durationMs;
    if (joins) stretches[stretches.length - 1] = { ...last, toAt };
    else stretches.push({ resourceID, fromAt: startAt, toAt, because });
  }
  return stretches;
};

/** Takes out what is not told. */
export const tellable = (state: AgentState, settings: VenSettings, wanted: readonly Telling[]): Tellable => {
  const leftOut: LeftOut[] = [];
  const tellings = wanted.flatMap(({ resourceIDs, slots }) =>
    together(resourceIDs, (resourceID) => {
      const reasons = slots.map((slot) => ({ ...slot, because: whyNot(state, settings, resourceID, slot) }));
      leftOut.push(
        ...asStretches(
          resourceID,
          reasons.flatMap(({ because, ...slot }) => (because === null ? [] : [{ ...slot, because }])),
        ),
      );
      return slots.filter((_, index) => reasons[index]?.because === null);
    }),
  );
  return { tellings, leftOut };
};
