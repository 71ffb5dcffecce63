/** When the reports of a request are due, and what they cover. Pure. @rule 2.0b 317, 324, 325 */
import type { ReportRequestAccepted } from '../../facts/output.ts';
import { dayOf } from '../../programme/calendar.ts';
import type { Moment } from '../moment.ts';
import { heldForMs } from './reportTerms.ts';

type RequestTerms = ReportRequestAccepted;

/** A stretch of time. UTC ms, the end exclusive. */
export interface Stretch {
  readonly fromAt: number;
  readonly toAt: number;
}

/** A part of what a request tells: a stretch of all its devices, or of some of many. */
export interface ReportPiece extends Stretch {
  /** The devices it tells of; absent: all of the request. */
  readonly resourceIDs?: readonly string[];
  /** Whether others owe of the stretch, and are told next. */
  readonly isPart?: boolean;
}

/** Whether a report is a look at the present: then it has no interval, and what was not looked at in time is not made up for. */
export const isPointData = ({ kind }: RequestTerms): boolean => kind === 'status' || kind === 'metadata';

/** The last instant of a grid that is not after `at`. */
const onGrid = (originAt: number, everyMs: number, at: number): number =>
  originAt + Math.floor((at - originAt) / everyMs) * everyMs;

const originOf = ({ aligned, startAt }: RequestTerms): number => (aligned === 'clock' ? 0 : startAt);

/**
 * Where the first period begins that is told as it passes: on the request's own grid, so that a request that takes
 * another's place, or that began long ago, still reports the period it comes into from its beginning.
 */
export const firstPeriodAt = (terms: RequestTerms, at: number): number => {
  if (terms.aligned === 'localDay' || terms.reportBackMs === 0) return at;
  const first = onGrid(originOf(terms), terms.reportBackMs, Math.max(at, terms.startAt));
  return terms.endAt === undefined ? first : Math.min(first, terms.endAt);
};

/** The last end of an interval that is not after `at`. */
export const intervalEndAt = (terms: RequestTerms, at: number): number =>
  terms.kind !== 'usage' || terms.aligned === 'localDay' || terms.reportBackMs === 0
    ? at
    : onGrid(originOf(terms), terms.granularityMs > 0 ? terms.granularityMs : terms.reportBackMs, at);

/**
 * The end of the period that the next report covers: for daily usage the next local midnight. Periods that have passed since
 * the last one closed are told together.
 */
export const nextPeriodEnd = (terms: RequestTerms, closedAt: number, moment: Moment): number => {
  if (terms.aligned === 'localDay') return dayOf(moment.at, moment.settings.timeZone).endAt;
  const { reportBackMs, endAt } = terms;
  // A period that ends far ahead was closed by a clock that was wrong.
  const last = closedAt > moment.at + reportBackMs ? moment.at : closedAt;
  const passed = onGrid(originOf(terms), reportBackMs, moment.at);
  const next = passed > last ? passed : onGrid(originOf(terms), reportBackMs, last) + reportBackMs;
  return endAt !== undefined && !isPointData(terms) && next > endAt && endAt > last ? endAt : next;
};

/** When that report is due: daily usage a little after midnight, so that the last reading is in. @unit ms */
export const dueDelayMs = (terms: RequestTerms, toAt: number, moment: Moment): number =>
  Math.max(0, toAt + (terms.aligned === 'localDay' ? moment.settings.usageDelayMs : 0) - moment.at);

/** What a new usage request makes up for: what is held of its own past, and without an end also what is owed from before it. */
export const pastOf = (terms: RequestTerms, firstAt: number, moment: Moment): Stretch => {
  const heldFrom = moment.at - heldForMs;
  const fromAt = terms.endAt === undefined ? heldFrom : Math.max(terms.startAt, heldFrom);
  const toAt = terms.aligned === 'localDay' ? dayOf(moment.at, moment.settings.timeZone).startAt : firstAt;
  return { fromAt, toAt };
};

/** What a report of a closed period covers. */
export const closedStretch = (terms: RequestTerms, reportedTo: number, toAt: number): Stretch => {
  if (isPointData(terms) || (terms.kind === 'usage' && terms.reportBackMs === 0)) return { fromAt: toAt - 1, toAt };
  if (terms.kind === 'history') {
    const endAt = Math.min(terms.endAt ?? toAt, toAt);
    return { fromAt: Math.min(terms.startAt, endAt - 1), toAt: endAt };
  }
  // Days that were told before are found told; one whose readings came late is not.
  if (terms.aligned === 'localDay') return { fromAt: toAt - heldForMs, toAt };
  return { fromAt: reportedTo, toAt: intervalEndAt(terms, toAt) };
};
