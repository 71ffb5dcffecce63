/** A VEN with a battery that follows a schedule, so that there is something to plan, to earn and to lose. */
import { SimulatedBattery } from '../../../src/devices/simulatedBattery.ts';
import { fixedSchedule } from '../../../src/dispatch/fixedSchedule.ts';
import type { LocalDay } from '../../../src/programme/calendar.ts';
import { at, resourceID } from '../../scenarios/support/day.ts';
import { AgentWorld, settingsFor } from '../../support/agentWorld.ts';

/** The world, before its agent has started; the battery is silent for boundaries in `silent`. */
export const batteryWorld = (
  day: LocalDay,
  hour: number,
  silent?: { readonly fromAt: number; readonly toAt: number },
): AgentWorld => {
  const [device] = settingsFor().devices;
  return new AgentWorld({
    startAt: at(day, hour),
    vtn: { pollFreq: 'PT10M', status: 'never' },
    planner: fixedSchedule(),
    devices: (time) => [
      new SimulatedBattery({
        resourceID: device?.resourceID ?? resourceID,
        capacityWattHours: device?.capacityWattHours ?? 13_500,
        maxChargeWatts: device?.maxChargeWatts ?? 5_000,
        maxDischargeWatts: device?.maxDischargeWatts ?? 5_000,
        roundTripEfficiency: 0.9,
        now: () => time.now(),
        silences: silent === undefined ? [] : [{ ...silent, quality: 'Not Connected' }],
      }),
    ],
  });
};
