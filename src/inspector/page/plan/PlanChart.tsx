/** Prices and what devices do, on one time axis; an hour of it can be pointed at, picked, and walked to by keyboard. */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clockText, shortDayText, zoneText } from '../../../text/times.ts';
import { toYouText } from '../../../text/quantities.ts';
import { DeviceLane, rowTitleWidth, type WishMark } from './DeviceLane.tsx';
import { chartPlaces, xOf, type ChartPlaces, type ChartSize } from './layout.ts';
import { PriceLane } from './PriceLane.tsx';
import { priceScales, type DrawnPrice } from './priceScales.ts';
import type { ChartRow } from './rows.ts';
import { hoursIn, type ShownWindow } from './window.ts';

const hourMs = 3_600_000;

/** What is bought in one hour for another, and what that brings. */
export interface DrawnPair {
  readonly rowKey: string;
  readonly boughtAt: number;
  readonly soldAt: number;
  /** After losses and wear. @unit USD */
  readonly gainUsd: string;
}

interface Props {
  /** Tells this chart from others of the page. */
  readonly name: string;
  readonly size: ChartSize;
  readonly window: ShownWindow;
  readonly prices: readonly DrawnPrice[];
  readonly rows: readonly ChartRow[];
  readonly marks: Readonly<Record<string, readonly WishMark[]>>;
  readonly pair: DrawnPair | null;
  /** The hour that is told of, by its beginning. */
  readonly hour: number | null;
  /** The hour in words. */
  readonly hourText: string;
  readonly onPoint: (hour: number | null) => void;
  readonly onPick: (hour: number) => void;
}

/** The width that an element has, as it changes. @unit px */
const useWidth = (): readonly [{ readonly current: HTMLDivElement | null }, number] => {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = holder.current as HTMLDivElement;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [holder, width];
};

const Hatch = ({ name, look }: { readonly name: string; readonly look: string }): VNode => (
  <pattern id={`hatch-${name}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <line class={look} x1="0" y1="0" x2="0" y2="6" stroke-width="2" />
  </pattern>
);

const TimeAxis = ({
  places,
  window,
  x,
  hour,
}: {
  readonly hour: number | null;
  readonly places: ChartPlaces;
  readonly window: ShownWindow;
  readonly x: (at: number) => number;
}): VNode => {
  const { timeZone, toAt, midnights } = window;
  const every = places.isNarrow || midnights.length > 1 ? 6 : 3;
  const hours = hoursIn(window).filter((at) => Number(clockText(at, timeZone).slice(0, 2)) % every === 0);
  /** The pill of the picked hour has the place. */
  const isCovered = (at: number): boolean => hour !== null && Math.abs(x(at) - (x(hour) + x(hour + hourMs)) / 2) < 40;
  return (
    <>
      {hours.map((at, place) => (
        <g key={at}>
          <line class="rule" x1={x(at)} x2={x(at)} y1={places.prices.top} y2={places.bottom} />
          {isCovered(at) ? null : (
            <text
              class="tick"
              x={x(at)}
              y={places.bottom + 18}
              text-anchor={place === 0 && places.isNarrow ? 'start' : 'middle'}
            >
              {clockText(at, timeZone)}
            </text>
          )}
        </g>
      ))}
      {isCovered(toAt) ? null : (
        <text class="tick" x={x(toAt)} y={places.bottom + 18} text-anchor="end">
          24:00
        </text>
      )}
      {midnights.map((at) => (
        <g key={at}>
          <line class="midnight" x1={x(at)} x2={x(at)} y1={4} y2={places.bottom} />
          <text class="date" x={x(at) + 6} y={13}>
            {shortDayText(at, timeZone)}
          </text>
        </g>
      ))}
      <line class="midnight" x1={x(toAt)} x2={x(toAt)} y1={4} y2={places.bottom} />
    </>
  );
};

const Now = ({
  places,
  window,
  x,
}: {
  readonly places: ChartPlaces;
  readonly window: ShownWindow;
  readonly x: (at: number) => number;
}): VNode | null => {
  const { now, fromAt, toAt, timeZone } = window;
  if (now < fromAt || now >= toAt) return null;
  const text = places.isNarrow ? clockText(now, timeZone) : `now ${clockText(now, timeZone)}`;
  const half = places.isNarrow ? 21 : 37;
  const middle = Math.min(Math.max(x(now), places.left + half), places.right - half);
  return (
    <g class="now">
      <line x1={x(now)} x2={x(now)} y1={places.prices.top - 20} y2={places.bottom} />
      <rect x={middle - half} y={places.prices.top - 35} width={half * 2} height={16} rx={8} />
      <text x={middle} y={places.prices.top - 23} text-anchor="middle">
        {text}
      </text>
    </g>
  );
};

const Picked = ({
  places,
  hour,
  x,
  timeZone,
}: {
  readonly places: ChartPlaces;
  readonly hour: number;
  readonly x: (at: number) => number;
  readonly timeZone: string;
}): VNode => {
  const middle = (x(hour) + x(hour + hourMs)) / 2;
  return (
    <g class="picked">
      <rect
        x={x(hour)}
        y={places.prices.top}
        width={x(hour + hourMs) - x(hour)}
        height={places.bottom - places.prices.top}
      />
      <rect class="pill" x={middle - 21} y={places.bottom + 5} width={42} height={17} rx={8.5} />
      <text x={middle} y={places.bottom + 18} text-anchor="middle">
        {clockText(hour, timeZone)}
      </text>
    </g>
  );
};

const Arc = ({
  pair,
  places,
  window,
  x,
}: {
  readonly pair: DrawnPair;
  readonly places: ChartPlaces;
  readonly window: ShownWindow;
  readonly x: (at: number) => number;
}): VNode | null => {
  const place = places.rows.find(({ row }) => row.key === pair.rowKey);
  const isShown = [pair.boughtAt, pair.soldAt].every((at) => at >= window.fromAt && at < window.toAt);
  if (place === undefined || !isShown) return null;
  const [from, to] = [pair.boughtAt, pair.soldAt].map((at) => x(at + hourMs / 2)) as [number, number];
  const top = place.bars.top - 2;
  const foot = place.bars.top + place.bars.height * 0.5;
  const text = toYouText(pair.gainUsd);
  const half = 8 + text.length * 3.4;
  // What it brings does not lie on the row's name, which is above its bars where there is no room beside them.
  const nameEnd = places.isNarrow ? rowTitleWidth(place.row) : 0;
  const middle = Math.min(Math.max((from + to) / 2, nameEnd + half + 4), places.right - half);
  return (
    <g class="pair">
      <path
        d={`M${from} ${top + 6}C${from + (to - from) * 0.25} ${top - 12} ${from + (to - from) * 0.75} ${top - 4} ${to} ${foot}`}
      />
      <path class="tip" d={`M${to} ${foot + 3}l-4 -6h8Z`} />
      <rect x={middle - half} y={top - 8} width={half * 2} height={18} rx={9} />
      <text x={middle} y={top + 5} text-anchor="middle">
        {text}
      </text>
    </g>
  );
};

const Unpriced = ({
  prices,
  places,
  window,
  x,
}: {
  readonly prices: readonly DrawnPrice[];
  readonly places: ChartPlaces;
  readonly window: ShownWindow;
  readonly x: (at: number) => number;
}): VNode | null => {
  const known = Math.max(window.fromAt, ...prices.map(({ endAt }) => endAt));
  if (known >= window.toAt) return null;
  return (
    <g>
      <rect
        fill="url(#hatch-edge)"
        x={x(known)}
        y={places.prices.top}
        width={places.right - x(known)}
        height={places.prices.height}
      />
      <text
        class="note"
        x={(x(known) + places.right) / 2}
        y={places.prices.top + places.prices.height / 2}
        text-anchor="middle"
      >
        no price yet
      </text>
    </g>
  );
};

/** What a key does to the hour that is picked: hours on or back. */
const strides: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -6,
  PageUp: 6,
  Home: -Infinity,
  End: Infinity,
};

/** The chart. */
export const PlanChart = (props: Props): VNode => {
  const { name, size, window, prices, rows, marks, pair, hour, hourText, onPoint, onPick } = props;
  const [holder, width] = useWidth();
  const scales = priceScales(prices.map(({ usd }) => usd));
  const places = chartPlaces(Math.max(width, 240), rows, scales.top !== null, size);
  const x = xOf(places, window);
  const hours = hoursIn(window);
  const at = Math.max(0, hours.indexOf(hour ?? -1));

  const hourAt = (event: Pick<MouseEvent, 'currentTarget' | 'clientX'>): number | null => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return share < 0 || share >= 1 ? null : (hours[Math.floor(share * hours.length)] ?? null);
  };
  const walk = (event: KeyboardEvent): void => {
    const stride = strides[event.key];
    if (stride === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = hours[Math.min(hours.length - 1, Math.max(0, at + stride))];
    if (next !== undefined) onPick(next);
  };

  return (
    <div class="planchart" ref={holder} style={{ height: `${places.height}px` }}>
      {width === 0 ? null : (
        <svg width={places.width} height={places.height} aria-hidden="true">
          <defs>
            <Hatch name="charge" look="hatch charge" />
            <Hatch name="edge" look="hatch" />
            <Hatch name="bad" look="hatch bad" />
          </defs>
          <TimeAxis places={places} window={window} x={x} hour={hour} />
          {hour === null ? null : <Picked places={places} hour={hour} x={x} timeZone={window.timeZone} />}
          <PriceLane places={places} prices={prices} scales={scales} x={x} name={name} />
          <Unpriced prices={prices} places={places} window={window} x={x} />
          {places.rows.map((place) => (
            <DeviceLane
              key={place.row.key}
              place={place}
              places={places}
              window={window}
              x={x}
              marks={marks[place.row.key] ?? []}
            />
          ))}
          {pair === null ? null : <Arc pair={pair} places={places} window={window} x={x} />}
          <Now places={places} window={window} x={x} />
        </svg>
      )}
      <div
        class="hours"
        role="slider"
        tabIndex={0}
        aria-label="Hour"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, hours.length - 1)}
        aria-valuenow={at}
        aria-valuetext={hourText}
        data-hour={hour ?? ''}
        style={{ left: `${places.left}px`, width: `${Math.max(1, places.right - places.left)}px` }}
        onPointerMove={(event) => event.pointerType === 'mouse' && onPoint(hourAt(event))}
        onPointerLeave={() => onPoint(null)}
        onClick={(event) => {
          const picked = hourAt(event);
          if (picked !== null) onPick(picked);
        }}
        onKeyDown={walk}
      />
      <p class="unseen">{`Local time, ${zoneText(window.now, window.timeZone)}.`}</p>
    </div>
  );
};
