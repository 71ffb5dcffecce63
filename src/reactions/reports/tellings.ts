/**
 * Which intervals are to be told of which device, for usage that is not told by local days.
 *
 * What passes while a request is in force is told whole. Of what lies before it only that is told which nobody has
 * told: what was due under former requests in the intervals in which it was due, and what they left when they became
 * void; no instant is told twice.
 */
import type { AgentState } from '../../core/state.ts';
import type { Moment } from '../../machines/moment.ts';
import type { ReportPiece, Stretch } from '../../machines/report/periods.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { owedOf } from '../../store/projections/owedUsage.ts';
import { firstReadingAt } from '../../store/projections/usage.ts';
import { askedTimeOf, beginsAt, leftSlots } from './left.ts';
import { toldSlots, isTold, together, type Telling } from './periods.ts';
import { energyResourcesOf, resourcesOf } from './points.ts';
import { doubtfulIn, slotsOfDoubtful } from './resending.ts';
import { inOrder, slotsIn, without, type Slot } from './slots.ts';
import { waitingDeliveries, waitingSlots } from './waiting.ts';

/** What was due of a device under former requests and was certainly not told; of a request with an end what lies in its time. */
const leftoverOf = (
  state: AgentState,
  resourceID: string,
  terms: Terms,
  { fromAt, toAt }: Stretch,
): readonly Slot[] => {
  const asked = askedTimeOf(terms);
  if (asked === null) return [];
  const waiting = waitingDeliveries(state);
  return owedOf(state.views.deliveries, resourceID)
    .filter((owed) => owed.requestID === undefined && !waiting.has(owed.deliveryID))
    .flatMap(({ intervals }) => intervals.filter(({ startAt }) => startAt >= fromAt && startAt < toAt))
    .filter(({ startAt, durationMs }) => startAt >= asked.fromAt && startAt + durationMs <= asked.toAt)
    .map(({ startAt, durationMs }) => ({ startAt, durationMs }));
};

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

/** What is to be told of a device that settles by what is told. */
const slotsOf = (
  state: AgentState,
  context: ReportRequestContext,
  terms: Terms,
  resourceID: string,
  piece: Stretch,
  doubtful: readonly Slot[],
): readonly Slot[] => {
  const grid = slotsIn(terms, piece).filter(({ startAt }) => startAt >= beginsAt(terms, context));
  const passesNow = ({ startAt }: Slot): boolean => startAt >= Math.max(terms.startAt, context.acceptedAt);
  const live = grid.filter(passesNow);
  const before = leftSlots(context, terms, resourceID, piece);
  const past = [...without(before, grid), ...grid].filter(
    (slot) => !passesNow(slot) && wasThere(state, context, resourceID, slot) && !isTold(state, resourceID, slot),
  );
  const leftover = without(leftoverOf(state, resourceID, terms, piece), doubtful);
  const taken = inOrder([
    ...toldSlots(state, resourceID, piece),
    ...waitingSlots(state, resourceID),
    ...doubtful,
    ...leftover,
  ]);
  return inOrder([...leftover, ...without(past, taken), ...live]);
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
      ? slotsOf(state, context, terms, resourceID, piece, slotsOfDoubtful(doubtful, resourceID))
      : slotsIn(terms, piece).filter(
          (slot) => slot.startAt >= beginsAt(terms, context) && wasThere(state, context, resourceID, slot),
        ),
  );
};
