import type { VenSettings } from '../../facts/settings.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import { boundaryIsKnown, latestReading } from '../../store/projections/usage.ts';
import type { AgentState } from '../../core/state.ts';
import { closedDays, lastSlot, restOfPeriod, slotsBetween, untoldOf, untoldSoFar, type Slot } from './periods.ts';
import { energyResourcesOf, resourcesOf } from './points.ts';

/** A boundary of a device that is not known yet. */
export interface MissingBoundary {
  readonly resourceID: string;
  readonly boundaryAt: number;
}

/** Status is reported from a reading at most this old. @unit ms */
export const statusFreshMs = 5_000;

const boundariesOf = (slots: readonly Slot[]): readonly number[] => [
  ...new Set(slots.flatMap(({ startAt, durationMs }) => [startAt, startAt + durationMs])),
];

/** Those of some boundaries that are not known yet, for each of some devices. */
const unknown = (
  state: AgentState,
  resourceIDs: readonly string[],
  boundaries: readonly number[],
): readonly MissingBoundary[] =>
  resourceIDs.flatMap((resourceID) =>
    boundaries
      .filter((boundaryAt) => !boundaryIsKnown(state.views.usage, resourceID, boundaryAt))
      .map((boundaryAt) => ({ resourceID, boundaryAt })),
  );

/** The boundaries of days that a daily usage request still has to tell, device by device. */
const owedBoundaries = (state: AgentState, context: ReportRequestContext, at: number): readonly MissingBoundary[] => {
  const { settings } = state;
  const { terms } = context;
  if (settings === null || terms === null || terms.aligned !== 'localDay') return [];
  const resources = energyResourcesOf(terms, settings);
  return closedDays(state, resources, settings, at)
    .flatMap((day) => untoldOf(state, terms, resources, day))
    .flatMap(({ resourceIDs, slots }) =>
      resourceIDs.flatMap((resourceID) => boundariesOf(slots).map((boundaryAt) => ({ resourceID, boundaryAt }))),
    );
};

const periodBoundaries = (
  settings: VenSettings,
  context: ReportRequestContext,
  resources: readonly string[],
): readonly MissingBoundary[] => {
  const { terms } = context;
  if (terms === null || terms.reportBackMs === 0) return [];
  const whole = slotsBetween(context.reportedTo, context.toAt, terms.granularityMs);
  const slots =
    context.isLast && whole.length === 0 ? [restOfPeriod(settings, context.reportedTo, context.toAt)] : whole;
  const boundaries = boundariesOf(slots);
  return resources.flatMap((resourceID) => boundaries.map((boundaryAt) => ({ resourceID, boundaryAt })));
};

/** The boundaries of a day that is not over, for a last report. */
const soFarBoundaries = (
  state: AgentState,
  settings: VenSettings,
  { terms, isLast, toAt }: ReportRequestContext,
  resources: readonly string[],
): readonly MissingBoundary[] =>
  terms === null || !isLast
    ? []
    : unknown(state, resources, boundariesOf(untoldSoFar(state, terms, resources, settings, toAt)));

/** Status and one-shot reports need a fresh look at the device; one-shot usage also both ends of its interval. */
const needsFreshLook = ({ terms }: ReportRequestContext): boolean =>
  terms !== null && (terms.kind === 'status' || (terms.kind === 'usage' && terms.reportBackMs === 0));

/** The boundaries that must be known before the report can be made, and are not. */
export const missingBoundaries = (
  state: AgentState,
  context: ReportRequestContext,
  value: string,
): readonly MissingBoundary[] => {
  const { settings } = state;
  const { terms, toAt } = context;
  if (settings === null || terms === null || terms.kind === 'metadata' || terms.kind === 'history') return [];
  const resources = resourcesOf(terms, settings);
  if (needsFreshLook(context)) {
    const fresh = resources
      .filter(
        (id) =>
          (latestReading(state.views.usage, id)?.readAt ?? -Infinity) < toAt - statusFreshMs &&
          !boundaryIsKnown(state.views.usage, id, toAt),
      )
      .map((resourceID) => ({ resourceID, boundaryAt: toAt }));
    return terms.kind === 'usage'
      ? [...fresh, ...unknown(state, resources, boundariesOf([lastSlot(settings, toAt)]))]
      : fresh;
  }
  const isDaily = terms.aligned === 'localDay';
  const needed =
    value === 'awaitingOwedReadings'
      ? owedBoundaries(state, context, terms.startAt)
      : isDaily
        ? [...owedBoundaries(state, context, toAt), ...soFarBoundaries(state, settings, context, resources)]
        : periodBoundaries(settings, context, resources);
  return needed.filter(({ resourceID, boundaryAt }) => !boundaryIsKnown(state.views.usage, resourceID, boundaryAt));
};

/** Whether everything the report needs is known. */
export const readingsAreIn = (state: AgentState, context: ReportRequestContext, value: string): boolean =>
  missingBoundaries(state, context, value).length === 0;
