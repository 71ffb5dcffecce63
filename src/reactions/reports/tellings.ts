/**
 * Which intervals are to be told of which device, for usage that is not told by local days.
 *
 * What passes while a request is in force is told whole. Of what lies before it only that is told which nobody has
 * told: what was due under former requests in the intervals in which it was due, and what they left when they became
 * void; no instant is told twice.
 */
import type { AgentState } from '../../core/state.ts';
import type { UsageInterval } from '../../facts/usage.ts';
import type { Moment } from '../../machines/moment.ts';
import type { ReportPiece, Stretch } from '../../machines/report/periods.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { owedOf } from '../../store/projections/owedUsage.ts';
import { firstReadingAt, netUsage } from '../../store/projections/usage.ts';
import { askedTimeOf, beginsAt, leftSlots } from './left.ts';
import { toldIntervals, isTold, together, type Telling } from './periods.ts';
import { energyResourcesOf, resourcesOf } from './points.ts';
import { doubtfulIn, doubtfulIntervals } from './resending.ts';
import { inOrder, onGridAfter, sideBySide, slotsIn, without, type Slot } from './slots.ts';
import { waitingDeliveries, waitingIntervals } from './waiting.ts';

const hasAValue = ({ energyWattHours }: UsageInterval): boolean => energyWattHours !== null;

/**
 * What was due of a device under former requests and was certainly not told; of a request with an end what lies in its time. Two
 * that were in force at once, each with a grid of its own, were due the same time twice: it is told once, by what was measured.
 */
const leftoverOf = (
  state: AgentState,
  resourceID: string,
  terms: Terms,
  { fromAt, toAt }: Stretch,
): readonly Slot[] => {
  const asked = askedTimeOf(terms);
  if (asked === null) return [];
  const waiting = waitingDeliveries(state);
  const owed = owedOf(state.views.deliveries, resourceID)
    .filter(({ requestID, deliveryID }) => requestID === undefined && !waiting.has(deliveryID))
    .flatMap(({ intervals }) => intervals)
    .filter(({ startAt, durationMs }) => startAt >= asked.fromAt && startAt + durationMs <= asked.toAt);
  const isMeasured = (interval: UsageInterval): boolean =>
    hasAValue(interval) || hasAValue(netUsage(state.views.usage, resourceID, interval.startAt, interval.durationMs));
  const measured = sideBySide(owed.filter(isMeasured));
  const rest = without(sideBySide(owed.filter((interval) => !isMeasured(interval))), measured);
  return inOrder([...measured, ...rest]).filter(({ startAt }) => startAt >= fromAt && startAt < toAt);
};

/** From where on a request tells by itself all that passes, interval by interval. */
const toldWhole = (terms: Terms, { acceptedAt }: ReportRequestContext): Slot => ({
  startAt: onGridAfter(terms, Math.max(terms.startAt, acceptedAt)),
  durationMs: Infinity,
});

/**
 * Before the devices were there nothing is owed. Of an interval that was under way when the request came that is known only
 * when its readings are in.
 */
const wasThere = (
  state: AgentState,
  { acceptedAt }: ReportRequestContext,
  resourceID: string,
  { startAt, durationMs }: Slot,
): boolean => {
  const first = firstReadingAt(state.views.usage, resourceID);
  return first === null ? startAt + durationMs > acceptedAt : first < startAt + durationMs;
};

/** A piece, and what begins in it and ends behind it. */
const reachOf = ({ fromAt, toAt }: Stretch, slots: readonly Slot[]): Stretch => ({
  fromAt,
  toAt: slots.reduce((end, { startAt, durationMs }) => Math.max(end, startAt + durationMs), toAt),
});

/** What is to be told of a device that settles by what is told. */
const slotsOf = (
  state: AgentState,
  context: ReportRequestContext,
  terms: Terms,
  resourceID: string,
  piece: Stretch,
  doubtful: readonly UsageInterval[],
): readonly Slot[] => {
  const grid = slotsIn(terms, piece).filter(({ startAt }) => startAt >= beginsAt(terms, context));
  const passesNow = ({ startAt }: Slot): boolean => startAt >= Math.max(terms.startAt, context.acceptedAt);
  const live = grid.filter(passesNow);
  const before = leftSlots(context, terms, resourceID, piece);
  const past = [...without(before, grid), ...grid].filter(
    (slot) => !passesNow(slot) && wasThere(state, context, resourceID, slot) && !isTold(state, resourceID, slot),
  );
  const owed = leftoverOf(state, resourceID, terms, piece);
  const taken = inOrder([
    ...toldIntervals(state, resourceID, reachOf(piece, [...owed, ...past])),
    ...waitingIntervals(state, resourceID),
    ...doubtful,
  ]);
  // A placeholder says nothing of the energy that an interval beside it on another grid was measured to have.
  const ours = toldWhole(terms, context);
  const leftover = without(owed, inOrder<Slot>([...taken.filter(hasAValue), ours]));
  return inOrder([...leftover, ...without(past, inOrder<Slot>([...taken, ...leftover, ours])), ...live]);
};

/** What is to be told of a piece, beside what is sent again as it was. */
export const tellingsIn = (
  state: AgentState,
  moment: Moment,
  context: ReportRequestContext,
  terms: Terms,
  piece: ReportPiece,
): readonly Telling[] => {
  const settles = new Set(energyResourcesOf(terms, moment.settings));
  const doubtful = doubtfulIn(state, moment, terms, piece);
  return together(piece.resourceIDs ?? resourcesOf(terms, moment.settings), (resourceID) =>
    settles.has(resourceID)
      ? slotsOf(state, context, terms, resourceID, piece, doubtfulIntervals(doubtful, resourceID))
      : slotsIn(terms, piece).filter(
          (slot) => slot.startAt >= beginsAt(terms, context) && wasThere(state, context, resourceID, slot),
        ),
  );
};
