import type { VenSettings } from '../../../src/facts/settings.ts';
import { isWhole } from '../../support/leftOut.ts';
import { given, type MachineName, type PlainEvent, type Play } from './given.ts';
import { vocabulary } from './vocabulary.ts';

/** One step of the search: where it began, what was heard, where it led. */
export interface Visit {
  readonly before: Play;
  readonly event: PlainEvent;
  readonly after: Play;
}

/** @limit Places that a search looks at, and in a run that is not whole; a chart that needs more to show all its states hides something. */
const placesLimit = isWhole(process.env) ? 1_000 : 400;

/** A value as it tells places apart: numbers by their order among one another, lists by none, one or more. */
const coarse = (value: unknown, numbers: readonly number[]): unknown => {
  if (typeof value === 'number') return numbers.indexOf(value);
  return Array.isArray(value) ? Math.min(2, value.length) : value === null ? null : typeof value;
};

/** Two plays stand at the same place when they are in the same state, with the same delays running and alike in what they know. */
const placeOf = ({ state, waits, context }: Play): string => {
  const values = Object.values(context);
  const numbers = [...new Set(values.filter((value) => typeof value === 'number'))].sort((a, b) => a - b);
  return JSON.stringify([state, Object.keys(waits).sort(), values.map((value) => coarse(value, numbers))]);
};

/** All that can be heard at a place: the vocabulary, and each running delay coming due. */
const stepsFrom = (play: Play, name: MachineName): readonly Visit[] => {
  if (play.isOver) return [];
  const heard = vocabulary[name].map((event): Visit => ({ before: play, event, after: play.when(event) }));
  const due = play.pending.map((timer): Visit => {
    const before = play.with({ at: Math.max(play.at, timer.dueAt) });
    const event = { type: timer.type };
    return { before, event, after: before.when(event) };
  });
  return [...heard, ...due];
};

/** Where a search begins, and how far it goes. */
interface Bounds {
  /** What has happened before; nothing when it is not said. */
  readonly story?: (beginning: Play) => Play;
  readonly places?: number;
}

/** Walks a chart breadth first, from its beginning or a later place, and gives every step it took. */
export const search = (
  name: MachineName,
  settings: Partial<VenSettings> = {},
  { story = (beginning) => beginning, places = placesLimit }: Bounds = {},
): readonly Visit[] => {
  const seen = new Set<string>();
  const visits: Visit[] = [];
  const open: Play[] = [story(given(name, { id: 'thing-1', settings }))];
  for (let play = open.shift(); play !== undefined && seen.size < places; play = open.shift()) {
    for (const visit of stepsFrom(play, name)) {
      visits.push(visit);
      const place = placeOf(visit.after);
      if (seen.has(place)) continue;
      seen.add(place);
      open.push(visit.after);
    }
  }
  return visits;
};
