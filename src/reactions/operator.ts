/** What a person asked for. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { OperatorWish } from '../facts/input.ts';
import { venStream } from '../machines/streams.ts';
import { heldDeliveries } from '../store/projections/owedUsage.ts';

/** What follows from a wish. */
export const operatorAsked = (state: AgentState, wish: OperatorWish): readonly Consequence[] => {
  switch (wish) {
    case 'reregister':
      return [{ signal: { type: 'resync.wanted', bootstrap: 'full' } }];
    case 'requestEvent':
      return [{ signal: { type: 'resync.wanted', bootstrap: 'events' } }];
    case 'cancelRegistration':
      return [tell(venStream, { type: 'cancellation.wanted' })];
    case 'releaseHeldUsage':
      return [
        ...heldDeliveries(state.views.deliveries).map(({ deliveryID }): Consequence => ({
          stream: venStream,
          fact: { type: 'UsageDeliveryReleased', data: { deliveryID, because: 'released by a person' } },
        })),
        { stream: venStream, fact: { type: 'AlarmCleared', data: { alarm: 'usageInDoubt' } } },
        { signal: { type: 'resync.wanted', bootstrap: 'full' } },
      ];
  }
};
