import { hourMs } from '../../../../src/programme/calendar.ts';
import { createRandom, type Random } from '../../../../src/vtn/random.ts';
import { tamperings } from '../../../../src/vtn/faults/tampering.ts';
import { themes, type AdversePlan, type Adversity, type Theme } from './adversity.ts';

/** When a world begins, and how long its troubles last. */
export interface Stretch {
  /** Hours after local midnight. */
  readonly hour: number;
  readonly days: number;
}

const minuteMs = 60_000;

/** Local hours at which a thing does the most harm: midnight with its usage, the re-registration, the price window. */
const worstHours = {
  usage: [23.98, 24, 24.003, 24.01],
  prices: [16.75, 16.8, 16.9, 16.98, 17, 17.01],
  start: [0],
} as const;

type Worst = keyof typeof worstHours;

/** An instant in the stretch: about a local hour of one of its days, or soon after the start, or any. @unit ms after the start */
const momentOf = (random: Random, { hour, days }: Stretch, worst: readonly [Worst, ...Worst[]] | null): number => {
  if (worst === null || random.chance(0.3)) return random.integer(minuteMs, days * 24 * hourMs - minuteMs);
  const kind = random.pick(worst);
  if (kind === 'start') return random.integer(500, 90_000);
  const day = random.integer(0, days - 1) * 24;
  const local = random.pick(worstHours[kind]) + (kind === 'prices' && hour > 17 ? 24 : 0);
  return Math.max(minuteMs, (day + local - hour) * hourMs + random.integer(-60_000, 60_000));
};

/** What a theme does, drawn once or more often a day. */
interface Draw {
  readonly perDay: readonly [least: number, most: number];
  readonly worst: readonly [Worst, ...Worst[]] | null;
  readonly of: (random: Random) => Adversity;
}

const services = [
  'oadrRegisterReport',
  'oadrRegisterReport',
  'oadrCreatePartyRegistration',
  'oadrRequestEvent',
  'oadrUpdateReport',
  'oadrUpdateReport',
  'oadrCreatedEvent',
  'oadrCreatedReport',
  'oadrPoll',
] as const;

const failings = ['rejects', 'throws', 'isSilent', 'isLate'] as const;

const draws: Readonly<Partial<Record<Theme, Draw>>> = {
  drEvents: {
    perDay: [1, 3],
    worst: ['prices'],
    of: (random) =>
      random.chance(0.6)
        ? { do: 'crowdDrEvents', count: random.integer(2, 25), withPrices: random.chance(0.5) }
        : { do: 'modifyCrowd', count: random.integer(1, 10) },
  },
  oddDrEvents: {
    perDay: [1, 2],
    worst: ['prices'],
    of: (random) => ({
      do: 'oddDrEvent',
      odd: random.pick([
        'nanPrice',
        'nanPrice',
        'negativeDuration',
        'zeroDuration',
        'yearsLong',
        'unsupportedBesidePrices',
        'sumDiffers',
        'loadDispatch',
        'foreignCurrency',
      ]),
      startInMs: random.pick([-hourMs, hourMs, 8 * hourMs]),
    }),
  },
  reportRequests: {
    perDay: [1, 2],
    worst: ['usage'],
    of: (random) => ({
      do: 'askOddly',
      odd: random.pick([
        'negativeLength',
        'zeroLength',
        'hugeLength',
        'yearOne',
        'pastStart',
        'everySecond',
        'negativePace',
        'hugePace',
        'onChange',
        'statusOnChange',
        'longHistory',
        'quarters',
        'unknownPoint',
        'many',
      ]),
    }),
  },
  silentRestarts: {
    perDay: [1, 2],
    worst: ['prices', 'usage'],
    of: (random) => ({
      do: 'restartSilently',
      registrations: random.pick(['forgotten', 'forgotten', 'kept']),
      events: random.pick(['kept', 'renamed']),
    }),
  },
  newVtnIDs: {
    perDay: [1, 1],
    worst: ['prices', 'usage'],
    of: (random) => ({ do: 'changeVtnID', withRestart: random.chance(0.5) }),
  },
  transientCodes: {
    perDay: [1, 2],
    worst: null,
    of: (random) => ({
      do: 'answerWithCode',
      responseCode: random.pick(['500', '500', '503', '459']),
      on: random.pick(['oadrUpdateReport', 'oadrUpdateReport', 'oadrRegisterReport', 'oadrPoll', 'oadrCreatedEvent']),
      times: random.pick([1, 1, 2]),
    }),
  },
  troubledServices: {
    perDay: [1, 3],
    worst: ['usage', 'prices', 'start'],
    of: (random) => ({
      do: 'troubleService',
      on: random.pick(services),
      status: random.pick([500, 500, 502, 503]),
      times: random.pick([1, 1, 2, 6]),
      forMs: 12 * hourMs,
      processed: random.chance(0.3),
      retryAfterSeconds: 0,
    }),
  },
  retryAfter: {
    perDay: [1, 1],
    worst: ['prices', 'usage'],
    of: (random) => ({
      do: 'troubleService',
      on: 'any',
      status: random.pick([429, 503]),
      times: random.pick([1, 3]),
      forMs: hourMs,
      processed: false,
      retryAfterSeconds: random.pick([600, 3_600, 4 * 3_600]),
    }),
  },
  refusedToken: {
    perDay: [1, 1],
    worst: ['prices', 'usage', 'start'],
    of: (random) => ({
      do: 'troubleService',
      on: 'any',
      status: random.pick([401, 403, 404]),
      times: 100_000,
      forMs: random.pick([5 * minuteMs, hourMs, 5 * hourMs]),
      processed: false,
      retryAfterSeconds: 0,
    }),
  },
  echoes: { perDay: [1, 2], worst: null, of: (random) => ({ do: 'echoSecret', times: random.pick([1, 20]) }) },
  vtnClock: {
    perDay: [1, 1],
    worst: ['usage', 'start'],
    of: (random) => ({
      do: 'setVtnClock',
      offsetMs: random.pick([-86_400_000, -90_000, 45_000, 600_000, 400 * 86_400_000]),
      forMs: random.pick([10 * minuteMs, 12 * hourMs]),
    }),
  },
  repeats: {
    perDay: [1, 1],
    worst: ['prices'],
    of: (random) => ({ do: 'repeatEvents', forMs: random.pick([10 * minuteMs, 3 * hourMs]) }),
  },
  planner: {
    perDay: [1, 2],
    worst: ['prices', 'start'],
    of: (random) => ({ do: 'failPlanner', failing: random.pick(failings), forMs: random.pick([minuteMs, 6 * hourMs]) }),
  },
  deviceFaults: {
    perDay: [1, 3],
    worst: ['usage'],
    of: (random) => ({
      do: 'failDevice',
      failing: random.pick(failings),
      what: random.pick(['read', 'read', 'apply']),
      device: random.integer(0, 11),
      forMs: random.pick([minuteMs, 40 * minuteMs, 5 * hourMs]),
    }),
  },
  clock: {
    perDay: [1, 1],
    worst: ['start', 'usage', 'prices'],
    of: (random) => ({
      do: 'setClock',
      jumpMs: random.pick([-40, -3, -1, 1, 3, 40]) * 24 * hourMs,
      forMs: random.pick([minuteMs, 2 * hourMs]),
    }),
  },
  backups: {
    perDay: [1, 1],
    worst: ['usage'],
    of: (random) => ({
      do: 'restoreBackup',
      ageMs: random.pick([10 * minuteMs, 4 * hourMs, 20 * hourMs]),
      downMs: random.pick([1_000, 10 * minuteMs]),
    }),
  },
  directories: {
    perDay: [1, 1],
    worst: ['usage', 'prices'],
    of: (random) => ({
      do: 'replaceDirectory',
      by: random.pick(['nothingForAWhile', 'nothing', 'anOlderCopy', 'anOlderCopy']),
      ageMs: random.pick([10 * minuteMs, 4 * hourMs, 20 * hourMs]),
      downMs: random.pick([30_000, 10 * minuteMs, 3 * hourMs]),
    }),
  },
  secondVens: {
    perDay: [1, 1],
    worst: ['usage', 'prices', 'start'],
    of: (random) => ({
      do: 'secondVen',
      as: random.pick(['copy', 'stranger']),
      forMs: random.pick([20 * minuteMs, 4 * hourMs, 20 * hourMs]),
    }),
  },
};

const optings: Draw = {
  perDay: [3, 6],
  worst: ['usage', 'prices', 'start'],
  of: (random) => {
    const kind = random.pick(['time', 'time', 'event', 'back', 'back', 'code', 'trouble']);
    switch (kind) {
      case 'time':
        return {
          do: 'optForTime',
          startInMs: random.pick([0, hourMs, 8 * hourMs]),
          lengthMs: random.pick([minuteMs, 3 * hourMs, 3 * hourMs, null]),
          device: random.pick([null, null, 0]),
        };
      case 'event':
        return { do: 'optOfEvent', optType: random.pick(['optOut', 'optOut', 'optIn']) };
      case 'code':
        return {
          do: 'answerWithCode',
          responseCode: random.pick(['500', '454', '463']),
          on: 'oadrCreateOpt',
          times: random.pick([1, 2]),
        };
      case 'trouble':
        return {
          do: 'troubleService',
          on: random.pick(['oadrCreateOpt', 'oadrCancelOpt']),
          status: random.pick([500, 503]),
          times: random.pick([1, 3]),
          forMs: 6 * hourMs,
          processed: random.chance(0.5),
          retryAfterSeconds: 0,
        };
      default:
        return { do: 'takeOptBack' };
    }
  },
};

const tampers: Draw = {
  perDay: [4, 8],
  worst: ['prices', 'usage', 'start'],
  of: (random) => ({
    do: 'tamper',
    how: random.pick(tamperings),
    on: random.pick(['any', 'any', ...services]),
    times: random.pick([1, 1, 3]),
  }),
};

const badDays: Draw = {
  perDay: [2, 4],
  worst: ['usage', 'prices'],
  of: (random) => {
    const kind = random.pick([
      'answerWithPrevious',
      'answerWithPrevious',
      'changePace',
      'movePrices',
      'correctYesterday',
      'pricesAfterMidnight',
      'cancelReportsInFlight',
      'twinDrEvents',
    ] as const);
    switch (kind) {
      case 'answerWithPrevious':
        return { do: kind, on: random.pick(services), times: random.pick([1, 1, 3]) };
      case 'changePace': {
        const pollFreq = random.pick(['PT1S', 'P1D'] as const);
        return { do: kind, pollFreq, forMs: pollFreq === 'PT1S' ? 12 * minuteMs : random.pick([hourMs, 12 * hourMs]) };
      }
      case 'movePrices':
        return { do: kind, byMs: random.pick([-hourMs, hourMs]), forMs: random.pick([10 * minuteMs, 3 * hourMs]) };
      case 'cancelReportsInFlight':
        return { do: kind, reportToFollow: random.chance(0.5) };
      default:
        return { do: kind };
    }
  },
};

const lostPolls: Draw = {
  perDay: [2, 4],
  worst: ['prices', 'start'],
  of: (random) => ({
    do: 'losePollBeforeRenewal',
    by: random.pick(['dropAfter', 'resetAfter', 'hangAfter', 'empty']),
  }),
};

const heavies: Draw = {
  perDay: [2, 4],
  worst: ['usage', 'prices', 'start'],
  of: (random) =>
    random.chance(0.5)
      ? { do: 'hangDisk', forMs: random.pick([4_000, 40_000, 70_000, 10 * minuteMs]) }
      : { do: 'longTexts', times: random.pick([1, 1, 3]) },
};

/** What came later is drawn by itself, and beside the others. */
const laterDraws: Readonly<Partial<Record<Theme, Draw>>> = {
  opts: optings,
  signed: tampers,
  badDays,
  lostPolls,
  heavy: heavies,
};

/**
 * Themes that came later, and in what share of seeds: each has a source of chance of its own, so that a seed is otherwise what it was.
 * `heavy` comes only where it is asked for: few seeds have been lived with it beside other themes.
 */
const laterThemes = {
  directories: 0.25,
  secondVens: 0.25,
  opts: 0.25,
  signed: 0.1,
  badDays: 0.25,
  lostPolls: 0.15,
  heavy: 0,
} as const;

const isLater = (theme: Theme): theme is keyof typeof laterThemes => theme in laterThemes;

const happeningsOf = (seed: number, theme: Theme, stretch: Stretch): AdversePlan['happenings'] => {
  const draw = laterDraws[theme] ?? draws[theme];
  if (draw === undefined) return [];
  const random = createRandom('adversity', seed, theme);
  const [least, most] = draw.perDay;
  const count = random.integer(least, most) * stretch.days;
  return Array.from({ length: count }, () => ({
    afterMs: momentOf(random, stretch, draw.worst),
    happening: draw.of(random),
  }));
};

/** What is left out of a plan. */
export interface Leaving {
  /** Themes, faults and happenings, by name; a happening also by its place, as `#3`. */
  readonly without: ReadonlySet<string>;
  /** The themes, instead of those that chance gives the seed. */
  readonly only?: readonly Theme[];
  /** Whether the VTN pushes; it is polled if absent. */
  readonly isPushed?: boolean;
  /** Whether lives go on where the ones before them were cut off; each begins by itself if absent. */
  readonly resumes?: boolean;
}

/** What an adversary does in a seed. Each theme has a source of chance of its own: one more or less changes no other. */
export const adversePlanOf = (seed: number, stretch: Stretch, { without, only }: Leaving): AdversePlan => {
  const random = createRandom('adversity', seed);
  const earlier = themes.filter((theme) => !isLater(theme) && random.chance(0.4));
  const later = themes.filter(
    (theme) => isLater(theme) && createRandom('theme', seed, theme).chance(laterThemes[theme]),
  );
  const byChance = [...earlier, ...later];
  const drawn = (only ?? byChance).filter((theme) => !without.has(theme));
  const count = random.pick([2, 3, 3, 5, 12]);
  const dayDuration = random.pick(['PTnH', 'P1D'] as const);
  return {
    themes: drawn,
    devices: drawn.includes('devices') ? count : 1,
    vtn: drawn.includes('oddDrEvents') ? { dayDuration } : {},
    settings: {},
    happenings: drawn.flatMap((theme) => happeningsOf(seed, theme, stretch)),
  };
};
