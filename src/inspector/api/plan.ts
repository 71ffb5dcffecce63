import { z } from 'zod';
import { count, decimal, instant, localDay, momentQuery, momentShown, position, wattHours, watts } from './shapes.ts';

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

const plannedUsd = decimal
  .nullable()
  .meta({ description: 'By midnight, with what is planned. USD; positive comes to you. Null without a plan.' });
const soFarUsd = decimal.meta({ description: 'Of hours that were metered and have a price. Positive comes to you.' });

/** What a person wants of a device, as instants, and when it is not there. */
const wished = z
  .object({
    reserve: z.number().nullable().meta({ description: 'What is below is never sold; 0 to 1. Null: no wish.' }),
    reserveTimes: z.array(span.extend({ stateOfCharge: z.number() })),
    departures: z.array(z.object({ at: instant, stateOfCharge: z.number() })),
    quietTimes: z.array(span),
    away: z.array(span).meta({ description: 'A car on its way.' }),
  })
  .meta({ id: 'Wished', description: 'From the beginning of the local day to the end of the plan.' });

/** When a DR event asks something of a device. */
const drEventAsking = span.extend({ eventID: z.string() }).meta({
  id: 'DrEventAsking',
  description: 'A DR event that asks power of a device; to the end of the plan at most.',
});

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
    gapUsd: decimal.meta({
      description: 'How much more another plan could be worth at most; 0 where there is none better. USD.',
    }),
    today: z
      .object({ day: localDay, startAt: instant, endAt: instant, soFarUsd, plannedUsd })
      .meta({ description: 'The local day’s money, of all devices, as the bill will show it.' }),
    shadow: z
      .object({
        resourceIDs: z.array(z.string()),
        valueUsd: decimal.nullable().meta({ description: 'What following it would be worth. USD.' }),
        failed: z.string().nullable().meta({ description: 'Why nothing is planned for them.' }),
      })
      .nullable()
      .meta({ description: 'Devices that are planned for and told nothing: not in the plan, and not in its money.' }),
    devices: z.array(
      z.object({
        resourceID: z.string(),
        capacityWattHours: wattHours.nullable(),
        today: z.object({ soFarUsd, plannedUsd }),
        wished,
        drEvents: z.array(drEventAsking),
        gainUsd: decimal,
        slots: z.array(slot),
        pairs: z.array(pair),
      }),
    ),
  })
  .meta({
    id: 'Plan',
    description:
      'The plan in force and what is bought in it for what. What binds in a slot, the prices at which it would be otherwise and what wishes cost are at `/api/v1/plan/why`: to know them the plan is solved again, in a process of its own.',
  });

const limit = z
  .enum([
    'price',
    'power',
    'full',
    'empty',
    'reserve',
    'departure',
    'override',
    'quietTime',
    'floor',
    'away',
    'noPrice',
    'constraint',
    'siteLimit',
    'deadline',
  ])
  .meta({ id: 'BindingLimit', description: 'Why no more is done, or nothing. `price`: it decides, and nothing else.' });

/** Why the plan in force is as it is. */
export const whyAnswer = z
  .object({
    ...momentShown,
    planID: z.string().nullable(),
    planPosition: position.meta({ description: 'Where the plan is recorded.' }),
    untilAt: instant.meta({ description: 'The end of the local day, or of the plan where that is earlier.' }),
    plannedUsd,
    possibleUsd: decimal.nullable().meta({
      description:
        'The same as it could be without any wish, override or DR event, and everything as full at the day’s end as planned. USD.',
    }),
    wishes: z
      .array(
        z.object({
          kind: z.string().meta({
            description: 'reserve, departure, quietTime, floor, cycles, leastGain, override; constraint: a DR event.',
          }),
          resourceID: z.string().nullable().meta({ description: 'Null: of the site, or of more devices than one.' }),
          eventID: z.string().nullable().meta({ description: 'Of a DR event: which one.' }),
          span: span.nullable().meta({ description: 'Of an override and of a DR event: its time.' }),
          costUsd: decimal,
        }),
      )
      .meta({ description: 'The dearest first, each as if it alone were lifted: they need not add up.' }),
    devices: z.array(
      z.object({
        resourceID: z.string(),
        slots: z
          .array(
            span.extend({
              limit,
              eventIDs: z.array(z.string()).meta({ description: 'The DR events that bind, where it is `constraint`.' }),
              limitUsdPerKwh: decimal
                .nullable()
                .meta({ description: 'What one more kWh would bring if the limit were farther off.' }),
              buyBelowUsdPerKwh: decimal.nullable().meta({ description: 'Null: at no price, or not known.' }),
              sellAboveUsdPerKwh: decimal.nullable().meta({ description: 'Null: at no price, or not known.' }),
              thresholdsOf: z.enum(['device', 'site']).meta({
                description:
                  'Of whom these two are: of this device, or of all devices together, where one does what another leaves.',
              }),
            }),
          )
          .meta({ description: 'Empty where the plan has too many slots to ask about each.' }),
      }),
    ),
  })
  .meta({ id: 'PlanWhy', description: 'What binds slot by slot, the prices that would change it, what wishes cost.' });
