/** Everything that the page tells, simulated once, as figures that can be kept. */
import { fleetBackoffJitter } from '../../src/adapters/config/fleetFile.ts';
import { figuresWith, type ScaleFigures } from './inputs.ts';
import { outageCourse, type OutageCourse } from './outage.ts';
import { usualSettings } from './settings.ts';
import { quantile, waveCourse, type PollCount, type WaveCourse, type WaveTrial } from './wave.ts';

/** What is simulated. */
export interface ScaleTrial {
  readonly vens: number;
  readonly workers: number;
  readonly seed: string;
}

/** The trial of the page. */
export const usualTrial: ScaleTrial = { vens: 1_000_000, workers: 100, seed: 'at scale' };

/** The same in small, which tells whether what was kept is still what the model says. */
export const smallTrial: ScaleTrial = { vens: 2_000, workers: 2, seed: 'at scale' };

/** Workers that are lived through one by one; the others fare as they do, for they share nothing but the server. */
export const simulatedWorkers = 4;

/** How many PostgreSQL servers are tried. */
export const serverCounts = [1, 2, 4, 8, 16, 25] as const;

/** A lag: its median and its 99th percentile, of all VENs; null where fewer got so far while they were watched. @unit s */
export type LagPair = readonly [number | null, number | null];

/** What came of a wave. */
export interface WaveFindings {
  readonly polls: PollCount;
  readonly slowestPollS: number;
  readonly lagS: LagPair;
  readonly planLagS: LagPair;
  readonly slowestAppendS: number;
  readonly handshakes: number;
  readonly busiest: number;
  /** VENs that got to the end of it. */
  readonly arrived: number;
}

/** All that came of it. */
export interface ScaleFindings {
  readonly trial: ScaleTrial;
  readonly waves: readonly {
    readonly servers: number;
    readonly prices: WaveFindings;
    readonly reports: WaveFindings;
  }[];
  readonly outages: readonly ({ readonly minutes: number; readonly jitter: number } & OutageCourse)[];
  /** Four workers with a server of their own. */
  readonly quiet: WaveFindings;
  readonly calm: WaveFindings;
  readonly workerLost: WaveFindings;
  readonly databaseLost: WaveFindings;
}

const outages = [
  { minutes: 2, jitter: usualSettings.backoffJitter },
  { minutes: 15, jitter: usualSettings.backoffJitter },
  { minutes: 60, jitter: usualSettings.backoffJitter },
  { minutes: 2, jitter: fleetBackoffJitter },
  { minutes: 15, jitter: fleetBackoffJitter },
  { minutes: 60, jitter: fleetBackoffJitter },
] as const;

const tenths = (value: number): number => Math.round(value * 10) / 10;

const lagOf = (lagsMs: Float64Array, vens: number): LagPair => {
  const seconds = (part: number): number | null => {
    const ms = quantile(lagsMs, part, vens);
    return ms === null ? null : tenths(ms / 1_000);
  };
  return [seconds(0.5), seconds(0.99)];
};

const findingsOf = (course: WaveCourse, vens: number): WaveFindings => ({
  polls: course.polls,
  slowestPollS: tenths(course.slowestPollMs / 1_000),
  lagS: lagOf(course.lagsMs, vens),
  planLagS: lagOf(course.planLagsMs, vens),
  slowestAppendS: tenths(course.slowestAppendMs / 1_000),
  handshakes: course.handshakes,
  busiest: Math.round(course.busiest * 100) / 100,
  arrived: course.lagsMs.length,
});

/** Simulates it. */
export const scaleFindings = (trial: ScaleTrial, figures: ScaleFigures = figuresWith()): ScaleFindings => {
  const { vens, workers, seed } = trial;
  const part = Math.min(simulatedWorkers, workers);
  const wave = (servers: number, other: Partial<WaveTrial>): WaveFindings => {
    const own = { vens: Math.round((vens * part) / workers), workers: part, servers, seed, wave: 'prices' } as const;
    return findingsOf(waveCourse({ ...own, ...other }, figures), own.vens);
  };
  const shareOf = (servers: number): number => (servers * part) / workers;
  return {
    trial,
    waves: serverCounts.map((servers) => ({
      servers,
      prices: wave(shareOf(servers), {}),
      reports: wave(shareOf(servers), { wave: 'reports' }),
    })),
    outages: outages.map(({ minutes, jitter }) => ({
      minutes,
      jitter,
      ...outageCourse({ vens, outageMs: minutes * 60_000, seed, backoffJitter: jitter }, figures),
    })),
    quiet: wave(1, { wave: 'none' }),
    calm: wave(1, {}),
    workerLost: wave(1, { workerLost: true }),
    databaseLost: wave(1, { databaseLostMs: 60_000 }),
  };
};
