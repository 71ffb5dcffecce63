import { type DaySpan, dayOf, hourMs } from '../programme/calendar.ts';
import { parseDecimal } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { DeviceTerms, ForecastSpan, PlanningProblem, PlanSpan, PricedSpan } from './planningProblem.ts';
import { runOutInstants } from './runsOut.ts';

/** A stretch in which nothing changes that a plan depends on. */
export interface GridSlot extends PlanSpan {
  readonly hours: number;
  /** The local day it begins in. */
  readonly day: string;
  /** Null where no price is known, or none to be acted upon. @unit USD/kWh */
  readonly importUsdPerKwh: number | null;
  readonly exportUsdPerKwh: number | null;
  /** @unit kW */
  readonly loadKilowatts: number;
  readonly pvKilowatts: number;
}

/** @limit A price beyond it is none to be acted upon, whoever let it through. @unit USD/kWh */
const absurdUsdPerKwh = 1_000;

/** @limit Slots of a plan; what lies beyond is not planned. */
const mostSlots = 20_000;

/** @limit How far after the end of the time asked for a departure or a deadline is still looked after. @unit ms */
const furtherMs = 3 * 24 * hourMs;

/** @limit The longest slot, so that a time without prices is no single decision. @unit ms */
const longestSlotMs = hourMs;

/** @limit The last instant that a clock can show. @unit ms */
const lastInstant = 8.64e15;

/** Whether two instants enclose any time. */
export const isSpan = ({ startAt, endAt }: PlanSpan): boolean =>
  Math.abs(startAt) < lastInstant && Math.abs(endAt) < lastInstant && endAt > startAt;

/** The last of a list that covers an instant, asked for instants that only go up. */
export const covering = <Span extends PlanSpan>(spans: readonly Span[]): ((at: number) => Span | undefined) => {
  const ordered = spans
    .map((span, rank) => ({ span, rank }))
    .filter(({ span }) => span.endAt > span.startAt)
    .sort((a, b) => a.span.startAt - b.span.startAt);
  let open: (typeof ordered)[number][] = [];
  let next = 0;
  return (at) => {
    for (let each = ordered[next]; each !== undefined && each.span.startAt <= at; each = ordered[++next])
      open.push(each);
    if (open.some(({ span }) => span.endAt <= at)) open = open.filter(({ span }) => span.endAt > at);
    return open.reduce<(typeof open)[number] | undefined>(
      (last, each) => (last === undefined || each.rank > last.rank ? each : last),
      undefined,
    )?.span;
  };
};

const ends = ({ startAt, endAt }: PlanSpan): readonly number[] => [startAt, endAt];

const edgesOfDevice = (device: DeviceTerms): readonly number[] => {
  const edges = [...(device.available ?? []), ...(device.quietTimes ?? [])].flatMap(ends);
  if (device.kind === 'flexibleLoad') return [...edges, device.deadlineAt];
  const more = [...(device.reserveSpans ?? []), ...(device.trips ?? [])].flatMap(ends);
  return [...edges, ...more, ...(device.departures ?? []).map(({ at }) => at)];
};

/** Until when it is planned: what is wished a little later is looked after, too. */
const lastWish = ({ devices, toAt }: PlanningProblem): number =>
  devices
    .flatMap((device) =>
      device.kind === 'flexibleLoad' ? [device.deadlineAt] : (device.departures ?? []).map(({ at }) => at),
    )
    .filter((at) => at > toAt && at <= toAt + furtherMs)
    .reduce((last, at) => Math.max(last, at), toAt);

const usdOf = (price: DecimalText | null): number | null => {
  const usd = price === null ? Number.NaN : Number(parseDecimal(price)?.toNumber() ?? Number.NaN);
  return Number.isFinite(usd) && Math.abs(usd) <= absurdUsdPerKwh ? usd : null;
};

const edgesOf = (problem: PlanningProblem): readonly number[] => {
  const { prices, site, overrides, constraints, devices, toAt } = problem;
  return [
    toAt,
    ...runOutInstants(problem),
    ...[...prices, ...(site.forecast ?? []), ...overrides, ...constraints].flatMap(ends),
    ...devices.flatMap(edgesOfDevice),
  ];
};

/** Where the time is cut: wherever something changes, and at full hours where nothing does. */
const cutsOf = (problem: PlanningProblem): readonly number[] => {
  const { fromAt } = problem;
  const toAt = lastWish(problem);
  const inside = edgesOf(problem)
    .filter((at) => at > fromAt && at < toAt)
    .map(Math.floor);
  const cuts = [...new Set([...inside, toAt])].sort((a, b) => a - b);
  const found: number[] = [fromAt];
  let last = fromAt;
  const cut = (at: number): void => {
    if (at > last && found.length <= mostSlots) found.push((last = at));
  };
  for (const at of cuts) {
    while (at - last > longestSlotMs && found.length <= mostSlots)
      cut((Math.floor(last / longestSlotMs) + 1) * longestSlotMs);
    cut(at);
  }
  return found;
};

const kilowatts = (watts: number | undefined): number =>
  watts !== undefined && Number.isFinite(watts) ? Math.max(0, Math.min(watts, 1e9)) / 1_000 : 0;

/** The local day of instants that only go up. */
const daysIn = (timeZone: string): ((at: number) => string) => {
  let day: DaySpan | null = null;
  return (at) => {
    if (day === null || at >= day.endAt) day = dayOf(at, timeZone);
    return day.day;
  };
};

/** The time of a problem, cut wherever something changes; empty when there is none. */
export const gridOf = (problem: PlanningProblem): readonly GridSlot[] => {
  if (!isSpan({ startAt: problem.fromAt, endAt: problem.toAt })) return [];
  const cuts = cutsOf(problem);
  const priceAt = covering<PricedSpan>(problem.prices);
  const forecastAt = covering<ForecastSpan>(problem.site.forecast ?? []);
  const dayAt = daysIn(problem.timeZone);
  return cuts.slice(0, -1).map((startAt, index) => {
    const endAt = cuts[index + 1] as number;
    const price = priceAt(startAt);
    const forecast = forecastAt(startAt);
    return {
      startAt,
      endAt,
      hours: (endAt - startAt) / hourMs,
      day: dayAt(startAt),
      importUsdPerKwh: usdOf(price?.importUsdPerKwh ?? null),
      exportUsdPerKwh: usdOf(price?.exportUsdPerKwh ?? null),
      loadKilowatts: kilowatts(forecast?.loadWatts),
      pvKilowatts: kilowatts(forecast?.pvWatts),
    };
  });
};
