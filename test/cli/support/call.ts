import { COMMANDS } from '../../../src/cli/commands/table.ts';
import type { ExitCode } from '../../../src/cli/exitCode.ts';
import { main } from '../../../src/cli/main.ts';
import { stage } from '../../support/surroundings.ts';

/** What a command came to. */
export interface Called {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls a command in this process, as a person without settings. */
export const call = async (...args: readonly string[]): Promise<Called> => {
  const given = stage(args, { XDG_DATA_HOME: '/nowhere' });
  const exitCode = await main(given.surroundings, COMMANDS);
  return { exitCode, stdout: given.stdout(), stderr: given.stderr() };
};

/** The lines of an output that has one JSON object on each. */
export const objects = <Row = Record<string, unknown>>(text: string): Row[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
