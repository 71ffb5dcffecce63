/** What a SunSpec device allows of itself: whether it may be used, whether somebody runs it by hand, and how much power it takes and gives. */
import type { DeviceSample } from '../live/driver.ts';
import { inverters, models, type ModelID, type SunspecPoint, valueOfPoint } from './points.ts';

/** Models as they were read. */
export type ModelsRead = ReadonlyMap<ModelID, readonly number[]>;

/** A value of a model; undefined where the device does not have it. */
export const valueOf = (read: ModelsRead, id: ModelID, point: SunspecPoint): number | undefined => {
  const registers = read.get(id);
  return registers === undefined ? undefined : valueOfPoint(registers, point);
};

/** The first model that tells a value. */
export const firstOf = (
  read: ModelsRead,
  ...points: readonly (readonly [ModelID, SunspecPoint])[]
): number | undefined => {
  for (const [id, point] of points) {
    const value = valueOf(read, id, point);
    if (value !== undefined) return value;
  }
  return undefined;
};

const connectedBit = 1;
const fault701 = 6;
const faultOfInverter = 7;
const error713 = 2;
/** Disconnected, suspending, fault. */
const out802: readonly number[] = [1, 6, 99];

/** By each point that says it, why a device cannot be used. */
const reasons = (read: ModelsRead): readonly (string | null)[] => {
  const reason = (id: ModelID, point: SunspecPoint, isOut: (value: number) => boolean, why: string) => {
    const value = valueOf(read, id, point);
    return value === undefined ? [] : [isOut(value) ? why : null];
  };
  return [
    ...reason(703, models[703].ES, (value) => value === 0, 'it is not to enter service (ES of model 703)'),
    ...reason(123, models[123].Conn, (value) => value === 0, 'it is disconnected (Conn of model 123)'),
    ...reason(
      122,
      models[122].StorConn,
      (value) => (value & connectedBit) === 0,
      'its storage is not connected (StorConn of model 122)',
    ),
    ...reason(802, models[802].State, (value) => out802.includes(value), 'its battery is out (State of model 802)'),
    ...reason(713, models[713].Sta, (value) => value === error713, 'its storage has an error (Sta of model 713)'),
    ...reason(701, models[701].InvSt, (value) => value === fault701, 'its inverter has a fault (InvSt of model 701)'),
    ...inverters.flatMap((id) =>
      reason(id, models[id].St, (value) => value === faultOfInverter, `its inverter has a fault (St of model ${id})`),
    ),
  ];
};

/** Why a device cannot be used; null when it can, or does not say. */
export const outOfUse = (read: ModelsRead): string | null => reasons(read).find((why) => why !== null) ?? null;

/** What is delivered at most while a limit in parts of WMax holds. */
const limitOf123 = (read: ModelsRead): number | undefined => {
  const [percent, isOn, wattsAtMost] = [
    valueOf(read, 123, models[123].WMaxLimPct),
    valueOf(read, 123, models[123].WMaxLim_Ena),
    valueOf(read, 121, models[121].WMax),
  ];
  return isOn !== 1 || percent === undefined || wattsAtMost === undefined ? undefined : (percent / 100) * wattsAtMost;
};

const least = (...values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** What is allowed of it now, as far as its models say. */
export const standingOf = (read: ModelsRead): Partial<DeviceSample> => {
  const isLocal = valueOf(read, 802, models[802].LocRemCtl);
  const known = {
    isAvailable: reasons(read).length === 0 ? undefined : outOfUse(read) === null,
    manualOverride: isLocal === undefined ? undefined : isLocal === 1,
    // What is set goes before what is rated.
    chargeLimitWatts: firstOf(
      read,
      [702, models[702].WChaRteMax],
      [702, models[702].WChaRteMaxRtg],
      [120, models[120].MaxChaRte],
    ),
    dischargeLimitWatts: least(
      firstOf(
        read,
        [702, models[702].WDisChaRteMax],
        [702, models[702].WDisChaRteMaxRtg],
        [120, models[120].MaxDisChaRte],
      ),
      firstOf(read, [702, models[702].WMax], [702, models[702].WMaxRtg], [121, models[121].WMax]),
      limitOf123(read),
    ),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
};
