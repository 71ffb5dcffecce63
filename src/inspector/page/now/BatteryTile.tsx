/** The battery and what it is doing. */
import type { VNode } from 'preact';
import type { Device, State } from '../server/answers.ts';
import { powerText, shareText } from '../show/quantities.ts';
import { clockText } from '../show/times.ts';
import { Tile } from './Tile.tsx';

const doings = { charging: 'Charging', discharging: 'Delivering', idle: 'Resting', unknown: 'Unknown' } as const;

const doingText = ({ doing, powerWatts }: Device): string =>
  powerWatts === null || doing === 'idle' || doing === 'unknown'
    ? doings[doing]
    : `${doings[doing]} ${powerText(Math.abs(powerWatts))}`;

/** Until when it does so; a reading from before the present setpoint says only when it was taken. */
const untilText = ({ setpoint, readAt }: Device, timeZone: string): string => {
  if (setpoint !== null && readAt !== null && readAt >= setpoint.startAt)
    return `until ${clockText(setpoint.endAt, timeZone)}`;
  return readAt === null ? 'not read yet' : `read at ${clockText(readAt, timeZone)}`;
};

const Gauge = ({ share, doing }: { readonly share: number; readonly doing: Device['doing'] }): VNode => (
  <div
    class={`gauge ${doing}`}
    role="meter"
    aria-label="State of charge"
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.round(share * 100)}
  >
    <span style={{ width: `${Math.round(share * 100)}%` }} />
  </div>
);

const figureOf = ({ stateOfCharge, powerWatts }: Device): string =>
  stateOfCharge !== null ? shareText(stateOfCharge) : powerWatts === null ? '–' : powerText(powerWatts);

const Others = ({ devices }: { readonly devices: readonly Device[] }): VNode | null =>
  devices.length === 0 ? null : (
    <p class="quiet">
      {devices.map((device) => `${device.resourceID}: ${doingText(device).toLowerCase()}`).join(' · ')}
    </p>
  );

/** The tile; the first device in large, the others in a line. */
export const BatteryTile = ({ state: { devices, timeZone } }: { readonly state: State }): VNode => {
  const [device, ...others] = devices;
  if (device === undefined)
    return (
      <Tile name="Device" figure="none">
        <p class="quiet">No device is configured.</p>
      </Tile>
    );
  const { stateOfCharge, isOnline } = device;
  return (
    <Tile
      name={stateOfCharge === null ? 'Device' : 'Battery'}
      figure={figureOf(device)}
      unit={stateOfCharge === null ? undefined : 'charged'}
    >
      {stateOfCharge === null ? null : <Gauge share={stateOfCharge} doing={device.doing} />}
      <p>
        <strong class={`doing ${device.doing}`}>{doingText(device)}</strong>
        <span class="quiet">{isOnline === false ? ' · offline' : ` · ${untilText(device, timeZone)}`}</span>
      </p>
      <Others devices={others} />
    </Tile>
  );
};
