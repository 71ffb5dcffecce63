/** The folds of the log that the inspector tells from, taken together. */
import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { beginning, type Projection } from '../../store/projection.ts';
import { alarmsProjection } from '../../store/projections/alarms.ts';
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
import { roundTripsProjection } from './roundTrips.ts';

const projections = {
  registration: registrationProjection(),
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
} as const;

type Projections = typeof projections;
type StateOf<P> = P extends Projection<infer State> ? State : never;

/** All folds at one moment. */
export type HistoryViews = { readonly [Name in keyof Projections]: StateOf<Projections[Name]> } & {
  /** Entries that could not be taken into account by one of them. */
  readonly faults: number;
};

const names = Object.keys(projections) as (keyof Projections)[];

const applied = (views: HistoryViews, entry: Entry, name: keyof Projections): HistoryViews => {
  const before = views[name];
  const after = (projections[name] as Projection<unknown>).apply(before, entry);
  return after === before ? views : { ...views, [name]: after };
};

/** A fold that throws on an entry goes on without it; whoever shows the views says how often that was. */
const taken = (views: HistoryViews, entry: Entry, among: readonly (keyof Projections)[]): HistoryViews => {
  let next = views;
  for (const name of among) {
    try {
      next = applied(next, entry, name);
    } catch {
      if (next.faults === views.faults) next = { ...next, faults: views.faults + 1 };
    }
  }
  return next;
};

/** What each fold knows where the log begins; those that kept nothing are given what is left of the time before. */
const origin = async (log: EventLog): Promise<Frame<HistoryViews>> => {
  const begun = await Promise.all(names.map((name) => beginning(log, projections[name] as Projection<unknown>)));
  let state = {
    ...Object.fromEntries(begun.map((each, index) => [names[index], each.state])),
    faults: 0,
  } as unknown as HistoryViews;
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
