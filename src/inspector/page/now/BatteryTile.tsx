/** The battery and what it is doing; what is not known any more is not said as if it were. */
import type { VNode } from 'preact';
import type { Device, State } from '../server/answers.ts';
import { needEnergyText, needTimeText } from '../../../text/needText.ts';
import { powerText, shareText } from '../../../text/quantities.ts';
import { clockText, durationText } from '../../../text/times.ts';
import { isSilent, kindOf } from '../plan/rows.ts';
import { heldText, missedText, missedWishes, modeText, oneWishText, outText } from '../plan/standing.ts';
import { useNow } from '../time/clock.ts';
import { token, Writes } from '../wrote/Writes.tsx';
import { doingText, isRun, untilText } from './doing.ts';
import { Tile } from './Tile.tsx';

const orderText = ({ setpoint, mode }: Device, state: State): string => {
  if (mode === 'shadow') return 'In shadow: told nothing';
  if (setpoint === null) return 'Told nothing';
  const { demandWatts, endAt } = setpoint;
  const order = demandWatts === 0 ? 'rest' : `${demandWatts > 0 ? 'buy' : 'sell'} ${powerText(Math.abs(demandWatts))}`;
  return `${isRun(state) ? 'Told' : 'Last told'}: ${order} until ${clockText(endAt, state.timeZone)}`;
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
  readonly isLoad?: boolean;
}

const gaugeName = ({ isKnown, isLoad = false }: GaugeProps): string => {
  if (isLoad) return 'Part of what it needs';
  return isKnown ? 'State of charge' : 'State of charge when it was last known';
};

const Gauge = (props: GaugeProps): VNode => {
  const { share, doing, isKnown } = props;
  return (
    <div
      class={`gauge ${isKnown ? doing : 'unsure'}`}
      role="meter"
      aria-label={gaugeName(props)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <span style={{ width: `${Math.round(share * 100)}%` }} />
    </div>
  );
};

/** What a device is asked first: how full it is, how much of its need it has, or else its power. */
interface Figure {
  /** Its place in the device's state. */
  readonly field: string;
  readonly name: string;
  readonly text: string;
  readonly unit?: string;
  /** 0 to 1; null where nothing is filled. */
  readonly share: number | null;
}

const figureOf = ({ stateOfCharge, powerWatts, need }: Device, timeZone: string): Figure => {
  if (need !== null)
    return {
      field: 'need/drawnWattHours',
      name: 'energy of what it needs',
      text: needEnergyText(need),
      unit: needTimeText(need, timeZone),
      share: need.drawnWattHours === null ? null : Math.min(1, need.drawnWattHours / need.energyWattHours),
    };
  return stateOfCharge === null
    ? { field: 'powerWatts', name: 'power', text: powerWatts === null ? '–' : powerText(powerWatts), share: null }
    : {
        field: 'stateOfCharge',
        name: 'level of the battery',
        text: shareText(stateOfCharge),
        unit: 'charged',
        share: stateOfCharge,
      };
};

const tileName = (device: Device): string =>
  device.role === null && device.stateOfCharge !== null ? 'Battery' : kindOf(device);

const Others = ({ devices, state }: { readonly devices: readonly Device[]; readonly state: State }): VNode | null =>
  devices.length === 0 ? null : (
    <p class="quiet">
      {devices.map((device) => `${device.resourceID}: ${doingText(device, state).toLowerCase()}`).join(' · ')}
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
      name={tileName(device)}
      figure={<span class="quiet">{stateOfCharge === null ? 'Silent' : 'Not known'}</span>}
      look={state.verdict.level === 'trouble' ? 'bad' : 'warn'}
    >
      {stateOfCharge === null ? null : <Gauge share={stateOfCharge} doing={device.doing} isKnown={false} />}
      <p>
        <span class="bad">{readAt === null ? 'Never read' : `Silent for ${durationText(now - readAt)}`}</span>
        <span class="quiet">{last}</span>
      </p>
      <p class="quiet">{orderText(device, state)}</p>
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
  const { field, name, text, unit, share } = figureOf(device, timeZone);
  return (
    <Tile
      name={tileName(device)}
      figure={
        <Writes pointer={`/devices/${token(device.resourceID)}/${field}`} name={name}>
          {text}
        </Writes>
      }
      unit={unit}
    >
      {share === null ? null : <Gauge share={share} doing={device.doing} isKnown isLoad={device.need !== null} />}
      <p>
        <strong class={`doing ${device.doing}`}>{doingText(device, state)}</strong>
        <span class="quiet"> · {untilText(device, state)}</span>
      </p>
      <Beside device={device} state={state} />
      <Others devices={others} state={state} />
    </Tile>
  );
};
