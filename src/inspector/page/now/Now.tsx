/** The room for one glance: is all well, what is the agent doing, what has it done. */
import type { VNode } from 'preact';
import { DayChart } from '../energy/DayChart.tsx';
import { unpricedHours } from '../energy/delivery.ts';
import { Hours } from '../energy/Hours.tsx';
import { hoursTogether } from '../energy/together.ts';
import { siteRow } from '../plan/kinds.ts';
import { rowsOfDay } from '../plan/rows.ts';
import type { Day } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { enter } from '../shell/route.ts';
import { isForsaken } from '../shell/verdict.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { counted, energyText, toYouText } from '../../../text/quantities.ts';
import { dayOfInstant, longDayText, zoneText } from '../../../text/times.ts';
import { useNow } from '../time/clock.ts';
import { isLive } from '../time/moment.ts';
import { BatteryTile } from './BatteryTile.tsx';
import { Devices } from './Devices.tsx';
import { Happened } from './Happened.tsx';
import { MoneyTile } from './MoneyTile.tsx';
import { PowerTile } from './PowerTile.tsx';
import { PriceTile } from './PriceTile.tsx';
import { Verdict } from './Verdict.tsx';
import { VtnTile } from './VtnTile.tsx';

/** What the hours come to; those without a price are named, not counted as nothing. */
const Worth = ({ day }: { readonly day: Day }): VNode => {
  const unpriced = day.devices.reduce((sum, { hours }) => sum + unpricedHours(hours), 0);
  return unpriced === 0 ? (
    <strong>{toYouText(day.total.toYouUsd)}</strong>
  ) : (
    <strong class="warn">{counted(unpriced, 'hour')} without a price</strong>
  );
};

/** The day's chart: its device, or all devices in one row. */
const Chart = ({ day, state }: { readonly day: Day; readonly state: RoomProps['state'] }): VNode => {
  const now = useNow(state.asOf);
  const { startAt: fromAt, endAt: toAt, timeZone } = day;
  const rows = rowsOfDay(day, state, { fromAt, toAt, now, timeZone, midnights: [fromAt] });
  return (
    <DayChart
      day={day}
      rows={rows.length > 1 ? [siteRow(rows, now)] : rows}
      hours={hoursTogether(day.devices)}
      now={now}
      size="card"
    />
  );
};

const Today = ({ state }: RoomProps): VNode => {
  const { asOf, timeZone } = state;
  const day = isLive.value ? state.shownDay : dayOfInstant(asOf, timeZone);
  const { answer } = useAnswer<Day>(paths.day(day, { at: shownAt.value }), shownRevision.value);
  return (
    <section class="card today" aria-labelledby="today-title">
      <header>
        <h2 id="today-title">{longDayText(answer?.startAt ?? asOf, timeZone)}</h2>
        <span class="quiet small nowrap">local time, {zoneText(asOf, timeZone)}</span>
        <span class="spacer" />
        {answer === null || answer.devices.length === 0 ? null : (
          <span class="sofar small number" title="Bought, sold, and what they come to so far">
            {energyText(answer.total.importWattHours)} · {energyText(-answer.total.exportWattHours)} ·{' '}
            <Worth day={answer} />
          </span>
        )}
        <button type="button" class="button" onClick={() => enter('energy', day)}>
          Open the day
        </button>
      </header>
      {answer === null ? <div class="chart" /> : <Chart day={answer} state={state} />}
      {answer === null || answer.devices.length === 0 ? null : (
        <Hours hours={hoursTogether(answer.devices)} timeZone={timeZone} now={asOf} />
      )}
    </section>
  );
};

/** The room. */
export const Now = (props: RoomProps): VNode => (
  <>
    <h1 class="unseen">Now</h1>
    <Verdict state={props.state} />
    <div class={`tiles ${isForsaken() ? 'forsaken' : ''}`}>
      <PriceTile state={props.state} />
      {props.state.devices.length > 1 ? <PowerTile state={props.state} /> : <BatteryTile state={props.state} />}
      <MoneyTile state={props.state} />
      <VtnTile state={props.state} />
    </div>
    <Devices {...props} />
    <div class="halves">
      <Today {...props} />
      <Happened {...props} />
    </div>
  </>
);
