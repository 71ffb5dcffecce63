import type { Clock, Device, Journal } from '../../shell/ports.ts';
import { snapshotOf, type AgentState } from '../../core/state.ts';
import { deviceSettingsOf, isSimulated, type ConfiguredDevice } from '../../shell/settings/deviceKinds.ts';
import type { OpenSettings } from '../../adapters/config/config.ts';
import { openDevice } from '../../devices/registry.ts';
import type { GivenSetpoint } from '../../devices/simulatedDevice.ts';
import type { Entry } from '../../facts/entry.ts';
import type { MeterRead } from '../../facts/input.ts';
import { isInShadow } from '../../reactions/trust.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { ordersOf, setpointsProjection, type SetpointsState } from '../../store/projections/setpoints.ts';
import { latestState } from '../../store/projections/usage.ts';

/** @limit How far back the log is looked through for what the devices were last given. */
const tailEntries = 1_000;

/** How far back it is looked through at first, and then: a device that is told what to do again and again is found soon. */
const shortTails = [16, 128];

/** The end of the log. */
export const tailOf = async (log: EventLog, most = tailEntries): Promise<readonly Entry[]> => {
  if (log.durableHead.position < 0) return [];
  const entries: Entry[] = [];
  for await (const entry of log.read({ from: Math.max(0, log.durableHead.position + 1 - most) })) entries.push(entry);
  return entries;
};

/** What the plan had the device do at an instant: it went on with that until the slot's end. */
const slotInForce = (state: AgentState, resourceID: string, at: number): readonly GivenSetpoint[] =>
  (isInShadow(state, resourceID) ? [] : (snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? []))
    .filter(({ startAt, endAt }) => startAt <= at && at < endAt)
    .map(({ demandWatts, endAt }) => ({ appliedAt: at, demandWatts, validUntil: endAt }));

/** A run that ended in order has left the devices to themselves. */
const releases = (tail: readonly Entry[]): readonly GivenSetpoint[] =>
  tail
    .filter(({ type }) => type === 'AgentStopped')
    .map(({ recordedAt }) => ({ appliedAt: recordedAt, demandWatts: 0, validUntil: recordedAt }));

const setpointsAfter = (tail: readonly Entry[]): SetpointsState => {
  const { initial, apply } = setpointsProjection();
  return tail.reduce((state, entry) => apply(state, entry), initial);
};

/** What a device was given before its last reading and since, oldest first; without us it went on for no longer than it was told. */
const given = (
  state: AgentState,
  setpoints: SetpointsState,
  tail: readonly Entry[],
  resourceID: string,
  readAt: number,
): readonly GivenSetpoint[] => {
  const { applied } = ordersOf(setpoints, resourceID);
  const heldAtReading = applied.some(({ appliedAt }) => appliedAt <= readAt)
    ? []
    : slotInForce(state, resourceID, readAt);
  const lastToldAt = (tail.at(-1)?.recordedAt ?? readAt) + (state.settings?.setpointValidityMs ?? Infinity);
  return [...heldAtReading, ...applied, ...releases(tail).filter(({ appliedAt }) => appliedAt > readAt)]
    .map((setpoint) => ({ ...setpoint, validUntil: Math.min(setpoint.validUntil, lastToldAt) }))
    .sort((a, b) => a.appliedAt - b.appliedAt);
};

/** What devices are made from. */
export interface DevicesOptions {
  readonly settings: OpenSettings;
  readonly log: EventLog;
  readonly state: AgentState;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Since when a device is there that was never read; null for now. UTC ms. */
  readonly since: number | null;
  /** The end of the log, where it was read already. */
  readonly tail?: readonly Entry[];
}

/** A simulated device as it was switched on: its registers at zero. */
export const switchedOn = (device: ConfiguredDevice, at: number): MeterRead => {
  const { resourceID, maxChargeWatts, maxDischargeWatts } = deviceSettingsOf(device);
  return {
    resourceID,
    boundaryAt: at,
    readAt: at,
    importWattHours: 0,
    exportWattHours: 0,
    status: {
      online: true,
      manualOverride: false,
      powerWatts: 0,
      ...('initialStateOfCharge' in device ? { stateOfCharge: device.initialStateOfCharge } : {}),
      maxChargeWatts,
      maxDischargeWatts,
    },
  };
};

/** The time alone: devices keep it as long as they live, and nothing else may come with it, as the state and the entries they were opened from. */
const timeOf = (clock: Clock) => (): number => clock.now();

/** The end of the log, and what the devices were given in it. */
interface GivenLately {
  readonly tail: readonly Entry[];
  readonly setpoints: SetpointsState;
}

const givenIn = (tail: readonly Entry[]): GivenLately => ({ tail, setpoints: setpointsAfter(tail) });

/** As much of the log's end as says what each of these did at its last reading, and was given since. */
const givenLately = async (log: EventLog, resumed: readonly MeterRead[]): Promise<GivenLately> => {
  if (resumed.length === 0) return givenIn([]);
  for (const most of shortTails) {
    const lately = givenIn(await tailOf(log, most));
    const saysAll = resumed.every(({ resourceID, readAt }) =>
      ordersOf(lately.setpoints, resourceID).applied.some(({ appliedAt }) => appliedAt <= readAt),
    );
    if (saysAll || lately.tail.length < most) return lately;
  }
  return givenIn(await tailOf(log));
};

/** The devices of the configuration; each goes on from what the log last knew of it. */
export const devicesOf = async ({
  settings,
  log,
  state,
  clock,
  journal,
  since,
  tail: known,
}: DevicesOptions): Promise<Map<string, Device>> => {
  const readings = settings.devices.map(
    (device) =>
      latestState(state.views.usage, device.resourceID) ??
      (since === null || !isSimulated(device) ? null : switchedOn(device, since)),
  );
  // What was given before is only asked of those that are calculated: others have it themselves.
  const resumed = settings.devices.flatMap((device, index) => (isSimulated(device) ? (readings[index] ?? []) : []));
  const { tail, setpoints } = known === undefined ? await givenLately(log, resumed) : givenIn(known);
  const now = timeOf(clock);
  const { timeZone } = settings;
  const opened = settings.devices.map(async (device, index): Promise<readonly [string, Device]> => {
    const { resourceID } = device;
    const resumeFrom = readings[index] ?? null;
    const resumeSetpoints = resumeFrom === null ? [] : given(state, setpoints, tail, resourceID, resumeFrom.readAt);
    return [resourceID, await openDevice({ device, timeZone, now, resumeFrom, resumeSetpoints, journal })];
  });
  return new Map(await Promise.all(opened));
};
