/** Settlements of our own making, for what is built upon a ledger. */
import { dayOf, hourMs } from '../../../src/programme/calendar.ts';
import { amountOf, sumOf } from '../../../src/programme/money.ts';
import type { FileDevices } from '../../../src/files/deviceNames.ts';
import type { LedgerException } from '../../../src/settlement/ledgerException.ts';
import type { Adjustment, LedgerLine, PriceOrigin } from '../../../src/settlement/ledgerLine.ts';
import { defaultRounding, roundBy, type RoundingPolicy } from '../../../src/settlement/rounding.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';

/** The zone of these settlements. */
export const timeZone = 'America/New_York';

/** What is made different about an hour. */
export interface MadeHour {
  readonly resourceID?: string;
  readonly startAt: number;
  /** Null: not measured. */
  readonly importWattHours?: number | null;
  readonly exportWattHours?: number;
  /** Null: no price. */
  readonly usdPerKwh?: string | null;
  /** Absent: what was metered; null: not acknowledged. */
  readonly acknowledgedWattHours?: number | null;
  readonly eventID?: string;
  readonly position?: number;
}

const originOf = (usdPerKwh: string, startAt: number, eventID: string, position: number): PriceOrigin => ({
  source: { kind: 'drEvent', id: eventID },
  version: 0,
  seriesID: 'signal',
  receivedAt: startAt - 7 * hourMs,
  position,
  sourcePosition: position - 1,
  sourceHash: 'ab'.repeat(32),
  price: usdPerKwh,
});

/** A line of the ledger. */
export const madeLine = ({
  resourceID = 'battery',
  startAt,
  importWattHours = 0,
  exportWattHours = 0,
  usdPerKwh = '0.1',
  acknowledgedWattHours,
  eventID = 'event1',
  position = 100,
}: MadeHour): LedgerLine => {
  const isMeasured = importWattHours !== null;
  const energyWattHours = isMeasured ? importWattHours - exportWattHours : null;
  const acknowledged = acknowledgedWattHours === undefined ? energyWattHours : acknowledgedWattHours;
  const origin = usdPerKwh === null ? null : originOf(usdPerKwh, startAt, eventID, position);
  const money =
    energyWattHours === null || usdPerKwh === null || importWattHours === null
      ? null
      : {
          importUsd: amountOf(usdPerKwh, importWattHours),
          exportUsd: amountOf(usdPerKwh, -exportWattHours),
          amountUsd: amountOf(usdPerKwh, energyWattHours),
        };
  return {
    resourceID,
    startAt,
    durationMs: hourMs,
    day: dayOf(startAt, timeZone).day,
    importWattHours,
    exportWattHours: isMeasured ? exportWattHours : null,
    energyWattHours,
    importUsdPerKwh: usdPerKwh,
    exportUsdPerKwh: usdPerKwh,
    money,
    parts:
      origin === null || importWattHours === null || usdPerKwh === null
        ? []
        : [
            {
              startAt,
              endAt: startAt + hourMs,
              importWattHours,
              exportWattHours,
              importUsdPerKwh: usdPerKwh,
              exportUsdPerKwh: usdPerKwh,
              importOrigin: origin,
              exportOrigin: origin,
            },
          ],
    reading: {
      resourceID,
      startAt,
      durationMs: hourMs,
      importWattHours,
      exportWattHours: isMeasured ? exportWattHours : null,
      source: 'register',
      quality: isMeasured ? 'measured' : 'missing',
      ...(isMeasured ? {} : { bad: 'Comm Failure' as const }),
      receivedAt: startAt + hourMs,
      positions: isMeasured ? [position + 1, position + 2] : [position + 2],
    },
    origins: origin === null ? [] : [origin],
    delivery: {
      status: acknowledged === null ? 'owed' : 'acknowledged',
      reportedWattHours: energyWattHours,
      acknowledgedWattHours: acknowledged,
      acknowledgedAt: acknowledged === null ? null : startAt + 26 * hourMs,
      reportRequestIDs: acknowledged === null ? [] : ['request7'],
      requestIDs: acknowledged === null ? [] : ['usage-1'],
      responseCodes: acknowledged === null ? [] : ['200'],
      deliveryIDs: [],
      because: null,
      perhapsTwiceIDs: [],
      positions: [position + 3],
    },
    first: money === null ? null : { money, position: position + 2, at: startAt + hourMs },
  };
};

/** What is made different about a settlement. */
export interface MadeSettlement {
  readonly rounding?: RoundingPolicy;
  readonly exceptions?: readonly LedgerException[];
  readonly adjustments?: readonly Adjustment[];
}

/** A settlement of lines. */
export const madeSettlement = (
  lines: readonly LedgerLine[],
  { rounding = defaultRounding, exceptions = [], adjustments = [] }: MadeSettlement = {},
): Settlement => {
  const amounts = lines.flatMap(({ resourceID, day, money }) =>
    money === null ? [] : [{ resourceID, day, amountUsd: money.amountUsd }],
  );
  const wattHours = (of: 'importWattHours' | 'exportWattHours' | 'energyWattHours'): number =>
    lines.reduce((sum, line) => sum + (line[of] ?? 0), 0);
  const { groups, roundedUsd } = roundBy(rounding, amounts);
  return {
    startAt: Math.min(...lines.map(({ startAt }) => startAt)),
    endAt: Math.max(...lines.map(({ startAt, durationMs }) => startAt + durationMs)),
    timeZone,
    asOf: { position: 9_999, at: Date.parse('2026-12-01T12:00Z') },
    rounding,
    resourceIDs: [...new Set(lines.map(({ resourceID }) => resourceID))].sort(),
    lines,
    adjustments,
    exceptions,
    totals: {
      hours: lines.length,
      settledHours: amounts.length,
      importWattHours: wattHours('importWattHours'),
      exportWattHours: wattHours('exportWattHours'),
      energyWattHours: wattHours('energyWattHours'),
      importUsd: sumOf(lines.flatMap(({ money }) => money?.importUsd ?? [])),
      exportUsd: sumOf(lines.flatMap(({ money }) => money?.exportUsd ?? [])),
      amountUsd: sumOf(amounts.map(({ amountUsd }) => amountUsd)),
      firstUsd: sumOf(amounts.map(({ amountUsd }) => amountUsd)),
      adjustmentsUsd: '0',
      atStakeUsd: '0',
      unboundedHours: 0,
    },
    roundedGroups: groups,
    roundedUsd,
  };
};

/** The devices of a settlement, called by their own names. */
export const devicesOf = ({ resourceIDs }: Settlement): FileDevices => ({
  settled: resourceIDs,
  others: [],
  names: new Map(),
});
