/** Prices as steps, to one scale or to two. */
import type { VNode } from 'preact';
import { readPriceText } from '../../../text/quantities.ts';
import type { ChartPlaces } from './layout.ts';
import {
  dearRuns,
  lowerY,
  priceBands,
  priceTicks,
  stepLabels,
  upperY,
  type DrawnPrice,
  type PriceBands,
  type PriceScales,
  type StepLabel,
} from './priceScales.ts';

interface Props {
  readonly places: ChartPlaces;
  readonly prices: readonly DrawnPrice[];
  readonly scales: PriceScales;
  readonly x: (at: number) => number;
  readonly name: string;
}

/** Runs of prices without a hole between them. */
const runsOf = (prices: readonly DrawnPrice[]): readonly (readonly DrawnPrice[])[] => {
  const runs: DrawnPrice[][] = [];
  for (const price of prices) {
    const last = runs.at(-1);
    if (last?.at(-1)?.endAt === price.startAt) last.push(price);
    else runs.push([price]);
  }
  return runs;
};

const steps = (run: readonly DrawnPrice[], x: (at: number) => number, y: (usd: number) => number): string =>
  run.map(({ startAt, endAt, usd }, place) => `${place === 0 ? 'M' : 'L'}${x(startAt)} ${y(usd)}H${x(endAt)}`).join('');

/** The same as an outline down to a level. */
const outline = (
  run: readonly DrawnPrice[],
  x: (at: number) => number,
  y: (usd: number) => number,
  foot: number,
): string => {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `M${x(first.startAt)} ${foot}${steps(run, x, y).replace('M', 'L')}V${foot}`;
};

const zigzag = (left: number, right: number, y: number): string => {
  const points: string[] = [];
  for (let x = left, up = true; x < right; x += 7, up = !up) points.push(`${x} ${up ? y - 2 : y + 2}`);
  return `M${points.join('L')}`;
};

/** A price on an axis: no digits that say nothing. */
const tickText = (usd: number, isDollars: boolean): string =>
  isDollars ? `$${usd % 1 === 0 ? usd : usd.toFixed(2)}` : `${Math.round(usd * 1_000) / 10}\u202f¢`;

const Ticks = ({
  places: { left, right },
  values,
  y,
  isDollars,
  room,
}: {
  readonly places: ChartPlaces;
  readonly values: readonly number[];
  readonly y: (usd: number) => number;
  readonly isDollars: boolean;
  readonly room: number;
}): VNode => (
  <>
    {(room < 60 ? values.slice(-1) : values).map((usd) => (
      <g key={usd}>
        <line class="rule" x1={left} x2={right} y1={y(usd)} y2={y(usd)} />
        <text class="tick" x={left - 7} y={y(usd) + 4} text-anchor="end">
          {tickText(usd, isDollars)}
        </text>
      </g>
    ))}
  </>
);

/** Where a label stands. */
const placed = ({ price, at }: StepLabel, x: (at: number) => number, y: (usd: number) => number) => {
  if (at === 'before') return { x: x(price.startAt) - 4, y: y(price.usd) + 4, 'text-anchor': 'end' } as const;
  if (at === 'after') return { x: x(price.endAt) + 4, y: y(price.usd) + 4 };
  return { x: (x(price.startAt) + x(price.endAt)) / 2, y: y(price.usd) - 6, 'text-anchor': 'middle' } as const;
};

const Dear = ({
  places,
  prices,
  scales,
  bands,
  x,
}: Omit<Props, 'name'> & { readonly bands: PriceBands }): VNode | null => {
  const { upper, lower } = bands;
  if (upper === null || scales.top === null) return null;
  const y = (usd: number): number => upperY(scales, bands, usd);
  const foot = upper.top + upper.height;
  const middle = (foot + lower.top) / 2;
  const runs = dearRuns(prices, scales);
  return (
    <>
      <Ticks places={places} values={priceTicks(scales.top)} y={y} isDollars room={upper.height} />
      {runs.map((run) => (
        <g key={run[0]?.startAt}>
          <path class="price area" d={outline(run, x, y, foot)} />
          <path class="price" d={outline(run, x, y, foot)} />
          {stepLabels(run, x, places).map((label) => (
            <text key={label.at} class="worth" {...placed(label, x, y)}>
              {readPriceText(label.price.usd)}
            </text>
          ))}
        </g>
      ))}
      <path class="tear" d={zigzag(places.left, places.right, middle)} />
      <text class={places.isNarrow ? 'tick note' : 'tick'} x={places.isNarrow ? places.left + 4 : 0} y={middle + 4}>
        two scales
      </text>
    </>
  );
};

/** The lane. */
export const PriceLane = ({ places, prices, scales, x, name }: Props): VNode => {
  const bands = priceBands(scales, places.prices.top, places.prices.height);
  const { lower } = bands;
  const y = (usd: number): number => lowerY(scales, bands, usd);
  const isDollars = scales.cut > 1;
  const clip = `prices-${name}`;
  return (
    <g class="prices">
      <clipPath id={clip}>
        <rect x={places.left} y={lower.top} width={places.right - places.left} height={lower.height + 1} />
      </clipPath>
      {bands.upper === null ? null : (
        <rect
          class="ground"
          x={places.left}
          y={bands.upper.top}
          width={places.right - places.left}
          height={bands.upper.height}
        />
      )}
      <rect class="ground" x={places.left} y={lower.top} width={places.right - places.left} height={lower.height} />
      <Ticks places={places} values={priceTicks(scales.cut)} y={y} isDollars={isDollars} room={lower.height} />
      {scales.bottom < 0 ? (
        <text class="tick" x={places.left - 7} y={y(scales.bottom) + 1} text-anchor="end">
          {`\u2212${tickText(-scales.bottom, isDollars)}`}
        </text>
      ) : null}
      <line class="zero" x1={places.left} x2={places.right} y1={y(0)} y2={y(0)} />
      <g clip-path={`url(#${clip})`}>
        {runsOf(prices).map((run) => (
          <g key={run[0]?.startAt}>
            <path class="price area" d={outline(run, x, y, y(0))} />
            <path class="price" d={steps(run, x, y)} />
          </g>
        ))}
      </g>
      <Dear places={places} prices={prices} scales={scales} bands={bands} x={x} />
      {places.isNarrow ? null : (
        <>
          <text class="rowname" x={0} y={places.prices.top + 14}>
            Price
          </text>
          <text class="tick" x={0} y={places.prices.top + 30}>
            per kWh
          </text>
        </>
      )}
    </g>
  );
};
