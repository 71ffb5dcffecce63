/** Who plans for the devices of a configuration. */
import { PlannerProcess } from '../../adapters/planning/plannerProcess.ts';
import { type FixedSchedule, fixedSchedule, withinSite } from '../../dispatch/fixedSchedule.ts';
import type { PlanAnswer, Planner } from '../../dispatch/planner.ts';
import type { PlanningProblem } from '../../dispatch/planningProblem.ts';

/** The optimiser knows nothing of the schedules: what both come to has its limits in those of the site, and the schedules go first. */
const together = (problem: PlanningProblem, scheduled: PlanAnswer, planned: PlanAnswer): PlanAnswer => ({
  ...planned,
  basis: 'prices and fixed schedules',
  devices: withinSite(problem, [...scheduled.devices, ...planned.devices], (resourceID) =>
    scheduled.devices.some((device) => device.resourceID === resourceID),
  ),
});

const withDevices = (problem: PlanningProblem, isWanted: (resourceID: string) => boolean): PlanningProblem => ({
  ...problem,
  devices: problem.devices.filter(({ resourceID }) => isWanted(resourceID)),
});

/** One planner for several who ask: closing it for one of them does nothing. */
export const sharedPlanner = (planner: Planner): Planner => ({ plan: (problem) => planner.plan(problem) });

/** What of a device of the configuration says who plans for it. */
interface ScheduledDevice {
  readonly resourceID: string;
  readonly schedule?: FixedSchedule | undefined;
}

/** The optimiser for all devices but those that have a schedule of their own: they follow that, whatever the prices are. */
export const plannerOf = (
  devices: () => readonly ScheduledDevice[],
  optimiser: Planner = new PlannerProcess(),
): Planner => {
  const scheduleOf = (resourceID: string) => devices().find((device) => device.resourceID === resourceID)?.schedule;
  const schedules = fixedSchedule(scheduleOf);
  const isScheduled = (resourceID: string): boolean => scheduleOf(resourceID) !== undefined;
  return {
    plan: async (problem) => {
      const scheduled = withDevices(problem, isScheduled);
      const planned = withDevices(problem, (resourceID) => !isScheduled(resourceID));
      if (scheduled.devices.length === 0) return optimiser.plan(planned);
      if (planned.devices.length === 0) return schedules.plan(scheduled);
      return together(problem, await schedules.plan(scheduled), await optimiser.plan(planned));
    },
    close: async () => optimiser.close?.(),
  };
};
