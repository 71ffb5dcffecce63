import type { Entry } from '../facts/entry.ts';
import type { UsageDue } from '../facts/usage.ts';
import type { PriceSource } from '../facts/prices.ts';
import { localText } from '../programme/calendar.ts';
import { sumOf } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { SourceFile } from '../files/sourceFile.ts';
import type { LedgerLine, PriceOrigin } from './ledgerLine.ts';
import { isDisputed, type ReconciledHour } from './reconciliation/hour.ts';
import type { Reconciliation } from './reconciliation/reconcile.ts';
import type { ClassTotal } from './reconciliation/totals.ts';
import type { Settlement } from './settlement.ts';

/**
 * A claim: the hours of a bill that differ, with everything it takes to judge them without the log at hand.
 *
 * It carries the entries it rests on, each with the hash of the one before it, so that whoever has the claim can compute
 * the chain's hashes again: `hash = SHA-256(previousHash + canonical JSON of the entry without its hash)`.
 */

/** An entry of the log, and the hash of the entry before it. */
export interface ClaimEvidence {
  readonly previousHash: string;
  readonly entry: Entry;
}

/** One disputed hour, from all three sides. */
export interface ClaimedHour {
  readonly resourceID: string;
  readonly startAt: string;
  readonly localStart: string;
  readonly durationMinutes: number;
  readonly class: ReconciledHour['hourClass'];
  readonly metered: {
    readonly energyWattHours: DecimalText | null;
    readonly quality: ReconciledHour['metered']['quality'];
    readonly from: 'log' | 'file';
    /** Entries of the readings, or lines of the meter file. */
    readonly positions: readonly number[];
    readonly fileLines: readonly number[];
  };
  readonly acknowledged: readonly {
    readonly status: string;
    readonly energyWattHours: number | null;
    readonly at: string | null;
    readonly requestIDs: readonly string[];
    readonly reportRequestIDs: readonly string[];
    readonly responseCodes: readonly string[];
    /** Where an earlier sending of it is in doubt, so that the VTN may have counted it twice. */
    readonly perhapsTwice?: true;
    readonly positions: readonly number[];
  }[];
  readonly prices: readonly {
    readonly priceOnWire: DecimalText;
    readonly source: PriceSource;
    readonly version: number;
    readonly seriesID: string;
    readonly receivedAt: string;
    readonly position: number;
    readonly sourcePosition: number | null;
    readonly sourceHash: string | null;
  }[];
  readonly usdPerKwh: DecimalText | null;
  readonly expectedUsd: DecimalText | null;
  readonly billed: {
    readonly energyWattHours: DecimalText | null;
    readonly usdPerKwh: DecimalText | null;
    readonly amountUsd: DecimalText | null;
    readonly fileLines: readonly number[];
  } | null;
  readonly billedAs: ReconciledHour['billedAs'];
  /** Billed less expected: positive when too much was charged or too little credited. */
  readonly differenceUsd: DecimalText | null;
  /** What is missing, as the verdict says it; negative for too much. The same figure in the participant's words. @unit USD */
  readonly missingUsd: DecimalText | null;
  readonly difference: ReconciledHour['parts'];
}

/** What a claim is made of. */
export interface Claim {
  readonly format: 'ter-ven claim';
  readonly formatVersion: 2;
  readonly madeAt: string;
  readonly madeBy: string;
  readonly venID: string | null;
  readonly period: { readonly startAt: string; readonly endAt: string; readonly timeZone: string };
  readonly log: { readonly position: number; readonly hash: string | null; readonly asOf: string };
  readonly rounding: Settlement['rounding'];
  readonly files: readonly SourceFile[];
  readonly comparedHours: number;
  readonly byClass: readonly ClassTotal[];
  /** Over the hours of which it can be told. */
  readonly differenceUsd: DecimalText;
  readonly hours: readonly ClaimedHour[];
  readonly evidence: readonly ClaimEvidence[];
}

/** What a claim is made from, beside the comparison. */
export interface ClaimInput {
  readonly settlement: Settlement;
  readonly reconciliation: Reconciliation;
  readonly files: readonly SourceFile[];
  readonly venID: string | null;
  readonly logHash: string | null;
  readonly madeAt: number;
  readonly madeBy: string;
}

const iso = (at: number): string => new Date(at).toISOString();

const distinct = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

const acknowledgedOf = ({ delivery }: LedgerLine): ClaimedHour['acknowledged'][number] => ({
  status: delivery.status,
  energyWattHours: delivery.acknowledgedWattHours,
  at: delivery.acknowledgedAt === null ? null : iso(delivery.acknowledgedAt),
  requestIDs: delivery.requestIDs,
  reportRequestIDs: delivery.reportRequestIDs,
  responseCodes: delivery.responseCodes,
  ...(delivery.perhapsTwiceIDs.length === 0 ? {} : { perhapsTwice: true }),
  positions: delivery.positions,
});

const priceOf = ({ price, receivedAt, ...origin }: PriceOrigin): ClaimedHour['prices'][number] => ({
  priceOnWire: price,
  ...origin,
  receivedAt: iso(receivedAt),
});

const claimedHour = (hour: ReconciledHour, timeZone: string): ClaimedHour => {
  const { metered, billed, lines } = hour;
  return {
    resourceID: hour.resourceID,
    startAt: iso(hour.startAt),
    localStart: localText(hour.startAt, timeZone),
    durationMinutes: hour.durationMs / 60_000,
    class: hour.hourClass,
    metered: {
      energyWattHours: metered.energyWattHours,
      quality: metered.quality,
      from: metered.from,
      positions: distinct(lines.flatMap(({ reading }) => reading.positions)),
      fileLines: metered.readings.map(({ line }) => line),
    },
    acknowledged: lines.map(acknowledgedOf),
    prices: lines.flatMap(({ origins }) => origins.map(priceOf)),
    usdPerKwh: hour.usdPerKwh,
    expectedUsd: hour.expectedUsd,
    billed:
      billed === null
        ? null
        : {
            energyWattHours: billed.energyWattHours,
            usdPerKwh: billed.usdPerKwh,
            amountUsd: billed.amountUsd,
            fileLines: billed.lines.map(({ line }) => line),
          },
    billedAs: hour.billedAs,
    differenceUsd: hour.differenceUsd,
    missingUsd: hour.differenceUsd,
    difference: hour.parts,
  };
};

/** The hours a claim is about. */
export const disputedHours = ({ hours }: Reconciliation): readonly ReconciledHour[] =>
  hours.filter(({ hourClass }) => isDisputed(hourClass));

/** Which entries a claim rests on. */
export interface WantedEvidence {
  readonly positions: ReadonlySet<number>;
  /** Reports that were sent, and what the VTN answered. */
  readonly requestIDs: ReadonlySet<string>;
  /** What was due, with its values. */
  readonly deliveryIDs: ReadonlySet<string>;
}

/** The entries that disputed hours rest on: readings, prices and the messages that brought them, reports and their answers. */
export const wantedEvidence = (reconciliation: Reconciliation): WantedEvidence => {
  const lines = disputedHours(reconciliation).flatMap((hour) => hour.lines);
  const priced = lines.flatMap(({ origins }) =>
    origins.flatMap(({ position, sourcePosition }) => [position, ...(sourcePosition === null ? [] : [sourcePosition])]),
  );
  return {
    positions: new Set([
      ...priced,
      ...lines.flatMap(({ reading, delivery }) => [...reading.positions, ...delivery.positions]),
    ]),
    requestIDs: new Set(lines.flatMap(({ delivery }) => delivery.requestIDs)),
    deliveryIDs: new Set(lines.flatMap(({ delivery }) => [...delivery.deliveryIDs, ...delivery.perhapsTwiceIDs])),
  };
};

/** Whether a claim rests on an entry. */
export const isEvidence = (
  { positions, requestIDs, deliveryIDs }: WantedEvidence,
  { position, requestID, type, data }: Entry,
): boolean =>
  positions.has(position) ||
  (requestID !== undefined && requestIDs.has(requestID)) ||
  (type === 'UsageDue' && deliveryIDs.has((data as UsageDue).deliveryID));

/** The claim, with the entries that were found for its positions. */
export const claimOf = (
  { settlement, reconciliation, files, venID, logHash, madeAt, madeBy }: ClaimInput,
  evidence: readonly ClaimEvidence[],
): Claim => {
  const { startAt, endAt, timeZone, asOf, rounding } = settlement;
  const disputed = disputedHours(reconciliation);
  return {
    format: 'ter-ven claim',
    formatVersion: 2,
    madeAt: iso(madeAt),
    madeBy,
    venID,
    period: { startAt: iso(startAt), endAt: iso(endAt), timeZone },
    log: { position: asOf.position, hash: logHash, asOf: iso(asOf.at) },
    rounding,
    files,
    comparedHours: reconciliation.hours.length,
    byClass: reconciliation.byClass,
    differenceUsd: sumOf(disputed.flatMap(({ differenceUsd }) => differenceUsd ?? [])),
    hours: disputed.map((hour) => claimedHour(hour, timeZone)),
    evidence,
  };
};
