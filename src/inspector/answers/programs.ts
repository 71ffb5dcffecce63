/** Prices, usage and deliveries for other programs. */
import { dayOf, daySpan, hoursOf, nextDay, type DaySpan } from '../../programme/calendar.ts';
import { toldIn } from '../../store/projections/deliveryState.ts';
import { deliveriesDue } from '../../store/projections/owedUsage.ts';
import { priceAt, priceSlots, type TimeSpan } from '../../store/projections/priceSlots.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { ShownMoment } from '../history/history.ts';
import { devicesKnown, hourOf } from './days.ts';
import { shownOf } from './state.ts';

/** @limit Days in one answer. */
export const daysLimit = 400;

/** The days that were asked for; where none was, today, with tomorrow where that is wanted. */
export const daysAsked = (
  { asOf, timeZone }: ShownMoment,
  from: string | undefined,
  to: string | undefined,
  isTomorrowTold = false,
): readonly DaySpan[] => {
  const first = from === undefined ? dayOf(asOf, timeZone) : daySpan(from, timeZone);
  const last =
    to !== undefined ? daySpan(to, timeZone) : from === undefined && isTomorrowTold ? nextDay(first, timeZone) : first;
  const days: DaySpan[] = [];
  for (let span = first; span.startAt <= last.startAt && days.length < daysLimit; span = nextDay(span, timeZone))
    days.push(span);
  return days;
};

/** All days as one stretch. */
export const stretchOf = (days: readonly DaySpan[]): TimeSpan => ({
  startAt: days[0]?.startAt ?? 0,
  endAt: days.at(-1)?.endAt ?? 0,
});

/** @limit Without an end a price is told for so long. @unit ms */
const toldAheadMs = 7 * 86_400_000;

/** Prices from now on that can be believed, without an open end. */
const believablePrices = ({ views, asOf }: ShownMoment) =>
  priceSlots(views.prices, asOf, asOf + toldAheadMs).filter(({ implausible }) => !implausible);

/** RFC 3339 without fractions, as evcc reads it. */
const secondsText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Prices for evcc: the running one from its very start, so that the hour is whole. */
export const evccAnswerOf = (moment: ShownMoment): ApiAnswer<'evcc'> =>
  believablePrices(moment).map(({ startAt, endAt, usdPerKwh }, index) => {
    const start = index === 0 ? (priceAt(moment.views.prices, startAt)?.startAt ?? startAt) : startAt;
    return { start: secondsText(start), end: secondsText(endAt), value: Number(usdPerKwh) };
  });

/** The step that EMHASS begins with: of whole seconds the nearest one, and of two as near the even one. */
export const emhassStepAt = (now: number, stepMs: number): number => {
  const at = Math.floor(now / 1_000) * 1_000;
  const below = Math.floor(at / stepMs);
  const past = at - below * stepMs;
  const isNext = past * 2 > stepMs || (past * 2 === stepMs && below % 2 === 1);
  return (isNext ? below + 1 : below) * stepMs;
};

/**
 * Prices for EMHASS, from the step that it begins with until the first one without a price. By instants it places them itself,
 * and may be set to begin with the running step: then that one has its price as well.
 */
export const emhassAnswerOf = (
  moment: ShownMoment,
  {
    step,
    steps,
    shape,
  }: { readonly step: number; readonly steps?: number | undefined; readonly shape: 'times' | 'list' },
): ApiAnswer<'emhass'> => {
  const stepMs = step * 60_000;
  const firstAt = emhassStepAt(moment.asOf, stepMs);
  const values: (readonly [time: string, usdPerKwh: number])[] = [];
  for (let at = firstAt; values.length < (steps ?? 1_000) && at < moment.asOf + toldAheadMs; at += stepMs) {
    const slot = priceAt(moment.views.prices, at);
    if (slot === null || slot.implausible) break;
    values.push([secondsText(at), Number(slot.usdPerKwh)]);
  }
  const runningAt = Math.floor(moment.asOf / stepMs) * stepMs;
  const running = runningAt < firstAt ? priceAt(moment.views.prices, runningAt) : null;
  const before: typeof values =
    running === null || running.implausible ? [] : [[secondsText(runningAt), Number(running.usdPerKwh)]];
  const forecast = (): Record<string, number> | number[] =>
    shape === 'list' ? values.map(([, usdPerKwh]) => usdPerKwh) : Object.fromEntries([...before, ...values]);
  return { prediction_horizon: values.length, load_cost_forecast: forecast(), prod_price_forecast: forecast() };
};

/** Metered hours of some days. */
export const usageAnswerOf = (moment: ShownMoment, days: readonly DaySpan[]): ApiAnswer<'usage'> => {
  const { startAt: fromAt, endAt: toAt } = stretchOf(days);
  const hours = days.flatMap(hoursOf);
  const devices = devicesKnown(moment).map((resourceID) => ({
    resourceID,
    hours: hours.map((startAt) => hourOf(moment, resourceID, startAt)),
  }));
  return { ...shownOf(moment), fromAt, toAt, devices };
};

/** Usage reports that became due in some days. */
export const deliveriesAnswerOf = (moment: ShownMoment, days: readonly DaySpan[]): ApiAnswer<'deliveries'> => {
  const { startAt: fromAt, endAt: toAt } = stretchOf(days);
  const deliveries = deliveriesDue(moment.views.deliveries, fromAt, toAt).map(
    ({ usage, told = toldIn(usage), ...delivery }) => ({ ...delivery, usage: [...told] }),
  );
  return { ...shownOf(moment), fromAt, toAt, deliveries };
};
