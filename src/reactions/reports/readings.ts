/** The readings that a piece needs before it is told, asked of the devices so many at a time. */
import type { VenSettings } from '../../facts/settings.ts';
import type { Moment } from '../../machines/moment.ts';
import type { AwaitedReading, ReportRequestContext } from '../../machines/reportRequest.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { dayOf } from '../../programme/calendar.ts';
import { boundaryIsKnown, latestReading } from '../../store/projections/usage.ts';
import type { AgentState } from '../../core/state.ts';
import { untoldOf, untoldSoFar, type Telling } from './periods.ts';
import { energyResourcesOf, resourcesOf } from './points.ts';
import { toldOfIn } from './pieces.ts';
import { lastSlot, restOfPeriod, type Slot } from './slots.ts';
import { tellingsIn } from './tellings.ts';

/** Status is reported from a reading at most this old. @unit ms */
export const statusFreshMs = 5_000;

/** @limit Readings that a report request asks for at a time. */
export const readingsAtOnce = 100;

const boundariesOf = (slots: readonly Slot[]): readonly number[] => [
  ...new Set(slots.flatMap(({ startAt, durationMs }) => [startAt, startAt + durationMs])),
];

const readingsOf = ({ resourceIDs, slots }: Telling): readonly AwaitedReading[] =>
  boundariesOf(slots).flatMap((boundaryAt) => resourceIDs.map((resourceID) => ({ resourceID, boundaryAt })));

/** Status and one-shot reports need a fresh look at the device; one-shot usage also both ends of its interval. */
const freshLook = (state: AgentState, settings: VenSettings, terms: Terms, toAt: number): readonly AwaitedReading[] => {
  const resourceIDs = resourcesOf(terms, settings);
  const fresh = resourceIDs
    .filter((id) => (latestReading(state.views.usage, id)?.readAt ?? -Infinity) < toAt - statusFreshMs)
    .map((resourceID) => ({ resourceID, boundaryAt: toAt }));
  return terms.kind === 'usage' ? [...fresh, ...readingsOf({ resourceIDs, slots: [lastSlot(settings, toAt)] })] : fresh;
};

/** What a last report needs, when whole intervals are wanting. */
const forTheLast = (
  state: AgentState,
  settings: VenSettings,
  context: ReportRequestContext,
  terms: Terms,
): readonly Telling[] => {
  const resourceIDs = resourcesOf(terms, settings);
  return terms.aligned === 'localDay'
    ? untoldSoFar(state, terms, energyResourcesOf(terms, settings), settings, context.toAt)
    : [{ resourceIDs, slots: [restOfPeriod(settings, context.piece)] }];
};

const tellingsOf = (
  state: AgentState,
  moment: Moment,
  context: ReportRequestContext,
  terms: Terms,
): readonly Telling[] => {
  const { settings } = moment;
  if (terms.aligned === 'localDay')
    return context.isLast
      ? forTheLast(state, settings, context, terms)
      : untoldOf(
          state,
          terms,
          toldOfIn(context.piece, terms, settings),
          dayOf(context.piece.fromAt, settings.timeZone),
        );
  const whole = tellingsIn(state, moment, context, terms, context.piece);
  return context.isLast && whole.length === 0 ? forTheLast(state, settings, context, terms) : whole;
};

const needed = (state: AgentState, moment: Moment, context: ReportRequestContext): readonly AwaitedReading[] => {
  const { terms, toAt } = context;
  if (terms === null || terms.kind === 'metadata' || terms.kind === 'history') return [];
  return terms.kind === 'status' || terms.reportBackMs === 0
    ? freshLook(state, moment.settings, terms, toAt)
    : tellingsOf(state, moment, context, terms).flatMap(readingsOf);
};

const isKnown = (state: AgentState, { resourceID, boundaryAt }: AwaitedReading): boolean =>
  boundaryIsKnown(state.views.usage, resourceID, boundaryAt);

/** Whether everything that was asked for last is known. */
export const awaitedAreIn = (state: AgentState, { awaited }: ReportRequestContext): boolean =>
  awaited.every((reading) => isKnown(state, reading));

/** What is to be asked of the devices now, and which of them have not answered. */
export interface ReadingsToAsk {
  readonly awaited: readonly AwaitedReading[];
  readonly silent: readonly string[];
}

/** The next readings that a piece needs; none when all is known that can be. */
export const nextReadings = (state: AgentState, moment: Moment, context: ReportRequestContext): ReadingsToAsk => {
  const unanswered = context.awaited.filter((reading) => !isKnown(state, reading));
  const silent = [...new Set([...context.silent, ...unanswered.map(({ resourceID }) => resourceID)])];
  const isSilent = new Set(silent);
  const awaited = needed(state, moment, context)
    .filter((reading) => !isSilent.has(reading.resourceID) && !isKnown(state, reading))
    .sort((a, b) => a.boundaryAt - b.boundaryAt)
    .slice(0, readingsAtOnce);
  return { awaited, silent };
};
