import { steadiedNote } from '../times/steadied.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { grouped } from '../grouped.ts';
import type { TimeKey } from '../times/rowTimes.ts';
import { type ClockNotes, type FileClock, clockText, type Lost } from '../times/wallClock.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** What had to be said about the times of rows, and the rows whose time nobody can tell. */

/** A row whose time could not be told, as far as it is told of. */
export interface LostRow {
  readonly line: number;
  /** The header over it, where a line of the file states many times; else null. */
  readonly column: string | null;
  readonly time: string;
  readonly kind: Lost['kind'];
  readonly why: string;
}

/** What is told of the times of rows. */
export interface TimesTold {
  readonly timeZone: string;
  /** Columns in which dates alone were taken for their midnight. */
  readonly midnights: ReadonlySet<TimeKey>;
  /** How far stamps are off the full minute, at most. @unit ms */
  readonly offMs: number;
  /** Whether they are taken for it. */
  readonly isNear: boolean;
  readonly clocks: ClockNotes;
  readonly lostRows: readonly LostRow[];
}

/** The rows that are left out; one that states something for a time that the clocks skipped is refused. */
export const lostRowsOf = (
  clock: FileClock,
  lost: readonly (Lost & { readonly row: CsvRow })[],
  areInstants: boolean,
  isNothing: (row: CsvRow) => boolean,
): readonly LostRow[] => {
  const { timeZone, file } = clock;
  for (const { kind: why, row, stamp } of lost)
    if (why === 'skipped' && !areInstants && !isNothing(row))
      refuseFile(
        { file, line: row.line, ...(row.column === undefined ? {} : { column: row.column }) },
        `the time ${clockText(stamp)} does not exist in ${timeZone}: the clocks skipped it, and something is stated for it; if the file keeps standard time all year, add times=standard to the declared columns, else give times with their offset.`,
      );
  return lost.map(({ kind: why, why: because, row, stamp }) => ({
    line: row.line,
    column: row.column ?? null,
    time: clockText(stamp),
    kind: why,
    why: because,
  }));
};

const placeText = ({ line, column }: LostRow): string =>
  column === null ? String(line) : `${line} in ${shown(column)}`;

/** What had to be said about the times of a file. */
export const timeNotes = (
  file: string,
  { timeZone, midnights, offMs, isNear, clocks, lostRows }: TimesTold,
): readonly string[] => [
  ...(clocks.zone === null ? [] : [clocks.zone]),
  ...clocks.repeated.values(),
  ...(midnights.size > 0 ? [`${file}: dates without a time of day, among times, are taken for midnight.`] : []),
  ...(offMs === 0 || !isNear ? [] : [steadiedNote(file, offMs)]),
  ...[...grouped(lostRows, ({ time, why }) => `${time} ${why}`).values()].map((group) => {
    const [{ time, kind, why }] = group as [LostRow];
    const places = [...new Set(group.map(placeText))];
    const where = places.length === 1 ? `line ${places[0]} is` : `lines ${places.join(', ')} are`;
    return kind === 'unclear'
      ? `${file}: the clocks of ${timeZone} showed ${time} twice, and ${why}: ${where} left out, and both are missing; give times with their offset, such as -05:00.`
      : `${file}: the clocks of ${timeZone} skipped ${time}: ${where} left out, and nothing is lost.`;
  }),
];
