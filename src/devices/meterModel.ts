/** A house that does what it does: so much power in each hour of the local day, whatever it is told. */
import { hourMs, localHourOf } from '../programme/calendar.ts';
import type { Model, SimulatedState } from './simulatedDevice.ts';

/** What a house does, and what its line carries. */
export interface HouseParameters {
  /** One for each local hour of the day. @unit W */
  readonly hourlyWatts: readonly number[];
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
}

/** Local hours begin at a whole quarter of an hour of UTC everywhere. @unit ms */
const quarterMs = hourMs / 4;

const nextQuarter = (at: number): number => Math.floor(at / quarterMs + 1) * quarterMs;

/** The house's behaviour. */
export const meterModel = (
  { hourlyWatts, maxChargeWatts, maxDischargeWatts }: HouseParameters,
  timeZone: string,
): Model => {
  const wattsAt = (at: number): number => hourlyWatts[localHourOf(at, timeZone)] ?? 0;

  const metered = (state: SimulatedState, toAt: number): SimulatedState => {
    const wattHours = (wattsAt(state.at) * (toAt - state.at)) / hourMs;
    return {
      ...state,
      at: toAt,
      importWattHours: state.importWattHours + Math.max(0, wattHours),
      exportWattHours: state.exportWattHours + Math.max(0, -wattHours),
    };
  };

  return {
    advance: (state, toAt) => {
      let now = state;
      while (now.at < toAt) now = metered(now, Math.min(toAt, nextQuarter(now.at)));
      return now;
    },
    statusOf: ({ at }) => ({
      online: true,
      manualOverride: false,
      powerWatts: wattsAt(at),
      maxChargeWatts,
      maxDischargeWatts,
    }),
  };
};
