/**
 * A load that needs so much energy each day by a time. What it stores is what it has had of that; at the time it begins anew.
 * Below its least power it does not work at all.
 */
import type { DeviceNeed } from '../facts/settings.ts';
import { hourMs } from '../programme/calendar.ts';
import { spansAround } from './localWindow.ts';
import type { Model, SimulatedState } from './simulatedDevice.ts';

/** What a flexible load is built to do. */
export interface FlexibleLoadParameters {
  /** @unit W */
  readonly maxChargeWatts: number;
  readonly need: DeviceNeed;
}

/** The load's behaviour. */
export const flexibleLoadModel = ({ maxChargeWatts, need }: FlexibleLoadParameters, timeZone: string): Model => {
  const wattsAt = ({ storedWattHours }: SimulatedState, demandWatts: number): number => {
    const watts = Math.min(maxChargeWatts, Math.max(0, demandWatts));
    return watts === 0 || watts < need.minWatts || storedWattHours >= need.energyWattHours - 1e-6 ? 0 : watts;
  };

  const drawn = (state: SimulatedState, toAt: number, demandWatts: number): SimulatedState => {
    const watts = wattsAt(state, demandWatts);
    const wattHours = Math.min(need.energyWattHours - state.storedWattHours, (watts * (toAt - state.at)) / hourMs);
    return {
      ...state,
      at: toAt,
      storedWattHours: state.storedWattHours + Math.max(0, wattHours),
      importWattHours: state.importWattHours + Math.max(0, wattHours),
    };
  };

  /** The instants at which it begins anew, in (fromAt, toAt]. */
  const renewals = (fromAt: number, toAt: number): readonly number[] =>
    spansAround({ from: need.doneBy, to: need.doneBy }, fromAt, toAt, timeZone)
      .map((span) => span.fromAt)
      .filter((at) => at > fromAt && at <= toAt);

  return {
    advance: (state, toAt, demandWatts) => {
      const done = renewals(state.at, toAt).reduce(
        (now, at) => ({ ...drawn(now, at, demandWatts), storedWattHours: 0 }),
        state,
      );
      return toAt > done.at ? drawn(done, toAt, demandWatts) : done;
    },
    statusOf: (state, demandWatts) => ({
      online: true,
      manualOverride: false,
      powerWatts: wattsAt(state, demandWatts),
      stateOfCharge: Math.min(1, state.storedWattHours / need.energyWattHours),
      maxChargeWatts,
      maxDischargeWatts: 0,
    }),
  };
};
