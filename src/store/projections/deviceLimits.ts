import type { VenSettings } from '../../facts/settings.ts';
import { type Crowd, crowdEntries, crowdGet, crowdPut } from './crowd.ts';
import { type Dated, datedNow, datedPut, datedWithin } from './dated.ts';
import type { DeviceLimits } from './usageState.ts';

/** What devices can do, as settings said it from when on: what is metered is believed by it. */
type LimitsOfAll = Crowd<Dated<DeviceLimits>>;

type Stated = readonly (readonly [resourceID: string, limits: DeviceLimits])[];

const put = (known: LimitsOfAll, stated: Stated, at: number): LimitsOfAll =>
  stated.reduce<LimitsOfAll>((all, [resourceID, limits]) => {
    const before = crowdGet(all, resourceID) ?? [];
    const after = datedPut(before, at, limits);
    return after === before ? all : crowdPut(all, resourceID, after);
  }, known);

const statedIn = ({ devices }: Pick<VenSettings, 'devices'>): Stated =>
  devices.map(({ resourceID, maxChargeWatts, maxDischargeWatts }) => [
    resourceID,
    { maxChargeWatts, maxDischargeWatts },
  ]);

const inForce = (known: LimitsOfAll): Stated =>
  crowdEntries(known).flatMap(([resourceID, dated]) => {
    const last = datedNow(dated);
    return last === undefined ? [] : [[resourceID, last] as const];
  });

/** The limits after a start: those of its settings, or those in force where it only names them. */
export const limitsStated = (
  known: LimitsOfAll,
  settings: Pick<VenSettings, 'devices'> | undefined,
  at: number,
): LimitsOfAll => put(known, settings === undefined ? inForce(known) : statedIn(settings), at);

/**
 * The limits after settings have changed while it runs. Higher ones hold at once: what the device does then is no fault of its meter.
 * Lower ones say what is asked of it from then on, and not what it was measured to do.
 */
export const limitsRaised = (known: LimitsOfAll, settings: Pick<VenSettings, 'devices'>, at: number): LimitsOfAll => {
  const raised = statedIn(settings).map(([resourceID, { maxChargeWatts, maxDischargeWatts }]) => {
    const last = datedNow(crowdGet(known, resourceID) ?? []);
    const limits = {
      maxChargeWatts: Math.max(maxChargeWatts, last?.maxChargeWatts ?? 0),
      maxDischargeWatts: Math.max(maxDischargeWatts, last?.maxDischargeWatts ?? 0),
    };
    return [resourceID, limits] as const;
  });
  return put(known, raised, at);
};

/** What a device could do in [startAt, endAt): the most of what was configured in that time; null when it never was. */
export const limitsWithin = (
  known: LimitsOfAll,
  resourceID: string,
  startAt: number,
  endAt: number,
): DeviceLimits | null => {
  const limits = datedWithin(crowdGet(known, resourceID) ?? [], startAt, endAt);
  if (limits.length === 0) return null;
  return {
    maxChargeWatts: Math.max(...limits.map(({ maxChargeWatts }) => maxChargeWatts)),
    maxDischargeWatts: Math.max(...limits.map(({ maxDischargeWatts }) => maxDischargeWatts)),
  };
};
