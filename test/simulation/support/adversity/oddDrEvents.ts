import { hourMs } from '../../../../src/programme/calendar.ts';
import type { Random } from '../../../../src/vtn/random.ts';
import type { DrEventScript, SignalScript } from '../../../../src/vtn/events/drEvents.ts';
import type { OddDrEvent } from './adversity.ts';

const prices = (values: readonly string[], more: Partial<SignalScript> = {}): SignalScript => ({
  signalName: 'ELECTRICITY_PRICE',
  signalType: 'price',
  values,
  ...more,
});

const good = ['0.21', '0.22', '0.23', '0.24'];
const goodHours = good.length * hourMs;

const euros = {
  element: 'currencyPerKWh',
  itemDescription: 'currencyPerKWh',
  itemUnits: 'EUR',
  siScaleCode: 'none',
} as const;

const scripts: Readonly<Record<OddDrEvent, Omit<DrEventScript, 'startAt'>>> = {
  nanPrice: { lengthMs: goodHours, signals: [prices(['0.21', 'NaN', '0.23', '0.24'])] },
  negativeDuration: { lengthMs: goodHours, signals: [prices(good, { durations: ['PT1H', '-PT1H', 'PT2H', 'PT2H'] })] },
  zeroDuration: { lengthMs: goodHours, signals: [prices(good, { durations: ['PT1H', 'PT0S', 'PT2H', 'PT1H'] })] },
  yearsLong: {
    lengthMs: hourMs,
    duration: 'P50Y',
    signals: [prices(['0.21'], { durations: ['P50Y'] })],
  },
  unsupportedBesidePrices: {
    lengthMs: goodHours,
    signals: [prices(good), { signalName: 'x-of-their-own', signalType: 'level', values: ['1', '2', '1', '0'] }],
  },
  sumDiffers: { lengthMs: goodHours + hourMs, signals: [prices(good, { intervalMs: hourMs })] },
  loadDispatch: {
    lengthMs: goodHours,
    signals: [{ signalName: 'LOAD_DISPATCH', signalType: 'setpoint', values: ['1000', '0', '-1000', '0'] }],
  },
  foreignCurrency: { lengthMs: goodHours, signals: [prices(good, { itemBase: euros })] },
};

/** A DR event with one odd thing in it. */
export const oddDrEvent = (odd: OddDrEvent, startAt: number): DrEventScript => ({ startAt, ...scripts[odd] });

/** DR events of all lengths, over one another, with and without prices. */
export const crowd = (count: number, withPrices: boolean, fromAt: number, random: Random): readonly DrEventScript[] =>
  Array.from({ length: count }, () => {
    const hours = random.integer(1, 5);
    const values = Array.from({ length: hours }, () => `0.${random.integer(10, 40)}`);
    return {
      startAt: fromAt + random.integer(-2, 20) * hourMs,
      lengthMs: hours * hourMs,
      priority: random.integer(0, 3),
      signals: [
        withPrices && random.chance(0.5)
          ? prices(values)
          : { signalName: 'SIMPLE', signalType: 'level', values: values.map(() => String(random.integer(0, 3))) },
      ],
    };
  });
