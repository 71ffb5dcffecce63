import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import { printable } from '../../text/printable.ts';
import type { Entry } from '../../facts/entry.ts';
import type { RemoteLog } from '../control/remoteLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { hereOf, reading } from '../reading.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings, TextOutput } from '../surroundings.ts';
import { roomOf, wrapped } from '../prose.ts';
import { momentText } from './entryColumns.ts';
import { selectionOf, type Selection } from './select.ts';
import { summaryOf } from '../../telling/summary.ts';

/** In a narrow terminal the sentence goes on below, and is not cut. */
const lineOf = (entry: Entry, timeZone: string, output: TextOutput): string => {
  const head = `${String(entry.position).padStart(8)}  ${momentText(entry.recordedAt, timeZone).slice(0, 23)}  ${entry.type.padEnd(26)}`;
  const said = printable(summaryOf(entry, timeZone));
  const width = roomOf(output);
  return head.length + 1 + said.length <= width
    ? `${head} ${said}`
    : `${head.trimEnd()}\n${' '.repeat(10)}${wrapped(said, 10, width)}`;
};

const tellAll = async (
  agent: RemoteLog,
  { range, matches }: Selection,
  tell: (entry: Entry) => void,
): Promise<'the agent ended'> => {
  try {
    for await (const entry of agent.following(range.from ?? agent.durableHead.position + 1))
      if (matches(entry)) tell(entry);
  } catch (error) {
    if (!(error instanceof ControlFailure) || error.failure.code !== 'closed') throw error;
  }
  return 'the agent ended';
};

/** The body of `ven log follow`. */
export const logFollow = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { agent, settings } = opened;
    if (agent === null)
      throw new CommandFailure(
        `No agent runs on ${settings.dataDirectory}, so nothing is added to its log: "ven log list" shows what is there.`,
      );
    const stop = surroundings.stopSignal();
    const { timeZone } = await hereOf(opened);
    const { stdout, stderr } = surroundings;
    const asJson = given.switches.has('json');
    const tell = (entry: Entry): void =>
      stdout.write(`${asJson ? JSON.stringify(entry) : lineOf(entry, timeZone, stdout)}\n`);
    const ended = await Promise.race([
      tellAll(agent, selectionOf(given, { ...opened.here, timeZone }), tell),
      stopAsked(stop),
    ]);
    if (ended === 'the agent ended') stderr.write('The agent has ended.\n');
    return EXIT.success;
  });
