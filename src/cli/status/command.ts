import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { roomOf } from '../prose.ts';
import { reading, tellFaults } from '../reading.ts';
import type { Surroundings } from '../surroundings.ts';
import { statusOf } from './status.ts';
import { statusText } from './statusText.ts';

/** The body of `ven status`. */
export const status = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const found = await statusOf(opened);
    tellFaults(found.faults, surroundings);
    const { stdout } = surroundings;
    stdout.write(
      given.switches.has('json') ? `${JSON.stringify(found.document)}\n` : statusText(found, roomOf(stdout)),
    );
    return EXIT.success;
  });
