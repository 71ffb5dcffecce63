/** What the planner is told of a device by its settings alone. */
import type { StorageTerms } from '../../dispatch/planningProblem.ts';
import type { DeviceSettings } from '../../facts/settings.ts';

/** Energy delivered of energy drawn, where a log of before does not name it. */
const usualRoundTrip = 0.9;

/** What a kWh delivered wears off, where nobody says. @unit USD/kWh */
const usualWear = 0.02;

/** How much of what is drawn is stored, and of what is stored delivered: losses are shared evenly. */
export const oneWayEfficiency = ({
  roundTripEfficiency = usualRoundTrip,
}: Pick<DeviceSettings, 'roundTripEfficiency'>): number => Math.sqrt(roundTripEfficiency);

/** A storage that is as full as is said. */
export const storageTermsOf = (device: DeviceSettings, stateOfCharge: number | null): StorageTerms => ({
  kind: 'storage',
  resourceID: device.resourceID,
  capacityWattHours: device.capacityWattHours ?? 0,
  chargeEfficiency: oneWayEfficiency(device),
  dischargeEfficiency: oneWayEfficiency(device),
  maxChargeWatts: device.maxChargeWatts,
  maxDischargeWatts: device.maxDischargeWatts,
  stateOfCharge,
  wearUsdPerKwh: String(device.wearUsdPerKwh ?? usualWear),
});
