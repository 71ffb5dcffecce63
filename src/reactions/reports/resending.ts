/**
 * Usage that the VTN may have already is sent again as it was: the same intervals with the same values, under the requestID
 * that it had, so that a VTN which has counted it knows it again. Nothing else ever goes out under that requestID.
 */
import type { AgentState } from '../../core/state.ts';
import type { ResourceUsage, UsageInterval } from '../../facts/usage.ts';
import type { Moment } from '../../machines/moment.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { owedUsage, type OwedUsage } from '../../store/projections/owedUsage.ts';
import { energyResourcesOf } from './points.ts';
import { inOrder, type Slot } from './slots.ts';
import { waitingDeliveries, waitingIntervals } from './waiting.ts';

/** One former sending whose outcome is unknown. */
export interface Doubtful {
  readonly requestID: string;
  /** Whether it can be sent again whole; otherwise what is told of it is another message. */
  readonly isWhole: boolean;
  readonly usage: readonly ResourceUsage[];
}

/** Whether all of it waits for the line: it is sent again already. */
const isSentAgain = (state: AgentState, { resourceID, intervals }: OwedUsage): boolean => {
  const waiting = waitingIntervals(state, resourceID);
  return intervals.every(({ startAt, durationMs }) =>
    waiting.some((slot) => slot.startAt === startAt && slot.durationMs === durationMs),
  );
};

/** What is in doubt, by the requestID of its sending. */
const formerSendings = (state: AgentState): readonly (readonly [requestID: string, owed: readonly OwedUsage[]])[] => {
  const waiting = waitingDeliveries(state);
  const sendings = new Map<string, OwedUsage[]>();
  for (const owed of owedUsage(state.views.deliveries)) {
    if (owed.requestID === undefined || waiting.has(owed.deliveryID) || isSentAgain(state, owed)) continue;
    sendings.set(owed.requestID, [...(sendings.get(owed.requestID) ?? []), owed]);
  }
  return [...sendings];
};

const isIn = ({ startAt, durationMs }: Slot, { fromAt, toAt }: Stretch): boolean =>
  startAt < toAt && startAt + durationMs > fromAt;

/** Former sendings of the devices of a request that share time with the piece; of a request with an end, those within it. */
export const doubtfulIn = (state: AgentState, moment: Moment, terms: Terms, piece: Stretch): readonly Doubtful[] => {
  const sendings = formerSendings(state);
  if (sendings.length === 0) return [];
  const asked = new Set(energyResourcesOf(terms, moment.settings));
  const { startAt, endAt = Infinity } = terms;
  const mayTell = (slot: Slot): boolean =>
    endAt === Infinity || (slot.startAt >= startAt && slot.startAt + slot.durationMs <= endAt);
  return sendings.flatMap(([requestID, owed]): readonly Doubtful[] => {
    const ours = owed.filter(({ resourceID, intervals }) => asked.has(resourceID) && intervals.every(mayTell));
    if (!ours.some(({ intervals }) => intervals.some((interval) => isIn(interval, piece)))) return [];
    const usage = ours.map(({ resourceID, intervals }) => ({ resourceID, intervals }));
    return [{ requestID, isWhole: ours.length === owed.length, usage }];
  });
};

/** The intervals of a device that former sendings spoke of, oldest first. */
export const doubtfulIntervals = (
  doubtful: readonly Pick<Doubtful, 'usage'>[],
  resourceID: string,
): readonly UsageInterval[] =>
  inOrder(
    doubtful
      .flatMap(({ usage }) => usage.filter((each) => each.resourceID === resourceID))
      .flatMap(({ intervals }) => intervals),
  );
