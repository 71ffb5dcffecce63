/** Lets the running agent read its configuration again. */
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';

/** The body of `ven reload`. */
export const reload = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async ({ agent, settings }) => {
    if (agent === null)
      throw new CommandFailure(
        `No agent runs on ${settings.dataDirectory}, so nobody has to read anything again: it reads at its start.`,
      );
    const { sentences, problems } = await agent.reload();
    for (const sentence of sentences) say(surroundings.stdout, `${sentence}\n`);
    if (problems === undefined) return EXIT.success;
    throw new CommandFailure(`The configuration is left as it was. ${problems.join(' ')}`, EXIT.configuration);
  });
