import { drEventSource } from '../facts/eventPrices.ts';
import type { FactType, KnownEntry } from '../facts/fact.ts';
import { neutralIn } from '../facts/neutral.ts';
import { type PriceSource, sourceKey, type StatedPrices } from '../facts/prices.ts';
import type { VenSettings } from '../facts/settings.ts';
import { hourMs } from '../programme/calendar.ts';
import { datedNow, datedPut } from '../store/projections/dated.ts';
import { lookUp, withKey } from '../store/projections/keyed.ts';
import { versionAt } from '../store/projections/priceState.ts';
import { pruned } from '../store/projections/pruned.ts';
import { seriesPut } from '../store/projections/series.ts';
import { shardGet } from '../store/projections/shards.ts';
import { boundariesWithin } from '../store/projections/usage.ts';
import { contested, refusedIn } from './contests.ts';
import { hoursTouching } from './datedHours.ts';
import type { AdjustmentCause, LinePart } from './ledgerLine.ts';
import { ledgerFolds, type LedgerState, type Posting, postingsOf, type PriceSeries } from './ledgerState.ts';
import { registersOf } from './meter.ts';
import { settledHour, type SettledHour } from './settledHour.ts';
import { crowdEntries, crowdGet, crowdKeys, crowdPut } from '../store/projections/crowd.ts';

/**
 * The ledger: what each hour of each device comes to, from facts alone, and every change of that.
 *
 * It is a fold. After each fact that can change money, the hours it touches are settled anew; where one comes to something
 * else than before, a posting says so. Postings are never changed and never taken back: the ledger of a shorter log is the
 * beginning of the ledger of a longer one.
 */

/** Hours to be settled anew. */
interface Touched {
  /** Absent: every device. */
  readonly resourceID?: string;
  /** Hours that end after and start before these instants. */
  readonly fromAt: number;
  readonly toAt: number;
  readonly because: AdjustmentCause;
}

/** The time that a source states prices for, or did until the fact. */
const sourceTime = (
  before: LedgerState,
  after: LedgerState,
  source: PriceSource,
  because: AdjustmentCause,
): Touched[] => {
  const versions = [before.prices, after.prices].flatMap((prices) =>
    (shardGet(prices.known, sourceKey(source))?.current ?? []).flatMap((ref) => versionAt(prices, ref) ?? []),
  );
  if (versions.length === 0) return [];
  const fromAt = Math.min(...versions.map(({ startAt }) => startAt));
  const toAt = Math.max(...versions.map(({ endAt }) => endAt ?? Number.MAX_SAFE_INTEGER));
  return [{ fromAt, toAt, because }];
};

const settingsChanged = (before: LedgerState, after: LedgerState): boolean =>
  before.prices !== after.prices || before.usage !== after.usage || before.settings !== after.settings;

/** The time of readings that a clock which was set back had put aside, and that count again. */
const readingsBack = (before: LedgerState, after: LedgerState): readonly Touched[] =>
  crowdEntries(before.usage.meters).flatMap(([resourceID, { aside = [] }]) => {
    const left = crowdGet(after.usage.meters, resourceID)?.aside ?? [];
    return aside
      .filter((each) => !left.includes(each))
      .flatMap(({ boundaries }) => {
        const [first, last] = [boundaries[0], boundaries.at(-1)];
        return first === undefined || last === undefined
          ? []
          : [{ resourceID, fromAt: first.at - 1, toAt: last.at + 1, because: 'readingCorrected' as const }];
      });
  });

/** The time of readings that a clock which was wrong had dated, and that do not count any more. */
const readingsGone = (before: LedgerState, after: LedgerState): readonly Touched[] =>
  crowdKeys(before.usage.meters).flatMap((resourceID) => {
    const [was, is] = [before, after].map(({ usage }) =>
      boundariesWithin(usage, resourceID, 0, Number.MAX_SAFE_INTEGER),
    );
    const left = new Set(is?.map(({ at }) => at));
    const gone = was?.filter(({ at }) => !left.has(at)) ?? [];
    const [first, last] = [gone[0], gone.at(-1)];
    return first === undefined || last === undefined
      ? []
      : [{ resourceID, fromAt: first.at - 1, toAt: last.at + 1, because: 'readingWithdrawn' as const }];
  });

const touchedBy = (before: LedgerState, after: LedgerState, entry: KnownEntry): readonly Touched[] => {
  switch (entry.type) {
    case 'MeterRead':
    case 'MeterReadFailed': {
      const { resourceID, boundaryAt } = entry.data;
      return before.usage === after.usage
        ? []
        : [{ resourceID, fromAt: boundaryAt - 1, toAt: boundaryAt + 1, because: 'readingCorrected' }];
    }
    case 'ClockJumped':
      return entry.data.jumpMs < 0
        ? [{ fromAt: entry.recordedAt - hourMs, toAt: Number.MAX_SAFE_INTEGER, because: 'readingWithdrawn' }]
        : readingsBack(before, after);
    case 'ReadingsDisowned':
      return readingsGone(before, after);
    case 'AgentStarted':
    case 'SettingsChanged':
      return settingsChanged(before, after)
        ? [
            ...readingsBack(before, after),
            { fromAt: entry.recordedAt, toAt: Number.MAX_SAFE_INTEGER, because: 'settingsChanged' },
          ]
        : readingsBack(before, after);
    default: {
      const neutral = neutralIn(entry);
      if (neutral?.type === 'PricesReceived') return sourceTime(before, after, neutral.data.source, 'priceRevised');
      if (neutral?.type === 'PricesWithdrawn') return sourceTime(before, after, neutral.data.source, 'priceCancelled');
      return [];
    }
  }
};

/** By which prices an hour was settled, part by part. */
const pricesText = (parts: readonly LinePart[], startAt: number): string =>
  parts.map((part) => `${part.startAt - startAt}:${part.importUsdPerKwh}/${part.exportUsdPerKwh}`).join(' ');

const isSame = (last: Posting | undefined, next: Posting): boolean =>
  last === undefined
    ? next.money === null
    : last.prices === next.prices &&
      (next.money === null ||
        (last.importWattHours === next.importWattHours && last.exportWattHours === next.exportWattHours));

/** What an hour comes to now, if that is something else than it was. */
const postingFor = (
  state: LedgerState,
  { parts, money, reading }: SettledHour,
  because: AdjustmentCause,
  { position, recordedAt }: KnownEntry,
): Posting | null => {
  const { resourceID, startAt, importWattHours, exportWattHours } = reading;
  const last = postingsOf(state, resourceID, startAt).at(-1);
  const posting: Posting = {
    position,
    at: recordedAt,
    because: last === undefined ? null : because,
    importWattHours,
    exportWattHours,
    prices: money === null ? null : pricesText(parts, startAt),
    usdPerKwh: parts.length === 1 ? (parts[0]?.importUsdPerKwh ?? null) : null,
    money,
  };
  return isSame(last, posting) ? null : posting;
};

const post = (state: LedgerState, resourceID: string, startAt: number, posting: Posting): LedgerState => {
  const series = crowdGet(state.postings, resourceID) ?? [];
  const all = [...postingsOf(state, resourceID, startAt), posting];
  return { ...state, postings: crowdPut(state.postings, resourceID, seriesPut(series, startAt, all)) };
};

const settleAnew = (state: LedgerState, touched: Touched, entry: KnownEntry, series: PriceSeries): LedgerState => {
  if (state.settings.length === 0 || state.firstBoundaryAt > state.lastBoundaryAt) return state;
  const resourceIDs = touched.resourceID === undefined ? crowdKeys(state.usage.meters) : [touched.resourceID];
  const hours = hoursTouching(
    Math.max(touched.fromAt, state.firstBoundaryAt),
    Math.min(touched.toAt, state.lastBoundaryAt),
    state.settings,
  );
  const meter = registersOf(state.usage);
  let next = state;
  for (const resourceID of resourceIDs) {
    for (const { startAt } of hours) {
      const posting = postingFor(next, settledHour(next, meter, resourceID, startAt, series), touched.because, entry);
      if (posting !== null) next = post(next, resourceID, startAt, posting);
    }
  }
  return next;
};

const configuredNow = (
  configured: LedgerState['configured'],
  { devices }: Pick<VenSettings, 'devices'>,
  at: number,
): LedgerState['configured'] => {
  const present = new Set(devices.map(({ resourceID }) => resourceID));
  const all = [...new Set([...Object.keys(configured), ...present])];
  return Object.fromEntries(
    all.map((resourceID) => {
      const spans = lookUp(configured, resourceID) ?? [];
      const last = spans.at(-1);
      const isOpen = last !== undefined && last.toAt === null;
      if (present.has(resourceID) === isOpen) return [resourceID, spans];
      return [
        resourceID,
        isOpen ? [...spans.slice(0, -1), { ...last, toAt: at }] : [...spans, { fromAt: at, toAt: null }],
      ];
    }),
  );
};

/** Takes in what the folds that the ledger stands on make of a fact. */
const folded = (state: LedgerState, entry: KnownEntry): LedgerState => ({
  ...state,
  usage: ledgerFolds.usage.apply(state.usage, entry),
  prices: ledgerFolds.prices.apply(state.prices, entry),
  deliveries: ledgerFolds.deliveries.apply(state.deliveries, entry),
  confirmations: ledgerFolds.confirmations.apply(state.confirmations, entry),
});

const withContest = (state: LedgerState, stated: StatedPrices | undefined, entry: KnownEntry): LedgerState =>
  stated === undefined
    ? state
    : { ...state, contests: contested(state.contests, stated, entry, datedNow(state.prices.rules)) };

/** Remembers which message brought prices. */
const withSource = (state: LedgerState, { position: at, cause }: KnownEntry): LedgerState => {
  const { message } = state;
  if (message === null || message.position !== cause) return state;
  const { position, hash } = message;
  return { ...state, sources: withKey(state.sources, String(at), { position, hash }) };
};

const noted = (state: LedgerState, entry: KnownEntry): LedgerState => {
  switch (entry.type) {
    case 'AgentStarted':
    case 'SettingsChanged': {
      const { settings } = entry.data;
      const stated = settings ?? datedNow(state.settings);
      if (stated === undefined) return state;
      const { timeZone, usageDelayMs } = stated;
      return {
        ...state,
        settings: datedPut(state.settings, entry.recordedAt, { timeZone, usageDelayMs }),
        configured:
          settings === undefined ? state.configured : configuredNow(state.configured, settings, entry.recordedAt),
      };
    }
    case 'MessageReceived':
    case 'RequestReceived': {
      const { position, wireHash: hash = null } = entry;
      const { prices: listed = [] } = entry.type === 'MessageReceived' ? entry.data : {};
      return { ...state, message: { position, hash, listed } };
    }
    case 'PricesContested':
      return withContest(state, entry.data, entry);
    case 'DrEventRefused': {
      const { eventID, modificationNumber } = entry.data;
      const listed = state.message?.position === entry.cause ? state.message.listed : [];
      return withContest(state, refusedIn(listed, drEventSource(eventID), modificationNumber), entry);
    }
    case 'LogRepaired':
      return {
        ...state,
        losses: [...state.losses, ...entry.data.lost.map((stretch) => ({ ...stretch, position: entry.position }))],
      };
    case 'MeterRead': {
      const { boundaryAt } = entry.data;
      return {
        ...state,
        firstBoundaryAt: Math.min(state.firstBoundaryAt, boundaryAt),
        lastBoundaryAt: Math.max(state.lastBoundaryAt, boundaryAt),
      };
    }
    default:
      return neutralIn(entry)?.type === 'PricesReceived' ? withSource(state, entry) : state;
  }
};

/** The facts that the ledger is made of: as long as a log keeps these, its ledger stays the same. */
export const ledgerFacts: ReadonlySet<FactType> = new Set<FactType>([
  ...(['AgentStarted', 'SettingsChanged', 'ClockJumped', 'ClocksCompared', 'ReadingsDisowned', 'LogRepaired'] as const),
  ...(['MessageReceived', 'RequestReceived', 'MeterRead', 'MeterReadFailed'] as const),
  ...(['Registered', 'RegistrationEnded', 'ReportsRegistered', 'ReportRequestAccepted', 'ReportRequestEnded'] as const),
  ...(['PricesReceived', 'PricesWithdrawn', 'PricesContested', 'PricesClosed', 'UsageAsked', 'UsageUnasked'] as const),
  // Older logs have prices and requests in these alone.
  ...(['DrEventAccepted', 'DrEventRefused', 'DrEventCancelled', 'DrEventForgotten'] as const),
  ...([
    'UsageDue',
    'UsageDeliveryStarted',
    'UsageDeliveryAcknowledged',
    'UsageDeliveryRejected',
    'UsageDeliveryDoubted',
    'UsageDeliveryReleased',
  ] as const),
]);

const take =
  (series: PriceSeries) =>
  (state: LedgerState, entry: KnownEntry): LedgerState => {
    if (!ledgerFacts.has(entry.type)) return state;
    const next = noted(folded(state, entry), entry);
    return touchedBy(state, next, entry).reduce(
      (settled, touched) => settleAnew(settled, touched, entry, series),
      next,
    );
  };

const initial: LedgerState = {
  settings: [],
  usage: ledgerFolds.usage.initial,
  prices: ledgerFolds.prices.initial,
  deliveries: ledgerFolds.deliveries.initial,
  confirmations: ledgerFolds.confirmations.initial,
  sources: {},
  message: null,
  contests: {},
  losses: [],
  configured: {},
  postings: {},
  firstBoundaryAt: Number.MAX_SAFE_INTEGER,
  lastBoundaryAt: 0,
  prunedDay: 0,
};

/** The ledger of a log. Nothing of it is ever dropped. */
export const ledgerProjection = (series: PriceSeries = {}) =>
  pruned(
    {
      name: series.exportSignalID === undefined ? 'ledger' : `ledger with ${series.exportSignalID}`,
      version: ['4', ...Object.values(ledgerFolds).map(({ version }) => version)].join('.'),
      initial,
      take: take(series),
      prune: (state) => state,
    },
    {},
  );
