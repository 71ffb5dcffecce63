import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { devicesChosen } from '../many/deviceChoice.ts';
import { pagingOf } from '../many/paging.ts';
import { roomOf } from '../prose.ts';
import { reading, tellFaults } from '../reading.ts';
import type { Surroundings } from '../surroundings.ts';
import { statusOf, type Status } from './status.ts';
import { statusText } from './statusText.ts';

/** The same of some devices alone, where some are named. */
const withDevicesChosen = async (given: ParsedArguments, status: Status): Promise<Status> => {
  const { devices } = status.document;
  const chosen = new Set(
    await devicesChosen(
      given,
      devices.map(({ resourceID }) => resourceID),
      () =>
        Promise.resolve(
          devices.map(({ resourceID, group }) => (group === null ? { resourceID } : { resourceID, group })),
        ),
    ),
  );
  return {
    ...status,
    document: { ...status.document, devices: devices.filter(({ resourceID }) => chosen.has(resourceID)) },
  };
};

/** The body of `ven status`. */
export const status = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const paging = pagingOf(given);
    const found = await withDevicesChosen(given, await statusOf(opened));
    tellFaults(found.faults, surroundings);
    const { stdout } = surroundings;
    stdout.write(
      given.switches.has('json') ? `${JSON.stringify(found.document)}\n` : statusText(found, roomOf(stdout), paging),
    );
    return EXIT.success;
  });
