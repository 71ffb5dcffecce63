import { ledgerProjection } from '../../settlement/ledger.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { alarmsProjection } from '../../store/projections/alarms.ts';
import { certificatesProjection } from '../../store/projections/certificates.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import { drEventsProjection } from '../../store/projections/drEvents.ts';
import { exchangesProjection } from '../../store/projections/exchanges.ts';
import { instructionsProjection } from '../../store/projections/instructions.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { reportRequestsProjection } from '../../store/projections/reportRequests.ts';
import { usageProjection } from '../../store/projections/usage.ts';
import { viewsOf } from '../views.ts';

/**
 * What commands ask of a log is folded by the agent now and then, and kept in the log: a command then reads what came after,
 * and not a month. Only the agent can keep it, for whoever reads beside it changes nothing.
 */

const asked = () => ({
  alarms: alarmsProjection(),
  certificates: certificatesProjection(),
  deliveries: deliveriesProjection(),
  drEvents: drEventsProjection(),
  exchanges: exchangesProjection(),
  instructions: instructionsProjection(),
  ledger: ledgerProjection(),
  prices: pricesProjection(),
  registration: registrationProjection(),
  reportRequests: reportRequestsProjection(),
  usage: usageProjection(),
});

/** Folds what commands ask, from where it was kept last, and keeps it where that is worth it. */
export const keepViews = async (log: EventLog): Promise<void> => {
  await viewsOf(log, asked());
};
