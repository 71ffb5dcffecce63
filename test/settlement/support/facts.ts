/** Facts of a day in the programme, and the ledger that follows from them. */
import type { UsageInterval } from '../../../src/facts/usage.ts';
import { daySpan, hourMs } from '../../../src/programme/calendar.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import type { LedgerException } from '../../../src/settlement/ledgerException.ts';
import type { LedgerLine } from '../../../src/settlement/ledgerLine.ts';
import type { LedgerState, PriceSeries } from '../../../src/settlement/ledgerState.ts';
import { settle, type SettleOptions } from '../../../src/settlement/settle.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { agentStarted, meterRead, told, type Told } from '../../store/projections/facts.ts';
import { pricesAccepted } from '../../store/projections/drEventFacts.ts';

export const timeZone = 'America/New_York';
export const device = 'battery';

/** A summer day of 24 hours, in which the tests play. */
export const day = daySpan('2026-07-29', timeZone);

/** An instant so many hours after its local midnight. */
export const at = (hours: number): number => day.startAt + hours * hourMs;

/** Five in the afternoon of the day before, when prices come out. */
export const fivePm = at(-7);

/** The agent starts early on the day before. */
export const started = agentStarted(at(-20));

/** The same price for every hour of the day, or one for each. */
export const priced = (
  prices: string | readonly string[],
  changes: Parameters<typeof pricesAccepted>[3] = {},
  when = fivePm,
): Told =>
  pricesAccepted(
    when,
    day.startAt,
    typeof prices === 'string' ? Array.from({ length: 24 }, () => prices) : prices,
    changes,
  );

/** What the registers show at one hour after another: import and export, by hour from midnight. */
export const metered = (
  hours: readonly (readonly [importWattHours: number, exportWattHours: number])[],
  fromHour = 0,
  stepHours = 1,
): readonly Told[] => {
  let [drawn, delivered] = [1_000, 2_000];
  const first = meterRead(at(fromHour), drawn, delivered);
  return [
    first,
    ...hours.map(([importWattHours, exportWattHours], index) => {
      drawn += importWattHours;
      delivered += exportWattHours;
      return meterRead(at(fromHour + (index + 1) * stepHours), drawn, delivered);
    }),
  ];
};

/** A report's worth of usage, and what became of it. */
export const delivered = (
  intervals: readonly UsageInterval[],
  outcome: 'due' | 'sending' | 'acknowledged' | 'rejected' | 'doubted',
  deliveryID = 'delivery-1',
): readonly Told[] => {
  const dueAt = at(24) + 60_000;
  const facts: Told[] = [
    [dueAt, 'UsageDue', { deliveryID, reportRequestID: 'request-1', usage: [{ resourceID: device, intervals }] }],
    [dueAt + 1, 'UsageDeliveryStarted', { deliveryID, exchangeID: 'exchange-1', requestID: 'message-1' }],
  ];
  if (outcome === 'due') return facts.slice(0, 1);
  if (outcome === 'acknowledged')
    facts.push([
      dueAt + 2,
      'UsageDeliveryAcknowledged',
      { deliveryID, reportRequestID: 'request-1', responseCode: '200' },
    ]);
  if (outcome === 'rejected')
    facts.push([dueAt + 2, 'UsageDeliveryRejected', { deliveryID, responseCode: '454', why: 'unknown rID' }]);
  if (outcome === 'doubted')
    facts.push([
      dueAt + 2,
      'UsageDeliveryDoubted',
      { deliveryID, requestID: 'message-1', policy: 'hold', because: 'the answer was lost' },
    ]);
  return facts;
};

/** A request for usage, made by the registration of the time. */
export const requested = (when = at(-19), reportRequestID = 'request-1'): readonly Told[] => [
  [when, 'Registered', { registrationID: 'registration-1', venID: 'ven-1', vtnID: 'vtn-1', renewed: false }],
  [when, 'ReportsRegistered', { reportSpecifierIDs: ['RealEnergy'] }],
  [
    when,
    'UsageAsked',
    {
      asker: { kind: 'reportRequest', id: reportRequestID },
      resourceIDs: [device],
      startAt: day.startAt,
      granularityMs: hourMs,
      everyMs: 24 * hourMs,
    },
  ],
];

/** An hour of usage as it is told to the VTN. */
export const hour = (index: number, energyWattHours: number | null): UsageInterval =>
  energyWattHours === null
    ? { startAt: at(index), durationMs: hourMs, energyWattHours, bad: 'Comm Failure' }
    : { startAt: at(index), durationMs: hourMs, energyWattHours };

/** The ledger of facts. */
export const ledgerOf = (facts: readonly Told[], series: PriceSeries = {}): LedgerState =>
  told(ledgerProjection(series), facts);

/** The day, settled a minute after it is over, when nothing is late yet, unless told otherwise. */
export const settled = (facts: readonly Told[], options: Partial<SettleOptions> = {}): Settlement =>
  settle(ledgerOf(facts, options.series), {
    startAt: day.startAt,
    endAt: day.endAt,
    asOf: { position: facts.length - 1, at: day.endAt + 60_000 },
    timeZone,
    ...options,
  });

/** The line of an hour. */
export const lineAt = ({ lines }: Settlement, index: number, resourceID = device): LedgerLine =>
  lines.find((line) => line.startAt === at(index) && line.resourceID === resourceID) as LedgerLine;

/** What is wrong with an hour. */
export const exceptionsAt = ({ exceptions }: Settlement, index: number): readonly LedgerException[] =>
  exceptions.filter(({ startAt }) => startAt === at(index));

/** Two days later, when everything should be with the VTN. */
export const later: Partial<SettleOptions> = { asOf: { position: 0, at: at(48) } };

/** The kinds of what is wrong with an hour. */
export const kindsAt = (settlement: Settlement, index: number): readonly string[] =>
  exceptionsAt(settlement, index).map(({ kind }) => kind);
