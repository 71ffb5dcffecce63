/** Windows of the log: filtered by the index, searched in the log itself. */
import type { Entry } from '../../facts/entry.ts';
import { summaryOf } from '../../telling/summary.ts';
import type { ApiAnswer, ApiQuery } from '../api/paths.ts';
import type { Matches } from '../history/entryIndex.ts';
import type { History } from '../history/history.ts';
import { rowOf, rowWithData, type EntryRow } from './entryRows.ts';

type EntriesQuery = ApiQuery<'entries'>;
type Entries = ApiAnswer<'entries'>;

/** @limit Entries that one request looks into when it searches; it then says where to go on. */
const searchedEntries = 5_000;

/** Entries that are read at a time. */
const readAtATime = 256;

interface Range {
  readonly from: number;
  readonly to: number;
}

const rangeOf = ({ from = 0, to }: EntriesQuery, { index }: History): Range => ({
  from: Math.max(from, index.start),
  to: Math.min(to ?? Number.MAX_SAFE_INTEGER, index.end - 1),
});

/** The positions of a window, and how many match in all. */
const positionsOf = (
  { from, to }: Range,
  matches: Matches,
  { order, offset = 0, limit }: EntriesQuery,
): { readonly positions: number[]; readonly total: number } => {
  const positions: number[] = [];
  let total = 0;
  const look = (position: number): void => {
    if (!matches(position)) return;
    if (total >= offset && positions.length < limit) positions.push(position);
    total += 1;
  };
  if (order === 'asc') for (let position = from; position <= to; position += 1) look(position);
  else for (let position = to; position >= from; position -= 1) look(position);
  return { positions, total };
};

/** Entries at positions that are close to each other are read in one go. */
const readAll = async (
  { inspected: { log } }: History,
  positions: readonly number[],
): Promise<ReadonlyMap<number, Entry>> => {
  const found = new Map<number, Entry>();
  const sorted = [...positions].sort((a, b) => a - b);
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end + 1 < sorted.length && (sorted[end + 1] as number) - (sorted[end] as number) <= 16) end += 1;
    const wanted = new Set(sorted.slice(start, end + 1));
    for await (const entry of log.read({ from: sorted[start] as number, to: sorted[end] as number }))
      if (wanted.has(entry.position)) found.set(entry.position, entry);
    start = end + 1;
  }
  return found;
};

/** Whether the caller wants an entry's data in its row. */
const rowFor = ({ data }: EntriesQuery): typeof rowOf => (data === true ? rowWithData : rowOf);

const rowsOf = async (
  history: History,
  positions: readonly number[],
  query: EntriesQuery,
  timeZone: string,
): Promise<EntryRow[]> => {
  const entries = await readAll(history, positions);
  const row = rowFor(query);
  return positions.flatMap((position) => {
    const entry = entries.get(position);
    return entry === undefined ? [] : [row(entry, timeZone)];
  });
};

const filtered = async (
  history: History,
  query: EntriesQuery,
  matches: Matches,
  timeZone: string,
): Promise<Entries> => {
  const { positions, total } = positionsOf(rangeOf(query, history), matches, query);
  const last = positions.at(-1);
  const isAll = last === undefined || (query.offset ?? 0) + positions.length >= total;
  return {
    head: history.head,
    total,
    entries: await rowsOf(history, positions, query, timeZone),
    next: isAll ? null : query.order === 'asc' ? last + 1 : last - 1,
  };
};

/** Whether an entry holds all the words. */
const holds = async (
  history: History,
  entry: Entry,
  words: readonly string[],
  isXmlWanted: boolean,
  timeZone: string,
): Promise<boolean> => {
  const text =
    `${entry.type} ${entry.stream} ${summaryOf(entry, timeZone)} ${JSON.stringify(entry.data)}`.toLowerCase();
  const missing = words.filter((word) => !text.includes(word));
  if (missing.length === 0) return true;
  if (!isXmlWanted || entry.wireHash === undefined) return false;
  const xml = (await history.inspected.log.wire(entry.position))?.toLowerCase();
  return xml !== undefined && missing.every((word) => xml.includes(word));
};

/** Stretches of a range in the order in which they are looked through. */
function* stretches({ from, to }: Range, order: EntriesQuery['order']): Generator<Range> {
  if (order === 'asc')
    for (let start = from; start <= to; start += readAtATime)
      yield { from: start, to: Math.min(to, start + readAtATime - 1) };
  else
    for (let end = to; end >= from; end -= readAtATime) yield { from: Math.max(from, end - readAtATime + 1), to: end };
}

const read = async (history: History, range: Range): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of history.inspected.log.read(range)) entries.push(entry);
  return entries;
};

const searched = async (
  history: History,
  query: EntriesQuery,
  search: string,
  matches: Matches,
  timeZone: string,
): Promise<Entries> => {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const row = rowFor(query);
  const rows: EntryRow[] = [];
  let looked = 0;
  const answer = (next: number | null): Entries => ({ head: history.head, total: null, entries: rows, next });
  for (const stretch of stretches(rangeOf(query, history), query.order)) {
    const entries = await read(history, stretch);
    for (const entry of query.order === 'asc' ? entries : entries.reverse()) {
      if (rows.length >= query.limit || looked >= searchedEntries) return answer(entry.position);
      if (!matches(entry.position)) continue;
      looked += 1;
      if (await holds(history, entry, words, query.xml === true, timeZone)) rows.push(row(entry, timeZone));
    }
  }
  return answer(null);
};

/** The entries that are asked for. */
export const entriesAnswerOf = async (history: History, query: EntriesQuery, timeZone: string): Promise<Entries> => {
  const { type: types, stream: streams, lane: lanes, direction, search } = query;
  const matches = history.index.matcher({ types, streams, lanes, direction });
  const isSearch = search !== undefined && search.trim() !== '';
  return isSearch ? searched(history, query, search, matches, timeZone) : filtered(history, query, matches, timeZone);
};
