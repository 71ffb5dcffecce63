import { dayOf } from '../../programme/calendar.ts';
import { differenceOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { Bill, BilledLine, BilledRows } from '../../files/bill.ts';
import { deviceNamed } from '../../files/deviceNames.ts';
import type { FileReading } from '../../files/fileReading.ts';
import { roundBy, type RoundingPolicy } from '../rounding.ts';
import type { Settlement } from '../settlement.ts';
import { type ComparedCell, cellsOf, tile } from './cells.ts';
import type { ReconciledHour } from './hour.ts';
import { billedAsOf, classOf, negated, partsOf } from './judge.ts';
import { acknowledgedIn, billedIn, expectedIn, meteredIn, priceIn } from './sides.ts';
import { type ClassTotal, classTotals, type TotalCheck, totalChecks } from './totals.ts';
import type { ReconcileInput } from './reconcileInput.ts';

/** What a settlement, and perhaps a meter file, say of a bill. */
export interface Reconciliation {
  readonly billFile: string;
  readonly meterFile: string | null;
  readonly rounding: RoundingPolicy;
  readonly timeZone: string;
  /** By device, then by time; empty when the bill states totals only. */
  readonly hours: readonly ReconciledHour[];
  readonly byClass: readonly ClassTotal[];
  /** What the bill states for days, months or the whole of it. */
  readonly totals: readonly TotalCheck[];
  /** How the files were read, and what was left out. */
  readonly notes: readonly string[];
}

interface Judging {
  readonly resourceID: string;
  readonly hasFile: boolean;
  readonly policy: RoundingPolicy;
  readonly bill: Bill<BilledRows>;
  readonly timeZone: string;
}

/** Rounds what is expected where the policy rounds each line. */
const byPolicy = (
  exactUsd: DecimalText | null,
  cell: ComparedCell,
  { policy, resourceID, hasFile }: Judging,
): DecimalText | null => {
  if (exactUsd === null || policy.stage !== 'interval') return exactUsd;
  const amounts = hasFile ? [exactUsd] : cell.lines.flatMap(({ money }) => money?.amountUsd ?? []);
  return roundBy(
    policy,
    amounts.map((amountUsd) => ({ resourceID, day: '', amountUsd })),
  ).roundedUsd;
};

/** The comparison of a cell; none when it was neither metered nor billed. */
const judged = (cell: ComparedCell, judging: Judging): readonly ReconciledHour[] => {
  const { steps } = judging.bill;
  const metered = meteredIn(cell, judging.hasFile);
  const billed = billedIn(cell);
  if (billed === null && metered.energyWattHours === null) return [];
  const exactUsd = expectedIn(cell, metered);
  const expectedUsd = byPolicy(exactUsd, cell, judging);
  const usdPerKwh = priceIn(cell);
  const acknowledgedWattHours = acknowledgedIn(cell);
  const isWhole = billed !== null && tile(cell.billed, cell.startAt, cell.endAt);
  const sides = billed === null ? null : { metered, usdPerKwh, exactUsd, expectedUsd, billed };
  const billedUsd = billed === null ? '0' : billed.amountUsd;
  const differenceUsd = expectedUsd === null || billedUsd === null ? null : differenceOf(billedUsd, expectedUsd);
  return [
    {
      resourceID: judging.resourceID,
      startAt: cell.startAt,
      durationMs: cell.endAt - cell.startAt,
      day: dayOf(cell.startAt, judging.timeZone).day,
      hourClass:
        sides !== null && expectedUsd === null
          ? 'missingHere'
          : sides === null || !isWhole
            ? 'missingThere'
            : classOf(sides, steps),
      metered,
      acknowledgedWattHours,
      billedAs: billedAsOf(metered, acknowledgedWattHours, billed, steps),
      usdPerKwh,
      expectedUsd,
      billed,
      differenceUsd,
      parts:
        differenceUsd === null
          ? null
          : sides === null
            ? { quantityUsd: negated(expectedUsd ?? '0'), priceUsd: '0', restUsd: '0' }
            : partsOf(sides, differenceUsd),
      lines: cell.lines,
    },
  ];
};

const isWithin = (
  { startAt, endAt }: Settlement,
  span: { readonly startAt: number; readonly durationMs: number },
): boolean => span.startAt >= startAt && span.startAt + span.durationMs <= endAt;

/** A row of a file, and whose it is. */
type Of<Row> = Row & { readonly resourceID: string };

/** A file's rows with the devices they are about, those of another time or another device left out and counted. */
const inside = <Row extends BilledLine | FileReading>(
  file: string,
  rows: Iterable<Row> & { readonly length: number },
  { settlement, devices }: ReconcileInput,
): { readonly rows: readonly Of<Row>[]; readonly notes: readonly string[] } => {
  const kept: Of<Row>[] = [];
  for (const row of rows) {
    const resourceID = deviceNamed(file, row.device, devices);
    if (resourceID !== null && isWithin(settlement, row)) kept.push({ ...row, resourceID });
  }
  const left = rows.length - kept.length;
  return {
    rows: kept,
    notes:
      left === 0
        ? []
        : [
            `${file}: ${left} of ${rows.length} rows are about another time or device than was settled, and are left out.`,
          ],
  };
};

/** Compares, device by device and hour by hour. @throws UnusableFile when a file is about a device that is not known */
export const reconcile = (input: ReconcileInput): Reconciliation => {
  const { settlement, bill, meter, devices } = input;
  const billed = inside(bill.file, bill.lines, input);
  const readings = meter === null ? { rows: [], notes: [] } : inside(meter.file, meter.readings, input);
  const { timeZone, rounding } = settlement;
  const of = <Row extends { readonly resourceID: string }>(rows: readonly Row[], resourceID: string): readonly Row[] =>
    rows.filter((row) => row.resourceID === resourceID);
  const hours =
    bill.lines.length === 0
      ? []
      : devices.settled.flatMap((resourceID) =>
          cellsOf(of(settlement.lines, resourceID), of(readings.rows, resourceID), of(billed.rows, resourceID)).flatMap(
            (cell) => judged(cell, { resourceID, hasFile: meter !== null, policy: rounding, bill, timeZone }),
          ),
        );
  return {
    billFile: bill.file,
    meterFile: meter?.file ?? null,
    rounding,
    timeZone,
    hours,
    byClass: classTotals(hours),
    totals: totalChecks(input, hours),
    notes: [...bill.notes, ...(meter?.notes ?? []), ...billed.notes, ...readings.notes],
  };
};
