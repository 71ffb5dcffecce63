import type { Clock, Device } from '../../shell/ports.ts';
import { snapshotOf, type AgentState } from '../../core/state.ts';
import type { ConfiguredDevice } from '../../shell/settings.ts';
import type { OpenSettings } from '../../adapters/config.ts';
import { SimulatedBattery, type GivenSetpoint } from '../../devices/simulatedBattery.ts';
import type { Entry } from '../../facts/entry.ts';
import type { MeterRead } from '../../facts/input.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { ordersOf, setpointsProjection, type SetpointsState } from '../../store/projections/setpoints.ts';
import { latestReading } from '../../store/projections/usage.ts';

/** @limit How far back the log is looked through for what the devices were last given. */
const tailEntries = 1_000;

const tailOf = async (log: EventLog): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of log.read({ from: Math.max(0, log.durableHead.position + 1 - tailEntries) }))
    entries.push(entry);
  return entries;
};

/** What the plan had the device do at an instant: it went on with that until the slot's end. */
const slotInForce = (state: AgentState, resourceID: string, at: number): readonly GivenSetpoint[] =>
  (snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [])
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
  /** Since when a device is there that was never read; null for now. UTC ms. */
  readonly since: number | null;
}

/** A device as it was switched on: its registers at zero. */
const switchedOn = (
  { resourceID, initialStateOfCharge, maxChargeWatts, maxDischargeWatts }: ConfiguredDevice,
  at: number,
): MeterRead => ({
  resourceID,
  boundaryAt: at,
  readAt: at,
  importWattHours: 0,
  exportWattHours: 0,
  status: {
    online: true,
    manualOverride: false,
    powerWatts: 0,
    stateOfCharge: initialStateOfCharge,
    maxChargeWatts,
    maxDischargeWatts,
  },
});

/** The devices of the configuration; each goes on from what the log last knew of it. */
export const devicesOf = async ({
  settings,
  log,
  state,
  clock,
  since,
}: DevicesOptions): Promise<ReadonlyMap<string, Device>> => {
  const tail = log.durableHead.position < 0 ? [] : await tailOf(log);
  const setpoints = setpointsAfter(tail);
  return new Map(
    settings.devices.map((device) => {
      const {
        initialStateOfCharge: stateOfCharge,
        kind: _kind,
        schedule: _schedule,
        deviceClass: _deviceClass,
        ...parameters
      } = device;
      const resumeFrom =
        latestReading(state.views.usage, device.resourceID) ?? (since === null ? null : switchedOn(device, since));
      const resume =
        resumeFrom === null
          ? {}
          : { resumeFrom, resumeSetpoints: given(state, setpoints, tail, device.resourceID, resumeFrom.readAt) };
      return [
        device.resourceID,
        new SimulatedBattery({ ...parameters, stateOfCharge, now: () => clock.now(), ...resume }),
      ];
    }),
  );
};
