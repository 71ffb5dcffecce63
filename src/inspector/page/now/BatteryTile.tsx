/** The battery and what it is doing; what is not known any more is not said as if it were. */
import type { VNode } from 'preact';
import type { Device, State } from '../server/answers.ts';
import { powerText, shareText } from '../../../text/quantities.ts';
import { clockText, durationText } from '../../../text/times.ts';
import { isSilent } from '../plan/rows.ts';
import { heldText, missedText, missedWishes, modeText, oneWishText, outText } from '../plan/standing.ts';
import { useNow } from '../time/clock.ts';
import { token, Writes } from '../wrote/Writes.tsx';
import { Tile } from './Tile.tsx';

const doings = { charging: 'Buys', discharging: 'Sells', idle: 'Rests', unknown: 'Unknown' } as const;

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

const orderText = ({ setpoint, mode }: Device, timeZone: string): string => {
  if (mode === 'shadow') return 'In shadow: told nothing';
  if (setpoint === null) return 'Told nothing';
  const { demandWatts, endAt } = setpoint;
  const order = demandWatts === 0 ? 'rest' : `${demandWatts > 0 ? 'buy' : 'sell'} ${powerText(Math.abs(demandWatts))}`;
  return `Told: ${order} until ${clockText(endAt, timeZone)}`;
};

/** What goes before its plan, or why nothing of it is told: an override, an opt, wishes for once, shadow. */
const Beside = ({ device, state }: { readonly device: Device; readonly state: State }): VNode | null => {
  const now = useNow(state.asOf);
  const missed = missedWishes(device).map((each) => missedText(each, state));
  const parts = [
    heldText(device, now) ?? '',
    outText(device, state, now) ?? '',
    ...device.wishes.map((wish) => oneWishText(wish, state, now)),
    modeText(device),
  ].filter((part) => part !== '');
  if (parts.length + missed.length === 0) return null;
  return (
    <p class="quiet beside">
      {parts.map(asSentence).join(' ')}
      {missed.length === 0 ? null : <span class="warn"> {missed.map(asSentence).join(' ')}</span>}
    </p>
  );
};

const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

interface GaugeProps {
  readonly share: number;
  readonly doing: Device['doing'];
  readonly isKnown: boolean;
}

const Gauge = ({ share, doing, isKnown }: GaugeProps): VNode => (
  <div
    class={`gauge ${isKnown ? doing : 'unsure'}`}
    role="meter"
    aria-label={isKnown ? 'State of charge' : 'State of charge when it was last known'}
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

const Silent = ({ device, state }: { readonly device: Device; readonly state: State }): VNode => {
  const now = useNow(state.asOf);
  const { readAt, stateOfCharge } = device;
  const last =
    readAt === null || stateOfCharge === null
      ? ''
      : `, ${shareText(stateOfCharge)} at ${clockText(readAt, state.timeZone)}`;
  return (
    <Tile
      name={stateOfCharge === null ? 'Device' : 'Battery'}
      figure={<span class="quiet">{stateOfCharge === null ? 'Silent' : 'Not known'}</span>}
      look={state.verdict.level === 'trouble' ? 'bad' : 'warn'}
    >
      {stateOfCharge === null ? null : <Gauge share={stateOfCharge} doing={device.doing} isKnown={false} />}
      <p>
        <span class="bad">{readAt === null ? 'Never read' : `Silent for ${durationText(now - readAt)}`}</span>
        <span class="quiet">{last}</span>
      </p>
      <p class="quiet">{orderText(device, state.timeZone)}</p>
    </Tile>
  );
};

/** The tile; the first device in large, the others in a line. */
export const BatteryTile = ({ state }: { readonly state: State }): VNode => {
  const { devices, timeZone } = state;
  const [device, ...others] = devices;
  if (device === undefined)
    return (
      <Tile name="Device" figure="none">
        <p class="quiet">No device is configured.</p>
      </Tile>
    );
  if (isSilent(device, state)) return <Silent device={device} state={state} />;
  const { stateOfCharge } = device;
  return (
    <Tile
      name={stateOfCharge === null ? 'Device' : 'Battery'}
      figure={
        <Writes
          pointer={`/devices/${token(device.resourceID)}/${stateOfCharge === null ? 'powerWatts' : 'stateOfCharge'}`}
          name={stateOfCharge === null ? 'power' : 'level of the battery'}
        >
          {figureOf(device)}
        </Writes>
      }
      unit={stateOfCharge === null ? undefined : 'charged'}
    >
      {stateOfCharge === null ? null : <Gauge share={stateOfCharge} doing={device.doing} isKnown />}
      <p>
        <strong class={`doing ${device.doing}`}>{doingText(device)}</strong>
        <span class="quiet"> · {untilText(device, timeZone)}</span>
      </p>
      <Beside device={device} state={state} />
      <Others devices={others} />
    </Tile>
  );
};
