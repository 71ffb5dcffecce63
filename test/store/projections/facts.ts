import type { FactType, Facts, KnownEntry } from '../../../src/facts/fact.ts';
import { factVersions } from '../../../src/facts/fact.ts';
import type { MeterRead } from '../../../src/facts/input.ts';
import type { VenSettings } from '../../../src/facts/settings.ts';
import type { Projection } from '../../../src/store/projection.ts';

/** A fact and the instant it was recorded at. */
export type Told = { [T in FactType]: readonly [recordedAt: number, type: T, data: Facts[T]] }[FactType];

/** The fact as the entry at a position of a log. */
export const entryOf = ([recordedAt, type, data]: Told, position: number): KnownEntry =>
  ({
    position,
    recordedAt,
    runID: 'run-1',
    direction: 'in',
    stream: 'agent',
    type,
    version: factVersions[type],
    data,
    cause: null,
    hash: '',
  }) as KnownEntry;

/** Folds facts in order, each at the next position. */
export const told = <State>(
  projection: Projection<State>,
  facts: readonly Told[],
  state = projection.initial,
  from = 0,
): State => facts.reduce((before, fact, index) => projection.apply(before, entryOf(fact, from + index)), state);

/** The state as a checkpoint gives it back. */
export const throughJson = <State>(state: State): State => JSON.parse(JSON.stringify(state)) as State;

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Settings of the programme, with one battery of 5 kW. */
export const settings: VenSettings = {
  venID: 'ven-1',
  venName: 'example-ven',
  preallocatedVenID: true,
  queryRegistration: false,
  strict: false,
  envelope: true,
  marketContexts: 'any',
  implicitCancellation: true,
  timeZone: 'America/New_York',
  pricesLateAt: '17:30',
  reregisterAt: '16:30',
  reregisterBeforeUsage: true,
  reportResync: true,
  priceUnit: 'usd_per_kwh',
  plausibleUsdPerKwhMin: -1,
  plausibleUsdPerKwhMax: 10,
  defaultPollFreqMs: 10_000,
  minimumPollFreqMs: 1_000,
  pollJitter: 0.1,
  backoffFirstMs: 1_000,
  backoffCapMs: 300_000,
  backoffJitter: 1,
  drainLimit: 100,
  replyTimeoutMs: 30_000,
  unknownOutcome: 'resend',
  usageDelayMs: 60_000,
  usageRequestExpectedMs: 600_000,
  sampleEveryMs: hourMs,
  usageSpecifierID: 'RealEnergy',
  statusSpecifierID: 'Status',
  historySpecifierID: 'History',
  devices: [{ resourceID: 'battery', maxChargeWatts: 5_000, maxDischargeWatts: 5_000, capacityWattHours: 13_500 }],
};

export const agentStarted = (at: number, changes: Partial<VenSettings> = {}): Told => [
  at,
  'AgentStarted',
  {
    versions: { agent: '0.1.0', machines: '1', node: '20', timeZoneData: '2026a' },
    settings: { ...settings, ...changes },
  },
];

/** A reading taken on its boundary. */
export const meterRead = (
  boundaryAt: number,
  importWattHours: number,
  exportWattHours = 0,
  changes: Partial<MeterRead> = {},
): Told => {
  const status = {
    online: true,
    manualOverride: false,
    powerWatts: 0,
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
  };
  const data = {
    resourceID: 'battery',
    boundaryAt,
    readAt: boundaryAt,
    importWattHours,
    exportWattHours,
    status,
    ...changes,
  };
  return [data.readAt, 'MeterRead', data];
};
