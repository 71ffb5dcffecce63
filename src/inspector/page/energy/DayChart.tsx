/** A day in one chart, with the hour under the pointer in words below it. */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Day, DayOfDevice, Hour } from '../server/answers.ts';
import { look } from '../shell/theme.ts';
import { dollarsText, energyText, priceText } from '../../../text/quantities.ts';
import { clockText, longDayText, zoneText } from '../../../text/times.ts';
import { chartData, chartOptions } from './chartOptions.ts';
import { deliveryWords } from './delivery.ts';

interface Props {
  readonly day: Day;
  readonly device: DayOfDevice | undefined;
  readonly now: number;
}

const hourText = (hour: Hour, timeZone: string): string => {
  const { startAt, durationMs, usdPerKwh, importWattHours, exportWattHours, amountUsd, delivery, bad } = hour;
  const energy =
    importWattHours === null
      ? `not measured (${bad ?? 'unknown'})`
      : `import ${energyText(importWattHours)}, export ${energyText(-(exportWattHours ?? 0))}`;
  return [
    `${clockText(startAt, timeZone)}–${clockText(startAt + durationMs, timeZone)} ${zoneText(startAt, timeZone)}`,
    usdPerKwh === null ? 'no price' : `${priceText(usdPerKwh)} per kWh`,
    energy,
    amountUsd === null ? '' : `${dollarsText(amountUsd)} USD`,
    deliveryWords[delivery],
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

const Legend = ({ text }: { readonly text: string | null }): VNode => (
  <div class="legend small">
    {text === null ? (
      <ul aria-label="What the chart shows">
        <li>
          <span class="swatch line price" />
          price, USD per kWh
        </li>
        <li>
          <span class="swatch import" />
          import, kWh (+)
        </li>
        <li>
          <span class="swatch export" />
          export, kWh (−)
        </li>
        <li>
          <span class="swatch line charge" />
          state of charge
        </li>
        <li>
          <span class="swatch plan" />
          planned
        </li>
      </ul>
    ) : (
      <p class="number">{text}</p>
    )}
  </div>
);

/** The chart. */
export const DayChart = ({ day, device, now }: Props): VNode => {
  const holder = useRef<HTMLDivElement>(null);
  const [hoveredAt, setHoveredAt] = useState<number | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = holder.current as HTMLDivElement;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (size.width === 0 || holder.current === null) return undefined;
    const picture = { day, device, now };
    const chart = new uPlot(chartOptions(picture, size, setHoveredAt), chartData(picture), holder.current);
    return () => chart.destroy();
  }, [day, device, Math.floor(now / 60_000), size, look.value]);
  const hour =
    hoveredAt === null
      ? undefined
      : device?.hours.find(({ startAt, durationMs }) => startAt <= hoveredAt && hoveredAt < startAt + durationMs);
  return (
    <figure class="daychart">
      <div
        class="chart"
        ref={holder}
        role="img"
        aria-label={`Prices, energy and charge of ${longDayText(day.startAt, day.timeZone)}; the hours follow as a list`}
      />
      <figcaption>
        <Legend text={hour === undefined ? null : hourText(hour, day.timeZone)} />
      </figcaption>
    </figure>
  );
};
