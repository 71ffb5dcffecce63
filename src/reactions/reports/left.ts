/**
 * What a request that becomes void had not told yet, and what of it the next one is to tell.
 *
 * It is told in the intervals in which it was due, because its time was read at their ends; what is left between those
 * and where the next request begins, in that one's own. What has been told, or waits, is taken out by who asks.
 */
import { snapshotOf, type AgentState } from '../../core/state.ts';
import type { VenSettings } from '../../facts/settings.ts';
import type { Moment } from '../../machines/moment.ts';
import type { LeftToTell } from '../../machines/report/leftToTell.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import type { Terms } from '../../machines/report/terms.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import { heldForMs } from '../../machines/report/reportTerms.ts';
import { dayOf } from '../../programme/calendar.ts';
import { energyResourcesOf } from './points.ts';
import { inOrder, onGridAfter, slotMs, slotsBetween, without, type Slot } from './slots.ts';

/** Where a request begins: at its dtstart, or with the period of the clock that it came into. UTC ms. */
export const beginsAt = (
  { aligned, startAt, reportBackMs }: Terms,
  { acceptedAt }: Pick<ReportRequestContext, 'acceptedAt'>,
): number => (aligned === 'start' ? startAt : Math.floor(acceptedAt / reportBackMs) * reportBackMs);

/** What void requests left, and no request has taken over. */
export const leftIn = (state: AgentState): readonly LeftToTell[] => snapshotOf(state, 'ven', 'ven')?.context.left ?? [];

/** Whether a request tells usage again and again. */
const isPeriodicUsage = ({ kind, reportBackMs }: Terms): boolean => kind === 'usage' && reportBackMs > 0;

/** The time of which a request for usage asks: without an end all of it, for what is owed from before it as well; null for another. */
export const askedTimeOf = (terms: Terms): Stretch | null => {
  if (!isPeriodicUsage(terms)) return null;
  return terms.endAt === undefined
    ? { fromAt: -Infinity, toAt: Infinity }
    : { fromAt: terms.startAt, toAt: terms.endAt };
};

const firstUntoldAt = (terms: Terms, context: ReportRequestContext): number => {
  const { reportedTo, round } = context;
  const isOpen = round.fromAt < round.toAt;
  return Math.max(beginsAt(terms, context), isOpen ? Math.min(round.fromAt, reportedTo) : reportedTo);
};

/** A request by local days finds by itself what is not told: whoever comes after it looks as far back, in hours as it was due. */
const leftOfDays = (terms: Terms, { acceptedAt }: ReportRequestContext, { timeZone }: VenSettings) => ({
  fromAt: acceptedAt - heldForMs,
  toAt: terms.endAt ?? null,
  originAt: dayOf(acceptedAt, timeZone).startAt,
});

const leftOfPeriods = (terms: Terms, context: ReportRequestContext) => ({
  fromAt: firstUntoldAt(terms, context),
  toAt: context.isLast ? context.toAt : (terms.endAt ?? null),
  originAt: terms.aligned === 'start' ? terms.startAt : 0,
});

/** What a request leaves that becomes void now. */
export const leftBy = (context: ReportRequestContext, settings: VenSettings): readonly LeftToTell[] => {
  const { terms, left = [], reportedTo } = context;
  if (terms === null || !isPeriodicUsage(terms)) return [];
  const hasBegun = reportedTo > 0;
  if (!hasBegun) return left;
  const own: LeftToTell = {
    resourceIDs: energyResourcesOf(terms, settings),
    everyMs: slotMs(terms),
    ...(terms.aligned === 'localDay' ? leftOfDays(terms, context, settings) : leftOfPeriods(terms, context)),
  };
  return own.resourceIDs.length === 0 ? left : [...left, own];
};

/** What a request leaves that is cancelled at an instant: what comes after it nobody asks for. */
export const leftByCancelled = (context: ReportRequestContext, { settings, at }: Moment): readonly LeftToTell[] =>
  leftBy(context, settings).map((each) => ({ ...each, toAt: Math.min(each.toAt ?? at, at), isOver: true }));

const slotsLeft = (
  { fromAt, toAt, everyMs, originAt }: LeftToTell,
  terms: Terms,
  context: ReportRequestContext,
  piece: Stretch,
): readonly Slot[] => {
  const marginMs = Math.max(everyMs, slotMs(terms));
  const firstAt = Math.max(fromAt, piece.fromAt - marginMs);
  const begunAt = Math.min(beginsAt(terms, context), context.acceptedAt, toAt ?? Infinity);
  const untilAt = Math.min(begunAt, piece.toAt + marginMs);
  const asDue = slotsBetween(originAt + Math.ceil((firstAt - originAt) / everyMs) * everyMs, untilAt, everyMs);
  const ownAt = onGridAfter(terms, firstAt - slotMs(terms) + 1);
  const own = slotsBetween(ownAt, untilAt, slotMs(terms));
  const told: Slot = { startAt: ownAt, durationMs: firstAt - ownAt };
  return inOrder([...asDue, ...without(own, [told, ...asDue])]);
};

/** What others left of a device that a request is to tell in a piece; of intervals of two lengths the shorter ones. */
export const leftSlots = (
  context: ReportRequestContext,
  terms: Terms,
  resourceID: string,
  piece: Stretch,
): readonly Slot[] =>
  (context.left ?? [])
    .filter(({ resourceIDs }) => resourceIDs.includes(resourceID))
    .toSorted((a, b) => a.everyMs - b.everyMs)
    .reduce<readonly Slot[]>(
      (slots, each) => inOrder([...slots, ...without(slotsLeft(each, terms, context, piece), slots)]),
      [],
    )
    .filter(({ startAt }) => startAt >= piece.fromAt && startAt < piece.toAt);
