import { z } from 'zod';
import { count, decimal, instant, momentQuery, momentShown, position, watts } from './shapes.ts';

/** What may be asked of the plan. */
export const planQuery = momentQuery.extend({
  device: z.string().min(1).max(200).optional().meta({ description: 'Only this device, by its resourceID.' }),
});

const exactWattHours = z.number().meta({ description: 'Wh to the thousandth; positive draws from the grid.' });
const level = z.number().nullable().meta({ description: '0 to 1; null for what stores nothing.' });
const span = z.object({ startAt: instant, endAt: instant });

const slot = span
  .extend({
    does: z.enum(['buys', 'sells', 'rests']),
    demandWatts: watts,
    energyWattHours: exactWattHours,
    stateOfChargeAtEnd: level,
    importUsdPerKwh: decimal.nullable().meta({ description: 'Null where no price is known.' }),
    exportUsdPerKwh: decimal.nullable().meta({ description: 'Null where no price is known.' }),
    cashUsd: decimal.meta({ description: 'What the bill will show of it. USD; positive comes to you.' }),
    gainUsd: decimal.meta({ description: 'What the pairs gain whose energy is sold here. USD.' }),
    pairs: z.array(count).meta({ description: 'Places in the list of pairs: those that begin or end here.' }),
  })
  .meta({ id: 'PlannedSlot' });

const pair = z
  .object({
    bought: span.nullable().meta({ description: 'Null: it was stored when the plan began.' }),
    from: z.enum(['grid', 'panels', 'lost', 'stock']),
    sold: span.nullable().meta({ description: 'Null: it is kept beyond the end of the plan.' }),
    to: z.enum(['grid', 'home', 'trip', 'stock']),
    boughtWattHours: exactWattHours,
    soldWattHours: exactWattHours,
    storedWattHours: exactWattHours,
    costUsd: decimal,
    broughtUsd: decimal,
    wearUsd: decimal,
    gainUsd: decimal.meta({ description: 'Brought less cost and wear. USD.' }),
  })
  .meta({ id: 'EnergyPair', description: 'Energy that is drawn in one stretch of time and delivered in another.' });

/** The plan in force, and what is bought in it for what. */
export const planAnswer = z
  .object({
    ...momentShown,
    plan: z.object({
      planID: z.string().nullable(),
      position: position.meta({ description: 'Where the plan is recorded.' }),
      madeAt: instant,
      requestedAt: instant,
      because: z.string().meta({ description: 'Why it was planned anew.' }),
      basis: z.string().meta({ description: 'What it rests on.' }),
      startAt: instant,
      endAt: instant,
    }),
    homeUsd: decimal.meta({ description: 'What the home costs and its panels bring, where the site is one bill.' }),
    valueUsd: decimal.meta({ description: 'Cash less wear, and the change of the stock. USD; positive comes to you.' }),
    cashUsd: decimal.meta({ description: 'What the bill will show. USD; positive comes to you.' }),
    wearUsd: decimal,
    stockUsd: decimal.meta({ description: 'By how much what is stored is worth more at the end. USD.' }),
    devices: z.array(
      z.object({ resourceID: z.string(), gainUsd: decimal, slots: z.array(slot), pairs: z.array(pair) }),
    ),
  })
  .meta({
    id: 'Plan',
    description:
      'The plan in force and what is bought in it for what. What binds in a slot, the prices at which it would be otherwise and what wishes cost are not here: to know them the plan is solved again, which is not done beside the agent; `ven plan` tells them.',
  });
