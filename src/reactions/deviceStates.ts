/** How devices stand at a start: asked at once, so that nothing waits for the next boundary, so many at a time. */
import { tell, type Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import { configuredDevice, type DeviceSettings } from '../facts/settings.ts';
import type { DeviceStateRead, DeviceStateUnread, MeterRead } from '../facts/input.ts';
import type { Moment } from '../machines/moment.ts';
import { siteStream, streamOf } from '../machines/streams.ts';
import { latestState } from '../store/projections/usage.ts';
import { trustAfterReading } from './trust.ts';

/** @limit Devices that are asked at a time how they stand: as each answers, or does not, the next one is asked. */
export const statesAtOnce = 96;

/** The devices that are asked, and the place of each among them. */
interface Turns {
  readonly devices: readonly DeviceSettings[];
  readonly places: ReadonlyMap<string, number>;
}

/** Whose readings come late cannot say how it stands now. */
const canSay = ({ awaitedMs }: DeviceSettings): boolean => awaitedMs === undefined;

const asked = ({ resourceID }: DeviceSettings, isInTurn: boolean): Consequence => ({
  stream: streamOf('device', resourceID),
  fact: { type: 'DeviceStateRequested', data: { resourceID, isInTurn } },
});

const noTurns: Turns = { devices: [], places: new Map() };
const turnsOf = new WeakMap<readonly DeviceSettings[], Turns>();

/** In their order; looked up at each answer, however many there are. */
const turns = ({ settings }: AgentState): Turns => {
  if (settings?.askDevicesAtStart !== true) return noTurns;
  const known = turnsOf.get(settings.devices);
  if (known !== undefined) return known;
  const devices = settings.devices.filter(canSay);
  const made = { devices, places: new Map(devices.map(({ resourceID }, place) => [resourceID, place])) };
  turnsOf.set(settings.devices, made);
  return made;
};

const devicesAsked = (state: AgentState): readonly DeviceSettings[] => turns(state).devices;

/** A start that is a boundary is read as one, by devices that were never asked: the others ask for what they have missed. */
const boundaryAtStart = (state: AgentState, { at, settings }: Moment): readonly Consequence[] =>
  at % settings.sampleEveryMs !== 0
    ? []
    : devicesAsked(state).flatMap(({ resourceID }) =>
        (snapshotOf(state, `device/${resourceID}`, 'device')?.context.askedAt ?? null) === null
          ? [tell(streamOf('device', resourceID), { type: 'reading.wanted', boundaryAt: at })]
          : [],
      );

/** A run begins: the devices are asked how they stand. */
export const statesAtStart = (state: AgentState, moment: Moment): readonly Consequence[] => [
  ...boundaryAtStart(state, moment),
  ...devicesAsked(state)
    .slice(0, statesAtOnce)
    .map((device) => asked(device, true)),
];

/** A run goes on: the devices are asked again if any of them said its last word longer ago than readings lie apart. */
export const statesAfterPause = (state: AgentState, moment: Moment): readonly Consequence[] => {
  const { at, settings } = moment;
  const isRecent = ({ resourceID }: DeviceSettings): boolean => {
    const saidAt = latestState(state.views.usage, resourceID)?.readAt ?? Number.NEGATIVE_INFINITY;
    return saidAt <= at && at - saidAt <= settings.sampleEveryMs;
  };
  return devicesAsked(state).every(isRecent) ? [] : statesAtStart(state, moment);
};

/** Devices are new, or were opened anew, while the agent runs; more than are asked at a time wait for their boundary. */
export const statesOfReopened = (state: AgentState, resourceIDs: readonly string[]): readonly Consequence[] => {
  const reopened = new Set(resourceIDs);
  return devicesAsked(state)
    .filter(({ resourceID }) => reopened.has(resourceID))
    .slice(0, statesAtOnce)
    .map((device) => asked(device, false));
};

/** The next of those who wait behind a device: each of the first ones has its own behind it. */
const nextInTurn = (
  state: AgentState,
  { resourceID, isInTurn }: Pick<DeviceStateUnread, 'resourceID' | 'isInTurn'>,
): readonly Consequence[] => {
  if (!isInTurn) return [];
  const { devices, places } = turns(state);
  const next = devices[(places.get(resourceID) ?? devices.length) + statesAtOnce];
  return next === undefined ? [] : [asked(next, true)];
};

/** A device says how it stands: it is planned for. */
export const deviceStateRead = (state: AgentState, read: DeviceStateRead): readonly Consequence[] => {
  const { resourceID, status } = read;
  const device = state.settings === null ? undefined : configuredDevice(state.settings, resourceID);
  const isPlanned = device !== undefined && device.isReadOnly !== true && status.stateOfCharge !== undefined;
  return [
    ...(device === undefined ? [] : [tell(streamOf('device', resourceID), { type: 'state.read' })]),
    ...trustAfterReading(state, read),
    ...(isPlanned ? [tell(siteStream, { type: 'level.known' })] : []),
    ...nextInTurn(state, read),
  ];
};

/** A device does not say how it stands: it is waited for, as it was before. */
export const deviceStateUnread = (state: AgentState, unread: DeviceStateUnread): readonly Consequence[] =>
  nextInTurn(state, unread);

/** A reading says how full a storage is for which the plan in force has nothing, because nobody knew that when it was made: it is planned for, and not first at the next hour. */
export const levelFirstRead = (state: AgentState, { resourceID, status }: MeterRead): readonly Consequence[] => {
  const { settings } = state;
  if (settings?.askDevicesAtStart !== true || status.stateOfCharge === undefined || !status.online) return [];
  const { capacityWattHours = 0, isReadOnly } = configuredDevice(settings, resourceID) ?? {};
  if (capacityWattHours <= 0 || isReadOnly === true) return [];
  const plan = snapshotOf(state, 'site', 'site')?.context.plan ?? null;
  const isPlanned = plan === null || plan.devices.some((each) => each.resourceID === resourceID);
  return isPlanned ? [] : [tell(siteStream, { type: 'level.known' })];
};
