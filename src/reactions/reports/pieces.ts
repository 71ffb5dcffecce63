/**
 * The next piece of a round: the newest first, no larger than a few messages, and never more than a day of what lies back.
 * @rule 2.0b 315
 */
import type { AgentState } from '../../core/state.ts';
import type { VenSettings } from '../../facts/settings.ts';
import type { Moment } from '../../machines/moment.ts';
import { isPointData, type ReportPiece, type Stretch } from '../../machines/report/periods.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { dayMs, dayOf, type DaySpan } from '../../programme/calendar.ts';
import { firstReadingAt } from '../../store/projections/usage.ts';
import { historyEveryMs } from './history.ts';
import { closedDays, owesAnything } from './periods.ts';
import { energyResourcesOf, isFew, pointsOf, resourcesOf } from './points.ts';
import { doubtfulIn } from './resending.ts';
import { intervalsPerReport, messagesPerTurn, resourcesPerReport } from './size.ts';
import { slotMs } from './slots.ts';
import { tellingsIn } from './tellings.ts';

/** The next piece, and from where on more is to be told before it. */
export interface NextPiece {
  readonly piece: ReportPiece;
  readonly restFromAt: number | null;
}

/** @limit Pieces that are looked through for one that has something to tell; the last one is taken as it is. */
const lookedThrough = 40;

/** Daily usage: the newest closed day that owes anything. */
const nextDay = (
  state: AgentState,
  moment: Moment,
  terms: Terms,
  { round: { fromAt, toAt }, piece: before, isDelayTold }: ReportRequestContext,
): NextPiece | null => {
  const resources = energyResourcesOf(terms, moment.settings);
  const days = closedDays(state, resources, moment.settings, toAt).filter(({ endAt }) => endAt > fromAt);
  const isOwing = (day: DaySpan): boolean => owesAnything(state, terms, resources, day);
  const day = days.findLast(isOwing);
  if (day === undefined) return null;
  // What lies further back was looked at with the first part of the day: of many devices it is no small matter.
  const isKnown = isDelayTold || goesOnIn(before, day);
  const oldest = isKnown ? undefined : days.find((each) => each.endAt <= day.startAt && isOwing(each));
  return {
    piece: { fromAt: day.startAt, toAt: day.endAt, ...someOfMany(state, moment, terms, day, before) },
    restFromAt: oldest?.startAt ?? null,
  };
};

/** Whether a piece was a part of the day of which more is to be told. */
const goesOnIn = (before: ReportPiece, { endAt }: DaySpan): boolean => before.isPart === true && before.toAt === endAt;

/**
 * Of many devices as many as one report holds of the day, in their order, after those that were told of before; nothing where they are
 * few. What is left out of a report still owes: without an order it would be taken up again for ever.
 */
const someOfMany = (
  state: AgentState,
  { settings }: Moment,
  terms: Terms,
  day: DaySpan,
  before: ReportPiece,
): Pick<ReportPiece, 'resourceIDs' | 'isPart'> => {
  const resources = energyResourcesOf(terms, settings);
  if (isFew(resources.length)) return {};
  const intervals = Math.ceil((day.endAt - day.startAt) / terms.granularityMs);
  const points = pointsOf(terms, settings);
  const atOnce = resourcesPerReport(points, resourcesOf(terms, settings).length, intervals, settings);
  const from = goesOnIn(before, day) ? resources.indexOf(before.resourceIDs?.at(-1) ?? '') + 1 : 0;
  const owing: string[] = [];
  for (const resourceID of resources.slice(from)) {
    if (!owesAnything(state, terms, [resourceID], day)) continue;
    if (owing.length === atOnce) return { resourceIDs: owing, isPart: true };
    owing.push(resourceID);
  }
  return { resourceIDs: owing };
};

/** How a stretch is cut: at boundaries of its intervals, into parts that few messages hold. */
interface Cut {
  readonly originAt: number;
  readonly everyMs: number;
  readonly intervals: number;
  /** A stretch up to this long is not cut at midnight. @unit ms */
  readonly wholeMs: number;
  readonly timeZone: string;
}

/** The newest part of a stretch: as much of its last day as few messages hold, and at least an interval. */
const newestPart = ({ fromAt, toAt }: Stretch, { originAt, everyMs, intervals, wholeMs, timeZone }: Cut): Stretch => {
  const dayStart = toAt - fromAt <= wholeMs ? fromAt : dayOf(toAt - 1, timeZone).startAt;
  const wanted = Math.max(fromAt, dayStart, toAt - intervals * everyMs);
  if (wanted === fromAt) return { fromAt, toAt };
  const after = originAt + Math.ceil((wanted - originAt) / everyMs) * everyMs;
  const last = originAt + (Math.floor((toAt - originAt) / everyMs) - 1) * everyMs;
  return { fromAt: Math.max(fromAt, Math.min(after, last)), toAt };
};

/** The beginning of the day on which the first of the devices of a request was first read; null when none ever was. */
const meteredSince = (state: AgentState, { settings }: Moment, terms: Terms): number | null => {
  const firsts = resourcesOf(terms, settings).flatMap((id) => firstReadingAt(state.views.usage, id) ?? []);
  return firsts.length === 0
    ? null
    : dayOf(
        firsts.reduce((first, each) => Math.min(first, each)),
        settings.timeZone,
      ).startAt;
};

const cutOf = (terms: Terms, context: ReportRequestContext, { settings }: Moment): Cut => {
  const isHistory = terms.kind === 'history';
  return {
    originAt: isHistory || terms.aligned !== 'start' ? 0 : terms.startAt,
    everyMs: isHistory ? historyEveryMs(terms, settings, context) : slotMs(terms),
    intervals: messagesPerTurn * intervalsPerReport(pointsOf(terms, settings), settings),
    wholeMs: Math.max(terms.reportBackMs, dayMs),
    timeZone: settings.timeZone,
  };
};

/**
 * Of many devices as many as one report holds of a stretch, after those that were told of before; nothing where they are few. All of them
 * at once would be a hundred reports in one step, and everything else would wait for it.
 */
const partOfMany = (
  { piece: before }: ReportRequestContext,
  terms: Terms,
  stretch: Stretch,
  everyMs: number,
  settings: VenSettings,
): Pick<ReportPiece, 'resourceIDs' | 'isPart'> => {
  const resources = resourcesOf(terms, settings);
  if (isFew(resources.length)) return {};
  const intervals = Math.max(1, Math.ceil((stretch.toAt - stretch.fromAt) / everyMs));
  const atOnce = resourcesPerReport(pointsOf(terms, settings), resources.length, intervals, settings);
  const goesOn = before.isPart === true && before.fromAt === stretch.fromAt && before.toAt === stretch.toAt;
  const from = goesOn ? resources.indexOf(before.resourceIDs?.at(-1) ?? '') + 1 : 0;
  const resourceIDs = resources.slice(from, from + atOnce);
  return from + atOnce < resources.length ? { resourceIDs, isPart: true } : { resourceIDs };
};

/** Whether a piece has anything to tell, for the first time or again as it was. */
const hasAnythingToTell = (
  state: AgentState,
  moment: Moment,
  context: ReportRequestContext,
  terms: Terms,
  piece: ReportPiece,
): boolean =>
  tellingsIn(state, moment, context, terms, piece).length > 0 || doubtfulIn(state, moment, terms, piece).length > 0;

const nextStretch = (
  state: AgentState,
  moment: Moment,
  context: ReportRequestContext,
  terms: Terms,
): NextPiece | null => {
  const { round, acceptedAt } = context;
  const isPast = round.toAt <= acceptedAt;
  const since = isPast ? meteredSince(state, moment, terms) : round.fromAt;
  if (since === null) return null;
  const cut = cutOf(terms, context, moment);
  const fromAt = Math.max(round.fromAt, since);
  let { toAt } = round;
  for (let looked = 1; toAt > fromAt; looked += 1) {
    const piece = newestPart({ fromAt, toAt }, cut);
    const mayBeEmpty = isPast && terms.kind === 'usage' && looked < lookedThrough;
    if (!mayBeEmpty || hasAnythingToTell(state, moment, context, terms, piece))
      return {
        piece: { ...piece, ...partOfMany(context, terms, piece, cut.everyMs, moment.settings) },
        restFromAt: piece.fromAt > fromAt ? fromAt : null,
      };
    toAt = piece.fromAt;
  }
  return null;
};

/** The devices of which a piece tells, whatever is told of them. */
export const devicesIn = ({ resourceIDs }: ReportPiece, terms: Terms, settings: VenSettings): readonly string[] =>
  resourceIDs ?? resourcesOf(terms, settings);

/** The devices whose hours a piece of a daily request tells. */
export const toldOfIn = ({ resourceIDs }: ReportPiece, terms: Terms, settings: VenSettings): readonly string[] =>
  resourceIDs ?? energyResourcesOf(terms, settings);

/** The next piece of the round that a report request is telling; null when nothing is left. */
export const nextPiece = (state: AgentState, moment: Moment, context: ReportRequestContext): NextPiece | null => {
  const { terms, round, isLast } = context;
  if (terms === null || round.toAt <= round.fromAt) return null;
  const isWhole = isPointData(terms) || (terms.kind === 'usage' && (isLast || terms.reportBackMs === 0));
  if (isWhole) return { piece: round, restFromAt: null };
  if (terms.aligned === 'localDay') return nextDay(state, moment, terms, context);
  // A history of what was never metered is one report that says so.
  const isAnswered = terms.kind !== 'history' || context.deliveries > 0;
  return nextStretch(state, moment, context, terms) ?? (isAnswered ? null : { piece: round, restFromAt: null });
};
