import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import type { Surroundings } from '../surroundings.ts';

/** The body of `ven log verify`. A log that is damaged ends it with the position and the code of an unsafe log. */
export const logVerify = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async ({ log }) => {
    const { position, hash } = await log.verify();
    const text = given.switches.has('json')
      ? JSON.stringify({ whole: true, position, hash })
      : position < 0
        ? 'The log has no entries yet.'
        : `The log is whole: ${position + 1} entries, each sealed with the one before, and every XML as it was kept.\nIts head is position ${position} with hash ${hash}; write it down elsewhere, and any later change of what is before it can be proved.`;
    surroundings.stdout.write(`${text}\n`);
    return EXIT.success;
  });
