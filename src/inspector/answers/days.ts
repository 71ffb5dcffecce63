/** Days and months: what it cost, what was used, and whether the VTN has it. */
import { dayOf, daySpan, hourMs, hoursOf, localText, nextDay, type DaySpan } from '../../programme/calendar.ts';
import { amountOf, differenceOf, sumOf } from '../../programme/money.ts';
import { levelSaid } from '../../shell/need.ts';
import { hourDelivery } from '../../store/projections/hourDelivery.ts';
import { priceAt, unpriced } from '../../store/projections/priceSlots.ts';
import { seriesRange } from '../../store/projections/series.ts';
import { importExport } from '../../store/projections/usage.ts';
import type { ApiAnswer } from '../api/paths.ts';
import { chargesOf } from '../history/charges.ts';
import type { ShownMoment } from '../history/history.ts';
import { slotsOf } from './devices.ts';
import { priceSteps } from './prices.ts';
import { shownOf } from './state.ts';
import { crowdKeys } from '../../store/projections/crowd.ts';

type Day = ApiAnswer<'day'>;
type DayDevice = Day['devices'][number];
type Month = ApiAnswer<'month'>;
type Hour = ApiAnswer<'usage'>['devices'][number]['hours'][number];

/** Devices that were ever configured, metered or due, in the order of their names. */
export const devicesKnown = ({ agent, views }: ShownMoment): readonly string[] =>
  [
    ...new Set([
      ...(agent.settings?.devices ?? []).map(({ resourceID }) => resourceID),
      ...crowdKeys(views.usage.meters),
      ...crowdKeys(views.deliveries.claims),
    ]),
  ].sort();

/** The local clock's offset at an instant: -05:00. */
const offsetAt = (at: number, timeZone: string): string => localText(at, timeZone).slice(-6);

/** One hour of a device, whole. */
export const hourOf = ({ views, timeZone }: ShownMoment, resourceID: string, startAt: number): Hour => {
  const { importWattHours, exportWattHours, bad } = importExport(views.usage, resourceID, startAt, hourMs);
  const energyWattHours =
    importWattHours === null || exportWattHours === null ? null : importWattHours - exportWattHours;
  const usdPerKwh = priceAt(views.prices, startAt)?.usdPerKwh ?? null;
  const amountUsd = usdPerKwh === null || energyWattHours === null ? null : amountOf(usdPerKwh, energyWattHours);
  const { status, acknowledgedAt, intervals } = hourDelivery(views.deliveries, resourceID, startAt);
  return {
    startAt,
    offset: offsetAt(startAt, timeZone),
    durationMs: hourMs,
    importWattHours,
    exportWattHours,
    energyWattHours,
    bad: bad ?? null,
    usdPerKwh,
    amountUsd,
    toYouUsd: amountUsd === null ? null : differenceOf('0', amountUsd),
    delivery: status,
    acknowledgedAt,
    because:
      status === 'acknowledged' ? null : (intervals.flatMap(({ delivery }) => delivery.because ?? []).at(-1) ?? null),
  };
};

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

const totalOf = (hours: readonly Hour[]): DayDevice['total'] => {
  const amountUsd = sumOf(hours.flatMap((hour) => hour.amountUsd ?? []));
  return {
    importWattHours: sum(hours.map(({ importWattHours }) => importWattHours)),
    exportWattHours: sum(hours.map(({ exportWattHours }) => exportWattHours)),
    energyWattHours: sum(hours.map(({ energyWattHours }) => energyWattHours)),
    amountUsd,
    toYouUsd: differenceOf('0', amountUsd),
  };
};

const isWithin =
  ({ startAt, endAt }: DaySpan) =>
  (slot: { readonly startAt: number; readonly endAt: number }): boolean =>
    slot.startAt < endAt && slot.endAt > startAt;

/** A setpoint holds until the next one is asked for, or its time is over. */
const setpointsOf = (moment: ShownMoment, resourceID: string, span: DaySpan): DayDevice['setpoints'] => {
  const asked = seriesRange(
    chargesOf(moment.views.charges, resourceID).setpoints,
    span.startAt - 86_400_000,
    span.endAt,
  );
  return asked
    .map(({ at: startAt, value: { demandWatts, validUntil } }, index) => ({
      startAt,
      endAt: Math.min(validUntil, asked[index + 1]?.at ?? validUntil),
      demandWatts,
    }))
    .filter(isWithin(span));
};

const deviceOf = (moment: ShownMoment, resourceID: string, span: DaySpan): DayDevice => {
  const hours = hoursOf(span).map((startAt) => hourOf(moment, resourceID, startAt));
  const settings = moment.agent.settings?.devices.find((each) => each.resourceID === resourceID) ?? {};
  const samples = seriesRange(chargesOf(moment.views.charges, resourceID).samples, span.startAt, span.endAt + 1);
  return {
    resourceID,
    hours,
    total: totalOf(hours),
    charge: samples.flatMap(({ at, value }) => {
      const stateOfCharge = levelSaid(settings, value);
      return stateOfCharge === null ? [] : [{ at, stateOfCharge }];
    }),
    power: samples.flatMap(({ at, value: { powerWatts } }) => (powerWatts === undefined ? [] : [{ at, powerWatts }])),
    setpoints: setpointsOf(moment, resourceID, span),
    plan: slotsOf(moment, resourceID).filter(isWithin(span)),
  };
};

/** A local day as it was known at a moment. */
export const dayAnswerOf = (moment: ShownMoment, span: DaySpan): Day => {
  const { day, startAt, endAt } = span;
  const { timeZone } = moment;
  const devices = devicesKnown(moment).map((resourceID) => deviceOf(moment, resourceID, span));
  return {
    ...shownOf(moment),
    day,
    startAt,
    endAt,
    previous: dayOf(startAt - 1, timeZone).day,
    next: nextDay(span, timeZone).day,
    prices: priceSteps(moment.views.prices, startAt, endAt),
    unpriced: unpriced(moment.views.prices, startAt, endAt),
    total: totalOf(devices.flatMap(({ hours }) => hours)),
    devices,
  };
};

const daysOf = (month: string, timeZone: string): readonly DaySpan[] => {
  const days: DaySpan[] = [];
  for (
    let span = daySpan(`${month}-01`, timeZone);
    span.day.startsWith(month) && days.length < 31;
    span = nextDay(span, timeZone)
  )
    days.push(span);
  return days;
};

/** A month as it was known at a moment. */
export const monthAnswerOf = (moment: ShownMoment, month: string): Month => {
  const { timeZone } = moment;
  const days = daysOf(month, timeZone);
  const [first, last] = [days[0] as DaySpan, days.at(-1) as DaySpan];
  return {
    ...shownOf(moment),
    month,
    previous: dayOf(first.startAt - 1, timeZone).day.slice(0, 7),
    next: nextDay(last, timeZone).day.slice(0, 7),
    devices: devicesKnown(moment).map((resourceID) => {
      const told = days.map((span) => ({
        span,
        hours: hoursOf(span).map((startAt) => hourOf(moment, resourceID, startAt)),
      }));
      return {
        resourceID,
        total: totalOf(told.flatMap(({ hours }) => hours)),
        days: told.map(({ span, hours }) => ({
          ...span,
          hours: hours.map(({ startAt, energyWattHours, usdPerKwh, delivery }) => ({
            startAt,
            energyWattHours,
            usdPerKwh,
            delivery,
          })),
        })),
      };
    }),
  };
};
