import { z } from 'zod';
import { count, head, instant, position } from './shapes.ts';

/** What is being looked at. */
export const aboutAnswer = z
  .object({
    api: z.literal('v1'),
    version: z.string().meta({ description: 'Version of this program.' }),
    isLive: z.boolean().meta({ description: 'Whether an agent runs on this log; false for a log at rest.' }),
    now: instant.meta({
      description: 'The clock: the running agent’s (the demo’s runs fast), else when the last entry was recorded.',
    }),
    timeZone: z.string(),
    ven: z.object({ venID: z.string(), venName: z.string() }).nullable(),
    runID: z.string().nullable(),
    first: position.meta({ description: 'Position of the first entry; above 0 where the log begins at a base.' }),
    head,
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    indexed: head.meta({
      description:
        'The timeline and filters know the log up to here; it follows `head` closely once the log has been read.',
    }),
    folded: head.meta({ description: 'Moments up to here are at hand; later ones are folded when asked for.' }),
    types: z
      .array(z.object({ type: z.string(), direction: z.enum(['in', 'out']), entries: count }))
      .meta({ description: 'Facts the log holds, by name, as far as it is indexed.' }),
    streams: z
      .array(z.object({ stream: z.string(), entries: count }))
      .meta({ description: 'Streams of the log, the latest last, the last 500.' }),
  })
  .meta({ id: 'About', description: 'Which log this is, whose, and how much of it has been read.' });
