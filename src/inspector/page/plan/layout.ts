/** Where everything of the chart lies, from its width and what it shows. */
import type { ChartRow } from './rows.ts';
import type { ShownWindow } from './window.ts';

/** Below this width rows bear their names above them, and one day is shown. @unit px */
export const narrowWidth = 640;

/** A row's place. @unit px */
export interface RowPlace {
  readonly row: ChartRow;
  readonly top: number;
  readonly bars: { readonly top: number; readonly height: number };
  /** Null for what stores nothing. */
  readonly level: { readonly top: number; readonly height: number } | null;
  readonly bottom: number;
}

/** The chart's measures. @unit px */
export interface ChartPlaces {
  readonly width: number;
  readonly height: number;
  readonly isNarrow: boolean;
  readonly left: number;
  readonly right: number;
  readonly prices: { readonly top: number; readonly height: number };
  readonly rows: readonly RowPlace[];
  readonly bottom: number;
}

/** How large a chart is drawn: whole in its own room, or beside other things. */
export type ChartSize = 'room' | 'card';

const measures = {
  room: { head: 50, prices: { two: 178, one: 104 }, bars: { few: 74, many: 52 }, level: { few: 48, many: 32 } },
  card: { head: 36, prices: { two: 112, one: 76 }, bars: { few: 42, many: 38 }, level: { few: 30, many: 26 } },
} as const;

const sizes = { gutter: { wide: 142, narrow: 46 }, name: 20, between: 12, axis: 26, edge: 10 } as const;

/** So many rows are drawn large. */
const fewRows = 3;

/** Lays out a chart of a width. */
export const chartPlaces = (
  width: number,
  rows: readonly ChartRow[],
  hasTwoScales: boolean,
  chartSize: ChartSize,
): ChartPlaces => {
  const isNarrow = width < narrowWidth;
  const size = rows.length <= fewRows ? 'few' : 'many';
  const measure = measures[chartSize];
  const prices = { top: measure.head, height: hasTwoScales ? measure.prices.two : measure.prices.one };
  let top = prices.top + prices.height + sizes.between;
  const places = rows.map((row): RowPlace => {
    const begin = top;
    const bars = { top: top + (isNarrow ? sizes.name : 6), height: measure.bars[size] };
    const below = bars.top + bars.height;
    const level = row.storesEnergy ? { top: below + 14, height: measure.level[size] } : null;
    const bottom = level === null ? below : level.top + level.height;
    top = bottom + sizes.between;
    return { row, top: begin, bars, level, bottom };
  });
  const bottom = places.at(-1)?.bottom ?? prices.top + prices.height;
  return {
    width,
    height: bottom + sizes.axis,
    isNarrow,
    left: isNarrow ? sizes.gutter.narrow : sizes.gutter.wide,
    right: width - sizes.edge,
    prices,
    rows: places,
    bottom,
  };
};

/** Where an instant lies. @unit px */
export const xOf =
  ({ left, right }: ChartPlaces, { fromAt, toAt }: ShownWindow) =>
  (at: number): number =>
    left + ((Math.min(Math.max(at, fromAt), toAt) - fromAt) / (toAt - fromAt)) * (right - left);
