/** Where in the log a predicate holds, a portion of it at a time. */
import type { Entry } from '../../facts/entry.ts';
import { asksEntry, asksState } from '../../where/holds.ts';
import { readingsText } from '../../where/readingsText.ts';
import { WhereSearch, type WhereHit } from '../../where/search.ts';
import type { Predicate } from '../../where/terms.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { History } from '../history/history.ts';
import type { GiveWay } from '../history/keyframes.ts';

type Where = ApiAnswer<'where'>;

/** @limit Entries that are searched for one answer. */
const portion = 10_000;

/** @limit Values that are told of a place. */
const toldValues = 100;

/** What is to be found, and where. */
export interface WhereAsked {
  readonly predicate: Predicate;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean;
  readonly giveWay: GiveWay;
}

const placeOf = ({ entry, readings, isBegun, ended }: WhereHit): Where['places'][number] => ({
  position: entry.position,
  at: entry.recordedAt,
  type: entry.type,
  what: readingsText(readings),
  values: readings
    .flatMap(({ word, values }) => values.map(({ key, value }) => ({ word, key, value })))
    .slice(0, toldValues),
  isBegun,
  endedPosition: ended?.position ?? null,
  endedAt: ended?.recordedAt ?? null,
});

/** The last entry of the step before a position: what was known when that one came in. */
const before = ({ index }: History, position: number): number => {
  let at = Math.max(position, index.start);
  while (at > index.start && at < index.end && index.kindOf(at).direction === 'out') at -= 1;
  return at - 1;
};

async function* giving(entries: AsyncIterable<Entry>, giveWay: GiveWay): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    yield entry;
    await giveWay();
  }
}

/** The answer. */
export const whereAnswerOf = async (
  history: History,
  { predicate, from, to, limit, isGone, giveWay }: WhereAsked,
): Promise<Where> => {
  const { index, head, inspected } = history;
  const first = Math.max(from, index.start);
  const wanted = Math.min(to, head);
  const isNothing = wanted < first;
  const last = isNothing ? wanted : index.endOfStep(Math.min(wanted, first + portion));
  const ground = before(history, first);
  const fold = asksState(predicate) && !isNothing ? await history.foldAfter(ground) : null;
  const search = new WhereSearch({
    predicate,
    entries: giving(inspected.log.read({ from: ground + 1, to: last }), giveWay),
    from: first,
    to: wanted,
    fold,
    timeZone: await history.timeZone(),
  });
  const places: Where['places'] = [];
  let isStopped = false;
  if (!isNothing)
    for await (const hit of search.hits(isGone)) {
      places.push(placeOf(hit));
      isStopped = places.length === limit;
      if (isStopped) break;
    }
  const { searchedTo, entries } = search.progress;
  const told = places.at(-1);
  const reached = isStopped ? Math.max(searchedTo, told?.endedPosition ?? told?.position ?? -1) : searchedTo;
  return {
    timeZone: await history.timeZone(),
    kind: asksEntry(predicate) ? 'entries' : 'stretches',
    places,
    entries,
    from: first,
    searchedTo: isNothing ? Math.max(wanted, -1) : reached,
    isComplete: isNothing || reached >= wanted,
    head,
  };
};
