import { covering, type GridSlot } from '../grid.ts';
import type { OverrideSpan, PlanningProblem } from '../planningProblem.ts';

/** What a person told a device in a slot. */
export interface OrderedPower {
  readonly action: OverrideSpan['action'];
  /** As much as that, or as the device can. @unit kW */
  readonly kilowatts: number;
}

const toldBy = ({ action, powerWatts = Infinity }: OverrideSpan): OrderedPower => ({
  action,
  kilowatts: action === 'hold' || Number.isNaN(powerWatts) ? 0 : Math.max(0, powerWatts) / 1_000,
});

/** What a device was told in each slot; where two say something, the later one in the list holds. */
export const toldIn = (
  { overrides }: PlanningProblem,
  resourceID: string,
  slots: readonly GridSlot[],
): readonly (OrderedPower | null)[] => {
  const at = covering(overrides.filter((each) => each.resourceID === resourceID));
  return slots.map(({ startAt }) => {
    const override = at(startAt);
    return override === undefined ? null : toldBy(override);
  });
};

/** Whether each slot is in one of the stretches. */
export const isIn = (
  spans: PlanningProblem['overrides'] | readonly { startAt: number; endAt: number }[],
  slots: readonly GridSlot[],
): readonly boolean[] => {
  const at = covering(spans);
  return slots.map(({ startAt }) => at(startAt) !== undefined);
};
