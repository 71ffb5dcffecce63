import { z } from 'zod';
import { count, head, instant, lane, level, milliseconds, position } from './shapes.ts';

/** @limit Buckets in one answer. */
export const bucketsLimit = 2_000;

/** @limit Moments in one answer. */
export const momentsLimit = 200;

/** A range of the log’s time. */
export const timelineQuery = z.object({
  from: z.coerce
    .number()
    .pipe(instant)
    .optional()
    .meta({ description: 'UTC milliseconds; absent: where the log begins.' }),
  to: z.coerce
    .number()
    .pipe(instant)
    .optional()
    .meta({ description: 'UTC milliseconds, exclusive; absent: where the log ends.' }),
  buckets: z.coerce
    .number()
    .pipe(z.int().min(1).max(bucketsLimit))
    .default(600)
    .meta({ description: 'Into how many parts the range is divided.' }),
});

const bucket = z
  .object({
    index: count.meta({ description: 'Which part of the range, from 0; parts without entries are left out.' }),
    entries: count,
    weight: count.meta({ description: 'What they stand for: a summary of quiet polls counts as its polls.' }),
    first: position,
    last: position,
    level: level.meta({ description: 'The worst of them.' }),
  })
  .meta({ id: 'Bucket' });

/** The lanes of a range. */
export const timelineAnswer = z
  .object({
    fromAt: instant,
    toAt: instant,
    bucketMs: milliseconds,
    head,
    isComplete: z.boolean().meta({ description: 'Whether the whole range has been read yet; ask again if not.' }),
    lanes: z.array(z.object({ lane, entries: count, buckets: z.array(bucket) })),
    moments: z
      .array(z.object({ position, at: instant, type: z.string(), lane, level, sentence: z.string() }))
      .max(momentsLimit)
      .meta({
        description:
          'What deserves a flag, oldest first: prices taken over, days delivered, alarms, starts and stops. The worst and latest where there are too many.',
      }),
    spans: z
      .array(
        z.object({
          kind: z.enum(['run', 'drEvent']),
          stream: z.string(),
          startAt: instant,
          endAt: instant.nullable(),
          position,
        }),
      )
      .meta({ description: 'What lasts: runs of the agent, and DR events on their own time.' }),
  })
  .meta({ id: 'Timeline' });

/** Where in the log an instant lies. */
export const placeQuery = z.object({
  time: z.coerce.number().pipe(instant).meta({ description: 'UTC milliseconds.' }),
});

/** Where in the log an instant lies. */
export const placeAnswer = z
  .object({ position: head, recordedAt: instant.nullable() })
  .meta({ id: 'Place', description: 'The last entry recorded up to the instant; -1 before the first.' });
