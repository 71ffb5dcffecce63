/** How a load stands with what it needs: the energy it is to have drawn by a time, and what it has drawn of that. */
import type { AgentState } from '../core/state.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { firstReadingAt, latestReading, netUsage } from '../store/projections/usage.ts';
import { needTime } from './settings/preferredTerms.ts';

/** A need, and how much of it is met. */
export interface NeedStanding {
  /** What is needed. @unit Wh */
  readonly energyWattHours: number;
  /** What of it was metered, from the first reading there is to the last; null where that is not known. @unit Wh */
  readonly drawnWattHours: number | null;
  /** Since when it counts, and by when it is to be met. UTC ms. */
  readonly startAt: number;
  readonly doneAt: number;
}

/** The need that holds at an instant; null of a device that has none. */
export const standingNeed = (
  { views: { usage } }: Pick<AgentState, 'views'>,
  { resourceID, need }: DeviceSettings,
  at: number,
  timeZone: string,
): NeedStanding | null => {
  if (need === undefined) return null;
  const { startAt, endAt: doneAt } = needTime(need, at, timeZone);
  const readAt = latestReading(usage, resourceID)?.boundaryAt ?? null;
  const fromAt = Math.max(startAt, firstReadingAt(usage, resourceID) ?? startAt);
  const metered =
    readAt === null
      ? null
      : readAt <= fromAt
        ? 0
        : netUsage(usage, resourceID, fromAt, readAt - fromAt).energyWattHours;
  const drawnWattHours = metered === null ? null : Math.max(0, metered);
  return { energyWattHours: need.energyWattHours, drawnWattHours, startAt, doneAt };
};

/** How full a device says that it is; null of one that does not say, and of a load: it has a need, and stores nothing. */
export const levelSaid = (
  { need }: Pick<DeviceSettings, 'need'>,
  status: { readonly stateOfCharge?: number } | undefined,
): number | null => (need === undefined ? (status?.stateOfCharge ?? null) : null);
