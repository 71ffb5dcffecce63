import { z } from 'zod';
import { decimal, instant, localDay, momentQuery, momentShown } from './shapes.ts';

/** What may be asked of a day that is looked back upon. */
export const reviewQuery = momentQuery.extend({
  day: z
    .string()
    .max(40)
    .optional()
    .meta({ description: 'A local day, 2026-11-01; absent: the day before the moment.' }),
});

const worth = {
  cashUsd: decimal.meta({ description: 'What the bill shows. USD; positive comes to you.' }),
  wearUsd: decimal,
  stockUsd: decimal.meta({
    description: 'By how much what is stored is worth more at the end, at one price for both ends. USD.',
  }),
  valueUsd: decimal.meta({
    description: 'Cash less wear, and the change of what is stored. USD; positive comes to you.',
  }),
};

const worthAnswer = z.object(worth).meta({ id: 'Worth' });

const step = z
  .object({
    step: z.enum(['possible', 'wishes', 'prices', 'stateOfCharge', 'overrides', 'metered', 'billed']),
    ...worth,
    differenceUsd: decimal.meta({
      description:
        'By how much that is more than the step before; 0 of the first. Together they are the last less the first. USD.',
    }),
  })
  .meta({
    id: 'ReviewStep',
    description:
      'What the day is worth with the causes up to this one in the way: `possible` nothing, then your wishes, prices as they were known then, state of charge as it was believed then, overrides and what DR events asked, what was metered, and what was billed where a bill is known.',
  });

const device = z.object({ resourceID: z.string(), startAt: instant, endAt: instant });

const review = z
  .object({
    startAt: instant.meta({
      description: 'From when on the day is told: its start, or the first hour with a plan and a level.',
    }),
    endAt: instant,
    steps: z.array(step).meta({ description: 'Always in this order.' }),
    planned: worthAnswer.meta({
      description: 'What the plan in force at the start expected, at the prices it was made with.',
    }),
    overrides: z.array(
      device.extend({
        action: z.enum(['charge', 'discharge', 'hold']),
        costUsd: decimal.meta({ description: 'What the day would have been worth more without it alone. USD.' }),
      }),
    ),
    drEvents: z.array(
      z.object({
        eventID: z.string(),
        startAt: instant,
        endAt: instant,
        costUsd: decimal.meta({ description: 'What the day would have been worth more without it alone. USD.' }),
      }),
    ),
    openHours: z
      .array(device.extend({ open: z.enum(['notMetered', 'notPriced']) }))
      .meta({ description: 'Hours of which nothing is counted as earned, because their money is not known.' }),
    left: z.array(z.string()).meta({
      description: 'Devices with a plan that are left out: nobody knows how full they were, or they were not metered.',
    }),
    stockUsdPerKwh: z
      .record(z.string(), decimal)
      .meta({ description: 'What a stored kWh is worth at both ends. USD/kWh.' }),
  })
  .meta({ id: 'DayReview' });

/** A day, looked back upon. */
export const reviewAnswer = z
  .object({
    ...momentShown,
    day: localDay,
    previous: localDay,
    next: localDay,
    review: review.nullable().meta({ description: 'Null: `because` says why.' }),
    because: z.enum(['ahead', 'noPlan', 'letGo', 'noLevel', 'notMetered']).nullable().meta({
      description:
        '`ahead`: the day is not here yet. `noPlan`: it had none. `letGo`: its plans went with a compaction. `noLevel`: nobody knows how full a device was. `notMetered`: nothing was metered.',
    }),
    sentences: z.array(z.string()).meta({ description: 'The same for people, in cents that add up.' }),
  })
  .meta({ id: 'Review' });
