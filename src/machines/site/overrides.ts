/** What a person overrides stands above the plan: at once, and while there is none. */
import type { OverrideAction } from '../../facts/instructions.ts';
import type { PlannedDevice, PlanSlot } from '../../facts/planning.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import { hourMs, localHourOf } from '../../programme/calendar.ts';
import { type Beside, roomBeside, withinRoom } from '../../programme/connection.ts';
import { sameContent } from '../sameContent.ts';

/** What a person told a device to do for a time. UTC ms, inclusive and exclusive. */
export interface Override {
  readonly resourceID: string;
  readonly startAt: number;
  readonly endAt: number;
  readonly action: OverrideAction;
  /** Absent: as much as it can. @unit W */
  readonly powerWatts?: number;
}

/** What the device draws (positive) or delivers under an override, within its limits. @unit W */
export const overriddenWatts = (
  { action, powerWatts = Infinity }: Pick<Override, 'action' | 'powerWatts'>,
  { maxChargeWatts, maxDischargeWatts }: Pick<DeviceSettings, 'maxChargeWatts' | 'maxDischargeWatts'>,
): number => {
  if (action === 'hold') return 0;
  return action === 'charge' ? Math.min(powerWatts, maxChargeWatts) : 0 - Math.min(powerWatts, maxDischargeWatts);
};

/** The overrides that are not over. */
export const stillOn = (overrides: readonly Override[], at: number): readonly Override[] =>
  overrides.filter(({ endAt }) => at < endAt);

/** The slots without what lies within a stretch of time. */
const outside = (slots: readonly PlanSlot[], { startAt, endAt }: Pick<Override, 'startAt' | 'endAt'>): PlanSlot[] =>
  slots.flatMap((slot) => {
    const before = { ...slot, endAt: Math.min(slot.endAt, startAt), stateOfChargeAtEnd: null };
    const after = { ...slot, startAt: Math.max(slot.startAt, endAt) };
    if (before.endAt === slot.endAt || after.startAt === slot.startAt) return [slot];
    return [before, after].filter((part) => part.startAt < part.endAt);
  });

const of = (overrides: readonly Override[], resourceID: string): readonly Override[] =>
  overrides.filter((each) => each.resourceID === resourceID);

/**
 * What the devices are to do by a plan that was made when other overrides stood: each device whose overrides are others by
 * now does nothing in the time of those that are gone, and what it was told in the time of those that stand.
 */
export const withOverrides = (
  planned: readonly PlannedDevice[],
  { planned: before, standing }: { readonly planned: readonly Override[]; readonly standing: readonly Override[] },
  devices: readonly DeviceSettings[],
): readonly PlannedDevice[] => {
  const changed = devices.filter(
    ({ resourceID, isReadOnly }) =>
      isReadOnly !== true && !sameContent(of(before, resourceID), of(standing, resourceID)),
  );
  const slotsOf = (device: DeviceSettings): readonly PlanSlot[] => {
    const { resourceID } = device;
    const [gone, now] = [of(before, resourceID), of(standing, resourceID)];
    const left = [...gone, ...now].reduce<readonly PlanSlot[]>(
      outside,
      planned.find((each) => each.resourceID === resourceID)?.slots ?? [],
    );
    const told = now.map(({ startAt, endAt, ...override }) => ({
      startAt,
      endAt,
      demandWatts: overriddenWatts(override, device),
    }));
    return [...left, ...told].sort((a, b) => a.startAt - b.startAt);
  };
  const anew = new Map(changed.map((device) => [device.resourceID, slotsOf(device)]));
  return [
    ...planned.map((each) => ({ ...each, slots: anew.get(each.resourceID) ?? each.slots })),
    ...[...anew]
      .filter(([resourceID]) => !planned.some((each) => each.resourceID === resourceID))
      .map(([resourceID, slots]) => ({ resourceID, slots })),
  ];
};

/** @limit Local hours of every time zone begin at a quarter of an hour. @unit ms */
const quarterMs = hourMs / 4;

/** What the home draws and its panels give by the hours of a local day. */
const besideAt =
  ({ site, timeZone }: Pick<VenSettings, 'site' | 'timeZone'>) =>
  (at: number): Beside => {
    const { hourlyLoadWatts, hourlyPvWatts } = site ?? {};
    if (hourlyLoadWatts === undefined && hourlyPvWatts === undefined)
      return { loadWatts: 0, pvWatts: 0, until: Infinity };
    const hour = localHourOf(at, timeZone);
    return {
      loadWatts: hourlyLoadWatts?.[hour] ?? 0,
      pvWatts: hourlyPvWatts?.[hour] ?? 0,
      until: (Math.floor(at / quarterMs) + 1) * quarterMs,
    };
  };

/** What the devices do within the limits of the connection, where a plan that knew nothing of the overrides said the rest. */
export const withinConnection = (
  devices: readonly PlannedDevice[],
  standing: readonly Override[],
  settings: Pick<VenSettings, 'site' | 'timeZone'>,
): readonly PlannedDevice[] => {
  const { exportForbidden, ...limits } = settings.site ?? {};
  const roomAt = roomBeside({ ...limits, isExportForbidden: exportForbidden ?? false }, besideAt(settings));
  return roomAt === null
    ? devices
    : withinRoom(devices, roomAt, (resourceID, at) =>
        of(standing, resourceID).some(({ startAt, endAt }) => startAt <= at && at < endAt),
      );
};
