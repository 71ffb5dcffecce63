/** Opens the devices by calculation. */
import type { Device } from '../shell/ports.ts';
import { evModel } from './evModel.ts';
import { flexibleLoadModel } from './flexibleLoadModel.ts';
import { isOpenAt } from './localWindow.ts';
import { meterModel } from './meterModel.ts';
import type { Opening } from './opening.ts';
import { SimulatedBattery, storeBeginning } from './simulatedBattery.ts';
import {
  type SimulatedFault,
  SimulatedDevice,
  type SimulatedDeviceOptions,
  type SimulatedState,
} from './simulatedDevice.ts';
import { checkBattery } from './batteryModel.ts';

type Simulated = 'simulatedBattery' | 'simulatedEv' | 'simulatedFlexibleLoad' | 'simulatedMeter';

const optionsOf = ({ device, now, timeZone, resumeSetpoints }: Opening<Simulated>): SimulatedDeviceOptions => ({
  resourceID: device.resourceID,
  now,
  resumeSetpoints,
  noiseWatts: device.noiseWatts,
  faultAt: (at): SimulatedFault => device.faults.find((window) => isOpenAt(window, at, timeZone))?.fault ?? null,
});

const resumed = ({ resumeFrom }: Opening) => (resumeFrom === null ? {} : { resumeFrom });

/** A battery by calculation. */
export const openSimulatedBattery = (opening: Opening<'simulatedBattery'>): Device => {
  const { capacityWattHours, maxChargeWatts, maxDischargeWatts, roundTripEfficiency, initialStateOfCharge } =
    opening.device;
  return new SimulatedBattery({
    ...optionsOf(opening),
    capacityWattHours,
    maxChargeWatts,
    maxDischargeWatts,
    roundTripEfficiency,
    stateOfCharge: initialStateOfCharge,
    ...resumed(opening),
  });
};

/** A car by calculation. */
export const openSimulatedEv = (opening: Opening<'simulatedEv'>): Device => {
  const { device, now, timeZone } = opening;
  checkBattery(device);
  const { capacityWattHours, initialStateOfCharge: stateOfCharge } = device;
  return new SimulatedDevice(
    evModel(device, device.trips, timeZone),
    storeBeginning({ capacityWattHours, stateOfCharge, now, ...resumed(opening) }),
    optionsOf(opening),
  );
};

const beginning = ({ resumeFrom, now }: Opening, storedWattHours: number): SimulatedState => ({
  at: resumeFrom?.readAt ?? now(),
  storedWattHours,
  importWattHours: resumeFrom?.importWattHours ?? 0,
  exportWattHours: resumeFrom?.exportWattHours ?? 0,
});

/** A flexible load by calculation. */
export const openSimulatedFlexibleLoad = (opening: Opening<'simulatedFlexibleLoad'>): Device => {
  const { device, timeZone, resumeFrom } = opening;
  const had = (resumeFrom?.status.stateOfCharge ?? 0) * device.need.energyWattHours;
  return new SimulatedDevice(flexibleLoadModel(device, timeZone), beginning(opening, had), optionsOf(opening));
};

/** A meter by calculation. */
export const openSimulatedMeter = (opening: Opening<'simulatedMeter'>): Device =>
  new SimulatedDevice(meterModel(opening.device, opening.timeZone), beginning(opening, 0), optionsOf(opening));
