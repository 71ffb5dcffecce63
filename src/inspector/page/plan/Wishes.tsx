/** What was wished costs, and who has taken over: both in money. */
import type { VNode } from 'preact';
import { Command } from '../now/Command.tsx';
import type { Device, Plan, State, Why } from '../server/answers.ts';
import { shortIDs } from '../show/friendly.ts';
import { linesAtOnce } from '../show/parts.ts';
import { useNow } from '../time/clock.ts';
import { powerText, shareText, stakeText } from '../../../text/quantities.ts';
import { clockText, durationText, endClockText, shortDayText } from '../../../text/times.ts';
import { wishNames } from '../../../text/planWords.ts';
import { nameOf } from './rows.ts';
import { missedText, missedWishes, oneWishText, outsTold, type OutTold } from './standing.ts';

type WishTold = Why['wishes'][number];

const nameIn = (state: State, resourceID: string | null): string => {
  const device = state.devices.find((each) => each.resourceID === resourceID);
  return device === undefined ? (resourceID ?? 'The site') : nameOf(device, state.devices.length);
};

/** A DR event with its time. */
const eventText = ({ eventID, resourceID, span }: WishTold, state: State): string => {
  const who = resourceID === null || state.devices.length < 2 ? '' : `${nameIn(state, resourceID)}: `;
  const when =
    span === null
      ? ''
      : `, ${shortDayText(span.startAt, state.timeZone).slice(0, 3)} ${clockText(span.startAt, state.timeZone)}–${endClockText(span.endAt, state.timeZone)}`;
  return `${who}DR event${eventID === null ? '' : ` ${shortIDs(eventID)}`}${when}`;
};

/** A wish as its person put it, where the answer says how. */
const wishText = (wish: WishTold, plan: Plan, state: State): string => {
  if (wish.kind === 'constraint') return eventText(wish, state);
  const who = nameIn(state, wish.resourceID);
  const wished = plan.devices.find(({ resourceID }) => resourceID === wish.resourceID)?.wished;
  const keep = state.devices
    .find(({ resourceID }) => resourceID === wish.resourceID)
    ?.wishes.find(({ kind }) => kind === 'keep');
  if (wish.kind === 'reserve' && keep !== undefined)
    return `${who} keeps ${shareText(keep.stateOfCharge)} until ${shortDayText(keep.endAt, state.timeZone).slice(0, 3)} ${clockText(keep.endAt, state.timeZone)}`;
  if (wish.kind === 'reserve' && (wished?.reserve ?? null) !== null)
    return `${who} keeps ${shareText(wished?.reserve ?? 0)}`;
  const [departure] = wished?.departures.filter(({ at }) => at > state.asOf) ?? [];
  if (wish.kind === 'departure' && departure !== undefined)
    return `${who} ${shareText(departure.stateOfCharge)} by ${shortDayText(departure.at, state.timeZone).slice(0, 3)} ${clockText(departure.at, state.timeZone)}`;
  return `${who}: ${(wishNames[wish.kind] ?? wish.kind).toLowerCase()}`;
};

interface WishesProps {
  readonly plan: Plan;
  readonly why: Why | null;
  readonly state: State;
  readonly problem: string | null;
  /** Only what is wished of this device; undefined: of all. */
  readonly only: string | undefined;
}

/** @limit Wishes that are listed; of the others it is said how many there are. */
const shownWishes = 8;

/** The card of the wishes. */
export const Wishes = ({ plan, why, state, problem, only }: WishesProps): VNode => {
  const wishes = (why?.wishes ?? []).filter(
    ({ kind, resourceID }) => kind !== 'override' && (only === undefined || resourceID === only),
  );
  const most = Math.max(0.01, ...wishes.map(({ costUsd }) => Number(costUsd)));
  const { possibleUsd = null, plannedUsd = null } = why ?? {};
  const together = possibleUsd === null || plannedUsd === null ? null : Number(possibleUsd) - Number(plannedUsd);
  return (
    <section class="card wishes" aria-labelledby="wishes-title">
      <header>
        <h2 id="wishes-title">
          {wishes.some(({ kind }) => kind === 'constraint') ? 'Wishes and DR events' : 'Your wishes'}
        </h2>
        <span class="spacer" />
        {together === null || only !== undefined ? null : (
          <span class="nowrap">
            cost <strong>{stakeText(together)}</strong> today
          </span>
        )}
      </header>
      {why === null ? (
        <p class="quiet">{problem ?? 'What they cost is being found out …'}</p>
      ) : wishes.length === 0 ? (
        <p class="quiet">Nothing is wished: the prices alone decide.</p>
      ) : (
        <>
          <ul>
            {wishes.slice(0, shownWishes).map((wish) => (
              <li key={`${wish.kind} ${wish.resourceID ?? ''} ${wish.eventID ?? ''}`} data-wish={wish.kind}>
                <span>{wishText(wish, plan, state)}</span>
                <span class="share" aria-hidden="true">
                  <span style={{ width: `${Math.round((Number(wish.costUsd) / most) * 100)}%` }} />
                </span>
                <strong class="number">{stakeText(Number(wish.costUsd))}</strong>
              </li>
            ))}
          </ul>
          <p class="quiet small">
            {`Each as if it alone were lifted, until ${shortDayText(plan.plan.endAt - 1, state.timeZone).slice(0, 3)} 24:00: they need not add up.`}
            {wishes.length > shownWishes ? ` ${wishes.length - shownWishes} more cost less.` : ''}
          </p>
        </>
      )}
    </section>
  );
};

/** That there are more than are listed. */
const More = ({ count }: { readonly count: number }): VNode | null =>
  count <= 0 ? null : <p class="quiet small">and {count} more devices: ven status has them all</p>;

/** What persons wish of devices once: until when, how long that is still, and the command that ends it. */
export const OnceWishes = ({
  devices,
  state,
}: {
  readonly devices: readonly Device[];
  readonly state: State;
}): VNode | null => {
  const now = useNow(state.asOf);
  const wishing = devices.filter(({ wishes, unmet }) => wishes.length > 0 || missedWishes({ unmet }).length > 0);
  if (wishing.length === 0) return null;
  return (
    <section class="card overrides" aria-labelledby="once-title">
      <header>
        <h2 id="once-title">Wished once, and missed</h2>
      </header>
      <ul>
        {wishing.slice(0, linesAtOnce).flatMap((device) => {
          const { resourceID, wishes } = device;
          const name = nameOf(device, state.devices.length);
          return [
            ...missedWishes(device).map((missed) => (
              <li key={`${resourceID} missed ${missed.kind} ${missed.at}`} data-missed={resourceID}>
                <p>
                  <span class="warn">{`${name} will have ${missedText(missed, state)}.`}</span>
                </p>
              </li>
            )),
            ...wishes.map((wish) => (
              <li key={`${resourceID} ${wish.kind}`} data-once={`${resourceID} ${wish.kind}`}>
                <p>{`${name} ${oneWishText(wish, state, now)}.`}</p>
                <Command text={`ven wish cancel ${wish.kind} --device ${resourceID}`} />
              </li>
            )),
          ];
        })}
      </ul>
      <More count={wishing.length - linesAtOnce} />
    </section>
  );
};

const actions = { charge: 'charges', discharge: 'discharges', hold: 'rests' } as const;

const OverrideLine = ({
  device,
  state,
  why,
}: {
  readonly device: Device;
  readonly state: State;
  readonly why: Why | null;
}): VNode | null => {
  const now = useNow(state.asOf);
  const { override, resourceID } = device;
  if (override === null) return null;
  const { action, powerWatts, startAt, endAt } = override;
  const cost = why?.wishes.find(
    (wish) => wish.kind === 'override' && wish.resourceID === resourceID && wish.span?.endAt === endAt,
  );
  const left = Math.max(0, endAt - now);
  const begins = startAt > now ? `from ${clockText(startAt, state.timeZone)} ` : '';
  return (
    <li data-override={resourceID}>
      <p>
        {`${nameOf(device, state.devices.length)} ${actions[action]}${powerWatts === null ? '' : ` with ${powerText(powerWatts)}`} ${begins}`}
        <strong data-left={resourceID}>{durationText(left)}</strong>
        {` more, to ${clockText(endAt, state.timeZone)}.`}
        {cost === undefined ? '' : ` It costs ${stakeText(Number(cost.costUsd))}.`}
      </p>
      <Command text={`ven release ${resourceID}`} />
    </li>
  );
};

/** What it costs to be out for a time: to the plan that is a time in which a device is held. */
const outCostText = ({ startAt, endAt, resourceIDs }: OutTold, why: Why | null): string => {
  const costs = (why?.wishes ?? []).filter(
    ({ kind, resourceID, span }) =>
      kind === 'override' &&
      resourceIDs.includes(resourceID ?? '') &&
      span !== null &&
      span.endAt === endAt &&
      span.startAt >= startAt,
  );
  return costs.length === 0
    ? ''
    : ` It costs ${stakeText(costs.reduce((sum, { costUsd }) => sum + Number(costUsd), 0))}.`;
};

const titleOf = (overrides: number, outs: number): string =>
  overrides > 0 && outs > 0 ? 'Overrides and opts' : outs > 0 ? 'Opts' : overrides > 1 ? 'Overrides' : 'Override';

/** The card of what persons told devices to do, and of the times for which devices are out. */
export const Overrides = ({
  devices,
  state,
  why,
}: {
  readonly devices: readonly Device[];
  readonly state: State;
  readonly why: Why | null;
}): VNode => {
  const running = devices.filter(({ override }) => override !== null);
  const now = useNow(state.asOf);
  const outs = outsTold(devices, (resourceID) => nameIn(state, resourceID), state, now);
  // One in shadow is told nothing by anybody.
  const first = devices.find(({ mode }) => mode === 'told');
  return (
    <section class="card overrides" aria-labelledby="overrides-title">
      <header>
        <h2 id="overrides-title">{titleOf(running.length, outs.length)}</h2>
        <span class="spacer" />
        {running.length + outs.length > 0 ? null : <span class="quiet">none running</span>}
      </header>
      {running.length + outs.length > 0 ? (
        <>
          <ul>
            {running.slice(0, linesAtOnce).map((device) => (
              <OverrideLine key={device.resourceID} device={device} state={state} why={why} />
            ))}
            {outs.slice(0, linesAtOnce).map((out) => (
              <li key={`${out.optID} ${out.startAt}`} data-out={out.optID}>
                <p>{`${out.text}${outCostText(out, why)}`}</p>
                <Command text={`ven opt cancel ${out.optID}`} />
              </li>
            ))}
          </ul>
          <More count={running.length - linesAtOnce} />
          {outs.length <= linesAtOnce ? null : (
            <p class="quiet small">and {outs.length - linesAtOnce} more times: ven opt list has them all</p>
          )}
        </>
      ) : first === undefined ? null : (
        <p class="quiet small">
          To take over: <Command text={`ven override hold --device ${first.resourceID} --for 1h`} />
        </p>
      )}
    </section>
  );
};
