/** The places at which the predicate holds that is looked for: found portion by portion, and on with the log as it goes. */
import { effect, signal } from '@preact/signals';
import type { Where, WherePlace } from '../server/answers.ts';
import { ask, Unanswered } from '../server/ask.ts';
import { servings } from '../server/feed.ts';
import { paths } from '../server/paths.ts';
import { goTo, headPosition, shownPosition } from '../time/moment.ts';

/** Whether the field is there. */
export const isWhereOpen = signal(false);

/** The predicate that is looked for; empty for none. */
export const predicate = signal('');

/** What was found so far. */
export interface PlacesFound {
  readonly places: readonly WherePlace[];
  readonly kind: Where['kind'];
  /** The last entry that was looked at; -1 before the first answer. */
  readonly searchedTo: number;
  readonly isComplete: boolean;
  /** What is wrong with the predicate, or why there is no answer. */
  readonly problem: string | null;
}

const nothing: PlacesFound = { places: [], kind: 'entries', searchedTo: -1, isComplete: false, problem: null };

/** What was found of the predicate. */
export const found = signal<PlacesFound>(nothing);

/** @limit Places that are kept and marked; of more the search says so and stops. */
export const placesKept = 1_000;

/** A stretch that goes on over the end of a portion is one. */
const joined = (before: readonly WherePlace[], more: readonly WherePlace[]): readonly WherePlace[] => {
  const [last, [first]] = [before.at(-1), more];
  if (last === undefined || first === undefined || first.isBegun || last.endedPosition !== null)
    return [...before, ...more];
  const { endedPosition, endedAt } = first;
  return [...before.slice(0, -1), { ...last, endedPosition, endedAt }, ...more.slice(1)];
};

/** What held on at the end of a portion has ended with it, unless the next one goes on with it. */
const withMore = (before: PlacesFound, { places, kind, searchedTo, isComplete, from }: Where): PlacesFound => {
  const [first] = places;
  const last = before.places.at(-1);
  const isOver = kind === 'stretches' && last?.endedPosition === null && first?.isBegun !== false && searchedTo >= from;
  const known = isOver
    ? [...before.places.slice(0, -1), { ...last, endedPosition: from, endedAt: null }]
    : before.places;
  return { places: joined(known, places), kind, searchedTo, isComplete, problem: null };
};

let going: AbortController | null = null;

const search = async (text: string, { signal: stop }: AbortController): Promise<void> => {
  try {
    let far: PlacesFound = found.peek();
    while (!stop.aborted && far.places.length < placesKept) {
      const answer = await ask<Where>(paths.where({ q: text, from: far.searchedTo + 1 }), stop);
      far = withMore(far, answer);
      found.value = far;
      if (answer.isComplete) break;
    }
  } catch (error) {
    if (!stop.aborted)
      found.value = { ...found.peek(), problem: error instanceof Unanswered ? error.message : String(error) };
  }
};

/** Looks for it from the beginning, or goes on where it stopped. */
const look = (isAnew: boolean): void => {
  const text = predicate.peek();
  if (isAnew) {
    going?.abort();
    going = null;
    found.value = nothing;
  }
  if (text === '' || going !== null || found.peek().problem !== null) return;
  const mine = new AbortController();
  going = mine;
  void search(text, mine).finally(() => {
    if (going !== mine) return;
    going = null;
    // What was recorded meanwhile is looked at as well.
    if (
      found.peek().problem === null &&
      found.peek().searchedTo < headPosition.peek() &&
      found.peek().places.length < placesKept
    )
      setTimeout(() => look(false), againMs);
  });
};

/** New entries are looked at no more often. @unit ms */
const againMs = 1_000;

/** Looks for a predicate. */
export const lookFor = (text: string): void => {
  predicate.value = text.trim();
  look(true);
};

/** Goes to the next place, or to the one before. */
export const goPlace = (way: 1 | -1): void => {
  const shown = shownPosition.peek();
  const { places } = found.peek();
  const place =
    way === 1 ? places.find(({ position }) => position > shown) : places.findLast(({ position }) => position < shown);
  if (place !== undefined) goTo(place.position);
};

/** Opens the field, or closes it and forgets what was found. */
export const toggleWhere = (): void => {
  isWhereOpen.value = !isWhereOpen.value;
  if (!isWhereOpen.value) lookFor('');
};

/** Follows the log. */
export const keepLooking = (): void => {
  let serving = servings.peek();
  effect(() => {
    const isAnew = servings.value !== serving;
    serving = servings.value;
    if (headPosition.value > found.peek().searchedTo || isAnew) look(isAnew);
  });
};
