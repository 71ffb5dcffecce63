/** The room of prices and energy: one day in full, and its month. */
import type { VNode } from 'preact';
import type { Day } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { Icon } from '../shell/Icon.tsx';
import { enter, place } from '../shell/route.ts';
import { billedText, counted, energyText } from '../../../text/quantities.ts';
import { dayOfInstant, longDayText, zoneText } from '../../../text/times.ts';
import { isLive } from '../time/moment.ts';
import { unpricedHours } from './delivery.ts';
import { DayChart } from './DayChart.tsx';
import { HoursTable } from './HoursTable.tsx';
import { MonthMap } from './MonthMap.tsx';

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

const Totals = ({ day, deviceAt }: { readonly day: Day; readonly deviceAt: number }): VNode | null => {
  const device = day.devices[deviceAt];
  if (device === undefined) return null;
  const { total } = device;
  const unpriced = unpricedHours(device.hours);
  const figures = [
    ['Import', energyText(total.importWattHours)],
    ['Export', energyText(-total.exportWattHours)],
    ['Net', energyText(total.energyWattHours)],
    ['To you', billedText(total.amountUsd)],
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

/** The room. */
export const Energy = ({ state }: RoomProps): VNode => {
  const { asOf, timeZone } = state;
  const today = dayOfInstant(asOf, timeZone);
  const wanted = /^\d{4}-\d{2}-\d{2}$/.test(place.value) ? place.value : isLive.value ? state.shownDay : today;
  const { answer, problem } = useAnswer<Day>(paths.day(wanted, { at: shownAt.value }), shownRevision.value);
  const device = answer?.devices[0];
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
        {answer === null ? null : <Totals day={answer} deviceAt={0} />}
        {answer === null ? <div class="chart" /> : <DayChart day={answer} device={device} now={asOf} />}
      </section>
      <div class="halves">
        <HoursTable hours={device?.hours ?? []} timeZone={timeZone} now={asOf} />
        <MonthMap month={wanted.slice(0, 7)} shownDay={wanted} />
      </div>
    </>
  );
};
