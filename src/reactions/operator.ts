/** What a person asked for. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { OperatorAsked } from '../facts/input.ts';
import type { Bootstrap } from '../machines/signals.ts';
import { siteStream, venStream } from '../machines/streams.ts';
import { standingStill } from '../store/projections/owedUsage.ts';

const resync = (bootstrap: Bootstrap): Consequence => ({
  signal: { type: 'resync.wanted', bootstrap, byPerson: true },
});

/** What stands still, held or rejected, is owed again and goes under fresh requests. An alarm that still has a reason is kept. */
const release = (state: AgentState, deliveryID: string | undefined): readonly Consequence[] => {
  const still = standingStill(state.views.deliveries);
  const released = still.filter((each) => deliveryID === undefined || each.deliveryID === deliveryID);
  const left = still.filter((each) => !released.includes(each));
  const over = (alarm: 'usageInDoubt' | 'usageRejected', status: 'inDoubt' | 'rejected'): readonly Consequence[] =>
    left.some((each) => each.status === status)
      ? []
      : [{ stream: venStream, fact: { type: 'AlarmCleared', data: { alarm } } }];
  return [
    ...released.map((each): Consequence => ({
      stream: venStream,
      fact: {
        type: 'UsageDeliveryReleased',
        data: { deliveryID: each.deliveryID, because: 'released by a person' },
      },
    })),
    ...over('usageInDoubt', 'inDoubt'),
    ...over('usageRejected', 'rejected'),
    tell(venStream, { type: 'usage.released' }),
    resync('full'),
  ];
};

/** Usage was acknowledged: when none stands rejected any more, the alarm is over. */
export const rejectionsMended = (state: AgentState): readonly Consequence[] =>
  state.alarms['usageRejected'] === undefined ||
  standingStill(state.views.deliveries).some(({ status }) => status === 'rejected')
    ? []
    : [{ stream: venStream, fact: { type: 'AlarmCleared', data: { alarm: 'usageRejected' } } }];

/** What follows from a wish. */
export const operatorAsked = (state: AgentState, { wish, deliveryID }: OperatorAsked): readonly Consequence[] => {
  switch (wish) {
    case 'reregister':
      return [resync('full')];
    case 'registerAfresh':
      return [resync('anew')];
    case 'queryRegistration':
      return [resync('asked')];
    case 'requestEvent':
      return [resync('events')];
    case 'cancelRegistration':
      return [tell(venStream, { type: 'cancellation.wanted' })];
    case 'releaseHeldUsage':
      return release(state, deliveryID);
    case 'planAgain':
      return [tell(siteStream, { type: 'news.heard', because: 'a person asks for a plan' }), { unsettled: 'plan' }];
  }
};
