/** The plan: what is done when, what it earns, why, and what was wished costs. Of all devices, or of one. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Day, Plan, Prices, State, Why } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { Legend } from '../energy/Legend.tsx';
import { Command } from '../now/Command.tsx';
import { Icon } from '../shell/Icon.tsx';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter, place } from '../shell/route.ts';
import { useNow } from '../time/clock.ts';
import { gapText } from '../../../text/planWords.ts';
import { readPriceText, toYouText } from '../../../text/quantities.ts';
import { clockText, dayOfInstant, shortDayText, zoneText } from '../../../text/times.ts';
import { narrowWidth } from './layout.ts';
import { Earns } from './Earns.tsx';
import { planHeadline } from './headline.ts';
import { kindRow, rowsLimit } from './kinds.ts';
import { drawnPair, mainPair, mainSlot, tellingDevice, tellingHour, whyOfSlot, wishMarks } from './picks.ts';
import { PlanChart } from './PlanChart.tsx';
import type { DrawnPrice } from './priceScales.ts';
import { kindOf, nameOf, rowOf, type ChartRow } from './rows.ts';
import { useNarrow } from './useNarrow.ts';
import { WhyCard } from './Why.tsx';
import { hoursIn, priceOfHour, windowOf, type ShownWindow } from './window.ts';
import { modeText } from './standing.ts';
import { OnceWishes, Overrides, Wishes } from './Wishes.tsx';

const hourMs = 3_600_000;

/** The hour somebody picked; null: whichever tells most. */
const pickedHour = signal<number | null>(null);
/** The hour under the pointer. */
const pointedHour = signal<number | null>(null);
/** The device whose hour is told; null: the one that moves most money. */
const pickedDevice = signal<string | null>(null);

const drawn = ({ prices }: Prices): readonly DrawnPrice[] =>
  prices.map(({ startAt, endAt, usdPerKwh }) => ({ startAt, endAt, usd: Number(usdPerKwh) }));

const within = (prices: readonly DrawnPrice[], { fromAt, toAt }: ShownWindow): readonly DrawnPrice[] =>
  prices.flatMap(({ startAt, endAt, usd }) =>
    startAt < toAt && endAt > fromAt ? [{ startAt: Math.max(startAt, fromAt), endAt: Math.min(endAt, toAt), usd }] : [],
  );

const pluralKinds: Readonly<Record<string, string>> = {
  Battery: 'batteries',
  Car: 'cars',
  Load: 'loads',
  Meter: 'meters',
  Device: 'devices',
};

/** A row for each device, or for each kind where they are many. */
const rowsOf = (
  state: State,
  day: Day | null,
  plan: Plan | null,
  window: ShownWindow,
  only: string | undefined,
): readonly ChartRow[] => {
  const devices = state.devices.filter(({ resourceID }) => only === undefined || resourceID === only);
  const rows = devices.map((device) => ({ kind: kindOf(device), row: rowOf(device, state, day, plan, window) }));
  if (rows.length <= rowsLimit) return rows.map(({ row }) => row);
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const own = rows.filter((each) => each.kind === kind).map(({ row }) => row);
    return kindRow(own.length === 1 ? kind : `${own.length} ${pluralKinds[kind] ?? kind}`, own, window.now);
  });
};

const Days = ({
  state,
  shown,
  onPick,
}: {
  readonly state: State;
  readonly shown: number;
  readonly onPick: (day: number) => void;
}): VNode => (
  <div class="daychips" role="group" aria-label="Day">
    {state.prices.days.map(({ startAt, day, pricedHours }, index) => (
      <button
        type="button"
        key={day}
        class="button"
        aria-pressed={index === shown}
        disabled={index > 0 && pricedHours === 0}
        onClick={() => onPick(index)}
      >
        {shortDayText(startAt, state.timeZone)}
      </button>
    ))}
  </div>
);

const madeText = ({ plan: { madeAt, because } }: Plan, { prices, timeZone }: State): string => {
  const known = prices.days.findLast(({ pricedHours }) => pricedHours > 0);
  const until =
    known === undefined ? '' : `Prices known until ${shortDayText(known.startAt, timeZone).slice(0, 3)} 24:00. `;
  return `${until}Planned at ${clockText(madeAt, timeZone)}: ${because}.`;
};

/** Devices whose plan nobody is told: it is drawn, and counts in no sum. */
const ShadowNote = ({ plan }: { readonly plan: Plan }): VNode | null => {
  if (plan.shadow === null) return null;
  const { resourceIDs, valueUsd, failed } = plan.shadow;
  const [first = ''] = resourceIDs;
  const worth = failed ?? (valueUsd === null ? '' : `Followed, it would be worth ${toYouText(valueUsd)}.`);
  return (
    <p class="quiet shadownote" data-shadow>
      <strong>In shadow:</strong>{' '}
      {`${resourceIDs.length > 3 ? `${resourceIDs.length} devices` : resourceIDs.join(', ')}, told nothing, and in no sum here. ${worth} `}
      <Command text={`ven devices trust ${first}`} />
    </p>
  );
};

/** That another plan could be worth more, where the best one was not searched for. */
const GapNote = ({ plan: { gapUsd } }: { readonly plan: Plan }): VNode | null => {
  const text = gapText(gapUsd);
  return text === null ? null : (
    <p class="quiet small" data-gap>
      {text}
    </p>
  );
};

/** What stands in place of a plan: it is there or not only when the server has said so. */
const noPlanText = (problem: string | null): string => (problem === null ? 'Looking for the plan …' : 'No plan yet.');

const PlanHead = ({
  plan,
  why,
  state,
  hour,
  problem,
}: {
  readonly plan: Plan | null;
  readonly why: Why | null;
  readonly state: State;
  readonly hour: number | null;
  readonly problem: string | null;
}): VNode => (
  <section class="planhead" aria-label="The plan in short">
    <span class="seal accent">
      <Icon name="plan" size={22} />
    </span>
    <div>
      <p class="sentence" data-headline>
        {plan === null ? noPlanText(problem) : planHeadline(plan, hour, state.timeZone)}
      </p>
      <p class="quiet">{plan === null ? problem : madeText(plan, state)}</p>
      {plan === null ? null : <GapNote plan={plan} />}
      {plan === null ? null : <ShadowNote plan={plan} />}
    </div>
    {plan === null ? null : <Earns plan={plan} why={why} />}
  </section>
);

/** What is said of an hour to whoever hears the page. */
const spoken = (hour: number | null, prices: Prices | null, plan: Plan | null, timeZone: string): string => {
  if (hour === null) return 'No hour';
  const price = prices === null ? null : priceOfHour(prices, hour);
  const device = plan === null ? undefined : tellingDevice(plan, hour);
  const slot = mainSlot(device, hour);
  return [
    `${shortDayText(hour, timeZone)} ${clockText(hour, timeZone)}`,
    price === null ? 'no price' : readPriceText(price),
    slot === null || device === undefined ? '' : `${device.resourceID} ${slot.does}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
};

/** All that the room asks for, of the moment that is shown. */
const useRoom = ({ state }: RoomProps) => {
  const at = shownAt.value;
  const revision = shownRevision.value;
  const { asOf, timeZone } = state;
  const isAsked = state.devices.some((device) => device.plan !== null);
  const plan = useAnswer<Plan>(isAsked ? paths.plan({ at }) : null, revision);
  const isPlanned = isAsked && plan.answer !== null && plan.problem === null;
  // Why is asked once for each plan: it is found out in another process.
  const why = useAnswer<Why>(isPlanned ? paths.why({ at }) : null, plan.answer?.plan.position ?? 0);
  const prices = useAnswer<Prices>(paths.prices({ at }), revision);
  const day = useAnswer<Day>(paths.day(dayOfInstant(asOf, timeZone), { at }), revision);
  return {
    plan: isPlanned ? plan.answer : null,
    planProblem: isAsked ? plan.problem : 'The agent plans at its start, each hour, and when prices arrive.',
    why: why.answer !== null && why.answer.planPosition === plan.answer?.plan.position ? why.answer : null,
    whyProblem: why.problem,
    prices: prices.answer,
    day: day.answer,
  };
};

const onlyText = (state: State, only: string): string => {
  const device = state.devices.find(({ resourceID }) => resourceID === only);
  const mode = device === undefined ? '' : modeText(device);
  return mode === '' ? '' : ` ${mode}`;
};

/** The room. */
export const PlanRoom = (props: RoomProps): VNode => {
  const { state } = props;
  const { asOf, timeZone } = state;
  const { plan, planProblem, why, whyProblem, prices, day } = useRoom(props);
  const now = useNow(asOf);
  const isNarrow = useNarrow(narrowWidth + 60);
  const [shownDay, setShownDay] = useState(0);
  const only = state.devices.find(({ resourceID }) => resourceID === place.value)?.resourceID;
  const window = { ...windowOf(state, isNarrow ? shownDay : null), now };
  const hours = hoursIn(window);
  const telling = plan === null ? null : tellingHour(plan, now, hoursIn(windowOf(state, null)));
  const wanted = pointedHour.value ?? pickedHour.value;
  const hour = wanted !== null && wanted >= window.fromAt && wanted < window.toAt ? wanted : telling;
  const isShadowed = state.devices.some(({ resourceID, mode }) => resourceID === only && mode === 'shadow');
  const shadowed = isShadowed ? (only ?? null) : null;
  const devices = (plan?.devices ?? []).filter(({ resourceID }) => only === undefined || resourceID === only);
  const device =
    devices.find(({ resourceID }) => resourceID === pickedDevice.value) ??
    (plan === null || hour === null ? undefined : tellingDevice({ ...plan, devices }, hour));
  const slot = hour === null ? null : mainSlot(device, hour);
  const pair = mainPair(device, slot);
  const nameFor = (resourceID: string): string => {
    const found = state.devices.find((each) => each.resourceID === resourceID);
    return found === undefined ? resourceID : nameOf(found, state.devices.length);
  };
  const step = (by: number): void => {
    const next = Math.min(hours.at(-1) ?? 0, Math.max(hours[0] ?? 0, (hour ?? now) + by * hourMs));
    pickedHour.value = next;
  };
  const rows = rowsOf(state, day, plan, window, only);
  return (
    <>
      <h1 class="unseen">Plan</h1>
      <PlanHead plan={plan} why={why} state={state} hour={telling} problem={planProblem} />
      {only === undefined ? null : (
        <p class="only">
          <button type="button" class="button" onClick={() => enter('plan')}>
            <Icon name="back" size={13} /> All devices
          </button>{' '}
          <strong>{nameFor(only)}</strong>
          <span class="quiet">{onlyText(state, only)}</span>
        </p>
      )}
      <div class="planhalves">
        <section class="card chartcard" aria-labelledby="planchart-title">
          <header>
            <h2 id="planchart-title">Prices and plan</h2>
            <span class="quiet small nowrap">local time, {zoneText(asOf, timeZone)}</span>
            <span class="spacer" />
            <Legend />
          </header>
          {isNarrow ? <Days state={state} shown={shownDay} onPick={setShownDay} /> : null}
          <PlanChart
            name="plan"
            size="room"
            window={window}
            prices={prices === null ? [] : within(drawn(prices), window)}
            rows={rows}
            marks={plan === null ? {} : wishMarks(plan, why)}
            pair={drawnPair(device, pair)}
            hour={hour}
            hourText={spoken(hour, prices, plan, timeZone)}
            onPoint={(pointed) => (pointedHour.value = pointed)}
            onPick={(picked) => (pickedHour.value = picked)}
          />
          {state.devices.length > rowsLimit && only === undefined ? (
            <p class="quiet small">Level: the middle device; the band holds 8 of 10.</p>
          ) : null}
        </section>
        <div class="planside">
          <WhyCard
            hour={hour}
            now={now}
            timeZone={timeZone}
            device={device}
            name={device === undefined ? '' : nameFor(device.resourceID)}
            slot={slot}
            shadowed={shadowed}
            isLooking={plan === null && planProblem === null}
            pair={pair}
            told={whyOfSlot(why, device?.resourceID ?? '', slot)}
            problem={
              why === null ? whyProblem : 'The plan has too many slots to ask about each: ven plan --why tells one.'
            }
            devices={devices.map(({ resourceID }) => ({ resourceID, name: nameFor(resourceID) }))}
            onDevice={(resourceID) => (pickedDevice.value = resourceID)}
            onStep={step}
          />
          {plan === null || shadowed !== null ? null : (
            <Wishes plan={plan} why={why} state={state} problem={whyProblem} only={only} />
          )}
          <OnceWishes
            devices={state.devices.filter(({ resourceID }) => only === undefined || resourceID === only)}
            state={state}
          />
          <Overrides
            devices={state.devices.filter(({ resourceID }) => only === undefined || resourceID === only)}
            state={state}
            why={why}
          />
        </div>
      </div>
    </>
  );
};
