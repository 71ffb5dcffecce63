/**
 * Sees to it that a device does as it was told: each time that it is told something, what it does is held against what it was told
 * before. One that took its setpoint and does something else has not followed, and the setpoint counts as failed.
 */
import type { MeterRead } from '../facts/input.ts';
import type { Device } from '../shell/ports.ts';
import { DeviceError } from './deviceError.ts';

/** A device gets this long to follow. @unit ms */
const settleMs = 60_000;

/** What a device may be off by: the greater of the two. */
const leastToleranceWatts = 150;
const tolerance = 0.15;

/** Near full a store takes less and less, near empty it gives less and less. */
const tapersAbove = 0.9;
const tapersBelow = 0.1;

interface GivenOrder {
  readonly demandWatts: number;
  readonly since: number;
  readonly validUntil: number;
}

const isNear = (watts: number, demandWatts: number): boolean =>
  Math.abs(watts - demandWatts) <= Math.max(leastToleranceWatts, Math.abs(demandWatts) * tolerance);

/** Whether a device that does less than it was told has a reason. */
const isExcused = ({ status }: MeterRead, demandWatts: number): boolean => {
  const { isAvailable = true, manualOverride, stateOfCharge, powerWatts } = status;
  if (!isAvailable || manualOverride || powerWatts === undefined) return true;
  const isLess = Math.sign(powerWatts) * Math.sign(demandWatts) >= 0 && Math.abs(powerWatts) <= Math.abs(demandWatts);
  if (stateOfCharge === undefined || !(isLess || Math.abs(powerWatts) <= leastToleranceWatts)) return false;
  return demandWatts > 0 ? stateOfCharge >= tapersAbove : stateOfCharge <= tapersBelow;
};

/** A device whose obedience is looked after. `now`: UTC ms. */
export const following = (device: Device, now: () => number): Device => {
  let told: GivenOrder | null = null;

  /** What it does although it was told something else; null when it follows, or nobody knows. */
  const departure = async (at: number): Promise<string | null> => {
    if (told === null || at - told.since < settleMs || at >= told.validUntil) return null;
    const { demandWatts } = told;
    const read = await device.read(at).catch(() => null);
    const powerWatts = read?.status.powerWatts;
    if (read === null || powerWatts === undefined) return null;
    if (isNear(powerWatts, demandWatts) || isExcused(read, demandWatts)) return null;
    return `it was set to ${Math.round(demandWatts)} W and does ${Math.round(powerWatts)} W`;
  };

  return {
    resourceID: device.resourceID,
    read: (boundaryAt) => device.read(boundaryAt),
    close: async () => device.close?.(),
    apply: async (setpoint) => {
      const at = now();
      const departed = await departure(at);
      const before = told;
      await device.apply(setpoint);
      const isSame = before?.demandWatts === setpoint.demandWatts && at <= before.validUntil;
      told = { ...setpoint, since: isSame ? before.since : at };
      if (departed !== null)
        throw new DeviceError('Device Failure', `${departed}; look whether it may be told, and by whom else.`);
    },
    release: async () => {
      told = null;
      await device.release();
    },
  };
};
