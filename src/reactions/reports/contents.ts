import type { Interval } from '../../protocol/elements/interval.ts';
import type { OadrReport } from '../../protocol/elements/oadrReport.ts';
import type { OadrUpdateReport } from '../../protocol/messages/oadrUpdateReport.ts';
import { formatDateTime } from '../../protocol/types/dateTime.ts';
import { formatDurationMs } from '../../protocol/types/duration.ts';
import type { ReportName } from '../../protocol/types/enumerations.ts';
import type { ResourceUsage } from '../../facts/output.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { newID, type Moment } from '../../machines/moment.ts';
import type { Terms } from '../../machines/reportRequest.ts';
import type { ReportContent } from '../../machines/signals.ts';
import { dayOf } from '../../programme/calendar.ts';
import { owedUsage } from '../../store/projections/owedUsage.ts';
import { firstReadingAt, latestReading, netUsage } from '../../store/projections/usage.ts';
import { venIDOf } from '../answers.ts';
import type { AgentState } from '../../core/state.ts';
import { statusPayload, usagePayload } from './payloads.ts';
import {
  closedDays,
  isTold,
  lastSlot,
  restOfPeriod,
  slotsBetween,
  untoldOf,
  untoldSoFar,
  type Slot,
} from './periods.ts';
import { energyResourcesOf, pointsOf } from './points.ts';
import { statusFreshMs } from './readings.ts';

/** What reports say, made from the views. @rule 2.0b 300, 313-318, 324, 325, 334, 337, 342 */

/** What a composition draws on. */
interface Source {
  readonly state: AgentState;
  readonly moment: Moment;
  readonly terms: Terms;
}

const reportNames: Readonly<Record<Exclude<Terms['kind'], 'metadata'>, ReportName>> = {
  usage: 'TELEMETRY_USAGE',
  status: 'TELEMETRY_STATUS',
  history: 'HISTORY_USAGE',
};

const settingsOf = ({ moment }: Source): VenSettings => moment.settings;

const updateReport = ({ state, moment, terms }: Source, report: OadrReport, label: string): OadrUpdateReport => ({
  message: 'oadrUpdateReport',
  requestID: newID(moment, `${terms.reportRequestID} ${label}`),
  oadrReport: [report],
  venID: venIDOf(state, moment),
});

const report = (
  { moment, terms }: Source,
  intervals: readonly Interval[],
  dtstart: number,
  durationMs: number | null,
): OadrReport => ({
  dtstart: formatDateTime(dtstart),
  ...(durationMs === null ? {} : { duration: formatDurationMs(durationMs) }),
  intervals,
  reportRequestID: terms.reportRequestID,
  reportSpecifierID: terms.request.reportSpecifier.reportSpecifierID,
  reportName: terms.kind === 'metadata' ? 'METADATA_TELEMETRY_USAGE' : reportNames[terms.kind],
  createdDateTime: formatDateTime(moment.at),
});

/** Usage of some intervals as one report, of all the devices asked for or of some; `usage` is what it tells of energy. */
const usageContent = (source: Source, slots: readonly Slot[], only?: readonly string[]): ReportContent => {
  const { state, terms } = source;
  const isMeant = (resourceID: string): boolean => only?.includes(resourceID) ?? true;
  const points = pointsOf(terms, settingsOf(source)).filter(({ resourceID }) => isMeant(resourceID));
  const intervals = slots.map(({ startAt, durationMs }, index): Interval => ({
    dtstart: formatDateTime(startAt),
    duration: formatDurationMs(durationMs),
    uid: String(index),
    oadrReportPayload: points.map((point) =>
      usagePayload(point, netUsage(state.views.usage, point.resourceID, startAt, durationMs)),
    ),
  }));
  const first = slots[0] ?? { startAt: source.moment.at, durationMs: 0 };
  const last = slots.at(-1) ?? first;
  const spanMs = last.startAt + last.durationMs - first.startAt;
  const usage: readonly ResourceUsage[] = energyResourcesOf(terms, settingsOf(source))
    .filter(isMeant)
    .map((resourceID) => ({
      resourceID,
      intervals: slots.map(({ startAt, durationMs }) => netUsage(state.views.usage, resourceID, startAt, durationMs)),
    }));
  const label = [first.startAt, ...(only ?? [])].join(' ');
  const message = updateReport(source, report(source, intervals, first.startAt, spanMs), label);
  return { message, ...(usage.length === 0 || terms.kind === 'history' ? {} : { usage }) };
};

/** The sending of usage that the VTN may have already is repeated with the requestID it had. */
const asResent = (source: Source, content: ReportContent): ReportContent => {
  const doubtful = owedUsage(source.state.views.deliveries).find(
    ({ requestID, resourceID, intervals }) =>
      requestID !== undefined &&
      content.usage?.some(
        (usage) =>
          usage.resourceID === resourceID &&
          usage.intervals.some(({ startAt }) => intervals.some((owed) => owed.startAt === startAt)),
      ),
  );
  return doubtful?.requestID === undefined
    ? content
    : { ...content, message: { ...content.message, requestID: doubtful.requestID } };
};

/** Daily usage: one report for each closed local day that is not told yet (more, where devices owe different hours of it). */
const dailyContents = (source: Source, upTo: number): readonly ReportContent[] => {
  const { state, terms } = source;
  const resources = energyResourcesOf(terms, settingsOf(source));
  return closedDays(state, resources, settingsOf(source), upTo)
    .flatMap((day) => untoldOf(state, terms, resources, day))
    .map(({ resourceIDs, slots }) => asResent(source, usageContent(source, slots, resourceIDs)));
};

/** Intervals side by side, cut where there is a hole or a local day ends. */
const runsOf = (slots: readonly Slot[], timeZone: string): readonly (readonly Slot[])[] => {
  const runs: Slot[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const joins =
      before !== undefined &&
      before.durationMs === slot.durationMs &&
      before.startAt + before.durationMs === slot.startAt &&
      dayOf(before.startAt, timeZone).day === dayOf(slot.startAt, timeZone).day;
    if (joins) run?.push(slot);
    else runs.push([slot]);
  }
  return runs;
};

/** What was due under former requests and never told, for a request that is not daily. */
const leftoverContents = (source: Source): readonly ReportContent[] => {
  const { state, terms } = source;
  const resources = new Set(energyResourcesOf(terms, settingsOf(source)));
  const slots = new Map<string, Slot>();
  for (const { resourceID, intervals } of owedUsage(state.views.deliveries)) {
    if (!resources.has(resourceID)) continue;
    for (const { startAt, durationMs } of intervals) slots.set(`${startAt}/${durationMs}`, { startAt, durationMs });
  }
  const inOrder = [...slots.values()].sort((a, b) => a.startAt - b.startAt || a.durationMs - b.durationMs);
  return runsOf(inOrder, settingsOf(source).timeZone).map((run) => asResent(source, usageContent(source, run)));
};

/**
 * The intervals of a period. Of what lies before the request only that counts which is not told yet, and nothing from
 * before the devices were there: the period began under another request, or before there was one.
 */
const slotsOfPeriod = (source: Source, fromAt: number, toAt: number): readonly Slot[] => {
  const { state, terms } = source;
  const resources = energyResourcesOf(terms, settingsOf(source));
  const isOwed = (slot: Slot): boolean =>
    slot.startAt >= terms.startAt ||
    resources.some(
      (id) =>
        !isTold(state, id, slot) &&
        (firstReadingAt(state.views.usage, id) ?? Infinity) < slot.startAt + slot.durationMs,
    );
  return slotsBetween(fromAt, toAt, terms.granularityMs > 0 ? terms.granularityMs : terms.reportBackMs).filter(isOwed);
};

const statusContent = (source: Source, fromAt: number, toAt: number): ReportContent => {
  const { state, terms } = source;
  const { devices } = settingsOf(source);
  const payloads = pointsOf(terms, settingsOf(source)).map((point) => {
    const latest = latestReading(state.views.usage, point.resourceID);
    const device = devices.find(({ resourceID }) => resourceID === point.resourceID);
    const isFresh = latest !== null && latest.readAt >= toAt - statusFreshMs;
    const isOld =
      latest !== null &&
      terms.granularityMs === 0 &&
      terms.reportBackMs > 0 &&
      fromAt > terms.startAt &&
      latest.readAt <= fromAt;
    const quality = isOld
      ? 'No New Value - Previous Value Used'
      : isFresh
        ? 'Quality Good - Non Specific'
        : 'Quality Bad - Not Connected';
    return statusPayload(point, isFresh || isOld ? latest.status : null, device, quality);
  });
  const interval: Interval = { dtstart: formatDateTime(toAt), uid: '0', oadrReportPayload: payloads };
  return { message: updateReport(source, report(source, [interval], toAt, null), String(toAt)) };
};

/** @limit History is told in hours when it would be more intervals than this. */
const historyIntervals = 400;

const historyContent = (source: Source): ReportContent => {
  const { terms, moment } = source;
  const { sampleEveryMs } = settingsOf(source);
  const toAt = Math.min(terms.endAt ?? moment.at, moment.at);
  const everyMs = (toAt - terms.startAt) / sampleEveryMs > historyIntervals ? 3_600_000 : sampleEveryMs;
  const fromAt = Math.ceil(terms.startAt / everyMs) * everyMs;
  const slots = slotsBetween(fromAt, toAt, everyMs);
  return usageContent(source, slots.length === 0 ? [lastSlot(moment.settings, moment.at)] : slots);
};

/**
 * What a last report tells when nothing whole is left to tell: the rest of a period, or the hours so far of a day that is
 * not over. An hour that is acknowledged is not told again for it, because VTNs add up what they are told.
 */
const lastContents = (source: Source, fromAt: number, toAt: number): readonly ReportContent[] => {
  const { state, terms } = source;
  const settings = settingsOf(source);
  const resources = energyResourcesOf(terms, settings);
  if (terms.aligned !== 'localDay') return [usageContent(source, [restOfPeriod(settings, fromAt, toAt)])];
  const untold = untoldSoFar(state, terms, resources, settings, toAt);
  return untold.length > 0 ? [usageContent(source, untold)] : [];
};

/** The usage of a period of a periodic request. */
const periodicContents = (source: Source, fromAt: number, toAt: number): readonly ReportContent[] => {
  if (source.terms.aligned === 'localDay') return dailyContents(source, toAt);
  const slots = slotsOfPeriod(source, fromAt, toAt);
  return slots.length === 0 ? [] : [usageContent(source, slots)];
};

/** A stretch of time that a report is to cover, and whether it is the last one of its request. */
export interface Period {
  readonly fromAt: number;
  readonly toAt: number;
  readonly isLast: boolean;
}

/** The reports of a period that has passed. */
export const contentsFor = (
  state: AgentState,
  moment: Moment,
  terms: Terms,
  { fromAt, toAt, isLast }: Period,
): readonly ReportContent[] => {
  const source: Source = { state, moment, terms };
  switch (terms.kind) {
    case 'metadata':
      return [];
    case 'status':
      return [statusContent(source, fromAt, toAt)];
    case 'history':
      return [historyContent(source)];
    case 'usage': {
      if (terms.reportBackMs === 0) return [usageContent(source, [lastSlot(moment.settings, toAt)])];
      const contents = periodicContents(source, fromAt, toAt);
      return isLast && contents.length === 0 ? lastContents(source, fromAt, toAt) : contents;
    }
  }
};

/** The reports of what is owed from before the request. */
export const owedContentsFor = (state: AgentState, moment: Moment, terms: Terms): readonly ReportContent[] => {
  const source: Source = { state, moment, terms };
  return terms.aligned === 'localDay' ? dailyContents(source, moment.at) : leftoverContents(source);
};
