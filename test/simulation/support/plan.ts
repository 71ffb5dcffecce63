import type { VenSettings } from '../../../src/facts/settings.ts';
import type { LocalDay } from '../../../src/programme/calendar.ts';
import { adversePlanOf, type Leaving } from './adversity/draw.ts';
import type { Adversity, Theme } from './adversity/adversity.ts';
import { dispatchingOf, type Dispatching, type Meddling } from './adversity/dispatch.ts';
import type { FaultName } from '../../../src/vtn/faults/faults.ts';
import { createRandom, type Random } from '../../../src/vtn/random.ts';
import type { VtnOptions } from '../../../src/vtn/settings.ts';

/**
 * What a seed does to a world: which faults, how often, and what else happens when.
 *
 * Swarm testing: in each seed about half of the faults never happen, so that the others are not drowned by them.
 */

/** Something that happens to the world beside the faults of single exchanges. */
export type Happening =
  | { readonly do: 'killVen'; readonly downMs: number }
  | { readonly do: 'killVenAtOperation'; readonly skip: number; readonly downMs: number }
  | { readonly do: 'restartVen' }
  | { readonly do: 'restartVtn'; readonly registrations: 'kept' | 'forgotten'; readonly events: 'kept' | 'renamed' }
  | { readonly do: 'vtnDown'; readonly downMs: number }
  | { readonly do: 'jumpClock'; readonly jumpMs: number }
  | {
      readonly do: 'addDrEvent';
      readonly startInMs: number;
      readonly lengthMs: number;
      readonly startafterMs: number;
      readonly rampUpMs: number;
      readonly cancelAfterMs: number;
    }
  | { readonly do: 'modifyPrices' }
  /** Tomorrow's prices come out two hours late. */
  | { readonly do: 'delayPrices' }
  | { readonly do: 'quickenPolls' }
  /** The next report meets with a fault of its own: reports are few, and chance would seldom hit one. */
  | { readonly do: 'refuseReport' | 'loseReportAnswer' | 'forgetBeforeReport' }
  | { readonly do: 'modifyDrEvent' | 'cancelDrEvent' | 'withdrawDrEvent' }
  | { readonly do: 'askReport'; readonly kind: 'oneShot' | 'periodic' | 'delayed' | 'history' | 'metadata' }
  | { readonly do: 'operatorOpts'; readonly optType: 'optIn' | 'optOut' }
  /** In the place of what was left out. */
  | { readonly do: 'nothing' };

/** What happens at an instant. @unit ms after the start */
export interface Timed {
  readonly afterMs: number;
  readonly happening: Happening | Adversity | Meddling;
}

export interface Plan {
  readonly seed: number;
  readonly day: LocalDay;
  /** Hours after midnight at which the world begins. */
  readonly hour: number;
  readonly days: number;
  readonly vtn: Partial<VtnOptions>;
  readonly settings: Partial<VenSettings>;
  readonly probabilities: Partial<Record<FaultName, number>>;
  readonly happenings: readonly Timed[];
  /** How many devices the VEN has. */
  readonly devices: number;
  readonly themes: readonly Theme[];
  readonly dispatching: Dispatching;
  /** Whether the VTN pushes, rather than being polled. */
  readonly isPushed: boolean;
  /** Whether lives go on where the ones before them were cut off, as those of a fleet's VEN do. */
  readonly resumes: boolean;
}

/** Which seeds of a long run are lived pushed: every fifth. */
export const livesPushed = (seed: number): boolean => seed % 5 === 0;

/** Which are lived as a VEN of a fleet, whose host is begun anew: every other. */
export const livesResumed = (seed: number): boolean => seed % 2 === 1;

/** Faults whose harm is over with the exchange they strike, or that the VEN must get over by itself. */
export const chanceFaults: readonly FaultName[] = [
  'dropBefore',
  'dropAfter',
  'resetBefore',
  'resetAfter',
  'hangBefore',
  'hangAfter',
  'delay',
  'status',
  'redirect',
  'html',
  'truncated',
  'malformed',
  'schemaInvalid',
  'empty',
  'slowLoris',
  'oversized',
  'body',
  'answer',
  'requestReregistration',
  'responseCode',
  'restart',
  'forgetReportRequests',
  'duplicatePolled',
  'reorderPolled',
  'wrongVtnID',
  'wrongVenID',
  'wrongRequestID',
  'lowerModificationNumber',
  'sameNumberOtherContent',
  'wrongClock',
  'cancelRegistration',
  'cancelReports',
  'askReport',
  'askNoUsage',
];

/** Faults of what is pushed. What comes too late, too large or not at all is told again, or asked for. */
export const pushFaults: readonly FaultName[] = [
  'pushReplyLost',
  'pushTwice',
  'pushReordered',
  'pushWrongVenID',
  'pushHuge',
  'pushSilent',
];

const days: readonly [LocalDay, ...LocalDay[]] = [
  '2026-06-10',
  '2026-03-07',
  '2026-10-31',
  '2026-12-31',
  '2026-02-28',
  '2026-07-03',
];
const hourMs = 3_600_000;

const happeningOf = (random: Random): Happening => {
  const names = [
    'killVen',
    'killVen',
    'killVenAtOperation',
    'killVenAtOperation',
    'restartVen',
    'restartVtn',
    'restartVtn',
    'vtnDown',
    'jumpClock',
    'addDrEvent',
    'addDrEvent',
    'modifyPrices',
    'delayPrices',
    'quickenPolls',
    'refuseReport',
    'loseReportAnswer',
    'forgetBeforeReport',
    'modifyDrEvent',
    'modifyDrEvent',
    'cancelDrEvent',
    'withdrawDrEvent',
    'withdrawDrEvent',
    'askReport',
    'askReport',
    'operatorOpts',
  ] as const;
  const name = random.pick(names);
  switch (name) {
    case 'killVen':
      return { do: name, downMs: random.pick([500, 3_000, 120_000, 2 * hourMs]) };
    case 'killVenAtOperation':
      return { do: name, skip: random.integer(0, 12), downMs: random.pick([500, 3_000, 30_000]) };
    case 'restartVtn':
      return {
        do: name,
        registrations: random.pick(['kept', 'forgotten']),
        events: random.pick(['kept', 'kept', 'renamed']),
      };
    case 'vtnDown':
      return { do: name, downMs: random.pick([10_000, 600_000, 5 * hourMs]) };
    case 'jumpClock':
      return { do: name, jumpMs: random.pick([-90_000, -1_500, 1_500, 45_000, 90_000, 600_000]) };
    case 'addDrEvent':
      return {
        do: name,
        startInMs: random.pick([-600_000, 60_000, random.integer(-600_000, 4 * hourMs)]),
        lengthMs: random.pick([0, 600_000, hourMs]),
        startafterMs: random.pick([0, 600_000]),
        rampUpMs: random.pick([0, 900_000]),
        cancelAfterMs: random.pick([0, 1_200_000]),
      };
    case 'askReport':
      return { do: name, kind: random.pick(['oneShot', 'periodic', 'delayed', 'delayed', 'history', 'metadata']) };
    case 'operatorOpts':
      return { do: name, optType: random.pick(['optIn', 'optOut']) };
    default:
      return { do: name };
  }
};

/** Times cluster about the hours that matter: the price window, midnight, the re-registration. */
const momentOf = (random: Random, hour: number, days: number): number => {
  const day = random.integer(0, days - 1) * 24 * hourMs;
  if (random.chance(0.5)) return random.integer(60_000, days * 24 * hourMs);
  const local = random.pick([16.75, 17, 17.5, 24, 24.01]);
  return Math.max(60_000, day + (local - hour) * hourMs + random.integer(-90_000, 120_000));
};

/** The troubles of a seed: of single exchanges, and of processes that come and go. */
export const troublesOf = (seed: number, days_: number): Plan => {
  const random = createRandom('simulation', seed);
  const hour = random.pick([0.2, 9, 16, 16.7]);
  const day = random.pick(days);
  const probabilities: Partial<Record<FaultName, number>> = Object.fromEntries(
    chanceFaults.filter(() => random.chance(0.4)).map((name) => [name, random.pick([0.002, 0.01, 0.03])]),
  );
  const count = random.integer(2, 8) * days_;
  const happenings = Array.from({ length: count }, () => ({
    afterMs: momentOf(random, hour, days_),
    happening: happeningOf(random),
  })).sort((a, b) => a.afterMs - b.afterMs);
  // The VTN's books know an interval by its start: hours and quarters of hours would be taken for one another.
  const sampleEveryMs = random.pick([900_000, 3_600_000] as const);
  const happensHere = ({ happening }: { readonly happening: Happening }): boolean =>
    sampleEveryMs === hourMs || happening.do !== 'askReport' || !['oneShot', 'history'].includes(happening.kind);
  if (sampleEveryMs !== hourMs) delete probabilities['askReport'];
  const distributes = random.pick(['all', 'all', 'changed'] as const);
  return {
    seed,
    day,
    hour,
    days: days_,
    vtn: {
      seed,
      pollFreq: random.pick(['PT3M', 'PT5M', 'PT10M']),
      venIDs: ['bellawatt.example.ven.123'],
      wireStyle: random.pick(['plain', 'nhec']),
      distributes,
      status: random.chance(0.3) ? { granularity: 'PT30M', reportBackDuration: 'PT30M' } : 'never',
      unknownVen: random.pick(['oadrRequestReregistration', '452', '463']),
      unknownRegistrationID: random.pick(['registers', 'refuses']),
      announcesReports: random.chance(0.2),
    },
    settings: {
      // A VTN that lists only what changed cannot cancel by silence.
      implicitCancellation: distributes === 'all',
      unknownOutcome: random.pick(['resend', 'resend', 'hold']),
      queryRegistration: random.chance(0.3),
      sampleEveryMs,
      // By the seed and no chance: what the other seeds live through stays what it was.
      ...(seed % 2 === 0 ? { askDevicesAtStart: true } : {}),
    },
    probabilities,
    happenings: happenings.filter(happensHere),
    devices: 1,
    themes: [],
    dispatching: dispatchingOf(seed, days_, 1),
    isPushed: false,
    resumes: false,
  };
};

/** What goes wrong with what is pushed, by a chance of its own. */
const pushTroublesOf = (seed: number): Partial<Record<FaultName, number>> => {
  const random = createRandom('pushed', seed);
  return Object.fromEntries(
    pushFaults.filter(() => random.chance(0.5)).map((name) => [name, random.pick([0.02, 0.1, 0.3])]),
  );
};

/** What a part of a plan is called where it is left out: a fault by its name, a happening by its place. */
export const partsOf = ({ probabilities, happenings }: Plan): readonly string[] => [
  ...Object.keys(probabilities).filter((name) => probabilities[name as FaultName] !== 0),
  ...happenings.flatMap(({ happening }, index) => (happening.do === 'nothing' ? [] : [`#${index}`])),
];

/** A plan without some of its parts. A fault that is left out keeps its chance, for the sake of the others, and never strikes. */
export const planWithout = (plan: Plan, without: ReadonlySet<string>): Plan => ({
  ...plan,
  probabilities: Object.fromEntries(
    Object.entries(plan.probabilities).map(([name, chance]) => [name, without.has(name) ? 0 : chance]),
  ),
  happenings: plan.happenings.map((timed, index) =>
    without.has(`#${index}`) || without.has(timed.happening.do) ? { ...timed, happening: { do: 'nothing' } } : timed,
  ),
});

/**
 * The plan of a seed: its troubles, and the themes of its adversary.
 */
export const planOf = (seed: number, days_: number, leaving: Leaving = { without: new Set() }): Plan => {
  const { without } = leaving;
  const troubles = troublesOf(seed, days_);
  const adverse = adversePlanOf(seed, troubles, leaving);
  const jumps = adverse.themes.includes('clock');
  const usual = troubles.happenings.map((timed) =>
    jumps && timed.happening.do === 'jumpClock' ? { ...timed, happening: { do: 'nothing' } as const } : timed,
  );
  const dispatching = dispatchingOf(seed, days_, adverse.devices);
  const happenings = [...usual, ...adverse.happenings].sort((a, b) => a.afterMs - b.afterMs);
  return planWithout(
    {
      ...troubles,
      isPushed: leaving.isPushed ?? false,
      resumes: leaving.resumes ?? false,
      probabilities: { ...troubles.probabilities, ...(leaving.isPushed === true ? pushTroublesOf(seed) : {}) },
      vtn: { ...troubles.vtn, ...adverse.vtn },
      settings: { ...troubles.settings, ...adverse.settings },
      // At the end of the list: the others keep their places, by which their chances are drawn.
      happenings: [...happenings, ...dispatching.meddling],
      devices: adverse.devices,
      themes: adverse.themes,
      dispatching,
    },
    without,
  );
};
