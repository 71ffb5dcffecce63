/** The devices of the site: a table of a few, a map of many. Each leads to its own page. */
import type { VNode } from 'preact';
import { kindOf, isSilent } from '../plan/rows.ts';
import { rowsLimit } from '../plan/kinds.ts';
import { missedText, missedWishes, modeText, oneWishText } from '../plan/standing.ts';
import type { Device, State, Why } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter } from '../shell/route.ts';
import { useNow } from '../time/clock.ts';
import { token, Writes } from '../wrote/Writes.tsx';
import { powerText, shareText, stakeText, toYouText } from '../../../text/quantities.ts';
import { needEnergyText, needTimeText } from '../../../text/needText.ts';
import { clockText, shortDayText } from '../../../text/times.ts';
import { wishNames } from '../../../text/planWords.ts';
import { DeviceMap } from './DeviceMap.tsx';
import { nowText } from './deviceText.ts';

const orderText = (watts: number, isShadow: boolean): string => {
  const [buys, sells, rests] = isShadow ? ['would buy', 'would sell', 'would rest'] : ['buys', 'sells', 'rests'];
  return watts === 0 ? rests : `${watts > 0 ? buys : sells} ${powerText(Math.abs(watts))}`;
};

interface LineProps {
  readonly device: Device;
  readonly state: State;
  readonly now: number;
  readonly why: Why | null;
}

/** What comes next; of one in shadow what would, were it told. */
const nextText = (device: Device, { asOf, timeZone }: State): string => {
  const isShadow = device.mode === 'shadow';
  const would = device.plan?.slots.find(({ startAt }) => startAt > asOf) ?? null;
  const next = isShadow ? would : device.next;
  if (next === null) return '–';
  const day = shortDayText(next.startAt, timeZone).slice(0, 3);
  return `${day === shortDayText(asOf, timeZone).slice(0, 3) ? '' : `${day} `}${clockText(next.startAt, timeZone)} ${orderText(next.demandWatts, isShadow)}`;
};

/** What is wished of a device: once, with its time, or always; what the plan misses of it; and what all of it costs. */
const WishCell = ({ device, state, now, why }: LineProps): VNode => {
  const { resourceID, wishes } = device;
  const costs = (why?.wishes ?? []).filter((wish) => wish.resourceID === resourceID && wish.kind !== 'override');
  const [dearest] = costs;
  const [missed] = missedWishes(device);
  const once = wishes.map((wish) => oneWishText(wish, state, now));
  const always = dearest === undefined || once.length > 0 ? [] : [wishNames[dearest.kind] ?? dearest.kind];
  const said = [...once, ...always].join('; ');
  const isNothing = said === '' && missed === undefined;
  return (
    <td class={`wishcell ${isNothing ? 'none' : ''}`} data-wishes={resourceID}>
      {missed === undefined ? null : <span class="warn">{missedText(missed, state)}</span>}
      {missed === undefined || said === '' ? null : '; '}
      {said}
      {dearest === undefined ? null : (
        <span class="nowrap">
          {' · '}
          {stakeText(Number(dearest.costUsd))}
        </span>
      )}
      {isNothing ? '–' : null}
    </td>
  );
};

/** How much a load has of what it needs. */
const Need = ({ device, timeZone }: { readonly device: Device; readonly timeZone: string }): VNode | null =>
  device.need === null ? null : (
    <Writes
      pointer={`/devices/${token(device.resourceID)}/need/drawnWattHours`}
      name={`energy of what ${device.resourceID} needs`}
    >
      <span class="number">{needEnergyText(device.need)}</span>{' '}
      <span class="quiet small">{needTimeText(device.need, timeZone)}</span>
    </Writes>
  );

const Level = ({ device, isKnown }: { readonly device: Device; readonly isKnown: boolean }): VNode | null =>
  device.stateOfCharge === null ? null : (
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

const Line = (props: LineProps): VNode => {
  const { device, state, now } = props;
  const { resourceID, today } = device;
  const isGone = isSilent(device, state);
  const mode = modeText(device);
  return (
    <tr data-device={resourceID} class={device.mode === 'shadow' ? 'shadowed' : ''}>
      <th scope="row">
        <button type="button" class="link" onClick={() => enter('plan', resourceID)}>
          {resourceID}
        </button>
        <span class="quiet small kind">
          {' '}
          {kindOf(device)}
          {mode === '' ? '' : `, ${mode}`}
        </span>
      </th>
      <td class="levelcell">
        <Level device={device} isKnown={!isGone} />
        <Need device={device} timeZone={state.timeZone} />
      </td>
      <td class={isGone ? 'bad' : ''}>{nowText(device, state, now)}</td>
      <td class="quiet nextcell">{nextText(device, state)}</td>
      <WishCell {...props} />
      <td class="number">
        {toYouText(today.soFarUsd)}
        {today.plannedUsd === null ? null : <span class="quiet"> of {toYouText(today.plannedUsd)}</span>}
      </td>
    </tr>
  );
};

/** What wishes cost, of the plan in force: it is found out in another process, once for each plan. */
const useWhy = ({ devices }: State): Why | null => {
  const positions = devices.flatMap(({ plan }) => plan?.position ?? []);
  const plan = positions.length === 0 ? null : Math.max(...positions);
  const { answer } = useAnswer<Why>(plan === null ? null : paths.why({ at: shownAt.value }), plan ?? 0);
  return answer !== null && answer.planPosition === plan ? answer : null;
};

const Table = ({ state, now }: { readonly state: State; readonly now: number }): VNode => {
  const why = useWhy(state);
  return (
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
          <th scope="col" class="wishcell">
            Wish, and what it costs
          </th>
          <th scope="col">Today, of planned</th>
        </tr>
      </thead>
      <tbody>
        {state.devices.map((device) => (
          <Line key={device.resourceID} device={device} state={state} now={now} why={why} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All {state.devices.length}</th>
          <td class="levelcell" />
          <td />
          <td class="nextcell" />
          <td class="wishcell" />
          <td class="number">
            <strong>{toYouText(state.today.soFarUsd)}</strong>
            {state.today.plannedUsd === null ? null : (
              <span class="quiet"> of {toYouText(state.today.plannedUsd)}</span>
            )}
          </td>
        </tr>
      </tfoot>
    </table>
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
          <DeviceMap state={state} now={now} />
        </>
      ) : (
        <Table state={state} now={now} />
      )}
    </section>
  );
};
