import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { DrEventAccepted } from './output.ts';

/** What is told of a DR event to those who do not open it. */
export const eventTerms = ({
  eventDescriptor: { eiMarketContext: marketContext, vtnComment },
  eiEventSignals,
}: EiEvent): Pick<DrEventAccepted, 'marketContext' | 'vtnComment' | 'signals'> => ({
  marketContext,
  ...(vtnComment === undefined ? {} : { vtnComment }),
  signals: eiEventSignals.eiEventSignal.map(({ signalName, signalType, intervals }) => ({
    signalName,
    signalType,
    intervals: intervals.length,
  })),
});
