/** The folds of the log that the inspector tells from, taken together. */
import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { LiveProjections } from '../../store/live/liveProjections.ts';
import { combineLatest, filter, map, type Observable } from '../../store/live/rxjs.ts';
import { beginning, type Projection } from '../../store/projection.ts';
import { alarmsProjection } from '../../store/projections/alarms.ts';
import { certificatesProjection } from '../../store/projections/certificates.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import { drEventsProjection } from '../../store/projections/drEvents.ts';
import { exchangesProjection } from '../../store/projections/exchanges.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { reportRequestsProjection } from '../../store/projections/reportRequests.ts';
import { setpointsProjection } from '../../store/projections/setpoints.ts';
import { usageProjection } from '../../store/projections/usage.ts';
import { chargesProjection } from './charges.ts';
import type { Folding, Frame } from './keyframes.ts';
import { planningProjection } from './planning.ts';
import { roundTripsProjection } from './roundTrips.ts';

const projectionsByName = {
  registration: registrationProjection(),
  certificates: certificatesProjection(),
  exchanges: exchangesProjection(),
  roundTrips: roundTripsProjection(),
  alarms: alarmsProjection(),
  drEvents: drEventsProjection(),
  reportRequests: reportRequestsProjection(),
  setpoints: setpointsProjection(),
  deliveries: deliveriesProjection(),
  usage: usageProjection(),
  prices: pricesProjection(),
  charges: chargesProjection(),
  planning: planningProjection(),
} as const;

type Projections = typeof projectionsByName;
type StateOf<P> = P extends Projection<infer State> ? State : never;

/** All folds at one moment. `faults`: of each, the entries that it could not take into account. */
export type HistoryViews = { readonly [Name in keyof Projections]: StateOf<Projections[Name]> } & {
  readonly faults: number;
};

const names = Object.keys(projectionsByName) as (keyof Projections)[];

/** The views, each by its place among the names. */
const viewsFrom = (stateOf: (name: keyof Projections, index: number) => unknown, faults: number): HistoryViews => {
  const states = Object.fromEntries(names.map((name, index) => [name, stateOf(name, index)]));
  return { ...(states as Omit<HistoryViews, 'faults'>), faults };
};

const applied = (views: HistoryViews, entry: Entry, name: keyof Projections): HistoryViews => {
  const before = views[name];
  const after = (projectionsByName[name] as Projection<unknown>).apply(before, entry);
  return after === before ? views : { ...views, [name]: after };
};

/** A fold that throws on an entry goes on without it; whoever shows the views says how often that was. */
const taken = (views: HistoryViews, entry: Entry, among: readonly (keyof Projections)[]): HistoryViews => {
  let next = views;
  for (const name of among) {
    try {
      next = applied(next, entry, name);
    } catch {
      next = { ...next, faults: next.faults + 1 };
    }
  }
  return next;
};

/** What each fold knows where the log begins; those that kept nothing are given what is left of the time before. */
const origin = async (log: EventLog): Promise<Frame<HistoryViews>> => {
  const begun = await Promise.all(names.map((name) => beginning(log, projectionsByName[name] as Projection<unknown>)));
  let state = viewsFrom((_, index) => begun[index]?.state, 0);
  const { position } = log.base;
  if (position < 0) return { position, state };
  const without = names.filter((_, index) => begun[index]?.position !== position);
  for await (const entry of log.read({ to: position })) state = taken(state, entry, without);
  return { position, state };
};

/** The views as a fold. */
export const viewsFolding: Folding<HistoryViews> = {
  origin,
  begin: ({ state: begun }) => {
    let views = begun;
    return { take: (entry) => void (views = taken(views, entry, names)), state: () => views };
  },
};

/** The views as they live: each projection folded once for all who look on, and told when all of them have come equally far. */
export const liveViews = (projections: LiveProjections): Observable<Frame<HistoryViews>> =>
  combineLatest(names.map((name) => projections.of(projectionsByName[name] as Projection<unknown>))).pipe(
    filter((all) => all.every(({ position }) => position === all[0]?.position)),
    map((all) => ({
      position: all[0]?.position ?? -1,
      state: viewsFrom(
        (_, index) => all[index]?.state,
        all.reduce((sum, { faults }) => sum + (faults?.count ?? 0), 0),
      ),
    })),
  );
