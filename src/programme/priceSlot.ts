import type { DecimalText } from '../protocol/types/scalars.ts';

/** A stretch of time with one price, both for what is drawn and for what is delivered. */
export interface PriceSlot {
  /** UTC ms, inclusive and exclusive. */
  readonly startAt: number;
  readonly endAt: number;
  /** Exact. @unit USD/kWh */
  readonly usdPerKwh: DecimalText;
  /** Whether the event it stands in has a price beyond the configured bounds: nothing is to be planned upon it. */
  readonly implausible: boolean;
}
