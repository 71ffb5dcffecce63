import { z } from 'zod';
import { anyJson, head, instant, position } from './shapes.ts';

const trigger = z.object({
  kind: z.enum(['event', 'after', 'always', 'done']),
  event: z.string().optional(),
  delay: z.string().optional(),
});

const transition = z
  .object({
    id: z.string().meta({ description: 'Also the id of its group in the SVG.' }),
    source: z.string(),
    targets: z.array(z.string()),
    trigger,
    guard: z.string().nullable(),
    actions: z.array(z.string()),
    reenter: z.boolean(),
    description: z.string().nullable(),
  })
  .meta({ id: 'ChartTransition' });

/** A state of a chart. */
export const chartState = z
  .object({
    id: z.string().meta({ description: 'Also the id of its group in the SVG.' }),
    name: z.string(),
    kind: z.enum(['atomic', 'compound', 'parallel', 'final', 'history']),
    isRegion: z.boolean(),
    description: z.string().nullable(),
    entry: z.array(z.string()),
    exit: z.array(z.string()),
    initial: z.string().nullable(),
    transitions: z.array(transition),
    get states() {
      return z.array(chartState);
    },
  })
  .meta({ id: 'ChartState' });

/** One machine, with its picture. */
export const machineAnswer = z
  .object({
    machine: z.string(),
    chart: chartState,
    svg: z.string().meta({
      description:
        'The picture without its stylesheet, which is at /api/v1/machines.css; states and transitions are groups with their ids. /api/v1/machines/{machine}/picture.svg stands alone.',
    }),
    outline: z.string().meta({
      description: 'The same in outline: the states and what leads from one to another, with the same ids.',
    }),
    glance: z.string().meta({
      description: 'The outline without words at its arrows, drawn so closely that a pane holds it, with the same ids.',
    }),
  })
  .meta({ id: 'Machine' });

/** Every machine. */
export const machinesAnswer = z
  .object({ machines: z.array(z.object({ machine: z.string(), description: z.string().nullable() })) })
  .meta({ id: 'Machines' });

/** Which transitions are wanted. */
export const transitionsQuery = z.object({
  at: z.coerce
    .number()
    .pipe(z.int().min(0))
    .optional()
    .meta({ description: 'Up to this position; absent: up to the head.' }),
  stream: z.string().optional().meta({ description: 'Of this stream; absent: of all.' }),
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(20),
});

/** What the machines did lately. */
export const transitionsAnswer = z
  .object({
    head,
    searchedFrom: position.meta({ description: 'How far back was looked.' }),
    transitions: z
      .array(
        z.object({
          position: position.meta({ description: 'The input whose step it was part of.' }),
          at: instant,
          stream: z.string(),
          event: z.string().meta({ description: 'What the machine heard.' }),
          transitionIDs: z.array(z.string()).meta({
            description:
              'The transitions taken first, as in the chart; what follows at once (`always`) shows in the states.',
          }),
          refused: z
            .array(
              z.object({
                id: z.string(),
                source: z.string(),
                targets: z.array(z.string()),
                guard: z.string().meta({ description: 'The condition that said no.' }),
                saw: z
                  .array(z.object({ name: z.string(), value: anyJson }))
                  .meta({ description: 'What it looked at, and the values it found there.' }),
              }),
            )
            .meta({
              description: 'Why not: transitions that the event could have taken, and did not for their guard.',
            }),
          left: z.array(z.string()).meta({ description: 'Ids of states that were left.' }),
          entered: z.array(z.string()).meta({ description: 'Ids of states that were entered.' }),
        }),
      )
      .meta({
        description: 'The latest first. One that leaves and enters nothing stayed where it was, or came back at once.',
      }),
  })
  .meta({ id: 'Transitions' });
