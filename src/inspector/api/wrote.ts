import { z } from 'zod';
import { entryRow } from './entries.ts';
import { anyJson, head, momentQuery, momentShown } from './shapes.ts';

/** What may be asked of a value. */
export const wroteQuery = momentQuery.extend({
  value: z
    .string()
    .max(400)
    .regex(/^\/(prices|devices|registration|hours|today|price|hour|plan|chart)(\/[^/]{1,200}){1,6}$/)
    .meta({
      description:
        'Where it stands in the answer of `/api/v1/state`, as a JSON pointer; a device by its resourceID: /devices/battery/stateOfCharge. Beside these: /price/INSTANT/usdPerKwh, /hour/RESOURCEID/INSTANT/delivery (a field of an hour of `/api/v1/days`), /plan/RESOURCEID/INSTANT/demandWatts, and /chart/STREAM/value.',
    }),
  way: z
    .enum(['back', 'on'])
    .default('back')
    .meta({ description: '`back`: who wrote it last, up to the moment. `on`: who writes it next, after the moment.' }),
});

/** Who wrote a value. */
export const wroteAnswer = z
  .object({
    ...momentShown,
    value: anyJson.meta({ description: 'As it is at the moment; null where it is not there.' }),
    wrote: z
      .object({
        from: head.meta({ description: 'The last entry before: the value is `before` up to there.' }),
        to: head.meta({ description: 'The last entry of the step that changed it: it is `after` from there on.' }),
        before: anyJson,
        after: anyJson,
        entries: z.array(entryRow).meta({ description: 'The step: what came in, and what was concluded from it.' }),
      })
      .nullable()
      .meta({ description: 'Null: it was not changed as far as was searched.' }),
    searchedTo: head.meta({ description: 'How far was searched; ask on from there, unless it is an end of the log.' }),
  })
  .meta({ id: 'Wrote', description: 'The step of the log that changed a value.' });
