/** Every path by which the agent may be told something over HTTP: the server routes by this table, and the OpenAPI document is made of it. */
import type { OperatorCommand } from '../../shell/operatorCommands.ts';

/** A field of a body, as JSON Schema describes it. */
export interface BodyField {
  readonly type: 'string' | 'number' | 'integer' | 'array';
  readonly enum?: readonly string[];
  /** What an array is made of. */
  readonly items?: object;
  readonly description: string;
}

/** One path: what its body may hold, and the command that comes of it. */
export interface CommandPath {
  readonly path: string;
  readonly summary: string;
  readonly fields: Readonly<Record<string, BodyField>>;
  /** Fields that must be there. */
  readonly required: readonly string[];
  /** What the command is, beside what the body says. */
  readonly command: OperatorCommand;
  /** What the body says in the words of the command, where those are others. */
  readonly inItsWords?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** A time, without an end where none is given; what is no time stays as it is, and is refused. */
const asWindow = (time: unknown): unknown =>
  typeof time === 'object' && time !== null && !Array.isArray(time) ? { endAt: null, ...time } : time;

/** One time or several, and one device, as a schedule of EiOpt has them. */
const asSchedule: CommandPath['inItsWords'] = ({ startAt, endAt, windows, resourceID: device, ...rest }) => {
  const first = startAt === undefined ? [] : [{ startAt, endAt: endAt ?? null }];
  const others = Array.isArray(windows) ? windows.map(asWindow) : [];
  return {
    ...rest,
    ...(first.length + others.length === 0 ? {} : { windows: [...first, ...others] }),
    ...(device === undefined ? {} : { resourceIDs: [device] }),
  };
};

const resourceID: BodyField = { type: 'string', description: 'The device; may be left out where there is only one.' };
const kind: BodyField = { type: 'string', enum: ['leave', 'keep'], description: 'Which wish.' };
const lapse: Readonly<Record<'endAt' | 'forMs', BodyField>> = {
  endAt: { type: 'integer', description: 'When it lapses. UTC ms. Either this or forMs.' },
  forMs: { type: 'integer', description: 'How long it holds. Unit: ms. Either this or endAt.' },
};

/** All paths by name. */
export const commandPaths = {
  override: {
    path: '/api/v1/override',
    summary: 'A device is to charge, discharge or hold for a time, whatever the plan says',
    fields: {
      resourceID,
      action: { type: 'string', enum: ['charge', 'discharge', 'hold'], description: 'What it is to do.' },
      powerWatts: { type: 'number', description: 'With which power; as much as it can when absent. Unit: W.' },
      ...lapse,
    },
    required: ['action'],
    command: { type: 'OperatorInstructed' },
  },
  release: {
    path: '/api/v1/release',
    summary: 'What devices were told, or a wish for once, is taken back',
    fields: {
      resourceID: { ...resourceID, description: 'The device; every overridden one when absent.' },
      kind: { ...kind, description: 'Take back this wish; an override when absent.' },
    },
    required: [],
    command: { type: 'OperatorReleased' },
  },
  wish: {
    path: '/api/v1/wish',
    summary: 'How full a device is to be at an instant (leave), or to stay until then (keep)',
    fields: {
      resourceID,
      kind,
      stateOfCharge: {
        type: 'number',
        description: 'Up to 1, and for leave above 0; full when absent for leave. 0 for keep: no reserve until then.',
      },
      ...lapse,
    },
    required: ['kind'],
    command: { type: 'OperatorInstructed' },
  },
  trust: {
    path: '/api/v1/trust',
    summary: 'A device, as it was last read, may be told what to do',
    fields: { resourceID: { type: 'string', description: 'The device.' } },
    required: ['resourceID'],
    command: { type: 'DeviceTrusted' },
  },
  distrust: {
    path: '/api/v1/distrust',
    summary: 'A device is left to itself at once, and told nothing any more',
    fields: { resourceID: { type: 'string', description: 'The device.' } },
    required: ['resourceID'],
    command: { type: 'DeviceDistrusted' },
  },
  opt: {
    path: '/api/v1/opt',
    summary: 'A DR event is opted into or out of: by EiOpt where the VTN was answered already, else by the answer',
    fields: {
      eventID: { type: 'string', description: 'The DR event.' },
      optType: { type: 'string', enum: ['optIn', 'optOut'], description: 'Which of the two.' },
    },
    required: ['eventID', 'optType'],
    command: { type: 'OperatorOpted' },
  },
  optByEiOpt: {
    path: '/api/v1/opts',
    summary: 'A time to come, or a DR event that was answered, is opted into or out of by EiOpt',
    fields: {
      optType: { type: 'string', enum: ['optIn', 'optOut'], description: 'Which of the two.' },
      eventID: { type: 'string', description: 'The DR event. Either this or startAt.' },
      startAt: { type: 'integer', description: 'From when on. UTC ms. Either this or eventID.' },
      endAt: { type: 'integer', description: 'Until when; without an end when absent. UTC ms.' },
      windows: {
        type: 'array',
        items: {
          type: 'object',
          required: ['startAt'],
          properties: { startAt: { type: 'integer' }, endAt: { type: 'integer' } },
        },
        description: 'Other times of the same opt, for a later opt takes the place of a former one. UTC ms.',
      },
      every: { type: 'string', enum: ['day', 'week'], description: 'That time comes again, by the local clock.' },
      times: { type: 'integer', description: 'How often it is in all; with every.' },
      resourceID: { type: 'string', description: 'The device; all of them when absent.' },
      deviceClass: { type: 'string', description: 'All devices of this class, instead of resourceID.' },
      optReason: { type: 'string', description: 'Why, as optReason has it: economic, emergency, mustRun, …' },
      marketContext: { type: 'string', description: 'Only for this programme; not for a DR event.' },
    },
    required: ['optType'],
    command: { type: 'OptGiven' },
    inItsWords: asSchedule,
  },
  optCancel: {
    path: '/api/v1/opts/cancel',
    summary: 'An opt by EiOpt is taken back',
    fields: { optID: { type: 'string', description: 'The opt, by its optID.' } },
    required: ['optID'],
    command: { type: 'OptTakenBack' },
  },
  plan: {
    path: '/api/v1/plan',
    summary: 'A plan is made anew',
    fields: {},
    required: [],
    command: { type: 'OperatorAsked', wish: 'planAgain' },
  },
} as const satisfies Readonly<Record<string, CommandPath>>;

/** The path that is asked for; null when there is none. */
export const commandPathAt = (pathname: string): CommandPath | null =>
  Object.values(commandPaths).find(({ path }) => path === pathname) ?? null;
