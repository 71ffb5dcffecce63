import { z } from 'zod';
import {
  decimal,
  hourStatus,
  instant,
  localDay,
  milliseconds,
  momentShown,
  plannedSlot,
  priceSource,
  wattHours,
  watts,
} from './shapes.ts';

/** A price that holds for a while. */
export const priceStep = z
  .object({
    startAt: instant,
    endAt: instant,
    usdPerKwh: decimal,
    price: decimal.meta({ description: 'Digit for digit as the VTN sent it, in its own unit.' }),
    source: priceSource,
    version: z.int(),
    receivedAt: instant,
    position: z.int(),
    isImplausible: z.boolean(),
  })
  .meta({ id: 'PriceStep' });

/** An hour of a device. */
export const hour = z
  .object({
    startAt: instant,
    offset: z.string().meta({
      description:
        'The local clock’s offset from UTC then: -05:00. It tells the two one o’clocks of an autumn day apart.',
    }),
    durationMs: milliseconds,
    importWattHours: wattHours.nullable(),
    exportWattHours: wattHours.nullable(),
    energyWattHours: wattHours
      .nullable()
      .meta({ description: 'Net: import less export. Wh. Null when it was not measured.' }),
    bad: z.string().nullable().meta({ description: 'Why it was not measured, in the words of oadrDataQuality.' }),
    usdPerKwh: decimal.nullable().meta({ description: 'The price at its start.' }),
    amountUsd: decimal
      .nullable()
      .meta({ description: 'Exact; positive is owed by the participant, negative is a credit.' }),
    toYouUsd: decimal
      .nullable()
      .meta({ description: 'The same, seen from the participant: positive comes to you, negative goes from you.' }),
    delivery: hourStatus,
    acknowledgedAt: instant.nullable(),
    because: z.string().nullable().meta({ description: 'Why it is not with the VTN.' }),
  })
  .meta({ id: 'Hour' });

const total = z
  .object({
    importWattHours: wattHours,
    exportWattHours: wattHours,
    energyWattHours: wattHours,
    amountUsd: decimal.meta({ description: 'Exact; positive is owed by the participant, negative is a credit.' }),
    toYouUsd: decimal.meta({ description: 'The same; positive comes to you, negative goes from you.' }),
  })
  .meta({ id: 'Total' });

/** A local day. */
export const dayAnswer = z
  .object({
    ...momentShown,
    day: localDay,
    startAt: instant,
    endAt: instant,
    previous: localDay,
    next: localDay,
    prices: z.array(priceStep),
    unpriced: z.array(z.object({ startAt: instant, endAt: instant })),
    total: total.meta({ description: 'Of all devices.' }),
    devices: z.array(
      z.object({
        resourceID: z.string(),
        hours: z.array(hour).meta({ description: '23, 24 or 25 of them.' }),
        total,
        charge: z
          .array(z.object({ at: instant, stateOfCharge: z.number() }))
          .meta({ description: 'State of charge, 0 to 1, as read.' }),
        power: z.array(z.object({ at: instant, powerWatts: watts })),
        setpoints: z
          .array(z.object({ startAt: instant, endAt: instant, demandWatts: watts }))
          .meta({ description: 'What was asked of it.' }),
        plan: z.array(plannedSlot).meta({ description: 'What is planned, as of the moment.' }),
      }),
    ),
  })
  .meta({ id: 'Day' });

/** A month of hours. */
export const monthAnswer = z
  .object({
    ...momentShown,
    month: z.string(),
    previous: z.string(),
    next: z.string(),
    devices: z.array(
      z.object({
        resourceID: z.string(),
        total,
        days: z.array(
          z.object({
            day: localDay,
            startAt: instant,
            endAt: instant,
            hours: z.array(
              z.object({
                startAt: instant,
                energyWattHours: wattHours.nullable(),
                usdPerKwh: decimal.nullable(),
                delivery: hourStatus,
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Month' });
