import { Fold, foldBefore } from '../../shell/fold.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { printableJson } from '../../text/printable.ts';
import { counted } from '../../text/quantities.ts';
import { durationText } from '../../text/times.ts';
import { WhereFault } from '../../where/fault.ts';
import { asksEntry, asksState } from '../../where/holds.ts';
import { predicateOf } from '../../where/parse.ts';
import { readingsText } from '../../where/readingsText.ts';
import { WhereSearch, type WhereHit } from '../../where/search.ts';
import type { Predicate } from '../../where/terms.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { hereOf, positionsText, reading, type OpenReading } from '../reading.ts';
import { formatOf, isoText, rowWriter, writeRows, type Column } from '../rows.ts';
import { proseFor } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { momentText } from './entryColumns.ts';
import { edgeOf, mustHold } from './select.ts';

/** @limit Rows of a table, which needs all of them at once; JSON and CSV are written as they are found. */
const tableRows = 1_000;

/** The predicate that was given. @throws UsageError */
const predicateGiven = (given: ParsedArguments): Predicate => {
  try {
    return predicateOf(given.operands.join(' '));
  } catch (error) {
    throw error instanceof WhereFault ? new UsageError(error.message) : error;
  }
};

const limitOf = (given: ParsedArguments): number | null => {
  const text = given.text('limit');
  if (text === undefined) return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number of places: write --limit 50.`);
};

const columnsOf = (timeZone: string, isOfEntries: boolean): readonly Column<WhereHit>[] => [
  { name: 'position', header: 'position', right: true, value: ({ entry }) => entry.position },
  {
    name: 'recordedAt',
    header: isOfEntries ? 'recorded' : 'from',
    value: ({ entry }) => isoText(entry.recordedAt),
    text: ({ entry }) => momentText(entry.recordedAt, timeZone),
    gives: 'time',
  },
  ...(isOfEntries
    ? []
    : [
        { name: 'isBegun', value: ({ isBegun }: WhereHit) => isBegun },
        { name: 'endedPosition', value: ({ ended }: WhereHit) => ended?.position ?? null },
        {
          name: 'endedAt',
          header: 'for',
          right: true,
          value: ({ ended }: WhereHit) => (ended === null ? null : isoText(ended.recordedAt)),
          text: ({ entry, ended, isBegun }: WhereHit) =>
            `${ended === null ? 'on' : durationText(Math.max(0, ended.recordedAt - entry.recordedAt))}${isBegun ? '' : ' +'}`,
        } as const,
      ]),
  { name: 'type', ...(isOfEntries ? { header: 'fact', goes: 2 } : {}), value: ({ entry }) => entry.type },
  {
    name: 'stream',
    ...(isOfEntries ? { header: 'stream', gives: 'identifier', goes: 1 } : {}),
    value: ({ entry }) => entry.stream,
  },
  { name: 'values', header: 'what', gives: 'words', value: ({ readings }) => readingsText(readings) },
];

const documentOf = ({ entry, readings, isBegun, ended }: WhereHit, isOfEntries: boolean): object => ({
  position: entry.position,
  recordedAt: isoText(entry.recordedAt),
  type: entry.type,
  stream: entry.stream,
  ...(isOfEntries
    ? {}
    : {
        isBegun,
        endedPosition: ended?.position ?? null,
        endedAt: ended === null ? null : isoText(ended.recordedAt),
      }),
  values: Object.fromEntries(readings.map(({ word, values }) => [word, values])),
});

/** A fold where the search begins, and the first entry that is read for it. */
const groundOf = async (
  log: EventLog,
  predicate: Predicate,
  from: number | undefined,
): Promise<{ readonly fold: Fold | null; readonly readFrom: number }> => {
  if (!asksState(predicate)) return { fold: null, readFrom: from ?? 0 };
  const fold = from === undefined ? await Fold.of(log) : await foldBefore(log, from);
  return { fold, readFrom: fold.position + 1 };
};

const searchOf = async (given: ParsedArguments, opened: OpenReading, predicate: Predicate): Promise<WhereSearch> => {
  const { log } = opened;
  const here = await hereOf(opened);
  const [from, to] = [edgeOf(given.text('from'), 'start', here), edgeOf(given.text('to'), 'end', here)];
  for (const edge of [from, to]) if (edge !== null && 'position' in edge) mustHold(log, edge.position);
  const first = from !== null && 'position' in from ? from.position : undefined;
  const { fold, readFrom } = await groundOf(log, predicate, first);
  const last = to !== null && 'position' in to ? to.position : undefined;
  return new WhereSearch({
    predicate,
    entries: log.read({ from: readFrom, ...(last === undefined ? {} : { to: last }) }),
    from: Math.max(first ?? 0, fold === null ? 0 : log.base.position + 1),
    fold,
    timeZone: here.timeZone,
    ...(from !== null && 'at' in from ? { fromAt: from.at } : {}),
    ...(to !== null && 'at' in to ? { toAt: to.at } : {}),
  });
};

/** Fields that no fact has: a slip of the pen finds nothing, and that is said. */
const neverSeen = (predicate: Predicate, seen: ReadonlySet<string>): readonly string[] => {
  if (predicate.kind === 'compare')
    return predicate.used.path !== '' && !seen.has(predicate.used.text) ? [predicate.used.text] : [];
  return predicate.kind === 'not'
    ? neverSeen(predicate.part, seen)
    : predicate.parts.flatMap((part) => neverSeen(part, seen));
};

const nothingFound = (search: WhereSearch, predicate: Predicate, log: EventLog): CommandFailure => {
  const [field] = neverSeen(predicate, search.seen);
  const said =
    field === undefined ? '' : ` No fact that was looked at has ${field}: "ven log show POSITION" shows what one has.`;
  return new CommandFailure(
    `It holds nowhere in the ${counted(search.progress.entries, 'entry', 'entries')} that were looked at; the log has ${positionsText(log)}.${said}`,
  );
};

/** The body of `ven log where`. */
export const logWhere = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const predicate = predicateGiven(given);
  const [format, limit] = [formatOf(given), limitOf(given)];
  return reading(given, surroundings, async (opened) => {
    const { stdout, stderr } = surroundings;
    const search = await searchOf(given, opened, predicate);
    const isOfEntries = asksEntry(predicate);
    const { timeZone } = await hereOf(opened);
    const columns = columnsOf(timeZone, isOfEntries);
    const most = limit ?? (format === 'table' ? tableRows : Number.POSITIVE_INFINITY);
    const rows: WhereHit[] = [];
    const write =
      format === 'json'
        ? (hit: WhereHit) => stdout.write(`${printableJson(JSON.stringify(documentOf(hit, isOfEntries)))}\n`)
        : format === 'csv'
          ? rowWriter(stdout, format, columns)
          : (hit: WhereHit) => void rows.push(hit);
    let count = 0;
    let hasMore = false;
    for await (const hit of search.hits()) {
      hasMore = count === most;
      if (hasMore) break;
      write(hit);
      count += 1;
    }
    if (count === 0) throw nothingFound(search, predicate, opened.log);
    if (format === 'table') writeRows(stdout, format, columns, rows);
    if (hasMore)
      stderr.write(
        proseFor(
          stderr,
          `These are the first ${count}, up to position ${search.progress.searchedTo}: there are more, with --from ${search.progress.searchedTo + 1} or a larger --limit.\n`,
        ),
      );
    return EXIT.success;
  });
};
