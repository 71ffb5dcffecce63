import type { LostStretch } from '../facts/input.ts';
import type { StatedPrices } from '../facts/prices.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { deliveriesProjection } from '../store/projections/deliveries.ts';
import type { DeliveriesState } from '../store/projections/deliveryState.ts';
import type { Dated } from '../store/projections/dated.ts';
import { type Crowd, crowdGet } from '../store/projections/crowd.ts';
import type { Keyed } from '../store/projections/keyed.ts';
import { pricesProjection } from '../store/projections/prices.ts';
import type { PricesState } from '../store/projections/priceState.ts';
import { isForExport, isForImport, type SeriesFilter } from '../store/projections/priceSlots.ts';
import type { Prunable } from '../store/projections/pruned.ts';
import { type IndexedSeries, seriesGet } from '../store/projections/series.ts';
import { usageProjection } from '../store/projections/usage.ts';
import type { UsageState } from '../store/projections/usageState.ts';
import { confirmationsFold, type ConfirmationsState } from './confirmations.ts';
import type { Contests } from './contests.ts';
import type { AdjustmentCause, LineMoney } from './ledgerLine.ts';

/** What the ledger keeps: the folds it stands on, and what each hour was found to come to, whenever that changed. */

/** The message that brought a version of prices. */
export interface PriceMessage {
  readonly position: number;
  /** SHA-256 of its XML; null when the log does not have it. */
  readonly hash: string | null;
}

/** What an hour was found to come to. The first posting of an hour is its first line; each later one is an adjustment. */
export interface Posting {
  readonly position: number;
  readonly at: number;
  /** Null for the first. */
  readonly because: AdjustmentCause | null;
  readonly importWattHours: number | null;
  readonly exportWattHours: number | null;
  /** The prices by which it was settled, part by part; null while it cannot be. */
  readonly prices: string | null;
  /** The import price, where it is one. @unit USD/kWh */
  readonly usdPerKwh: DecimalText | null;
  /** Null while it cannot be settled. */
  readonly money: LineMoney | null;
}

/** A stretch of time in which a device was configured; null: it still is. */
export interface ConfiguredSpan {
  readonly fromAt: number;
  readonly toAt: number | null;
}

/** The message that is being taken in; `listed` are the prices in it, where an older log does not record those that were refused. */
export interface Message extends PriceMessage {
  readonly listed: readonly StatedPrices[];
}

/** A stretch of the log that was lost and could not be saved. */
export interface Loss extends LostStretch {
  /** The entry that says so. */
  readonly position: number;
}

/** The settings that hours are grouped and judged by. */
export type LedgerSettings = Pick<VenSettings, 'timeZone' | 'usageDelayMs'>;

/** All that is known of money. */
export interface LedgerState extends Prunable {
  /** As they were on each day; none before the first start: there is no local day then. */
  readonly settings: Dated<LedgerSettings>;
  readonly usage: UsageState;
  readonly prices: PricesState;
  readonly deliveries: DeliveriesState;
  readonly confirmations: ConfirmationsState;
  /** By the position of the entry that states the version. */
  readonly sources: Keyed<PriceMessage>;
  /** Until the next one comes. */
  readonly message: Message | null;
  /** Prices the VTN listed that were refused. */
  readonly contests: Contests;
  readonly losses: readonly Loss[];
  readonly configured: Keyed<readonly ConfiguredSpan[]>;
  /** By device, then by the start of the hour; oldest posting first. */
  readonly postings: Crowd<IndexedSeries<readonly Posting[]>>;
  /** The first and the last boundary that was ever read. */
  readonly firstBoundaryAt: number;
  readonly lastBoundaryAt: number;
}

/** The folds the ledger stands on; of different readings of one boundary the last counts here. */
export const ledgerFolds = {
  usage: usageProjection({}, 'last'),
  prices: pricesProjection(),
  deliveries: deliveriesProjection(),
  confirmations: confirmationsFold,
} as const;

/** Which price signal says what delivered energy earns; without it one price holds both ways, as under TER. */
export interface PriceSeries {
  readonly exportSignalID?: string;
}

/** The series that count for what is drawn and for what is delivered. */
export const seriesOf = ({
  exportSignalID,
}: PriceSeries): { readonly isForDrawn: SeriesFilter; readonly isForDelivered: SeriesFilter } =>
  exportSignalID === undefined
    ? { isForDrawn: isForImport, isForDelivered: isForExport }
    : {
        isForDrawn: (version) => isForImport(version) && version.seriesID !== exportSignalID,
        isForDelivered: ({ seriesID }) => seriesID === exportSignalID,
      };

/** What an hour was found to come to, oldest first. */
export const postingsOf = (state: LedgerState, resourceID: string, startAt: number): readonly Posting[] =>
  seriesGet(crowdGet(state.postings, resourceID) ?? [], startAt) ?? [];
