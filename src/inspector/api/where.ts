import { z } from 'zod';
import { count, head, instant, position } from './shapes.ts';

/** @limit Places in one answer. */
export const placesLimit = 500;

/** A position or an instant. */
const point = z.string().regex(/^(\d{1,15}|\d{4}-\d{2}-\d{2}T.*)$/);

/** Where in the log something holds. */
export const whereQuery = z.object({
  q: z.string().max(500).meta({
    description:
      'The predicate, as `ven log where` has it: `lifecycle = backoff`, `price.now > 1 and not soc[battery] < 20`, `fact = AlarmRaised`.',
  }),
  from: point.optional().meta({
    description: 'From this position or ISO instant on; absent: from where the log holds everything.',
  }),
  to: point.optional().meta({ description: 'Up to and with this position, or this ISO instant; absent: to its end.' }),
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(placesLimit))
    .default(200)
    .meta({ description: 'How many places are told at most.' }),
});

/** Where in the log something holds. */
export const whereAnswer = z
  .object({
    timeZone: z.string(),
    kind: z.enum(['entries', 'stretches']).meta({
      description:
        '`entries`: the predicate speaks of entries, and each place is one. `stretches`: it speaks of the state, and each place is where it begins to hold.',
    }),
    places: z
      .array(
        z.object({
          position,
          at: instant,
          type: z.string(),
          what: z.string().meta({ description: 'What the words of the predicate are there, for people.' }),
          values: z
            .array(
              z.object({
                word: z.string(),
                key: z
                  .string()
                  .nullable()
                  .meta({ description: 'Whose it is: a device, a DR event; null for the only one.' }),
                value: z.union([z.string(), z.number()]),
              }),
            )
            .meta({ description: 'What they are, in the words of the predicate; one that nobody knows has none.' }),
          isBegun: z.boolean().meta({
            description: 'Whether it began there; else it may have held already before what was searched.',
          }),
          endedPosition: position
            .nullable()
            .meta({ description: 'Where it ceased; null where it holds on, and of entries.' }),
          endedAt: instant.nullable(),
        }),
      )
      .max(placesLimit),
    entries: count.meta({ description: 'How many entries were looked at.' }),
    from: head.meta({ description: 'The first position that was looked at.' }),
    searchedTo: head.meta({
      description: 'The last position that was looked at: a long log is searched in portions, so ask on from the next.',
    }),
    isComplete: z.boolean().meta({ description: 'Whether all was searched that was asked for.' }),
    head,
  })
  .meta({ id: 'Where', description: 'The places at which a predicate holds, oldest first.' });
