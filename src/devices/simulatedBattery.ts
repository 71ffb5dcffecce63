import type { MeterRead } from '../facts/input.ts';
import { advance, type BatteryParameters, checkBattery, powerAt } from './batteryModel.ts';
import { type Model, SimulatedDevice, type SimulatedDeviceOptions, type SimulatedState } from './simulatedDevice.ts';

export type { GivenSetpoint, Silence } from './simulatedDevice.ts';

/** A simulated battery's making. */
export interface SimulatedBatteryOptions extends BatteryParameters, SimulatedDeviceOptions {
  /** At the beginning, 0 to 1. Default 0.5. */
  readonly stateOfCharge?: number;
  /** The last reading known of it: its registers go on from there. */
  readonly resumeFrom?: MeterRead;
}

/** What a store begins with: what is known of it, or else how full it is said to be. @throws RangeError when it cannot be that full. */
export const storeBeginning = (options: {
  readonly capacityWattHours: number;
  readonly stateOfCharge?: number;
  readonly resumeFrom?: MeterRead;
  readonly now: () => number;
}): SimulatedState => {
  const { capacityWattHours, stateOfCharge = 0.5, resumeFrom, now } = options;
  const part = resumeFrom?.status.stateOfCharge ?? stateOfCharge;
  if (!(part >= 0 && part <= 1))
    throw new RangeError(
      `A battery cannot have stateOfCharge ${part}: it has to be from 0 to 1; correct the device's settings.`,
    );
  return {
    at: resumeFrom?.readAt ?? now(),
    storedWattHours: part * capacityWattHours,
    importWattHours: resumeFrom?.importWattHours ?? 0,
    exportWattHours: resumeFrom?.exportWattHours ?? 0,
  };
};

const batteryModel = (battery: BatteryParameters): Model => ({
  advance: (state, toAt, demandWatts) => advance(state, toAt, demandWatts, battery),
  statusOf: (state, demandWatts) => ({
    online: true,
    manualOverride: false,
    powerWatts: powerAt(state, demandWatts, battery),
    stateOfCharge: state.storedWattHours / battery.capacityWattHours,
    maxChargeWatts: battery.maxChargeWatts,
    maxDischargeWatts: battery.maxDischargeWatts,
  }),
});

/** A battery with a meter, by calculation: it does as it is told within its limits and its charge. */
export class SimulatedBattery extends SimulatedDevice {
  /** @throws RangeError when no battery can be like that. */
  constructor(options: SimulatedBatteryOptions) {
    checkBattery(options);
    super(batteryModel(options), storeBeginning(options), options);
  }
}
