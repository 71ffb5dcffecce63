/**
 * Usage that the VTN may have already is sent again as it was: the same intervals with the same values, under the requestID
 * that it had, so that a VTN which has counted it knows it again. Nothing else ever goes out under that requestID.
 */
import type { AgentState } from '../../core/state.ts';
import type { ResourceUsage } from '../../facts/usage.ts';
import type { Moment } from '../../machines/moment.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { owedUsage, type OwedUsage } from '../../store/projections/owedUsage.ts';
import { energyResourcesOf } from './points.ts';
import type { Slot } from './slots.ts';
import { waitingDeliveries } from './waiting.ts';

/** One former sending whose outcome is unknown. */
export interface Doubtful {
  /** Null when it cannot be sent again whole: then what is told of it is another message. */
  readonly requestID: string | null;
  readonly usage: readonly ResourceUsage[];
}

/** What is in doubt, one list for each former sending. */
const formerSendings = (state: AgentState): readonly (readonly OwedUsage[])[] => {
  const waiting = waitingDeliveries(state);
  const sendings = new Map<string, OwedUsage[]>();
  for (const owed of owedUsage(state.views.deliveries)) {
    if (owed.requestID === undefined || waiting.has(owed.deliveryID)) continue;
    sendings.set(owed.requestID, [...(sendings.get(owed.requestID) ?? []), owed]);
  }
  return [...sendings.values()];
};

const isIn = ({ startAt }: Slot, { fromAt, toAt }: Stretch): boolean => startAt >= fromAt && startAt < toAt;

/** Former sendings of the devices of a request that have an interval in the piece; of a request with an end, those within it. */
export const doubtfulIn = (state: AgentState, moment: Moment, terms: Terms, piece: Stretch): readonly Doubtful[] => {
  const sendings = formerSendings(state);
  if (sendings.length === 0) return [];
  const asked = new Set(energyResourcesOf(terms, moment.settings));
  const { startAt, endAt = Infinity } = terms;
  const mayTell = (slot: Slot): boolean =>
    endAt === Infinity || (slot.startAt >= startAt && slot.startAt + slot.durationMs <= endAt);
  return sendings.flatMap((owed): readonly Doubtful[] => {
    const ours = owed.filter(({ resourceID, intervals }) => asked.has(resourceID) && intervals.every(mayTell));
    if (!ours.some(({ intervals }) => intervals.some((interval) => isIn(interval, piece)))) return [];
    const requestID = ours.length === owed.length ? (ours[0]?.requestID ?? null) : null;
    return [{ requestID, usage: ours.map(({ resourceID, intervals }) => ({ resourceID, intervals })) }];
  });
};

/** The intervals of a device that former sendings spoke of, oldest first. */
export const slotsOfDoubtful = (doubtful: readonly Doubtful[], resourceID: string): readonly Slot[] =>
  doubtful
    .flatMap(({ usage }) => usage.filter((each) => each.resourceID === resourceID))
    .flatMap(({ intervals }) => intervals.map(({ startAt, durationMs }) => ({ startAt, durationMs })))
    .sort((a, b) => a.startAt - b.startAt);
