import type { SitePlan } from '../../../src/dispatch/sitePlan.ts';
import { hourMs } from '../../../src/programme/calendar.ts';

/** What a device does in each hour of a plan. @unit W */
export const powers = (plan: SitePlan, resourceID = 'battery'): readonly number[] => {
  const slots = plan.devices.find((device) => device.resourceID === resourceID)?.slots ?? [];
  const count = Math.round((plan.endAt - plan.startAt) / hourMs);
  return Array.from({ length: count }, (_none, hour) => {
    const at = plan.startAt + hour * hourMs;
    return slots.find(({ startAt, endAt }) => startAt <= at && at < endAt)?.demandWatts ?? Number.NaN;
  });
};

/** How full a device is after each hour of a plan. */
export const levels = (plan: SitePlan, resourceID = 'battery'): readonly number[] => {
  const slots = plan.devices.find((device) => device.resourceID === resourceID)?.slots ?? [];
  return powers(plan, resourceID).map(
    (_power, hour) =>
      slots.findLast(({ endAt }) => endAt <= plan.startAt + (hour + 1) * hourMs)?.stateOfChargeAtEnd ?? Number.NaN,
  );
};
