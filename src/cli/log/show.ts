import { printable } from '../../text/printable.ts';
import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { causesOf, entryAt } from '../../telling/causes.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { hereOf, reading } from '../reading.ts';
import { labelledText, roomOf, wrapped, type Labelled } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { momentText } from './entryColumns.ts';
import { prettyXml } from '../../inspector/answers/prettyXml.ts';
import { mustHold, positionNamed } from './select.ts';
import { summaryOf } from '../../telling/summary.ts';

/** @limit Entries after one that are searched for what it led to, and what is shown of it. */
const searchedAfter = 2_000;
const shownConsequences = 40;

/** Why a position that the log reaches is not there. */
export const notHeld = ({ base }: EventLog, position: number): CommandFailure =>
  new CommandFailure(
    `The log does not hold position ${position} any more: from position ${base.position + 1} on it holds everything.`,
  );

/** What it led to directly. */
const consequencesOf = async (log: EventLog, { position }: Entry): Promise<readonly Entry[]> => {
  const found: Entry[] = [];
  for await (const entry of log.read({ from: position + 1, to: position + searchedAfter })) {
    if (entry.cause === position) found.push(entry);
    if (found.length === shownConsequences) break;
  }
  return found;
};

const listed = (entries: readonly Entry[], timeZone: string, width: number): string =>
  entries
    .map(
      (entry) =>
        `  ${String(entry.position).padStart(8)}  ${wrapped(`${entry.type}  ${summaryOf(entry, timeZone)}`, 12, width)}\n`,
    )
    .join('');

const headOf = (entry: Entry, timeZone: string, width: number): string => {
  const { position, recordedAt, runID, direction, stream, type, version, cause, requestID, chance, wireHash, hash } =
    entry;
  const lines: readonly (readonly [string, unknown])[] = [
    ['fact', `${type} (version ${version}, ${direction === 'in' ? 'an input' : 'concluded'})`],
    ['recorded', `${momentText(recordedAt, timeZone)} (${new Date(recordedAt).toISOString()})`],
    ['stream', stream],
    ['run', runID],
    ['cause', cause],
    ['requestID', requestID],
    ['chance', chance],
    ['XML', wireHash === undefined ? undefined : `SHA-256 ${wireHash}`],
    ['hash', hash],
  ];
  const told = lines.filter(([, value]) => value !== undefined && value !== null);
  const rows = told.map(([name, value]): Labelled => [`  ${name}`, String(value)]);
  return `${wrapped(`Position ${position}: ${summaryOf(entry, timeZone)}`, 0, width)}\n\n${labelledText(rows, width)}`;
};

/** The body of `ven log show`. */
export const logShow = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { log } = opened;
    const position = positionNamed(given.operands[0] ?? '');
    mustHold(log, position);
    const { timeZone } = await hereOf(opened);
    const entry = await entryAt(log, position);
    if (entry === undefined) throw notHeld(log, position);
    const wantsXml = given.switches.has('xml');
    const xml = wantsXml || given.switches.has('json') ? await log.wire(position) : undefined;
    const { stdout } = surroundings;
    const causes = await causesOf(log, entry);
    const consequences = await consequencesOf(log, entry);
    if (given.switches.has('json')) {
      stdout.write(
        `${JSON.stringify({ entry, causes: causes.map((each) => each.position), consequences: consequences.map((each) => each.position), xml: xml ?? null })}\n`,
      );
      return EXIT.success;
    }
    const write = (text: string): void => stdout.write(printable(text));
    const width = roomOf(stdout);
    write(headOf(entry, timeZone, width));
    if (causes.length > 0) write(`\nIt follows from\n${listed(causes, timeZone, width)}`);
    if (consequences.length > 0) write(`\nFrom it follow\n${listed(consequences, timeZone, width)}`);
    write(`\nData\n${JSON.stringify(entry.data, null, 2)}\n`);
    if (wantsXml)
      write(
        xml === undefined
          ? '\nThere is no XML beside this entry: it is no message, or its retention has passed.\n'
          : `\nXML\n${prettyXml(xml)}\n`,
      );
    return EXIT.success;
  });
