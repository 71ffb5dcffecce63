/**
 * The physics of a battery behind its own meter, in closed form: no step size, so the answer for an instant does not
 * depend on how often it was asked.
 *
 * Losses are shared evenly between charging and discharging. Power is measured at the meter, on the AC side.
 */

/** What a battery is built to do. */
export interface BatteryParameters {
  /** Usable. @unit Wh */
  readonly capacityWattHours: number;
  /** Both positive. @unit W */
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
  /** The part of the energy drawn that can be delivered again; above 0, at most 1. */
  readonly roundTripEfficiency: number;
  /** What its electronics draw, always. Default 0. @unit W */
  readonly standbyWatts?: number;
}

/** A battery and its registers at an instant, with their fractions. */
export interface BatteryState {
  /** UTC ms. */
  readonly at: number;
  readonly storedWattHours: number;
  readonly importWattHours: number;
  readonly exportWattHours: number;
}

const hourMs = 3_600_000;

/** @throws RangeError when no battery can be like that. */
export const checkBattery = (battery: BatteryParameters): void => {
  const { capacityWattHours, maxChargeWatts, maxDischargeWatts, roundTripEfficiency, standbyWatts = 0 } = battery;
  const refuse = (name: string, value: number, rule: string): never => {
    throw new RangeError(
      `A battery cannot have ${name} ${value}: it has to be ${rule}; correct the device's settings.`,
    );
  };
  if (!(capacityWattHours > 0 && Number.isFinite(capacityWattHours)))
    refuse('capacityWattHours', capacityWattHours, 'above 0');
  if (!(maxChargeWatts >= 0 && Number.isFinite(maxChargeWatts))) refuse('maxChargeWatts', maxChargeWatts, '0 or more');
  if (!(maxDischargeWatts >= 0 && Number.isFinite(maxDischargeWatts)))
    refuse('maxDischargeWatts', maxDischargeWatts, '0 or more');
  if (!(roundTripEfficiency > 0 && roundTripEfficiency <= 1))
    refuse('roundTripEfficiency', roundTripEfficiency, 'above 0 and at most 1');
  if (!(standbyWatts >= 0 && Number.isFinite(standbyWatts))) refuse('standbyWatts', standbyWatts, '0 or more');
};

/** What is stored of a Wh drawn, and delivered of a Wh stored. */
const oneWay = ({ roundTripEfficiency }: BatteryParameters): number => Math.sqrt(roundTripEfficiency);

const withinLimits = (demandWatts: number, { maxChargeWatts, maxDischargeWatts }: BatteryParameters): number =>
  Math.min(maxChargeWatts, Math.max(-maxDischargeWatts, demandWatts));

/** How long the battery can keep a power up before it is full or empty. @unit h */
const lastsHours = (storedWattHours: number, watts: number, battery: BatteryParameters): number => {
  if (watts > 0) return (battery.capacityWattHours - storedWattHours) / (watts * oneWay(battery));
  if (watts < 0) return (storedWattHours * oneWay(battery)) / -watts;
  return Number.POSITIVE_INFINITY;
};

const changeOfStore = (watts: number, hours: number, battery: BatteryParameters): number =>
  watts > 0 ? watts * hours * oneWay(battery) : (watts * hours) / oneWay(battery);

/** The meter turns forward or backward with the net power of the battery and its electronics. */
const metered = (
  state: BatteryState,
  batteryWatts: number,
  hours: number,
  battery: BatteryParameters,
): BatteryState => {
  const wattHours = (batteryWatts + (battery.standbyWatts ?? 0)) * hours;
  const stored = state.storedWattHours + changeOfStore(batteryWatts, hours, battery);
  return {
    at: state.at,
    storedWattHours: Math.min(battery.capacityWattHours, Math.max(0, stored)),
    importWattHours: state.importWattHours + Math.max(0, wattHours),
    exportWattHours: state.exportWattHours + Math.max(0, -wattHours),
  };
};

/** The battery at a later instant, a demand (positive draws, negative delivers) held until then. */
export const advance = (
  state: BatteryState,
  toAt: number,
  demandWatts: number,
  battery: BatteryParameters,
): BatteryState => {
  const hours = Math.max(0, toAt - state.at) / hourMs;
  const watts = withinLimits(demandWatts, battery);
  const working = Math.min(hours, Math.max(0, lastsHours(state.storedWattHours, watts, battery)));
  const worked = metered(state, watts, working, battery);
  return { ...metered(worked, 0, hours - working, battery), at: Math.max(toAt, state.at) };
};

/** Less than this in the battery, or less room in it, is none. @unit Wh */
const grain = 1e-6;

/** The power at the meter that a demand leads to at this instant. @unit W */
export const powerAt = (state: BatteryState, demandWatts: number, battery: BatteryParameters): number => {
  const watts = withinLimits(demandWatts, battery);
  const isFull = state.storedWattHours >= battery.capacityWattHours - grain;
  const isEmpty = state.storedWattHours <= grain;
  const isStopped = (watts > 0 && isFull) || (watts < 0 && isEmpty);
  return (isStopped ? 0 : watts) + (battery.standbyWatts ?? 0);
};

/** A register as the meter shows it: whole Wh, what is begun not counted. @unit Wh */
export const shown = (wattHours: number): number => Math.floor(wattHours + grain);
