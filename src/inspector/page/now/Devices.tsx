/** The devices of the site: a table of a few, a map of many. Each leads to its own page. */
import type { VNode } from 'preact';
import { kindOf, isSilent } from '../plan/rows.ts';
import { rowsLimit } from '../plan/kinds.ts';
import type { Device, State } from '../server/answers.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter } from '../shell/route.ts';
import { useNow } from '../time/clock.ts';
import { token, Writes } from '../wrote/Writes.tsx';
import { powerText, shareText, toYouText } from '../../../text/quantities.ts';
import { clockText, durationText, shortDayText } from '../../../text/times.ts';

const verbs = { charging: 'Buys', discharging: 'Sells', idle: 'Rests', unknown: 'Not read yet' } as const;

const orderText = (watts: number): string =>
  watts === 0 ? 'rests' : `${watts > 0 ? 'buys' : 'sells'} ${powerText(Math.abs(watts))}`;

const nowText = (device: Device, state: State, now: number): string => {
  const { doing, powerWatts, readAt, override } = device;
  if (isSilent(device, state)) return readAt === null ? 'Never read' : `Silent for ${durationText(now - readAt)}`;
  const text =
    powerWatts === null || doing === 'idle' || doing === 'unknown'
      ? verbs[doing]
      : `${verbs[doing]} ${powerText(Math.abs(powerWatts))}`;
  return override === null ? text : `${text}, held for ${durationText(Math.max(0, override.endAt - now))} more`;
};

const nextText = ({ next }: Device, { asOf, timeZone }: State): string => {
  if (next === null) return '–';
  const day = shortDayText(next.startAt, timeZone).slice(0, 3);
  return `${day === shortDayText(asOf, timeZone).slice(0, 3) ? '' : `${day} `}${clockText(next.startAt, timeZone)} ${orderText(next.demandWatts)}`;
};

/** What is to be known of a device that is not told what is planned for it. */
const modeText = ({ mode }: Device): string =>
  mode === 'shadow' ? ', in shadow: told nothing until it is trusted' : mode === 'readOnly' ? ', only read' : '';

const Level = ({ device, isKnown }: { readonly device: Device; readonly isKnown: boolean }): VNode | null =>
  device.stateOfCharge === null || device.role === 'flexibleLoad' ? null : (
    <span class="leveled">
      <span class={`gauge ${isKnown ? '' : 'unsure'}`} aria-hidden="true">
        <span style={{ width: `${Math.round(device.stateOfCharge * 100)}%` }} />
      </span>
      <Writes pointer={`/devices/${token(device.resourceID)}/stateOfCharge`} name={`level of ${device.resourceID}`}>
        <span class={`number ${isKnown ? '' : 'quiet'}`}>
          {isKnown ? '' : '~'}
          {shareText(device.stateOfCharge)}
        </span>
      </Writes>
    </span>
  );

const Line = ({
  device,
  state,
  now,
}: {
  readonly device: Device;
  readonly state: State;
  readonly now: number;
}): VNode => {
  const { resourceID, today } = device;
  const isGone = isSilent(device, state);
  return (
    <tr data-device={resourceID}>
      <th scope="row">
        <button type="button" class="link" onClick={() => enter('plan', resourceID)}>
          {resourceID}
        </button>
        <span class="quiet small kind">
          {' '}
          {kindOf(device)}
          {modeText(device)}
        </span>
      </th>
      <td class="levelcell">
        <Level device={device} isKnown={!isGone} />
      </td>
      <td class={isGone ? 'bad' : ''}>{nowText(device, state, now)}</td>
      <td class="quiet nextcell">{nextText(device, state)}</td>
      <td class="number">
        {toYouText(today.soFarUsd)}
        {today.plannedUsd === null ? null : <span class="quiet"> of {toYouText(today.plannedUsd)}</span>}
      </td>
    </tr>
  );
};

const Table = ({ state, now }: { readonly state: State; readonly now: number }): VNode => (
  <table class="devices">
    <thead>
      <tr>
        <th scope="col">Devices</th>
        <th scope="col" class="levelcell">
          Level
        </th>
        <th scope="col">Now</th>
        <th scope="col" class="nextcell">
          Next
        </th>
        <th scope="col">Today, of planned</th>
      </tr>
    </thead>
    <tbody>
      {state.devices.map((device) => (
        <Line key={device.resourceID} device={device} state={state} now={now} />
      ))}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">All {state.devices.length}</th>
        <td class="levelcell" />
        <td />
        <td class="nextcell" />
        <td class="number">
          <strong>{toYouText(state.today.soFarUsd)}</strong>
          {state.today.plannedUsd === null ? null : <span class="quiet"> of {toYouText(state.today.plannedUsd)}</span>}
        </td>
      </tr>
    </tfoot>
  </table>
);

const signOf = (device: Device, isGone: boolean): string => (isGone ? '!' : device.override === null ? '' : 'II');

const Cell = ({
  device,
  state,
  now,
}: {
  readonly device: Device;
  readonly state: State;
  readonly now: number;
}): VNode => {
  const isGone = isSilent(device, state);
  const { resourceID, stateOfCharge, doing, override } = device;
  const level = stateOfCharge === null ? '' : `, ${shareText(stateOfCharge)}`;
  const text = `${resourceID}: ${nowText(device, state, now)}${level}`;
  return (
    <button
      type="button"
      class={`cell ${isGone ? 'silent' : override === null ? doing : 'heldcell'}`}
      title={text}
      aria-label={text}
      data-device={resourceID}
      onClick={() => enter('plan', resourceID)}
    >
      <span class="fill" style={{ height: `${Math.round((stateOfCharge ?? 0.5) * 100)}%` }} />
      <span class="sign" aria-hidden="true">
        {signOf(device, isGone)}
      </span>
    </button>
  );
};

/** @limit Devices that are named as needing a look. */
const looks = 6;

const Map = ({ state, now }: { readonly state: State; readonly now: number }): VNode => {
  const { devices } = state;
  const silent = devices.filter((device) => isSilent(device, state));
  const heard = devices.filter((device) => !silent.includes(device));
  const counts = [
    ['silent', silent.length, 'silent'],
    ['held', heard.filter(({ override }) => override !== null).length, 'heldcell'],
    ['buy', heard.filter(({ doing }) => doing === 'charging').length, 'charging'],
    ['sell', heard.filter(({ doing }) => doing === 'discharging').length, 'discharging'],
    ['rest', heard.filter(({ doing }) => doing === 'idle' || doing === 'unknown').length, 'idle'],
  ] as const;
  const kinds = [...new Set(devices.map(kindOf))];
  const worries = [...silent, ...heard.filter(({ override }) => override !== null)];
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
      {kinds.map((kind) => (
        <div class="kindcells" key={kind}>
          <span class="quiet small">
            {devices.filter((device) => kindOf(device) === kind).length} × {kind}
          </span>
          <div class="cells">
            {devices
              .filter((device) => kindOf(device) === kind)
              .map((device) => (
                <Cell key={device.resourceID} device={device} state={state} now={now} />
              ))}
          </div>
        </div>
      ))}
      {worries.length === 0 ? null : (
        <div class="worries">
          <h3>Need a look</h3>
          <ul>
            {worries.slice(0, looks).map((device) => (
              <li key={device.resourceID}>
                <button type="button" class="link" onClick={() => enter('plan', device.resourceID)}>
                  {device.resourceID}
                </button>{' '}
                <span class={silent.includes(device) ? 'bad' : 'quiet'}>{nowText(device, state, now)}</span>
              </li>
            ))}
          </ul>
          {worries.length > looks ? <p class="quiet small">and {worries.length - looks} more</p> : null}
        </div>
      )}
    </>
  );
};

/** The card; nothing where one device is a card of its own. */
export const Devices = ({ state }: RoomProps): VNode | null => {
  const now = useNow(state.asOf);
  const { devices } = state;
  if (devices.length < 2) return null;
  return (
    <section class="card devicescard" aria-label="Devices">
      {devices.length > rowsLimit ? (
        <>
          <header>
            <h2>{devices.length} devices</h2>
          </header>
          <Map state={state} now={now} />
        </>
      ) : (
        <Table state={state} now={now} />
      )}
    </section>
  );
};
