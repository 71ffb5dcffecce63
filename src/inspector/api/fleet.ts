/** What the door of a fleet answers of all its VENs. */
import { z } from 'zod';
import { conditions, phases } from '../../fleet/conditions.ts';
import { count, instant } from './shapes.ts';

const condition = z.enum(conditions);

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/, 'it must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

/** @limit VENs in one answer. */
export const fleetRowsLimit = 1_000;

/** Which VENs are asked for. */
export const fleetQuery = z.object({
  condition: condition.optional().meta({ description: 'Only those that stand so.' }),
  group: z.string().max(200).optional().meta({ description: 'Only those of this group.' }),
  search: z.string().max(200).optional().meta({ description: 'Only those whose venID holds this text.' }),
  offset: whole(0, 1_000_000).optional().meta({ description: 'How many to leave out; 0 if absent.' }),
  limit: whole(1, fleetRowsLimit).optional().meta({ description: 'How many to show; 50 if absent.' }),
});

/** How many VENs may be unwell before the fleet is. */
export const fleetHealthQuery = z.object({
  tolerate: whole(0, 1_000_000).optional().meta({ description: 'So many VENs may fail each check; 0 if absent.' }),
});

/** How the VENs stand, the worst first. */
export const fleetAnswer = z
  .object({
    now: instant,
    startedAt: instant,
    /** Of all that may be seen. */
    vens: count,
    counts: z.array(z.object({ condition, vens: count })),
    /** Of those that were asked for. */
    total: count,
    offset: count,
    /** Where the next page begins; null on the last. */
    next: count.nullable(),
    rows: z.array(
      z.object({
        venID: z.string(),
        groups: z.array(z.string()),
        condition,
        phase: z.enum(phases),
        because: z.string().nullable(),
        since: instant,
        lastContactAt: instant.nullable(),
        isRegistered: z.boolean(),
        alarms: z.array(z.string()),
        faults: count,
      }),
    ),
  })
  .meta({ id: 'Fleet' });

/** What is asked of the fleet, understood. */
export type FleetQuery = z.output<typeof fleetQuery>;

/** How the VENs stand, as a program receives it. */
export type FleetAnswer = z.output<typeof fleetAnswer>;
