import { type DaySpan, dayOf, nextDay, timeOnDay } from '../programme/calendar.ts';
import { type Beside, roomBeside, withinRoom } from '../programme/connection.ts';
import type { Planner } from './planner.ts';
import { levelBounds, type LevelledDevice, type PowerBounds } from './levelBounds.ts';
import type { DeviceTerms, DispatchConstraint, OverrideSpan, PlanningProblem, SiteTerms } from './planningProblem.ts';
import type { DevicePlan, DeviceSlot } from './sitePlan.ts';

/** A part of every local day, `HH:MM`; one that ends at or before its start ends on the day after. */
export interface LocalWindow {
  readonly from: string;
  readonly to: string;
}

/** What a device does in a part of every local day: draws (positive) or delivers (negative). */
export interface ScheduledPower extends LocalWindow {
  /** @unit W */
  readonly powerWatts: number;
}

/** What a device does in local time of the programme, and nothing in between. Where two say something, the later one in the list holds. */
export type FixedSchedule = readonly ScheduledPower[];

/** Charge in the small hours, deliver in the evening, when the grid is short. */
export const usualSchedule: FixedSchedule = [
  { from: '01:00', to: '05:00', powerWatts: Infinity },
  { from: '17:00', to: '21:00', powerWatts: -Infinity },
];

/** @limit The longest time planned at once. @unit local days */
const longestDays = 400;

/** The time to be planned, and whose days it has. */
type Horizon = Pick<PlanningProblem, 'fromAt' | 'toAt' | 'timeZone'>;

/** The greatest power each way. @unit W */
interface Limits {
  readonly resourceID: string;
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
}

interface Span {
  readonly startAt: number;
  readonly endAt: number;
}

/** The window of a local day as instants; on days when clocks change it is as long as the clocks make it. */
const spanOn = (day: DaySpan, { from, to }: LocalWindow, timeZone: string): Span => {
  const endDay = to <= from ? nextDay(day, timeZone) : day;
  return { startAt: timeOnDay(day, from, timeZone), endAt: timeOnDay(endDay, to, timeZone) };
};

/** The local days whose windows can reach into the time: from the day before it on. */
const daysOf = ({ fromAt, toAt, timeZone }: Horizon): readonly DaySpan[] => {
  const days = [dayOf(dayOf(fromAt, timeZone).startAt - 1, timeZone)];
  for (let day = days[0] as DaySpan; day.endAt < toAt; days.push(day)) {
    if (days.length > longestDays)
      throw new RangeError(
        `A plan from ${fromAt} to ${toAt} spans more than ${longestDays} days; ask for less at once.`,
      );
    day = nextDay(day, timeZone);
  }
  return days;
};

/** A stretch of time and the power in it, within what the device can do. */
interface PoweredSpan extends Span {
  readonly demandWatts: number;
}

/** In the order of the schedule and not of the days, so that a window over midnight keeps its place among the others. */
const spansOf = (horizon: Horizon, device: Limits, schedule: FixedSchedule): readonly PoweredSpan[] => {
  const { timeZone } = horizon;
  const within = (powerWatts: number): number =>
    Math.min(device.maxChargeWatts, Math.max(0 - device.maxDischargeWatts, powerWatts));
  const days = daysOf(horizon);
  return schedule.flatMap((power) =>
    days.map((day) => ({ ...spanOn(day, power, timeZone), demandWatts: within(power.powerWatts) })),
  );
};

/** Neighbours of the same demand as one slot. */
const joined = (slots: readonly DeviceSlot[]): DeviceSlot[] =>
  slots.reduce<DeviceSlot[]>((done, slot) => {
    const last = done.at(-1);
    if (last === undefined || last.demandWatts !== slot.demandWatts) return [...done, slot];
    return [...done.slice(0, -1), { ...last, endAt: slot.endAt }];
  }, []);

/** The power of an override; as much as the device can where none is named. @unit W */
const overriddenPower = ({ action, powerWatts = Infinity }: OverrideSpan, device: Limits): number => {
  if (action === 'hold') return 0;
  return action === 'charge'
    ? Math.min(powerWatts, device.maxChargeWatts)
    : -Math.min(powerWatts, device.maxDischargeWatts);
};

/** What a person told the device goes before its schedule. */
const overriddenSpans = (overrides: readonly OverrideSpan[], device: Limits): readonly PoweredSpan[] =>
  overrides
    .filter(({ resourceID }) => resourceID === device.resourceID)
    .map((override) => ({
      startAt: override.startAt,
      endAt: override.endAt,
      demandWatts: overriddenPower(override, device),
    }));

/** What a DR event asks of the device in a stretch of time. */
interface AskedSpan extends Span {
  readonly bounds: PowerBounds;
}

/** Of what is asked of the whole site, a device has the share of its power in that direction. */
const shareOf = (watts: number | undefined, device: Limits, devices: readonly Limits[]): number | undefined => {
  if (watts === undefined) return undefined;
  const greatest = (each: Limits): number => (watts >= 0 ? each.maxChargeWatts : each.maxDischargeWatts);
  const all = devices.reduce((sum, each) => sum + greatest(each), 0);
  return all === 0 ? 0 : Math.round((watts * greatest(device)) / all);
};

const askedSpans = (
  constraints: readonly DispatchConstraint[],
  device: LevelledDevice & Limits,
  devices: readonly Limits[],
): readonly AskedSpan[] =>
  constraints
    .filter(({ resourceID = device.resourceID }) => resourceID === device.resourceID)
    .map((constraint) => {
      const { startAt, endAt, resourceID } = constraint;
      if (constraint.kind === 'level') return { startAt, endAt, bounds: levelBounds(constraint.level, device) };
      const own = (watts: number | undefined): number | undefined =>
        resourceID === undefined ? shareOf(watts, device, devices) : watts;
      const { atLeastWatts = -Infinity, atMostWatts = Infinity } = {
        atLeastWatts: own(constraint.atLeastWatts),
        atMostWatts: own(constraint.atMostWatts),
      };
      return { startAt, endAt, bounds: { atLeastWatts, atMostWatts } };
    });

const isIn = ({ startAt, endAt }: Span, at: number): boolean => startAt <= at && at < endAt;

/** What stands above the schedule: what a DR event asks, and above that what a person overrides. */
export interface AboveSchedule {
  readonly overrides?: readonly OverrideSpan[];
  readonly asked?: readonly AskedSpan[];
}

/** What the schedule has a device do in the time, and what stands above it. */
export const scheduledPlan = (
  schedule: FixedSchedule,
  horizon: Horizon,
  device: Limits,
  { overrides = [], asked = [] }: AboveSchedule = {},
): DevicePlan => {
  const { fromAt, toAt } = horizon;
  const [spans, told] = [spansOf(horizon, device, schedule), overriddenSpans(overrides, device)];
  const edges = [...spans, ...told, ...asked]
    .flatMap(({ startAt, endAt }) => [startAt, endAt])
    .filter((at) => at > fromAt && at < toAt);
  const cuts = [...new Set([fromAt, ...edges, toAt])].sort((a, b) => a - b);
  const demandAt = (at: number): number => {
    const overridden = told.findLast((span) => isIn(span, at));
    if (overridden !== undefined) return overridden.demandWatts;
    const scheduled = spans.findLast((span) => isIn(span, at))?.demandWatts ?? 0;
    return asked
      .filter((span) => isIn(span, at))
      .reduce(
        (watts, { bounds: { atLeastWatts, atMostWatts } }) =>
          Math.max(
            0 - device.maxDischargeWatts,
            Math.min(device.maxChargeWatts, Math.max(atLeastWatts, Math.min(atMostWatts, watts))),
          ),
        scheduled,
      );
  };
  const slots = cuts.slice(0, -1).map((startAt, index) => ({
    startAt,
    endAt: cuts[index + 1] as number,
    demandWatts: demandAt(startAt),
    stateOfChargeAtEnd: null,
  }));
  return { resourceID: device.resourceID, slots: toAt > fromAt ? joined(slots) : [] };
};

const limitsOf = (device: DeviceTerms): Limits =>
  device.kind === 'storage'
    ? device
    : { resourceID: device.resourceID, maxChargeWatts: device.maxWatts, maxDischargeWatts: 0 };

/** What home and panels are expected to draw and to give at an instant. */
const besideAt =
  ({ forecast = [] }: SiteTerms) =>
  (at: number): Beside => {
    const now = forecast.findLast((span) => isIn(span, at));
    const edges = forecast.flatMap(({ startAt, endAt }) => [startAt, endAt]).filter((edge) => edge > at);
    return { loadWatts: now?.loadWatts ?? 0, pvWatts: now?.pvWatts ?? 0, until: Math.min(...edges) };
  };

/** What devices do within the limits of the site: what a person overrides goes first, then those that are named, and the others share the rest. */
export const withinSite = (
  { site, overrides }: Pick<PlanningProblem, 'site' | 'overrides'>,
  devices: readonly DevicePlan[],
  isNamed: (resourceID: string) => boolean = () => false,
): readonly DevicePlan[] => {
  const roomAt = roomBeside(site, besideAt(site));
  const isOverridden = (resourceID: string, at: number): boolean =>
    overrides.some((override) => override.resourceID === resourceID && isIn(override, at));
  return roomAt === null
    ? devices
    : withinRoom(devices, roomAt, (resourceID, at) => isNamed(resourceID) || isOverridden(resourceID, at));
};

/**
 * A planner that follows a schedule in local time whatever the prices are: the one for a person who wants just that.
 * `schedule`: of all devices, or of each by its resourceID; one without any is left alone.
 */
export const fixedSchedule = (
  schedule: FixedSchedule | ((resourceID: string) => FixedSchedule | undefined) = usualSchedule,
): Planner => {
  const of = typeof schedule === 'function' ? schedule : () => schedule;
  return {
    plan: async (problem) => ({
      basis: 'fixed schedule',
      devices: withinSite(
        problem,
        problem.devices.flatMap((device) => {
          const own = of(device.resourceID);
          const isOverridden = problem.overrides.some(({ resourceID }) => resourceID === device.resourceID);
          const isAsked = problem.constraints.some(({ resourceID }) => resourceID === device.resourceID);
          if (own === undefined && !isOverridden && !isAsked) return [];
          const limits = limitsOf(device);
          const asked = askedSpans(problem.constraints, { ...device, ...limits }, problem.devices.map(limitsOf));
          return [scheduledPlan(own ?? [], problem, limits, { overrides: problem.overrides, asked })];
        }),
      ),
    }),
  };
};
