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

const callAt =
  (now?: number) =>
  async (...args: readonly string[]): Promise<Called> => {
    const given = stage(args, { XDG_DATA_HOME: '/nowhere' });
    const exitCode = await main({ ...given.surroundings, ...(now === undefined ? {} : { now: () => now }) }, COMMANDS);
    return { exitCode, stdout: given.stdout(), stderr: given.stderr() };
  };

/** Calls a command as a person does in a terminal of so many columns. */
const callIn =
  (columns: number, now?: number) =>
  async (...args: readonly string[]): Promise<Called> => {
    const given = stage(args, { XDG_DATA_HOME: '/nowhere' });
    let stdout = '';
    const terminal = { write: (text: string) => void (stdout += text), isTTY: true, columns };
    const clock = now === undefined ? {} : { now: () => now };
    const exitCode = await main({ ...given.surroundings, ...clock, stdout: terminal }, COMMANDS);
    return { exitCode, stdout, stderr: given.stderr() };
  };

/** Calls a command in this process, as a person without settings; `at` an instant (UTC ms) if the clock matters, `in` a terminal. */
export const call = Object.assign(callAt(), { at: callAt, in: callIn });

/** The lines of an output that has one JSON object on each. */
export const objects = <Row = Record<string, unknown>>(text: string): Row[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
