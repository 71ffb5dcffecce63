import type { FileDevices } from '../../files/deviceNames.ts';
import type { SourceFile } from '../../files/sourceFile.ts';
import { type BillRounding, inferBillRounding } from '../../settlement/reconciliation/billRounding.ts';
import { isDisputed } from '../../settlement/reconciliation/hour.ts';
import { type Elsewhere, elsewhereOf } from '../../settlement/reconciliation/elsewhere.ts';
import { checkMeter, type MeterCheck } from '../../settlement/reconciliation/meterCheck.ts';
import { reconcile, type Reconciliation } from '../../settlement/reconciliation/reconcile.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import type { ParsedArguments } from '../options.ts';
import type { ComparedFiles } from './comparedFiles.ts';
import { fileNamesGiven } from './layoutsGiven.ts';

/** A settlement held against the files that were given. */
export interface Comparison {
  readonly reconciliation: Reconciliation | null;
  readonly meterCheck: MeterCheck | null;
  readonly billRounding: BillRounding | null;
  /** The files of other days; a meter's is not compared, and a bill is held against the log. */
  readonly elsewhere: readonly Elsewhere[];
  readonly sources: readonly SourceFile[];
}

/** Compares with what was given. @throws UnusableFile when a file is about a device that is not known */
export const compare = (
  given: ParsedArguments,
  settlement: Settlement,
  { bill, meter, sources }: ComparedFiles,
  known: readonly string[],
): Comparison => {
  const settled = given.texts.get('device') ?? known;
  const devices: FileDevices = {
    settled,
    others: known.filter((each) => !settled.includes(each)),
    names: fileNamesGiven(given),
  };
  const elsewhere = elsewhereOf(settlement, { bill, meter });
  const compared = elsewhere.some(({ role }) => role === 'meter') ? null : meter;
  const input = bill === null ? null : { settlement, bill, meter: compared, devices };
  return {
    reconciliation: input === null ? null : reconcile(input),
    meterCheck: compared === null ? null : checkMeter(settlement, compared, devices),
    billRounding: input !== null && given.switches.has('infer-rounding') ? inferBillRounding(input) : null,
    elsewhere,
    sources,
  };
};

/** Whether a file says something else than the log, or nothing of its days, so that --strict ends with 1. */
export const isContradicted = ({ reconciliation, meterCheck, elsewhere }: Comparison): boolean =>
  elsewhere.length > 0 ||
  (reconciliation?.hours.some(({ hourClass }) => isDisputed(hourClass)) ?? false) ||
  (meterCheck?.differences.length ?? 0) > 0;
