import { z } from 'zod';
import { count, decimal, head, instant, momentText, position, watts } from './shapes.ts';

/** @limit Settings that are another in one question. */
const changesLimit = 10;

const texts = z.union([z.string().max(200), z.array(z.string().max(200)).max(changesLimit)]);

/** What would have been with other settings. */
export const forkQuery = z.object({
  at: momentText.optional().meta({
    description:
      'From which moment on: a position of the log, or an ISO instant. Absent: from the beginning of today, or of the last full day of a log at rest.',
  }),
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T.*$/)
    .optional()
    .meta({ description: 'Up to this ISO instant, three days later at most; absent: to the end of the local day.' }),
  set: texts.meta({
    description:
      'A setting that would have been another, as `ven log fork --set` has it: `preferences.reserve=20%`; may be given several times.',
  }),
});

const amount = z.object({
  usd: decimal.nullable().meta({ description: '+ comes to you; null where it is not known.' }),
  wattHours: z.int().nullable().meta({ description: 'Net: import positive.' }),
});

const told = watts.nullable().meta({ description: 'Null: it was left alone.' });

/** What would have been with other settings. */
export const forkAnswer = z
  .object({
    isEstimated: z.literal(true).meta({ description: 'All of it is reckoned, but what is called recorded.' }),
    timeZone: z.string(),
    at: instant.meta({ description: 'Where it begins: at the last reading before the moment that was asked for.' }),
    position: head,
    until: instant,
    resourceIDs: z.array(z.string()).meta({ description: 'The devices that live on by their models.' }),
    isShadow: z.boolean().meta({
      description: 'They are in shadow, and no other device is told anything: nothing of them is recorded.',
    }),
    headline: z.string(),
    sentences: z.array(z.string()),
    divergence: z
      .object({
        at: instant,
        resourceID: z.string(),
        position: position.nullable().meta({ description: 'The entry with which it was told what it was.' }),
        type: z.string().nullable(),
        recordedWatts: told,
        wouldBeWatts: told,
      })
      .nullable()
      .meta({ description: 'The first thing that a device would have been told otherwise.' }),
    hours: z.array(
      z.object({
        startAt: instant,
        endAt: instant,
        recorded: amount,
        same: amount.meta({ description: 'By the models, with the settings that were.' }),
        other: amount.meta({ description: 'By the models, with the other settings.' }),
        differenceUsd: decimal.nullable().meta({ description: '`other` less `same`.' }),
      }),
    ),
    recordedUsd: decimal.meta({ description: 'Of the hours whose record is known.' }),
    sameWhereRecordedUsd: decimal.meta({
      description: 'Of the same hours: what it is off from the record is the models’.',
    }),
    sameUsd: decimal,
    otherUsd: decimal,
    differenceUsd: decimal,
    wearSameUsd: decimal,
    wearOtherUsd: decimal,
    shadow: z
      .object({ resourceIDs: z.array(z.string()), sameUsd: decimal, otherUsd: decimal, differenceUsd: decimal })
      .nullable()
      .meta({
        description: 'What devices in shadow would have brought beside those that are told; in no other sum.',
      }),
    needs: z
      .array(
        z.object({
          resourceID: z.string(),
          doneAt: instant,
          energyWattHours: z.number(),
          sameWattHours: z.number(),
          otherWattHours: z.number(),
        }),
      )
      .meta({ description: 'What loads have of what they need, by then or at the end. Wh.' }),
    levels: z.array(
      z.object({
        resourceID: z.string(),
        capacityWattHours: z.number(),
        recorded: z.number().nullable(),
        same: z.number(),
        other: z.number(),
      }),
    ),
    plans: count.meta({ description: 'How many plans were asked for again.' }),
  })
  .meta({ id: 'Fork', description: 'What would have been from a moment on with other settings.' });
