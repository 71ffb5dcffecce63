/** Commands that change the list of a fleet, and have a host that runs take it up. */
import { reachAgent } from '../../adapters/control/controlClient.ts';
import { readFleetFile } from '../../adapters/config/fleetFile.ts';
import { changeList, type ListRow } from '../../adapters/config/fleetList.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { fleetDirectoryOf, fleetPathOf } from './place.ts';

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** `name=value`, the value as JSON or as a text. */
const settingsGiven = (given: ParsedArguments): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (given.texts.get('set') ?? []).map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`"${text}" sets nothing: write NAME=VALUE, such as pollJitter=0.2.`);
      return [text.slice(0, at), valueOf(text.slice(at + 1))];
    }),
  );

/** Reads the file as it is now, and has a host that runs read it as well; says what came of it. */
const takenUp = async (path: string, given: ParsedArguments, surroundings: Surroundings): Promise<string> => {
  const client = await reachAgent(fleetDirectoryOf(given, readFleetFile(path, surroundings.environment)));
  if (client === null) return 'The fleet does not run, and takes it up when it starts.';
  try {
    for await (const _ of client.ask({ op: 'fleetReload' })) break;
    return 'The fleet has taken it up.';
  } finally {
    client.close();
  }
};

const listed = (given: ParsedArguments, surroundings: Surroundings) => {
  const path = fleetPathOf(given, surroundings);
  return { path, file: readFleetFile(path, surroundings.environment), venID: given.operands[0] ?? '' };
};

/** The body of `ven fleet add`. */
export const fleetAdd = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { path, file, venID } = listed(given, surroundings);
  if (file.vens.some((ven) => ven.venID === venID)) throw new CommandFailure(`The fleet has a VEN "${venID}" already.`);
  const groups = given.texts.get('group') ?? [];
  const row: ListRow = { venID, ...(groups.length === 0 ? {} : { groups: [...groups] }), ...settingsGiven(given) };
  const said = await changeList(
    file,
    (rows) => [...rows, row],
    () => takenUp(path, given, surroundings),
  );
  surroundings.stdout.write(`${venID} is listed. ${said}\n`);
  return EXIT.success;
};

/** The body of `ven fleet remove`. */
export const fleetRemove = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { path, file, venID } = listed(given, surroundings);
  if (!file.vens.some((ven) => ven.venID === venID))
    throw new CommandFailure(`The fleet has no VEN "${venID}": "ven fleet status --all" shows those there are.`);
  const said = await changeList(
    file,
    (rows) => {
      const left = rows.filter((row) => row.venID !== venID);
      if (left.length < rows.length) return left;
      throw new CommandFailure(
        `The VEN ${venID} stands in ${path} itself: take it out there, and say "ven fleet reload".`,
      );
    },
    () => takenUp(path, given, surroundings),
  );
  surroundings.stdout.write(`${venID} is listed no more, and its log stays. ${said}\n`);
  return EXIT.success;
};
