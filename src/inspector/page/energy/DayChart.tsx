/** A day in one chart, with the hour under the pointer in words below it. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ChartSize } from '../plan/layout.ts';
import { PlanChart } from '../plan/PlanChart.tsx';
import type { ChartRow } from '../plan/rows.ts';
import type { ShownWindow } from '../plan/window.ts';
import type { Day, Hour } from '../server/answers.ts';
import { energyText, readPriceText, toYouText } from '../../../text/quantities.ts';
import { clockText, longDayText, zoneText } from '../../../text/times.ts';
import { deliveryWords } from './delivery.ts';
import { Legend } from './Legend.tsx';

interface Props {
  readonly day: Day;
  readonly rows: readonly ChartRow[];
  /** The hours that are told in words. */
  readonly hours: readonly Hour[];
  readonly now: number;
  readonly size: ChartSize;
}

const hourText = (hour: Hour, timeZone: string): string => {
  const { startAt, durationMs, usdPerKwh, importWattHours, exportWattHours, toYouUsd, delivery, bad } = hour;
  const energy =
    importWattHours === null
      ? `not measured (${bad ?? 'unknown'})`
      : `bought ${energyText(importWattHours)}, sold ${energyText(-(exportWattHours ?? 0))}`;
  return [
    `${clockText(startAt, timeZone)}–${clockText(startAt + durationMs, timeZone)} ${zoneText(startAt, timeZone)}`,
    usdPerKwh === null ? 'no price' : `at ${readPriceText(usdPerKwh)}`,
    energy,
    toYouUsd === null ? '' : toYouText(toYouUsd),
    deliveryWords[delivery],
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

const none: Readonly<Record<string, never>> = {};

/** The chart. */
export const DayChart = ({ day, rows, hours, now, size }: Props): VNode => {
  const [pointed, setPointed] = useState<number | null>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const { startAt: fromAt, endAt: toAt, timeZone } = day;
  const window: ShownWindow = { fromAt, toAt, now, timeZone, midnights: [] };
  const at = pointed ?? picked;
  const hour = hours.find(({ startAt }) => startAt === at);
  const text = hour === undefined ? null : hourText(hour, timeZone);
  return (
    <figure class="daychart" aria-label={`Prices, energy and level of ${longDayText(fromAt, timeZone)}`}>
      <PlanChart
        name={size}
        size={size}
        window={window}
        prices={day.prices.map(({ startAt, endAt, usdPerKwh }) => ({ startAt, endAt, usd: Number(usdPerKwh) }))}
        rows={rows}
        marks={none}
        pair={null}
        hour={at !== null && at >= fromAt && at < toAt ? at : null}
        hourText={text ?? 'No hour is picked'}
        onPoint={setPointed}
        onPick={setPicked}
      />
      <figcaption>{text === null ? <Legend /> : <p class="legend small number">{text}</p>}</figcaption>
    </figure>
  );
};
