/** Many devices as a map, one cell each and so many at once, and those that need a look, the dearest first. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { kindOf, isSilent } from '../plan/rows.ts';
import { heldStakeOf, isAstray, missedText, missedWishes, outText, stakeOf } from '../plan/standing.ts';
import type { Device, State } from '../server/answers.ts';
import { Icon } from '../shell/Icon.tsx';
import { enter } from '../shell/route.ts';
import { cellsAtOnce, partOf, soughtIn, type ShownPart } from '../show/parts.ts';
import { shareText, stakeText } from '../../../text/quantities.ts';
import { nowText } from './deviceText.ts';

interface CellProps {
  readonly device: Device;
  readonly state: State;
  readonly now: number;
}

const isShadow = ({ mode }: Device): boolean => mode === 'shadow';

const lookOf = (device: Device, isGone: boolean): string => {
  const { override, doing } = device;
  const look = isGone ? 'silent' : override === null ? doing : 'heldcell';
  return `${look} ${isShadow(device) ? 'shadowcell' : ''}`;
};

const signOf = (device: Device, isGone: boolean): string => (isGone ? '!' : device.override === null ? '' : 'II');

const Cell = ({ device, state, now }: CellProps): VNode => {
  const isGone = isSilent(device, state);
  const { resourceID, stateOfCharge } = device;
  const [missed] = missedWishes(device);
  const text = [
    `${resourceID}: ${nowText(device, state, now)}`,
    stateOfCharge === null ? '' : shareText(stateOfCharge),
    isShadow(device) ? 'in shadow' : '',
    missed === undefined ? '' : `wish at risk, ${missedText(missed, state)}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
  return (
    <button
      type="button"
      class={`cell ${lookOf(device, isGone)}`}
      title={text}
      aria-label={text}
      data-device={resourceID}
      onClick={() => enter('plan', resourceID)}
    >
      <span class="fill" style={{ height: `${Math.round((stateOfCharge ?? 0.5) * 100)}%` }} />
      <span class="sign" aria-hidden="true" data-sign={signOf(device, isGone)} />
      {missed === undefined ? null : <span class="risk" data-risk={resourceID} aria-hidden="true" />}
    </button>
  );
};

/** @limit Devices that are named as needing a look. */
const looks = 6;

/** Why a device needs a look, and what an hour of it is worth where that is known. */
interface Look {
  readonly device: Device;
  readonly text: string;
  readonly isBad: boolean;
  /** @unit USD an hour */
  readonly usd: number | null;
  /** It may be less: what it would have done otherwise nobody knows here, and the plan room says what it costs in all. */
  readonly isAtMost?: boolean;
}

const lookAt = (device: Device, state: State, now: number): Look | null => {
  const [missed] = missedWishes(device);
  const { override } = device;
  const said = nowText(device, state, now);
  if (isSilent(device, state)) return { device, text: said, isBad: true, usd: stakeOf(device, state) };
  if (isAstray(device, state))
    return { device, text: `${said}, does not follow`, isBad: true, usd: stakeOf(device, state) };
  if (missed !== undefined) return { device, text: missedText(missed, state), isBad: false, usd: null };
  return override === null && outText(device, state, now) === null
    ? null
    : { device, text: said, isBad: false, usd: heldStakeOf(device, state), isAtMost: true };
};

/** Those that need a look: the dearest first, then what is wrong, then the others as they are listed. */
const looksOf = (state: State, now: number): readonly Look[] =>
  state.devices
    .flatMap((device) => lookAt(device, state, now) ?? [])
    .toSorted((a, b) => (b.usd ?? 0) - (a.usd ?? 0) || Number(b.isBad) - Number(a.isBad));

const Worries = ({ worries }: { readonly worries: readonly Look[] }): VNode | null => {
  if (worries.length === 0) return null;
  return (
    <div class="worries">
      <h3>
        Need a look <span class="quiet small">dearest first</span>
      </h3>
      <ul>
        {worries.slice(0, looks).map(({ device, text, isBad, usd, isAtMost = false }) => (
          <li key={device.resourceID} data-look={device.resourceID}>
            <span>
              <button type="button" class="link" onClick={() => enter('plan', device.resourceID)}>
                {device.resourceID}
              </button>{' '}
              <span class={isBad ? 'bad' : 'quiet'}>{text}</span>
            </span>
            <strong class="number">{usd === null ? '–' : `${isAtMost ? 'up to ' : ''}${stakeText(usd)}/h`}</strong>
          </li>
        ))}
      </ul>
      {worries.length > looks ? <p class="quiet small">and {worries.length - looks} more</p> : null}
    </div>
  );
};

/** What is sought among many, and which part of them is shown. */
const soughtText = signal('');
const shownPart = signal(0);

const turn = (page: number): void => void (shownPart.value = page);

/** Finds devices among many, and turns the pages of those that are found. */
const Finder = ({ part }: { readonly part: ShownPart<Device> }): VNode => (
  <div class="finder small">
    <input
      type="search"
      class="button"
      aria-label="Find devices"
      placeholder="Find devices"
      value={soughtText.value}
      onInput={({ currentTarget }) => {
        soughtText.value = currentTarget.value;
        turn(0);
      }}
    />
    <span class="quiet" role="status" data-part>
      {part.items.length === 0
        ? 'none has that name'
        : part.text === ''
          ? ''
          : `${part.text}, those that need a look first`}
    </span>
    <span class="spacer" />
    <button
      type="button"
      class="button icon"
      aria-label="The devices before"
      disabled={part.page === 0}
      onClick={() => turn(part.page - 1)}
    >
      <Icon name="back" />
    </button>
    <button
      type="button"
      class="button icon"
      aria-label="The devices after"
      disabled={part.page >= part.pages - 1}
      onClick={() => turn(part.page + 1)}
    >
      <Icon name="on" />
    </button>
  </div>
);

/** The part of them that is shown: of few all, as they are listed. */
const shownOf = (devices: readonly Device[], worries: readonly Look[]): ShownPart<Device> => {
  if (devices.length <= cellsAtOnce) return partOf(devices, 0);
  const worried = new Set(worries.map(({ device }) => device));
  const ranked = [...worried, ...devices.filter((device) => !worried.has(device))];
  return partOf(soughtIn(ranked, soughtText.value), shownPart.value);
};

/** The map. */
export const DeviceMap = ({ state, now }: { readonly state: State; readonly now: number }): VNode => {
  const { devices } = state;
  const heard = devices.filter((device) => !isSilent(device, state));
  const counts = [
    ['silent', devices.length - heard.length, 'silent'],
    ['held', heard.filter(({ override }) => override !== null).length, 'heldcell'],
    ['buy', heard.filter(({ doing }) => doing === 'charging').length, 'charging'],
    ['sell', heard.filter(({ doing }) => doing === 'discharging').length, 'discharging'],
    ['rest', heard.filter(({ doing }) => doing === 'idle' || doing === 'unknown').length, 'idle'],
    ['in shadow', devices.filter(isShadow).length, 'shadowcell'],
    ['wish at risk', devices.filter((device) => missedWishes(device).length > 0).length, 'atrisk'],
  ] as const;
  const worries = looksOf(state, now);
  const part = shownOf(devices, worries);
  const kinds = [...new Set(part.items.map(kindOf))];
  return (
    <>
      <ul class="legend small" aria-label="What devices do">
        {counts
          .filter(([, count]) => count > 0)
          .map(([name, count, look]) => (
            <li key={name}>
              <span class={`cell swatch ${look}`} aria-hidden="true" />
              {count} {name}
            </li>
          ))}
      </ul>
      {devices.length > cellsAtOnce ? <Finder part={part} /> : null}
      {kinds.map((kind) => (
        <div class="kindcells" key={kind}>
          <span class="quiet small">
            {devices.filter((device) => kindOf(device) === kind).length} × {kind}
          </span>
          <div class="cells">
            {part.items
              .filter((device) => kindOf(device) === kind)
              .map((device) => (
                <Cell key={device.resourceID} device={device} state={state} now={now} />
              ))}
          </div>
        </div>
      ))}
      <Worries worries={worries} />
    </>
  );
};
