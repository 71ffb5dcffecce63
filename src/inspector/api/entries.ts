import { z } from 'zod';
import { anyJson, count, head, instant, lane, position } from './shapes.ts';

/** An entry as a list shows it. */
export const entryRow = z
  .object({
    position,
    recordedAt: instant,
    runID: z.string(),
    direction: z.enum(['in', 'out']),
    stream: z.string(),
    type: z.string(),
    lane,
    message: z.string().nullable().meta({ description: 'The OpenADR message’s element name, when it is about one.' }),
    sentence: z.string().meta({ description: 'What happened, in a sentence for people.' }),
    cause: position.nullable(),
    requestID: z.string().nullable(),
    hasXml: z.boolean().meta({ description: 'Whether XML was kept beside it; its retention may have passed.' }),
    data: anyJson
      .optional()
      .meta({ description: 'The fact’s data; present when asked for with `data=true`, and in the event stream.' }),
  })
  .meta({ id: 'EntryRow' });

const repeatable = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());
const flag = z.enum(['true', 'false', '1', '0']).transform((given) => given === 'true' || given === '1');
const place = z.coerce.number().pipe(z.int().min(0));

/** Which entries are wanted. */
export const filterQuery = {
  type: repeatable.optional().meta({ description: 'Only these facts; may be repeated.' }),
  stream: repeatable
    .optional()
    .meta({ description: 'Only these streams; `drEvent` means all of that kind; may be repeated.' }),
  lane: repeatable.optional().meta({ description: 'Only these lanes; may be repeated.' }),
  direction: z.enum(['in', 'out']).optional(),
};

/** @limit Entries in one answer. */
export const entriesLimit = 1_000;

/** A window of the log. */
export const entriesQuery = z.object({
  from: place.optional().meta({ description: 'First position, inclusive.' }),
  to: place.optional().meta({ description: 'Last position, inclusive.' }),
  order: z
    .enum(['asc', 'desc'])
    .default('asc')
    .meta({ description: 'From which end of the range entries are taken; `desc` gives the latest first.' }),
  offset: place
    .optional()
    .meta({ description: 'Leaves out so many matching entries first: row N of a list. Not together with `search`.' }),
  limit: z.coerce.number().pipe(z.int().min(1).max(entriesLimit)).default(100),
  search: z.string().max(200).optional().meta({
    description: 'Text that type, stream or data contain, whatever its case; words apart by spaces must all be there.',
  }),
  xml: flag.optional().meta({ description: 'With `search`: looks into the XML as well.' }),
  data: flag.optional().meta({ description: 'Gives the data of each entry too.' }),
  ...filterQuery,
});

/** A window of the log. */
export const entriesAnswer = z
  .object({
    head,
    total: count
      .nullable()
      .meta({ description: 'How many entries match in all, as far as the log is indexed; null for a search.' }),
    entries: z.array(entryRow),
    next: position.nullable().meta({
      description:
        'Where to go on: as `from` (asc) or `to` (desc); null when the range has been looked through. A search stops after a while and may have found nothing yet.',
    }),
  })
  .meta({ id: 'Entries' });

const wire = z
  .object({
    xml: z.string().meta({ description: 'Byte for byte as it went over the wire.' }),
    pretty: z.string().meta({ description: 'The same, one element per line.' }),
  })
  .meta({ id: 'Wire' });

const wireOf = z.object({ position, message: z.string().nullable(), recordedAt: instant, wire: wire.nullable() });

/** One entry with all that belongs to it. */
export const entryAnswer = z
  .object({
    entry: entryRow.required({ data: true }).extend({
      version: z.int(),
      hash: z.string(),
      wireHash: z.string().nullable(),
      chance: z.int().nullable(),
    }),
    causes: z.array(entryRow).meta({ description: 'What led to it, the first cause first.' }),
    consequences: z.array(entryRow).meta({ description: 'What it led to, directly.' }),
    wire: wire.nullable().meta({ description: 'Its XML; null when it is no message or the retention has passed.' }),
    exchange: z
      .object({ request: wireOf.nullable(), reply: wireOf.nullable() })
      .nullable()
      .meta({ description: 'Both directions of the exchange the entry belongs to, or that led to it.' }),
    previous: wireOf
      .nullable()
      .meta({ description: 'The previous message of the same kind and direction, to compare with.' }),
  })
  .meta({ id: 'Entry' });

/** The stream of entries: which, and from where. */
export const entryStreamQuery = z.object({
  from: place.optional().meta({
    description:
      'First position wanted; absent: what is recorded from now on. The header Last-Event-ID goes before it.',
  }),
  ...filterQuery,
});

/** What the stream of entries says, by the name of the server-sent event. */
export const streamEvents = {
  hello: z
    .object({ head, now: instant, isLive: z.boolean(), runID: z.string().nullable() })
    .meta({ id: 'HelloEvent', description: 'First of all: what is followed.' }),
  entry: entryRow.meta({ description: 'An entry with its data; the event’s id is its position.' }),
  tick: z
    .object({ head, now: instant })
    .meta({ id: 'TickEvent', description: 'Once a second: the agent’s clock, also while nothing is recorded.' }),
  bye: z
    .object({ because: z.enum(['slow', 'closing']), text: z.string() })
    .meta({ id: 'ByeEvent', description: 'Last of all: come again with the last id.' }),
} as const;
