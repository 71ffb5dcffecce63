/** A month of hours: how much, in which direction, and whether the VTN has them. */
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Month } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { Icon } from '../shell/Icon.tsx';
import { enter } from '../shell/route.ts';
import { energyText } from '../../../text/quantities.ts';
import { clockText, longDayText, zoneText } from '../../../text/times.ts';
import { deliveryWords } from './delivery.ts';
import { columnsOf, type HourOfMonth } from './monthColumns.ts';

interface Props {
  readonly month: string;
  readonly shownDay: string;
}

type DayOfMonth = Month['devices'][number]['days'][number];

const monthName = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${month}-15T00:00:00Z`),
  );

const levels = 4;

const levelOf = (wattHours: number, most: number): number =>
  wattHours === 0 ? 0 : Math.max(1, Math.ceil((Math.abs(wattHours) / most) * levels));

const looksOf = ({ energyWattHours, delivery }: HourOfMonth, most: number): string =>
  energyWattHours === null
    ? `unknown ${delivery}`
    : `${energyWattHours < 0 ? 'out' : 'in'} level${levelOf(energyWattHours, most)} ${delivery}`;

const Cell = ({
  hour,
  most,
  timeZone,
}: {
  readonly hour: HourOfMonth;
  readonly most: number;
  readonly timeZone: string;
}): VNode => {
  const { startAt, energyWattHours, delivery } = hour;
  return (
    <span
      class={`hour ${looksOf(hour, most)}`}
      title={`${longDayText(startAt, timeZone)}, ${clockText(startAt, timeZone)} ${zoneText(startAt, timeZone)}: ${energyText(energyWattHours)}, ${deliveryWords[delivery]}`}
    />
  );
};

const summaryOf = ({ hours, startAt }: DayOfMonth, timeZone: string): string => {
  const measured = hours.flatMap(({ energyWattHours }) => (energyWattHours === null ? [] : [energyWattHours]));
  const delivered = hours.filter(({ delivery }) => delivery === 'acknowledged').length;
  const net =
    measured.length === 0 ? 'nothing measured' : `${energyText(measured.reduce((sum, each) => sum + each, 0))} net`;
  return `${longDayText(startAt, timeZone)}: ${net}, ${delivered} of ${hours.length} hours delivered`;
};

const Line = ({
  day,
  most,
  timeZone,
  isShown,
}: {
  readonly day: DayOfMonth;
  readonly most: number;
  readonly timeZone: string;
  readonly isShown: boolean;
}): VNode => (
  <button
    type="button"
    class="line"
    aria-label={summaryOf(day, timeZone)}
    aria-current={isShown ? 'date' : undefined}
    data-day={day.day}
    onClick={() => enter('energy', day.day)}
  >
    <span class="number date">{Number(day.day.slice(8))}</span>
    {columnsOf(day.hours, timeZone).map((hours, column) => (
      <span key={column} class={`column ${hours.length === 0 ? 'skipped' : ''}`}>
        {hours.map((hour) => (
          <Cell key={hour.startAt} hour={hour} most={most} timeZone={timeZone} />
        ))}
      </span>
    ))}
  </button>
);

/** ↑ and ↓ go from day to day. */
const moveFocus = (event: KeyboardEvent): void => {
  const by = { ArrowUp: 'previousElementSibling', ArrowDown: 'nextElementSibling' } as const;
  const way = by[event.key as keyof typeof by];
  const next = way === undefined ? null : document.activeElement?.[way];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
};

/** The map. */
export const MonthMap = ({ month, shownDay }: Props): VNode => {
  const list = useRef<HTMLDivElement>(null);
  const { answer } = useAnswer<Month>(paths.month(month, { at: shownAt.value }), shownRevision.value);
  const days = answer?.devices[0]?.days ?? [];
  const most = Math.max(
    1,
    ...days.flatMap(({ hours }) => hours.map(({ energyWattHours }) => Math.abs(energyWattHours ?? 0))),
  );
  return (
    <section class="card month" aria-labelledby="month-title">
      <header>
        <h2 id="month-title">{monthName(answer?.month ?? month)}</h2>
        <span class="spacer" />
        <button
          type="button"
          class="button icon"
          aria-label="The month before"
          disabled={answer === null}
          onClick={() => answer !== null && enter('energy', `${answer.previous}-01`)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="button icon"
          aria-label="The month after"
          disabled={answer === null}
          onClick={() => answer !== null && enter('energy', `${answer.next}-01`)}
        >
          <Icon name="on" />
        </button>
      </header>
      <div class="map" ref={list} role="group" aria-label="Days of the month" onKeyDown={moveFocus}>
        <div class="line hoursrow" aria-hidden="true">
          <span class="date" />
          {Array.from({ length: 24 }, (_, hour) => (
            <span key={hour} class="column small quiet">
              {hour % 6 === 0 ? hour : ''}
            </span>
          ))}
        </div>
        {days.map((day) => (
          <Line
            key={day.day}
            day={day}
            most={most}
            timeZone={answer?.timeZone ?? 'UTC'}
            isShown={day.day === shownDay}
          />
        ))}
      </div>
      <ul class="legend small" aria-label="What the map shows">
        <li>
          <span class="hour in level4" /> import
        </li>
        <li>
          <span class="hour out level4" /> export
        </li>
        <li>
          <span class="hour in level2 acknowledged" /> delivered
        </li>
        <li>
          <span class="hour in level2 owed" /> pending
        </li>
        <li>
          <span class="hour in level2 inDoubt" /> in doubt
        </li>
        <li>
          <span class="hour unknown" /> not measured
        </li>
      </ul>
    </section>
  );
};
