import type { Entry } from '../../facts/entry.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { hereOf, positionsText, reading } from '../reading.ts';
import { formatOf, rowWriter, writeRows } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { entryColumns } from './entryColumns.ts';
import { lastSelected, selected, selectionOf } from './select.ts';

/** How many entries are listed when nobody says which. */
const lastByDefault = 30;

/** How many of the last entries are wanted; null for all. @throws UsageError */
const lastWanted = (given: ParsedArguments): number | null => {
  const text = given.text('last');
  if (text === undefined) return given.texts.has('from') || given.texts.has('to') ? null : lastByDefault;
  if (text === 'all') return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number of entries: write --last 50, or --last all.`);
};

/** The body of `ven log list`. */
export const logList = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const format = formatOf(given);
    const { log } = opened;
    const here = await hereOf(opened);
    const selection = selectionOf(given, here);
    const last = lastWanted(given);
    const entries = last === null ? selected(log, selection) : await lastSelected(log, selection, last);
    const { stdout } = surroundings;
    const columns = entryColumns(here.timeZone);
    let count = 0;
    const rows: Entry[] = [];
    const write =
      format === 'json'
        ? (entry: Entry) => stdout.write(`${JSON.stringify(entry)}\n`)
        : format === 'csv'
          ? rowWriter(stdout, format, columns)
          : (entry: Entry) => void rows.push(entry);
    for await (const entry of entries) {
      write(entry);
      count += 1;
    }
    if (count === 0) throw new CommandFailure(`No entry is like that; the log has ${positionsText(log)}.`);
    if (format === 'table') writeRows(stdout, format, columns, rows);
    return EXIT.success;
  });
