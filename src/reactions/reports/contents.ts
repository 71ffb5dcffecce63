/** What reports say, made from the views. @rule 2.0b 300, 313-318, 324, 325, 334, 337, 342 */
import type { Interval } from '../../protocol/elements/interval.ts';
import type { OadrReport } from '../../protocol/elements/oadrReport.ts';
import type { OadrUpdateReport } from '../../protocol/messages/oadrUpdateReport.ts';
import { formatDateTime } from '../../protocol/types/dateTime.ts';
import { formatDurationMs } from '../../protocol/types/duration.ts';
import type { ReportName } from '../../protocol/types/enumerations.ts';
import type { DeviceStatus } from '../../facts/input.ts';
import type { ResourceUsage, UsageInterval } from '../../facts/usage.ts';
import { configuredDevice, type VenSettings } from '../../facts/settings.ts';
import { newID, type Moment } from '../../machines/moment.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import type { Terms } from '../../machines/report/terms.ts';
import type { ReportContent } from '../../machines/signals.ts';
import { dayOf } from '../../programme/calendar.ts';
import { isOverriddenAt } from '../../store/projections/instructions.ts';
import { latestState, netUsage } from '../../store/projections/usage.ts';
import { venIDOf } from '../answers.ts';
import type { AgentState } from '../../core/state.ts';
import { historyEveryMs, historySlots } from './history.ts';
import { statusPayload, usagePayload } from './payloads.ts';
import { together, untoldOf, untoldSoFar, type Telling } from './periods.ts';
import { devicesIn, toldOfIn } from './pieces.ts';
import { energyResourcesOf, isFew, pointsOf, pointsOfResources, resourcesOf } from './points.ts';
import { statusFreshMs } from './readings.ts';
import { doubtfulIn, doubtfulIntervals, type Doubtful } from './resending.ts';
import { inParts, intervalsPerReport, messagesPerTurn, resourcesPerReport, valuesAtOnce } from './size.ts';
import { lastSlot, restOfPeriod, without, type Slot } from './slots.ts';
import { tellingsIn } from './tellings.ts';
import { tellable, type LeftOut } from './unmeasured.ts';

/** What a composition draws on. */
interface Source {
  readonly state: AgentState;
  readonly moment: Moment;
  readonly terms: Terms;
  readonly context: ReportRequestContext;
}

/** The reports of a piece, and what they leave out. */
export interface ReportContents {
  readonly contents: readonly ReportContent[];
  readonly leftOut: readonly LeftOut[];
}

const nothing: ReportContents = { contents: [], leftOut: [] };

const onlyOf = (content: ReportContent): ReportContents => ({ contents: [content], leftOut: [] });

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

/** The value of an interval of a device. */
type ValueOf = (resourceID: string, slot: Slot) => UsageInterval;

/** Usage of some intervals of some devices as one report; `usage` is what it tells of energy. */
const usageContent = (source: Source, { resourceIDs, slots }: Telling, valueOf: ValueOf): ReportContent => {
  const { terms } = source;
  const points = pointsOfResources(terms, settingsOf(source), resourceIDs);
  // Device by device: what is known of one lies together, and may be written small.
  const values = new Map(
    points.map(({ resourceID }) => [resourceID, slots.map((slot) => valueOf(resourceID, slot))] as const),
  );
  const intervals = slots.map((slot, index): Interval => ({
    dtstart: formatDateTime(slot.startAt),
    duration: formatDurationMs(slot.durationMs),
    uid: String(index),
    oadrReportPayload: points.map((point) =>
      usagePayload(point, values.get(point.resourceID)?.[index] ?? valueOf(point.resourceID, slot)),
    ),
  }));
  const first = slots[0] ?? { startAt: source.moment.at, durationMs: 0 };
  const last = slots.at(-1) ?? first;
  const spanMs = last.startAt + last.durationMs - first.startAt;
  const usage: readonly ResourceUsage[] = points
    .filter(({ measure }) => measure === 'energyReal')
    .map(({ resourceID }) => ({ resourceID, intervals: values.get(resourceID) ?? [] }));
  const label = [first.startAt, ...resourceIDs].join(' ');
  const message = updateReport(source, report(source, intervals, first.startAt, spanMs), label);
  return { message, ...(usage.length === 0 || terms.kind === 'history' ? {} : { usage }) };
};

const measured =
  ({ state }: Source): ValueOf =>
  (resourceID, { startAt, durationMs }) =>
    netUsage(state.views.usage, resourceID, startAt, durationMs);

/** As many reports as the intervals need. */
const usageContents = (
  source: Source,
  telling: Telling,
  valueOf = measured(source),
  mostValues = valuesAtOnce,
): readonly ReportContent[] => {
  const { resourceIDs, slots } = telling;
  const settings = settingsOf(source);
  const points = pointsOfResources(source.terms, settings, resourceIDs);
  const ofSome = isFew(resourcesOf(source.terms, settings).length)
    ? [resourceIDs]
    : inParts(resourceIDs, resourcesPerReport(points, resourceIDs.length, slots.length, settings, mostValues));
  return ofSome.flatMap((some) =>
    inParts(slots, intervalsPerReport(pointsOfResources(source.terms, settings, some), settings)).map((part) =>
      usageContent(source, { resourceIDs: some, slots: part }, valueOf),
    ),
  );
};

/** What is told of what was measured, in as many reports as that needs. */
const measuredContents = (source: Source, wanted: readonly Telling[]): ReportContents => {
  const { tellings, leftOut } = tellable(source.state, settingsOf(source), wanted);
  return { contents: tellings.flatMap((telling) => usageContents(source, telling)), leftOut };
};

/** A former sending as it was; where it cannot be one message, or not all of it, it is another message with an ID of its own. */
const resent = (source: Source, { requestID, isWhole, usage }: Doubtful): readonly ReportContent[] => {
  const values = new Map(
    usage.flatMap(({ resourceID, intervals }) =>
      intervals.map((interval) => [`${resourceID} ${interval.startAt}/${interval.durationMs}`, interval] as const),
    ),
  );
  const asTold: ValueOf = (resourceID, slot) =>
    values.get(`${resourceID} ${slot.startAt}/${slot.durationMs}`) ?? measured(source)(resourceID, slot);
  const tellings = together(
    usage.map(({ resourceID }) => resourceID),
    (resourceID) => doubtfulIntervals([{ usage }], resourceID),
  );
  // However many they are: in parts it would go out under other requestIDs, and might be counted twice.
  const contents = tellings
    .flatMap((telling) => usageContents(source, telling, asTold, Infinity))
    .map((content) => ({ ...content, repeats: requestID }));
  const [only, ...more] = contents;
  if (!isWhole || only === undefined || more.length > 0) return contents;
  return [{ ...only, message: { ...only.message, requestID } }];
};

/** Both what is sent again and what is told for the first time. */
const besideResent = (doubtful: readonly Doubtful[], source: Source, wanted: readonly Telling[]): ReportContents => {
  const { contents, leftOut } = measuredContents(source, wanted);
  return { contents: [...doubtful.flatMap((each) => resent(source, each)), ...contents], leftOut };
};

/** Daily usage: a closed local day that is not told yet, one report where all devices owe the same hours of it. */
const dayContents = (source: Source): ReportContents => {
  const { state, moment, terms, context } = source;
  const settings = settingsOf(source);
  const resources = toldOfIn(context.piece, terms, settings);
  const doubtful = doubtfulIn(state, moment, terms, context.piece);
  const untold = untoldOf(state, terms, resources, dayOf(context.piece.fromAt, settings.timeZone));
  const wanted = untold.flatMap(({ resourceIDs, slots }) =>
    together(resourceIDs, (resourceID) => without(slots, doubtfulIntervals(doubtful, resourceID))),
  );
  return besideResent(doubtful, source, wanted);
};

/** Usage of a piece of a periodic request that does not go by days. */
const pieceContents = (source: Source): ReportContents => {
  const { state, moment, terms, context } = source;
  const doubtful = doubtfulIn(state, moment, terms, context.piece);
  return besideResent(doubtful, source, tellingsIn(state, moment, context, terms, context.piece));
};

/** A device that a person overrides through us is overridden, whatever it says itself. */
const overriddenStatus = (status: DeviceStatus, { views }: AgentState, resourceID: string, at: number): DeviceStatus =>
  status.manualOverride || !isOverriddenAt(views.instructions, resourceID, at)
    ? status
    : { ...status, manualOverride: true };

const statusContent = (source: Source): ReportContent => {
  const { state, terms, context } = source;
  const { reportedTo: fromAt, toAt } = context;
  const payloads = pointsOf(terms, settingsOf(source)).map((point) => {
    const latest = latestState(state.views.usage, point.resourceID);
    const device = configuredDevice(settingsOf(source), point.resourceID);
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
    const status = isFresh || isOld ? overriddenStatus(latest.status, state, point.resourceID, toAt) : null;
    return statusPayload(point, status, device, quality);
  });
  const interval: Interval = { dtstart: formatDateTime(toAt), uid: '0', oadrReportPayload: payloads };
  return { message: updateReport(source, report(source, [interval], toAt, null), String(toAt)) };
};

/** What is told at once whatever is known of it: rule 318 wants an answer, unless the setting withholds it. */
const atOnce = (source: Source, slot: Slot): ReportContents => {
  const settings = settingsOf(source);
  const telling: Telling = { resourceIDs: resourcesOf(source.terms, settings), slots: [slot] };
  return settings.unmeasured === 'withhold'
    ? measuredContents(source, [telling])
    : { contents: usageContents(source, telling), leftOut: [] };
};

/** History: as it is held, and one report even where nothing is. */
const historyContents = (source: Source): ReportContents => {
  const { terms, context, moment } = source;
  const settings = settingsOf(source);
  const everyMs = historyEveryMs(terms, settings, context);
  const slots = historySlots(context.piece, everyMs);
  const { contents, leftOut } = measuredContents(source, [
    { resourceIDs: devicesIn(context.piece, terms, settings), slots },
  ]);
  const isAll = context.piece.fromAt <= context.round.fromAt && context.deliveries === 0;
  return contents.length > 0 || !isAll
    ? { contents, leftOut }
    : atOnce(source, slots[0] ?? lastSlot(settings, moment.at));
};

/**
 * What a last report tells when nothing whole is left to tell: the rest of a period, or the hours so far of a day that is
 * not over. An hour that is acknowledged is not told again for it, because VTNs add up what they are told.
 */
const lastContents = (source: Source): ReportContents => {
  const { state, terms, context } = source;
  const settings = settingsOf(source);
  if (terms.aligned !== 'localDay') {
    const whole = pieceContents(source);
    return whole.contents.length > 0 ? whole : atOnce(source, restOfPeriod(settings, context.piece));
  }
  const resources = energyResourcesOf(terms, settings);
  const untold = untoldSoFar(state, terms, resources, settings, context.toAt);
  return measuredContents(source, untold);
};

const newestOf = ({ contents, leftOut }: ReportContents): ReportContents => ({
  contents: contents.slice(-messagesPerTurn),
  leftOut,
});

const usageOf = (source: Source): ReportContents => {
  const { terms, context } = source;
  if (terms.reportBackMs === 0) return atOnce(source, lastSlot(settingsOf(source), context.toAt));
  if (context.isLast) return newestOf(lastContents(source));
  return terms.aligned === 'localDay' ? dayContents(source) : pieceContents(source);
};

/** The reports of the piece that a report request has its turn for. */
export const contentsFor = (
  state: AgentState,
  moment: Moment,
  terms: Terms,
  context: ReportRequestContext,
): ReportContents => {
  const source: Source = { state, moment, terms, context };
  switch (terms.kind) {
    case 'metadata':
      return nothing;
    case 'status':
      return onlyOf(statusContent(source));
    case 'history':
      return historyContents(source);
    case 'usage':
      return usageOf(source);
  }
};
