/** A run begins: everybody is told, and what nobody has in hand is put in doubt. */
import { tell, type Consequence } from '../core/consequence.ts';
import { clockLivesOf } from '../core/sleeping.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import { doubted } from '../machines/lifecycle/reporting.ts';
import type { AgentStarted } from '../facts/input.ts';
import type { Moment } from '../machines/moment.ts';
import { exchangeStream, siteStream, venStream, watchStream } from '../machines/streams.ts';
import { unsettledDeliveries } from '../store/projections/deliveryState.ts';
import { clockIsDoubtful } from '../store/projections/clockLives.ts';
import { devicesLeftOut, devicesWithheld } from './withheld.ts';
import { devicesAfresh, deviceStreams } from './devices.ts';
import { statesAfterPause, statesAtStart } from './deviceStates.ts';
import { pricesKnown } from './prices.ts';
import { overridesKnown } from './instructions.ts';
import { eventsMayWait, goesOn } from './resuming.ts';
import { signaturesUnderSettings } from './signatures.ts';
import { sitePrices } from './site.ts';
import { trustUnderSettings } from './trust.ts';

const begun = { type: 'agent.started' } as const;

/** Deliveries that the record says are under way, and that nobody has in hand: their outcome is unknown for good. */
const orphanedDeliveries = (state: AgentState): readonly Consequence[] => {
  const inHand = snapshotOf(state, 'exchange', 'exchange')?.context.inFlight?.deliveryID;
  const orphans = unsettledDeliveries(state.views.deliveries).filter(
    ({ status, deliveryID }) => status === 'sending' && deliveryID !== inHand,
  );
  const policy = state.settings?.unknownOutcome ?? 'hold';
  return orphans.flatMap(({ deliveryID, requestID }) =>
    doubted(deliveryID, requestID ?? '', policy, 'the run ended while the reply was awaited').map((fact) => ({
      fact,
      stream: venStream,
    })),
  );
};

/** Everybody begins. Watchdogs that are new here are told which prices there are. */
const begins = (state: AgentState, moment: Moment): readonly Consequence[] => {
  const isNewWatch = snapshotOf(state, 'watch', 'watch') === undefined;
  return [
    ...orphanedDeliveries(state),
    ...devicesWithheld(state, moment),
    ...devicesLeftOut(moment),
    ...signaturesUnderSettings(state),
    ...[exchangeStream, venStream, watchStream, siteStream].map((to) => tell(to, begun)),
    ...(clockIsDoubtful(clockLivesOf(state)) ? devicesAfresh(state) : []),
    ...deviceStreams(state).map((to) => tell(to, begun)),
    ...trustUnderSettings(state, moment),
    ...statesAtStart(state, moment),
    ...sitePrices(state, moment),
    ...overridesKnown(state, moment, null),
    ...(isNewWatch ? [pricesKnown(state, moment)] : []),
  ];
};

/**
 * The VEN goes on. What was in hand of line and devices ended with the run; the watchdogs wait on as they did, so that what came due
 * meanwhile is done, and the plan holds.
 */
const resumes = (state: AgentState, moment: Moment): readonly Consequence[] => [
  tell(exchangeStream, begun),
  tell(venStream, { type: 'agent.resumed', eventsMayWait: eventsMayWait(state, moment) }),
  ...deviceStreams(state).map((to) => tell(to, begun)),
  ...trustUnderSettings(state, moment),
  ...statesAfterPause(state, moment),
  tell(siteStream, { type: 'agent.resumed' }),
  ...sitePrices(state, moment),
  ...overridesKnown(state, moment, null),
];

/** A run begins. */
export const agentStarted = (state: AgentState, moment: Moment, started: AgentStarted): readonly Consequence[] =>
  goesOn(state, moment, started) ? resumes(state, moment) : begins(state, moment);
