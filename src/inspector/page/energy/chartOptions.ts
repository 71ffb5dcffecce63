/** How a day is drawn: price steps, import and export as bars, charge as a line. */
import type uPlot from 'uplot';
import type { Day, DayOfDevice, Hour } from '../server/answers.ts';
import { colour } from '../shell/theme.ts';
import { clockText, zoneText } from '../../../text/times.ts';
import { lowerScale, roundSteps, shareScale, upperScale, type ScaleBounds } from './bands.ts';

/** What is drawn. */
export interface Picture {
  readonly day: Day;
  readonly device: DayOfDevice | undefined;
  /** The present of the moment that is shown; outside the day it is not drawn. */
  readonly now: number;
}

type Paths = uPlot.Series.PathBuilder;
type PowerSlot = DayOfDevice['plan'][number];

const thousand = 1_000;
const hourMs = 3_600_000;

const pricesOf = ({ day }: Picture): readonly number[] => day.prices.map(({ usdPerKwh }) => Number(usdPerKwh));

const planned = ({ startAt, endAt, demandWatts }: PowerSlot): number =>
  (demandWatts * (endAt - startAt)) / hourMs / thousand;

/** Planned slots that have not begun, in pieces no longer than an hour, to be compared with metered hours. */
const futureSlots = ({ device, now, day }: Picture): readonly PowerSlot[] =>
  (device?.plan ?? [])
    .filter(({ startAt, endAt }) => endAt > now && startAt < day.endAt)
    .flatMap(({ startAt, endAt, demandWatts }) => {
      const pieces: PowerSlot[] = [];
      for (let at = startAt; at < Math.min(endAt, day.endAt); at += hourMs)
        pieces.push({ startAt: at, endAt: Math.min(at + hourMs, endAt), demandWatts });
      return pieces.filter((piece) => piece.startAt >= Math.floor(now / hourMs) * hourMs && piece.demandWatts !== 0);
    });

const energiesOf = (picture: Picture): readonly number[] => [
  ...(picture.device?.hours ?? []).flatMap(({ importWattHours, exportWattHours }) => [
    (importWattHours ?? 0) / thousand,
    (exportWattHours ?? 0) / thousand,
  ]),
  ...futureSlots(picture).map(planned),
];

/** A rectangle of the chart, in its own units. */
const box = (u: uPlot, path: Path2D, scale: string, from: number, to: number, value: number, inset: number): void => {
  const left = u.valToPos(from, 'x', true) + inset;
  const right = u.valToPos(to, 'x', true) - inset;
  const [zero, end] = [u.valToPos(0, scale, true), u.valToPos(value, scale, true)];
  path.rect(left, Math.min(zero, end), Math.max(1, right - left), Math.abs(zero - end));
};

const insetOf = (): number => Math.max(1, devicePixelRatio * 1.5);

const barsOf =
  (hours: readonly Hour[], valueOf: (hour: Hour) => number): Paths =>
  (u) => {
    const fill = new Path2D();
    for (const hour of hours) {
      const value = valueOf(hour);
      if (value !== 0) box(u, fill, 'kWh', hour.startAt, hour.startAt + hour.durationMs, value, insetOf());
    }
    return { fill, stroke: null, clip: null, band: null, gaps: [], flags: 1 };
  };

const planBars =
  (picture: Picture): Paths =>
  (u) => {
    const stroke = new Path2D();
    for (const slot of futureSlots(picture))
      box(u, stroke, 'kWh', slot.startAt, slot.endAt, planned(slot), insetOf() + 1);
    return { stroke, fill: null, clip: null, band: null, gaps: [], flags: 1 };
  };

/** Prices as steps; where none is known the line is broken. */
const priceSteps =
  ({ day: { prices } }: Picture): Paths =>
  (u) => {
    const [stroke, fill] = [new Path2D(), new Path2D()];
    const zero = u.valToPos(0, 'USD', true);
    let lastEnd = Number.NaN;
    for (const { startAt, endAt, usdPerKwh } of prices) {
      const [left, right] = [u.valToPos(startAt, 'x', true), u.valToPos(endAt, 'x', true)];
      const y = u.valToPos(Number(usdPerKwh), 'USD', true);
      if (startAt === lastEnd) stroke.lineTo(left, y);
      else stroke.moveTo(left, y);
      stroke.lineTo(right, y);
      fill.rect(left, Math.min(y, zero), right - left, Math.abs(zero - y));
      lastEnd = endAt;
    }
    return { stroke, fill, clip: null, band: null, gaps: [], flags: 1 };
  };

/** Whether the clock is changed on that day. */
const isUneven = ({ startAt, endAt, timeZone }: Day): boolean =>
  zoneText(startAt, timeZone) !== zoneText(endAt, timeZone);

/** Every so many hours of local time; the hour that comes twice is named with its zone. */
const hourSplits = ({ day }: Picture, width: number): readonly number[] => {
  const { timeZone } = day;
  const every = width < 420 ? 6 : width < 760 ? 3 : isUneven(day) ? 1 : 2;
  const starts: number[] = [];
  for (let at = day.startAt; at <= day.endAt; at += hourMs) starts.push(at);
  return starts.filter((at) => Number(clockText(at, timeZone).slice(0, 2)) % every === 0 || at === day.endAt);
};

const hourLabel = ({ day }: Picture, at: number): string => {
  const { timeZone, endAt } = day;
  const hour = Number(clockText(at, timeZone).slice(0, 2));
  return at === endAt
    ? '24'
    : isUneven(day) && hour <= 3 && hour > 0
      ? `${hour} ${zoneText(at, timeZone)}`
      : String(hour);
};

const axis = (
  scale: string,
  side: 1 | 3,
  ink: string,
  splits: (u: uPlot) => readonly number[],
  label: (value: number) => string,
  size: number,
  grid: boolean,
): uPlot.Axis => ({
  scale,
  side,
  size,
  gap: 4,
  font: '11px system-ui, sans-serif',
  stroke: () => colour(ink),
  ticks: { show: false },
  grid: { show: grid, stroke: () => colour('hair'), width: 1 },
  splits: (u) => [...splits(u)],
  values: (_u, values) => values.map(label),
});

const axesOf = (picture: Picture, isNarrow: boolean): uPlot.Axis[] => {
  const prices = pricesOf(picture);
  const [low, high] = [Math.min(0, ...prices), Math.max(0.01, ...prices)];
  const most = Math.max(0.1, ...energiesOf(picture).map(Math.abs));
  return [
    {
      scale: 'x',
      font: '11px system-ui, sans-serif',
      size: 26,
      gap: 4,
      stroke: () => colour('quiet'),
      ticks: { show: false },
      grid: { stroke: () => colour('hair'), width: 1 },
      splits: (u) => [...hourSplits(picture, u.width)],
      values: (_u, values) => values.map((at) => hourLabel(picture, at)),
    },
    axis(
      'USD',
      3,
      'quiet',
      () => (prices.length === 0 ? [] : roundSteps(low, high, 3)),
      (value) => `$${value.toFixed(2)}`,
      48,
      true,
    ),
    axis(
      'kWh',
      1,
      'quiet',
      () => roundSteps(-most, most, 4),
      (value) =>
        `${value > 0 ? '+' : value < 0 ? '\u2212' : ''}${Math.abs(Math.round(value * 100) / 100)}${isNarrow ? '' : ' kWh'}`,
      isNarrow ? 34 : 56,
      true,
    ),
    {
      ...axis(
        'share',
        1,
        'charge',
        () => [0, 0.5, 1],
        (value) => `${Math.round(value * 100)}%`,
        42,
        false,
      ),
      show: !isNarrow,
    },
  ];
};

const scaleOf = (range: ScaleBounds): uPlot.Scale => ({
  range: () => [...range] as [number, number],
  time: false,
  auto: false,
});

/** What lies ahead is shaded, and the present is a line. */
const drawNow =
  ({ now, day }: Picture) =>
  (u: uPlot): void => {
    if (now < day.startAt || now >= day.endAt) return;
    const x = Math.round(u.valToPos(now, 'x', true));
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.fillStyle = colour('paper');
    u.ctx.globalAlpha = 0.75;
    u.ctx.fillRect(x, top, left + width - x, height);
    u.ctx.globalAlpha = 1;
    u.ctx.strokeStyle = colour('accent');
    u.ctx.lineWidth = Math.max(1, devicePixelRatio);
    u.ctx.beginPath();
    u.ctx.moveTo(x, top);
    u.ctx.lineTo(x, top + height);
    u.ctx.stroke();
    u.ctx.restore();
  };

const seriesOf = (picture: Picture): uPlot.Series[] => {
  const hours = picture.device?.hours ?? [];
  const plain = { points: { show: false } } as const;
  return [
    {},
    {
      ...plain,
      scale: 'USD',
      stroke: () => colour('price'),
      width: 1.8,
      fill: () => colour('price-wash'),
      paths: priceSteps(picture),
    },
    {
      ...plain,
      scale: 'kWh',
      fill: () => colour('import'),
      paths: barsOf(hours, ({ importWattHours }) => (importWattHours ?? 0) / thousand),
    },
    {
      ...plain,
      scale: 'kWh',
      fill: () => colour('export'),
      paths: barsOf(hours, ({ exportWattHours }) => -(exportWattHours ?? 0) / thousand),
    },
    { ...plain, scale: 'kWh', stroke: () => colour('quiet'), width: 1, dash: [3, 3], paths: planBars(picture) },
    { ...plain, scale: 'share', stroke: () => colour('charge'), width: 1.8, spanGaps: true },
  ];
};

/** Instants with the charge beside them; the day's ends are there even when nothing was read. */
export const chartData = ({ day, device }: Picture): uPlot.AlignedData => {
  const charge = new Map((device?.charge ?? []).map(({ at, stateOfCharge }) => [at, stateOfCharge]));
  const instants = [...new Set([day.startAt, ...charge.keys(), day.endAt])]
    .filter((at) => at >= day.startAt && at <= day.endAt)
    .sort((a, b) => a - b);
  const nothing = instants.map(() => null);
  // The others draw from the day itself, but without a value uPlot would not draw them.
  const something = instants.map(() => 0);
  const shares = instants.map((at) => charge.get(at));
  return [
    instants,
    something,
    something,
    something,
    something,
    shares.some((share) => share !== undefined) ? shares : nothing,
  ];
};

/** Everything uPlot is told. */
export const chartOptions = (
  picture: Picture,
  size: { readonly width: number; readonly height: number },
  hover: (at: number | null) => void,
): uPlot.Options => ({
  ...size,
  ms: 1,
  padding: [8, 4, 0, 4],
  legend: { show: false },
  cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
  scales: {
    x: { time: false, range: () => [picture.day.startAt, picture.day.endAt] },
    USD: scaleOf(upperScale(pricesOf(picture))),
    kWh: scaleOf(lowerScale(energiesOf(picture))),
    share: scaleOf(shareScale),
  },
  axes: axesOf(picture, size.width < 520),
  series: seriesOf(picture),
  hooks: {
    drawAxes: [drawNow(picture)],
    setCursor: [(u) => hover(u.cursor.left === undefined || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, 'x'))],
  },
});
