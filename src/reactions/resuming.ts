/** Whether a run goes on where the one before it was cut off, because only what runs many VENs was begun anew. */
import { clockLivesOf } from '../core/sleeping.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import type { AgentStarted } from '../facts/input.ts';
import { eventsWaitMs } from '../machines/lifecycle/owedEvents.ts';
import { priceWindowMs } from '../machines/lifecycle/pauses.ts';
import type { Moment } from '../machines/moment.ts';
import { dayOf, nextDay, timeOnDay } from '../programme/calendar.ts';
import { clockIsDoubtful } from '../store/projections/clockLives.ts';
import { unsettledDeliveries } from '../store/projections/deliveryState.ts';
import { pricesCover } from '../store/projections/priceSlots.ts';
import { loadCommands } from './loadCommands.ts';

/**
 * @limit Who has neither polled nor registered for longer is registered anew: a VTN may have let it go. Quiet polls are recorded once an hour, so of a run that
 * was killed the last one on record is up to an hour old. @unit ms
 */
export const goesOnWithinMs = 2 * 3_600_000;

/** Whether the lifecycle is at rest: registered, polling, without a failure and without a report under way. */
const isAtRest = (state: AgentState, { at }: Moment): boolean => {
  const lifecycle = snapshotOf(state, 'ven', 'ven');
  if (lifecycle?.matches({ registered: { polling: 'waiting', reporting: 'idle' } }) !== true) return false;
  const { failures, eventsFailures, metadataFails, reportsFail, requestUnknownAt, pollsRefused } = lifecycle.context;
  const isWell =
    failures + eventsFailures + (pollsRefused ?? 0) === 0 &&
    !metadataFails &&
    !reportsFail &&
    requestUnknownAt === null;
  const { polledAt, requestsFreshSince } = lifecycle.context;
  const heardAt = Math.max(polledAt ?? 0, requestsFreshSince ?? 0);
  return isWell && heardAt <= at && at - heardAt <= goesOnWithinMs;
};

/** Whether nothing was said or to be said whose outcome the run took with it. */
const nothingIsOpen = (state: AgentState): boolean => {
  const line = snapshotOf(state, 'exchange', 'exchange')?.context;
  const isClear = line !== undefined && line.inFlight === null && line.queue.length === 0;
  return isClear && unsettledDeliveries(state.views.deliveries).every(({ status }) => status !== 'sending');
};

/**
 * Whether nothing that a DR event says within the next minutes can matter before it is asked for: all prices that there should be by
 * then are in hand, none asks for power, and none is to be answered again.
 */
export const eventsMayWait = (state: AgentState, { at, settings }: Moment): boolean => {
  const { timeZone, pricesLateAt } = settings;
  const askedAt = at + eventsWaitMs;
  const today = dayOf(at, timeZone);
  const isTimeOfPrices = askedAt >= timeOnDay(today, pricesLateAt, timeZone) - priceWindowMs;
  const { endAt } = isTimeOfPrices ? nextDay(today, timeZone) : today;
  const areAnswered = snapshotOf(state, 'ven', 'ven')?.context.answersOwed !== true;
  return areAnswered && pricesCover(state.views.prices, at, endAt) && loadCommands(state, at).length === 0;
};

/** Whether a start is none of the VEN: it was told so, it decides as before, and it left nothing open. */
export const goesOn = (state: AgentState, moment: Moment, { resumes, settings, renamedFrom }: AgentStarted): boolean =>
  resumes === true &&
  settings === undefined &&
  renamedFrom === undefined &&
  isAtRest(state, moment) &&
  nothingIsOpen(state) &&
  !clockIsDoubtful(clockLivesOf(state));
