/** The room of prices and energy: one day in full, and its month. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { rowsLimit, siteRow } from '../plan/kinds.ts';
import { rowsOfDay } from '../plan/rows.ts';
import type { Day, Hour } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { DevicePick } from '../show/DevicePick.tsx';
import { Icon } from '../shell/Icon.tsx';
import { enter, place } from '../shell/route.ts';
import { counted, energyText, toYouText } from '../../../text/quantities.ts';
import { dayOfInstant, longDayText, zoneText } from '../../../text/times.ts';
import { isLive } from '../time/moment.ts';
import { unpricedHours } from './delivery.ts';
import { DayChart } from './DayChart.tsx';
import { HoursTable } from './HoursTable.tsx';
import { MonthMap } from './MonthMap.tsx';
import { Review } from './Review.tsx';
import { hoursTogether } from './together.ts';

const go = (day: string): void => enter('energy', day);

const zonesOf = ({ startAt, endAt, timeZone }: Day): string => {
  const [first, last] = [zoneText(startAt, timeZone), zoneText(endAt, timeZone)];
  return first === last ? first : `${first} becomes ${last}`;
};

const DayHead = ({
  day,
  given,
  today,
}: {
  readonly day: Day | null;
  readonly given: string;
  readonly today: string;
}): VNode => (
  <header class="dayhead">
    <button
      type="button"
      class="button icon"
      aria-label="The day before"
      disabled={day === null}
      onClick={() => day !== null && go(day.previous)}
    >
      <Icon name="back" />
    </button>
    <button
      type="button"
      class="button icon"
      aria-label="The day after"
      disabled={day === null}
      onClick={() => day !== null && go(day.next)}
    >
      <Icon name="on" />
    </button>
    <h2 id="day-title">{day === null ? given : longDayText(day.startAt, day.timeZone)}</h2>
    <span class="quiet small">
      {day === null ? '' : `${counted((day.endAt - day.startAt) / 3_600_000, 'hour')}, ${zonesOf(day)}`}
    </span>
    <span class="spacer" />
    <label class="small quiet">
      Day{' '}
      <input
        type="date"
        class="button"
        value={given}
        onChange={({ currentTarget }) => currentTarget.value !== '' && go(currentTarget.value)}
      />
    </label>
    <button type="button" class="button" disabled={given === today} onClick={() => go('')}>
      Today
    </button>
  </header>
);

interface Shown {
  readonly total: Day['total'];
  readonly hours: readonly Hour[];
}

const Totals = ({ total, hours }: Shown): VNode => {
  const unpriced = unpricedHours(hours);
  const figures = [
    ['Bought', energyText(total.importWattHours)],
    ['Sold', energyText(-total.exportWattHours)],
    ['Net', energyText(total.energyWattHours)],
    ['On the bill', toYouText(total.toYouUsd)],
  ] as const;
  return (
    <dl class="totals">
      {figures.map(([name, figure]) => (
        <div key={name}>
          <dt class="quiet small">{name}</dt>
          <dd class="number">{figure}</dd>
        </div>
      ))}
      {unpriced === 0 ? null : (
        <div>
          <dt class="quiet small">Not in it</dt>
          <dd class="warn">{counted(unpriced, 'hour')} without a price</dd>
        </div>
      )}
    </dl>
  );
};

/** The device whose day is shown; empty: all together. */
const shownDevice = signal('');

const Devices = ({ day }: { readonly day: Day }): VNode | null =>
  day.devices.length < 2 ? null : (
    <DevicePick
      devices={day.devices.map(({ resourceID }) => ({ resourceID, name: resourceID }))}
      chosen={shownDevice.value}
      all={`All ${day.devices.length}, summed`}
      onChoose={(resourceID) => (shownDevice.value = resourceID)}
    />
  );

const DayShown = ({ day, state }: { readonly day: Day; readonly state: RoomProps['state'] }): VNode => {
  const only = day.devices.find(({ resourceID }) => resourceID === shownDevice.value);
  const { startAt: fromAt, endAt: toAt, timeZone } = day;
  const now = state.asOf;
  const rows = rowsOfDay(day, state, { fromAt, toAt, now, timeZone, midnights: [fromAt] });
  const shown = only === undefined ? rows : rows.filter(({ key }) => key === only.resourceID);
  const hours = only?.hours ?? hoursTogether(day.devices);
  return (
    <>
      <Devices day={day} />
      {day.devices.length === 0 ? null : <Totals total={only?.total ?? day.total} hours={hours} />}
      <DayChart
        day={day}
        rows={shown.length > rowsLimit ? [siteRow(shown, now)] : shown}
        hours={hours}
        now={now}
        size="room"
      />
    </>
  );
};

/** The room. */
export const Energy = ({ state }: RoomProps): VNode => {
  const { asOf, timeZone } = state;
  const today = dayOfInstant(asOf, timeZone);
  const wanted = /^\d{4}-\d{2}-\d{2}$/.test(place.value) ? place.value : isLive.value ? state.shownDay : today;
  const { answer, problem } = useAnswer<Day>(paths.day(wanted, { at: shownAt.value }), shownRevision.value);
  const devices = answer?.devices ?? [];
  const only = devices.length === 1 ? devices[0] : devices.find(({ resourceID }) => resourceID === shownDevice.value);
  const hours = only?.hours ?? hoursTogether(devices);
  return (
    <>
      <h1 class="unseen">Prices and energy</h1>
      <section class="card day" aria-labelledby="day-title">
        <DayHead day={answer} given={wanted} today={today} />
        {problem === null ? null : (
          <p class="bad" role="status">
            {problem}
          </p>
        )}
        {answer === null ? <div class="chart" /> : <DayShown day={answer} state={state} />}
      </section>
      {answer === null ? null : <Review day={answer} now={asOf} />}
      <div class="halves">
        {answer === null ? (
          <section class="card hours" />
        ) : (
          <HoursTable hours={hours} timeZone={timeZone} now={asOf} resourceID={only?.resourceID ?? null} />
        )}
        <MonthMap month={wanted.slice(0, 7)} shownDay={wanted} />
      </div>
    </>
  );
};
