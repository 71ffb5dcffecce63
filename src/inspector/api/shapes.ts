/**
 * The words of the inspector's API: every answer is made of these.
 *
 * Names are those of the facts: an instant ends in `At` and is UTC milliseconds, units stand last (`energyWattHours`,
 * `demandWatts`), energy and power are net with import positive and export negative, money and prices are exact decimal
 * texts in USD. What is not known is null, never left out and never zero.
 */
import { z } from 'zod';

/** A place in the log. */
export const position = z.int().min(0).meta({ description: 'Position in the log, dense from 0.' });

/** The last entry taken into account, or -1 for an empty log. */
export const head = z
  .int()
  .min(-1)
  .meta({ description: 'Position of the last entry taken into account; -1 in an empty log.' });

/** An instant. */
export const instant = z.int().meta({ description: 'UTC milliseconds since the epoch.' });

/** A duration. */
export const milliseconds = z.number().meta({ description: 'Milliseconds.' });

/** How many. */
export const count = z.int().min(0);

/** An exact decimal number. */
export const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ description: 'Exact decimal text; not a digit is rounded.' });

/** Net energy. */
export const wattHours = z.int().meta({ description: 'Wh; net energy is import positive, export negative.' });

/** Net power. */
export const watts = z.number().meta({ description: 'W; positive draws from the grid, negative delivers to it.' });

/** A slot of a plan. */
export const plannedSlot = z.object({
  startAt: instant,
  endAt: instant,
  demandWatts: watts,
  stateOfChargeAtEnd: z.number().nullable().meta({ description: '0 to 1; null where it is not known.' }),
});

/** A local day. */
export const localDay = z.iso.date().meta({ description: 'A local day of the programme, 2026-11-01.' });

/** What became of an hour of a device. */
export const hourStatus = z.enum(['notDue', 'owed', 'sending', 'inDoubt', 'rejected', 'acknowledged']).meta({
  id: 'HourStatus',
  description: 'What became of an hour: `acknowledged` is with the VTN for good; `owed` and `sending` are pending.',
});

/** The lanes of the timeline, in their order on the page. */
export const laneNames = ['agent', 'registration', 'polls', 'drEvents', 'reports', 'devices', 'faults'] as const;

/** A lane of the timeline. */
export const lane = z
  .enum(laneNames)
  .meta({ id: 'Lane', description: 'What an entry is about; `faults` holds whatever went wrong, alarms included.' });

/** Whatever JSON can hold. */
export const anyJson = z.unknown().meta({ id: 'AnyJson', description: 'Whatever JSON can hold.' });

/** How much something asks for a person's eye. */
export const level = z.enum(['plain', 'attention', 'trouble']).meta({ id: 'Level' });

/** A refusal in one sentence. */
export const errorAnswer = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .meta({ id: 'Error', description: 'What was wrong with the request and what to do, in one sentence.' });

/** A moment as queries name it: a position of the log, or an ISO instant. */
export const momentText = z.string().regex(/^(\d{1,15}|\d{4}-\d{2}-\d{2}T.*)$/);

/** The moment that is asked for, in queries. */
export const momentQuery = z.object({
  at: momentText.optional().meta({
    description:
      'The moment: a position of the log, or an ISO instant (2026-11-01T21:00:00Z). Absent: the present, or the end of a log at rest.',
  }),
});

/** The moment that is shown, in answers. */
export const momentShown = {
  position: head,
  asOf: instant.meta({
    description:
      'The clock at that moment: the present of a running agent, else when the entry was recorded. UTC milliseconds.',
  }),
  isLive: z.boolean().meta({ description: 'Whether this is the present of an agent that runs.' }),
  timeZone: z.string().meta({ description: 'The programme’s time zone; its days are the days meant everywhere.' }),
};

/** Who states a price. */
export const priceSource = z
  .object({
    kind: z.enum(['drEvent']),
    id: z.string().meta({ description: 'The eventID of a DR event.' }),
  })
  .meta({ id: 'PriceSource' });
