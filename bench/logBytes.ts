import { withDirectory } from './support/directory.ts';
import { atMost, type Figure, type Subject } from './support/figure.ts';
import { sizeOf, type LogSize } from './support/logSize.ts';
import { simulate, simulationStart, type SimulationOptions } from './support/simulation.ts';

const hourMs = 3_600_000;

/** The first hours, with the agent's start in them, are no part of the day. */
const dayBegins = simulationStart + 2 * hourMs;

/** Noon to noon. */
const dayOf = (options: Omit<SimulationOptions, 'directory'>): Promise<LogSize> =>
  withDirectory(async (directory) => {
    const world = await simulate({ directory, ...options });
    await world.runTo(dayBegins + 24 * hourMs);
    await world.stop();
    return sizeOf(directory, dayBegins);
  });

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

const figureOf = (
  name: string,
  { entries, entryBytes, wireBytes, compactedBytes }: LogSize,
  goalMB?: number,
): Figure => {
  const written = entryBytes + wireBytes;
  return {
    name,
    value: megabytes(written),
    floor: {
      name: `${entries} entries ${megabytes(entryBytes)}, XML ${megabytes(wireBytes)}; the directory with two hours more, after LevelDB’s compaction:`,
      value: megabytes(compactedBytes),
    },
    ...(goalMB === undefined ? {} : { goal: atMost(written / 1e6, goalMB, 'MB') }),
  };
};

/** What a day of polls each 10 s leaves in the log. */
export const logBytes: Subject = {
  name: 'log',
  title:
    'Log: bytes of a simulated day, from noon to noon, polled each 10 s, with its prices, daily usage report and re-registrations',
  measure: async () => [
    figureOf('a quiet day', await dayOf({ vtn: { status: 'never' } }), 1),
    figureOf('a day with status reports each minute', await dayOf({})),
  ],
};
