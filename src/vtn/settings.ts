import type { VenID, VtnID } from '../protocol/types/identifiers.ts';
import type { Duration } from '../protocol/types/scalars.ts';
import { spikyPrices } from './events/prices.ts';
import type { PriceProvider } from './events/prices.ts';
import type { Seed } from './random.ts';
import type { FaultOptions } from './faults/faults.ts';
import type { VtnSigning } from './signing.ts';
import type { VtnClock } from './time.ts';

/** How finely and how often a report is asked for. */
export interface ReportAsk {
  readonly granularity: Duration;
  readonly reportBackDuration: Duration;
  /** Start now and 0 for ever; NHEC's VTN leaves it out. @rule 2.0b 324 */
  readonly withReportInterval?: boolean;
}

/** Which VENs may register. `any`: a VEN without venID is given one, a VEN with a venID keeps it. */
export type AdmittedVens = 'any' | readonly VenID[];

/**
 * `plain`: as the schema and the rules like it. `nhec`: as the programme's published samples look, with padded IDs,
 * requestIDs that read `None`, microseconds, local default namespaces and starts one second apart.
 */
export type WireStyle = 'plain' | 'nhec';

/** What the embedded VTN is made with; everything but the clock has a default. */
export interface VtnOptions {
  readonly clock: VtnClock;
  readonly seed?: Seed;
  readonly timeZone?: string;
  readonly vtnID?: VtnID;
  readonly venIDs?: AdmittedVens;
  readonly pollFreq?: Duration;
  readonly marketContext?: string;
  /** Without it, spiky prices from the seed. */
  readonly prices?: PriceProvider;
  /** Local time of day at which tomorrow's prices come out. */
  readonly publishAt?: string;
  /** @unit ms */
  readonly listedAfterEndMs?: number;
  readonly wireStyle?: WireStyle;
  /** How long a day's price event says it is: in hours as the clocks make them, or always a day. */
  readonly dayDuration?: 'PTnH' | 'P1D';
  /** Whether a poll brings all DR events, as the rules say, or the changed ones only, as old VTNs do. @rule 2.0b 61 */
  readonly distributes?: 'all' | 'changed';
  /** How usage is asked for when a VEN registers its reports, or `never`. */
  readonly usage?: ReportAsk | 'never';
  /** How status is asked for, or `never`. */
  readonly status?: ReportAsk | 'never';
  /** How many resources a VEN may have: what it takes grows with them. */
  readonly resources?: number;
  /** Devices it knows; what is reported for others is acknowledged and lost. Without it, all. */
  readonly resourceIDs?: readonly string[];
  /** How it answers a VEN it does not know; `silence`: as if it had nothing for it. */
  readonly unknownVen?: 'oadrRequestReregistration' | '452' | '463' | 'silence';
  /** How it answers a registrationID it does not know: by a new registration, by refusing it, or by repeating it as if it knew it. */
  readonly unknownRegistrationID?: 'registers' | 'refuses' | 'repeats';
  /** Whether it announces its own (empty) reports by a poll after a registration; this family does not. */
  readonly announcesReports?: boolean;
  /** The same requestID in everything it sends, as some do. @rule 2.0b 43 */
  readonly constantRequestID?: string;
  readonly faults?: FaultOptions;
  /** XML signatures; without it, none. */
  readonly signing?: VtnSigning;
  /** Exchanges that are remembered; quiet polls are only counted. @limit */
  readonly remembers?: number;
}

/** The options with their defaults filled in. */
export type VtnSettings = Required<Omit<VtnOptions, 'constantRequestID' | 'resourceIDs' | 'signing'>> &
  Pick<VtnOptions, 'constantRequestID' | 'resourceIDs' | 'signing'>;

const dayMs = 86_400_000;

/** How many resources a VEN may have when nobody says. */
export const usualResources = 100;

/** Fills in the defaults: a VTN as NHEC's README describes it. */
export const settingsOf = (options: VtnOptions): VtnSettings => {
  const { seed = 1, timeZone = 'America/New_York' } = options;
  return {
    vtnID: 'ter_vtn_1.0',
    venIDs: 'any',
    pollFreq: 'PT10S',
    marketContext: 'oadr://unknown.context',
    publishAt: '17:00',
    listedAfterEndMs: 2 * dayMs,
    wireStyle: 'plain',
    distributes: 'all',
    dayDuration: 'PTnH',
    usage: { granularity: 'PT1H', reportBackDuration: 'PT24H' },
    status: { granularity: 'PT1M', reportBackDuration: 'PT1M' },
    unknownVen: 'oadrRequestReregistration',
    unknownRegistrationID: 'registers',
    announcesReports: false,
    resources: usualResources,
    faults: {},
    remembers: 10_000,
    prices: spikyPrices({ seed, timeZone }),
    ...options,
    seed,
    timeZone,
  };
};
