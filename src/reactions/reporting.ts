/** From a report request in force to its reports: readings, contents, and what an end of requests makes void. */
import { tell, type Consequence } from '../core/consequence.ts';
import { reportRequestsOf, snapshotOf, type AgentState } from '../core/state.ts';
import type { MeterRead, MeterReadFailed } from '../facts/input.ts';
import type { ReportRequestAccepted, ReportRequestEnded } from '../facts/output.ts';
import type { EventFor } from '../machines/inbox.ts';
import type { Moment } from '../machines/moment.ts';
import type { ReportRequestContext } from '../machines/reportRequest.ts';
import type { Bootstrap } from '../machines/signals.ts';
import { streamOf, venStream, watchStream } from '../machines/streams.ts';
import { deviceStreams } from './devices.ts';
import { oddityOver } from './reportRequests.ts';
import { contentsFor } from './reports/contents.ts';
import { gridsOf } from './reports/grids.ts';
import { leftBy } from './reports/left.ts';
import { nextPiece } from './reports/pieces.ts';
import { awaitedAreIn, nextReadings } from './reports/readings.ts';
import { turnOf } from './reports/turns.ts';
import { unansweredReports } from './reports/unanswered.ts';

const toRequest = (reportRequestID: string, event: EventFor<'reportRequest'>): Consequence =>
  tell(streamOf('reportRequest', reportRequestID), event);

/** A reading came: requests that waited for it go on. */
const readingsConcern = (state: AgentState, moment: Moment): readonly Consequence[] =>
  reportRequestsOf(state)
    .filter(([, context, value]) => value === 'awaitingReadings' && awaitedAreIn(state, context))
    .map(([id, context]) => {
      const isAll = nextReadings(state, moment, context).awaited.length === 0;
      return toRequest(id, { type: isAll ? 'readings.in' : 'readings.came' });
    });

/** A device told its registers. */
export const meterRead = (
  state: AgentState,
  moment: Moment,
  { resourceID, boundaryAt }: MeterRead,
): readonly Consequence[] => [
  tell(streamOf('device', resourceID), { type: 'meter.read', boundaryAt }),
  ...readingsConcern(state, moment),
];

/** A device could not tell them. */
export const meterReadFailed = (
  state: AgentState,
  moment: Moment,
  { resourceID, boundaryAt, detail }: MeterReadFailed,
): readonly Consequence[] => [
  tell(streamOf('device', resourceID), { type: 'meter.failed', boundaryAt, detail }),
  ...readingsConcern(state, moment),
];

const contextOf = (state: AgentState, reportRequestID: string): ReportRequestContext | undefined =>
  snapshotOf(state, streamOf('reportRequest', reportRequestID), 'reportRequest')?.context;

/** How long energy is not told before the clock is looked at again. @unit ms */
const clockAgainMs = 15 * 60_000;

/** The clock was set by far, or the VTN's is behind it: time that may not have passed is not told. */
const clockIsDoubtful = (state: AgentState): boolean => {
  const watch = snapshotOf(state, 'watch', 'watch');
  return watch !== undefined && (watch.matches({ clock: 'unsettled' }) || watch.matches({ clock: 'doubted' }));
};

/** A report request asks what it is to tell next: nothing more, a piece now, or later. */
export const turnWanted = (state: AgentState, moment: Moment, reportRequestID: string): readonly Consequence[] => {
  const context = contextOf(state, reportRequestID);
  if (context === undefined) return [];
  const next = nextPiece(state, moment, context);
  if (next === null) return [toRequest(reportRequestID, { type: 'round.over' })];
  const tellsEnergy = context.terms?.kind === 'usage' || context.terms?.kind === 'history';
  if (tellsEnergy && clockIsDoubtful(state)) {
    const because = 'the VTN’s clock does not agree with ours, and the hours may not have passed';
    return [toRequest(reportRequestID, { type: 'turn.later', waitMs: clockAgainMs, because })];
  }
  const { waitMs, because } = turnOf(state, moment, reportRequestID);
  return [
    toRequest(reportRequestID, waitMs > 0 ? { type: 'turn.later', waitMs, because } : { type: 'turn.come', ...next }),
  ];
};

/** Readings that a report needs are asked of the devices. */
export const readingsWanted = (state: AgentState, moment: Moment, reportRequestID: string): readonly Consequence[] => {
  const context = contextOf(state, reportRequestID);
  if (context === undefined) return [];
  const { awaited, silent } = nextReadings(state, moment, context);
  if (awaited.length === 0) return [toRequest(reportRequestID, { type: 'readings.in' })];
  return [
    toRequest(reportRequestID, { type: 'readings.asked', awaited, silent }),
    ...awaited.map(({ resourceID, boundaryAt }) =>
      tell(streamOf('device', resourceID), { type: 'reading.wanted', boundaryAt }),
    ),
  ];
};

/** The reports of a piece are made. */
export const contentWanted = (state: AgentState, moment: Moment, reportRequestID: string): readonly Consequence[] => {
  const context = contextOf(state, reportRequestID);
  const terms = context?.terms ?? null;
  if (context === undefined || terms === null) return [];
  const made = toRequest(reportRequestID, { type: 'contents.made', ...contentsFor(state, moment, terms, context) });
  return terms.kind === 'metadata' ? [tell(venStream, { type: 'metadata.wanted', reportRequestID }), made] : [made];
};

/** Ends that make reports still waiting under the request worthless. */
const voidingEnds: ReadonlySet<ReportRequestEnded['because']> = new Set([
  'cancelled',
  'replaced',
  'registrationEnded',
  'reportsRegistered',
  'devicesWithheld',
]);

/** Nothing is in flight and nothing waits: a report may go, when the lifecycle is ready for one. */
export const lineIsFree = (state: AgentState): readonly Consequence[] => {
  const ven = snapshotOf(state, 'ven', 'ven');
  if (ven === undefined || ven.context.reports.length === 0) return [];
  const line = snapshotOf(state, 'exchange', 'exchange');
  // Usage that was made ready by a clock that is in doubt waits, and what stands behind it.
  const mayGo = ven.context.reports[0]?.deliveryID === undefined || !clockIsDoubtful(state);
  const isFree = line?.value === 'idle' && !line.context.isStopping && mayGo;
  return isFree && ven.matches({ registered: { reporting: 'idle' } }) ? [tell(venStream, { type: 'line.free' })] : [];
};

/** Whether a request for usage is in force, beside one that is just ending. */
const usageIsAskedFor = (state: AgentState, ending: string): boolean =>
  reportRequestsOf(state).some(([id, { terms }]) => id !== ending && terms?.kind === 'usage' && terms.reportBackMs > 0);

const endAllRequests = (state: AgentState, because: ReportRequestEnded['because']): readonly Consequence[] =>
  reportRequestsOf(state)
    .filter(
      ([, { terms }]) => because !== 'reportsRegistered' || terms?.kind !== 'metadata' || terms.reportBackMs === 0,
    )
    .map(([id]) => toRequest(id, { type: 'request.ended', because }));

/** What the requests had not told waits for the ones that the VTN makes in their place. */
const leaveTheRest = (state: AgentState): readonly Consequence[] => {
  const { settings } = state;
  if (settings === null) return [];
  const left = reportRequestsOf(state).flatMap(([, context]) => leftBy(context, settings));
  return left.length === 0 ? [] : [tell(venStream, { type: 'usage.left', left })];
};

/** Reports that still wait are worthless too, even those whose request has nothing more to come: the VTN would take them with a 200 and lose them. */
const voidWaitingReports = (state: AgentState, because: string): readonly Consequence[] => {
  const reportRequestIDs = unansweredReports(state).map(({ reportRequestID }) => reportRequestID);
  return reportRequestIDs.length === 0 ? [] : [tell(venStream, { type: 'requests.void', reportRequestIDs, because })];
};

/** The devices are told at which boundaries they are read. */
export const samplingChanged = (state: AgentState): readonly Consequence[] =>
  deviceStreams(state).map((to) => tell(to, { type: 'sampling.changed', grids: gridsOf(state) }));

/** The VTN has our metadata: what it asked for before is void. @rule 2.0b 306 */
export const reportsRegistered = (state: AgentState): readonly Consequence[] => [
  ...leaveTheRest(state),
  ...endAllRequests(state, 'reportsRegistered'),
  ...voidWaitingReports(state, 'the reports were registered anew'),
  tell(watchStream, { type: 'reports.registered' }),
];

/** Nothing is to be told of the devices that were metered until now: what was asked of them is over, and what waits is let go. */
export const reportingWithheld = (state: AgentState): readonly Consequence[] => [
  ...endAllRequests(state, 'devicesWithheld'),
  ...voidWaitingReports(state, 'the devices are simulated, and withheld'),
];

/** The registration is over, and all that hung on it. */
export const registrationEnded = (state: AgentState): readonly Consequence[] => [
  { signal: { type: 'line.cleared' } },
  ...leaveTheRest(state),
  ...endAllRequests(state, 'registrationEnded'),
  ...voidWaitingReports(state, 'the registration ended'),
];

/**
 * Nobody asks for usage. Where other reports are asked for periodically the VTN has not forgotten us, and registering the reports
 * anew would void what it did ask: then the party is renewed, which shows whether it still has us.
 */
export const usageRequestsWanted = (state: AgentState, bootstrap: Bootstrap): Consequence => {
  const isAsked = reportRequestsOf(state).some(([, { terms }]) => (terms?.reportBackMs ?? 0) > 0);
  return { signal: { type: 'resync.wanted', bootstrap: isAsked ? 'renewal' : bootstrap } };
};

/** A report request is in force: the devices are read at its boundaries. */
export const reportRequestAccepted = ({ kind }: ReportRequestAccepted): readonly Consequence[] => [
  ...(kind === 'usage' ? [tell(watchStream, { type: 'usage.asked' })] : []),
  { unsettled: 'sampling' },
];

/** A report request is over. */
export const reportRequestEnded = (
  state: AgentState,
  { reportRequestID, because }: ReportRequestEnded,
): readonly Consequence[] => [
  ...(voidingEnds.has(because)
    ? [
        tell(venStream, {
          type: 'requests.void',
          reportRequestIDs: [reportRequestID],
          because: `its request ended: ${because}`,
        }),
      ]
    : []),
  ...oddityOver(state, { reportRequestID, because }),
  ...(usageIsAskedFor(state, reportRequestID) ? [] : [tell(watchStream, { type: 'usage.unasked' })]),
];
