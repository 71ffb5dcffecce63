import type { SourceFile } from '../../files/sourceFile.ts';
import type { BillRounding } from '../reconciliation/billRounding.ts';
import type { Elsewhere } from '../reconciliation/elsewhere.ts';
import type { Reconciliation } from '../reconciliation/reconcile.ts';
import type { Settlement } from '../settlement.ts';
import type { ReviewTold } from './reviewSection.ts';

/** An entry of the log, as a person reads it. */
export interface EntryTold {
  readonly position: number;
  /** UTC ms. */
  readonly recordedAt: number;
  readonly sentence: string;
}

/** Everything the page tells. */
export interface PageInput {
  readonly settlement: Settlement;
  /** Null when no bill was given. */
  readonly reconciliation: Reconciliation | null;
  readonly billRounding: BillRounding | null;
  /** The files of other days. */
  readonly elsewhere?: readonly Elsewhere[];
  readonly files: readonly SourceFile[];
  /** Whose it is; null before the first start. */
  readonly venID: string | null;
  /** The hash of the log's last entry that was taken into account; null where it is not known. */
  readonly logHash: string | null;
  readonly madeAt: number;
  /** The program and its version. */
  readonly madeBy: string;
  readonly timeZoneData: string;
  /** The entries that its numbers rest on; absent where they are not told. */
  readonly entries?: readonly EntryTold[];
  /** What was earned, planned and possible; absent where nobody looked. */
  readonly review?: ReviewTold;
}
