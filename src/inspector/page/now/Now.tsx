/** The room for one glance: is all well, what is the agent doing, what has it done. */
import type { VNode } from 'preact';
import { DayChart } from '../energy/DayChart.tsx';
import { unpricedHours } from '../energy/delivery.ts';
import { Hours } from '../energy/Hours.tsx';
import type { Day, DayOfDevice } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { enter } from '../shell/route.ts';
import { isForsaken } from '../shell/verdict.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { counted, energyText, billedText } from '../../../text/quantities.ts';
import { dayOfInstant, longDayText, zoneText } from '../../../text/times.ts';
import { isLive } from '../time/moment.ts';
import { BatteryTile } from './BatteryTile.tsx';
import { Happened } from './Happened.tsx';
import { MoneyTile } from './MoneyTile.tsx';
import { PriceTile } from './PriceTile.tsx';
import { Verdict } from './Verdict.tsx';
import { VtnTile } from './VtnTile.tsx';

/** What the hours come to; those without a price are named, not counted as nothing. */
const Worth = ({ device: { total, hours } }: { readonly device: DayOfDevice }): VNode => {
  const unpriced = unpricedHours(hours);
  return unpriced === 0 ? (
    <strong>{billedText(total.amountUsd)}</strong>
  ) : (
    <strong class="warn">{counted(unpriced, 'hour')} without a price</strong>
  );
};

const Today = ({ state }: RoomProps): VNode => {
  const { asOf, timeZone } = state;
  const day = isLive.value ? state.shownDay : dayOfInstant(asOf, timeZone);
  const { answer } = useAnswer<Day>(paths.day(day, { at: shownAt.value }), shownRevision.value);
  const device = answer?.devices[0];
  return (
    <section class="card today" aria-labelledby="today-title">
      <header>
        <h2 id="today-title">{longDayText(answer?.startAt ?? asOf, timeZone)}</h2>
        <span class="quiet small nowrap">local time, {zoneText(asOf, timeZone)}</span>
        <span class="spacer" />
        {device === undefined ? null : (
          <span class="sofar small number" title="Import, export, and what they come to so far">
            {energyText(device.total.importWattHours)} · {energyText(-device.total.exportWattHours)} ·{' '}
            <Worth device={device} />
          </span>
        )}
        <button type="button" class="button" onClick={() => enter('energy', day)}>
          Open the day
        </button>
      </header>
      {answer === null ? <div class="chart" /> : <DayChart day={answer} device={device} now={asOf} />}
      {answer === null || device === undefined ? null : <Hours hours={device.hours} timeZone={timeZone} now={asOf} />}
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
      <BatteryTile state={props.state} />
      <MoneyTile state={props.state} />
      <VtnTile state={props.state} />
    </div>
    <div class="halves">
      <Today {...props} />
      <Happened {...props} />
    </div>
  </>
);
