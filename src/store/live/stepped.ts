import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../eventLog.ts';
import { resume, projectEntry, type Projected, type Projection } from '../projection.ts';
import type { Feed } from './feed.ts';
import type { Pace } from './pace.ts';
import { defer, filter, map, scan, switchMap, type Observable } from './rxjs.ts';

/** Projections by names of the caller's own. */
export type NamedProjections = Readonly<Record<string, Projection<unknown>>>;

/** Their states by the same names. */
export type StatesOf<Named extends NamedProjections> = {
  readonly [Name in keyof Named]: Named[Name] extends Projection<infer State> ? State : never;
};

/** An entry, and what was known right after it. */
export interface Stepped<Named extends NamedProjections> {
  readonly entry: Entry;
  readonly known: StatesOf<Named>;
}

type Folds = Readonly<Record<string, Projected<unknown>>>;

const mapped = <From, To>(record: Readonly<Record<string, From>>, change: (from: From, name: string) => To) =>
  Object.fromEntries(Object.entries(record).map(([name, each]) => [name, change(each, name)]));

/** What steps are made from. */
export interface SteppedOptions {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly pace: Pace;
}

/**
 * Each entry that is recorded from now on, in order and none left out, with what projections know right after it.
 *
 * It is told in the turn in which the entry became durable, so whoever hears it has to be quick.
 */
export const stepped = <Named extends NamedProjections>(
  { log, feed, pace }: SteppedOptions,
  projections: Named,
): Observable<Stepped<Named>> =>
  defer(() => {
    const { head } = feed;
    const begun = async (): Promise<Folds> => {
      const names = Object.keys(projections);
      const folds = await Promise.all(names.map((name) => resume(log, projections[name] as Projection<unknown>)));
      return Object.fromEntries(names.map((name, index) => [name, folds[index] as Projected<unknown>]));
    };
    const taken = (folds: Folds, entry: Entry): Folds =>
      mapped(folds, (projected, name) =>
        entry.position > projected.position
          ? projectEntry(projections[name] as Projection<unknown>, projected, entry)
          : projected,
      );
    return defer(begun).pipe(
      switchMap((folds) => {
        const from = Math.min(...Object.values(folds).map(({ position }) => position)) + 1;
        return feed.entries(from, pace.giveWay).pipe(
          scan((before: { readonly folds: Folds }, entry) => ({ folds: taken(before.folds, entry), entry }), {
            folds,
          }),
        ) as Observable<{ readonly folds: Folds; readonly entry: Entry }>;
      }),
      filter(({ entry }) => entry.position > head),
      map(({ folds, entry }) => ({ entry, known: mapped(folds, ({ state }) => state) as StatesOf<Named> })),
    );
  });
