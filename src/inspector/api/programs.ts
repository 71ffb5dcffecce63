import { z } from 'zod';
import { priceStep, hour } from './days.ts';
import { count, instant, localDay, momentShown } from './shapes.ts';

/** A stretch of local days. */
export const stretchQuery = z.object({
  from: localDay.optional().meta({ description: 'First local day; absent: today.' }),
  to: localDay.optional().meta({ description: 'Last local day; absent: tomorrow for prices, else the first day.' }),
});

/** Prices in hand. */
export const pricesAnswer = z
  .object({
    ...momentShown,
    fromAt: instant,
    toAt: instant,
    prices: z.array(priceStep),
    unpriced: z.array(z.object({ startAt: instant, endAt: instant })),
  })
  .meta({ id: 'Prices' });

/** Prices as evcc’s custom tariff reads them (`forecast`, source http). */
export const evccAnswer = z
  .array(
    z.object({ start: z.iso.datetime(), end: z.iso.datetime(), value: z.number().meta({ description: 'USD/kWh' }) }),
  )
  .meta({
    id: 'EvccRates',
    description: 'For `tariffs: grid: type: custom, forecast: source: http`; `currency: USD`.',
  });

/** How EMHASS wants its prices. */
export const emhassQuery = z.object({
  step: z.coerce
    .number()
    .pipe(z.int().min(1).max(1_440))
    .default(30)
    .meta({ description: 'EMHASS’ optimization_time_step. Minutes.' }),
  steps: z.coerce.number().pipe(z.int().min(1).max(1_000)).optional().meta({
    description: 'How many values; absent: as many as are priced without a gap, from the step that EMHASS begins with.',
  }),
  shape: z.enum(['times', 'list']).default('times').meta({
    description:
      'times: each value at its instant, which EMHASS places itself. list: for an EMHASS that takes only lists.',
  }),
});

/** Values at their instants, or one after the other. */
const forecast = z.union([z.record(z.iso.datetime(), z.number()), z.array(z.number())]);

/** Prices as EMHASS’ runtime parameters. */
export const emhassAnswer = z
  .object({
    prediction_horizon: count,
    load_cost_forecast: forecast.meta({
      description: 'USD/kWh, one value per step; in a list the nearest step first.',
    }),
    prod_price_forecast: forecast.meta({ description: 'The same: export is paid at the price of its hour.' }),
  })
  .meta({
    id: 'EmhassParameters',
    description:
      'The body of a POST to EMHASS’ /action/naive-mpc-optim. Its dayahead-optim plans a whole day, and takes the last price for hours that have none.',
  });

/** Metered hours, with what they are worth and whether the VTN has them. */
export const usageAnswer = z
  .object({
    ...momentShown,
    fromAt: instant,
    toAt: instant,
    devices: z.array(z.object({ resourceID: z.string(), hours: z.array(hour) })),
  })
  .meta({ id: 'Usage' });

/** Reports of usage. */
export const deliveriesAnswer = z
  .object({
    ...momentShown,
    fromAt: instant,
    toAt: instant,
    deliveries: z.array(
      z.object({
        deliveryID: z.string(),
        reportRequestID: z.string(),
        status: z.enum(['owed', 'sending', 'inDoubt', 'acknowledged', 'rejected', 'superseded']),
        dueAt: instant,
        since: instant,
        position: z.int(),
        sendings: count,
        requestID: z.string().nullable(),
        policy: z.enum(['resend', 'hold']).nullable(),
        doubts: count.meta({ description: 'How many of its sendings the VTN may have counted without our knowing.' }),
        responseCode: z.string().nullable(),
        because: z.string().nullable(),
        usage: z.array(
          z.object({ resourceID: z.string(), fromAt: instant, toAt: instant, intervals: count, measured: count }),
        ),
      }),
    ),
  })
  .meta({ id: 'Deliveries' });

/** Whether the agent is healthy. */
export const healthAnswer = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    checks: z.array(z.object({ check: z.string(), isPassed: z.boolean(), text: z.string() })),
  })
  .meta({ id: 'Health', description: 'With 200 when healthy, 503 when not.' });
