import type { KnownEntry } from './fact.ts';
import { drEventSource } from './eventPrices.ts';
import type { DrEventCancelled, PricesClosed, PricesReceived, PricesWithdrawn } from './output.ts';
import type { UsageAsked, UsageUnasked } from './usage.ts';

/** What an entry says of prices or of usage in the programme's own words, recorded as such or lifted from an older log. */
export type NeutralFact =
  | { readonly type: 'PricesReceived'; readonly data: PricesReceived }
  | { readonly type: 'PricesWithdrawn'; readonly data: PricesWithdrawn }
  | { readonly type: 'PricesClosed'; readonly data: PricesClosed }
  | { readonly type: 'UsageAsked'; readonly data: UsageAsked }
  | { readonly type: 'UsageUnasked'; readonly data: UsageUnasked };

/** What becomes of the prices of a DR event that is called off: one by silence does not take them back. */
export const withdrawalOf = ({
  eventID,
  by,
  endsAt,
}: Pick<DrEventCancelled, 'eventID' | 'by' | 'endsAt'>): PricesWithdrawn => ({
  source: drEventSource(eventID),
  because: by === 'explicit' ? 'cancelled' : by === 'implicit' ? 'unlisted' : 'registrationEnded',
  endsAt: by === 'implicit' ? null : endsAt,
});

const lifted = <Type extends NeutralFact['type'], Data>(
  type: Type,
  data: Data | undefined,
): { readonly type: Type; readonly data: Data } | null => (data === undefined ? null : { type, data });

/** The neutral fact in an entry, or null. */
export const neutralIn = (entry: KnownEntry): NeutralFact | null => {
  switch (entry.type) {
    case 'PricesReceived':
    case 'PricesWithdrawn':
    case 'PricesClosed':
    case 'UsageAsked':
    case 'UsageUnasked':
      return entry;
    case 'DrEventAccepted':
      return lifted('PricesReceived', entry.data.prices);
    case 'DrEventCancelled':
      return lifted('PricesWithdrawn', entry.data.prices);
    case 'DrEventForgotten':
      return lifted('PricesClosed', entry.data.prices);
    case 'ReportRequestAccepted':
      return lifted('UsageAsked', entry.data.usage);
    case 'ReportRequestEnded':
      return lifted('UsageUnasked', entry.data.usage);
    default:
      return null;
  }
};
