import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import type { Clock } from '../../src/shell/ports.ts';

/** The battery of the programme's examples: 13.5 kWh, 5 kW, 90 % there and back. */
export const homeBattery = (resourceID: string, time: Clock): SimulatedBattery =>
  new SimulatedBattery({
    resourceID,
    now: () => time.now(),
    capacityWattHours: 13_500,
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
    roundTripEfficiency: 0.9,
  });
