import { resolve } from 'node:path';
import { openDoor } from '../../adapters/controlSocket.ts';
import { readFleetFile, type FleetFile } from '../../adapters/fleetFile.ts';
import { KeptByName } from '../../adapters/holdsFile.ts';
import { createLogger, logStyleFor, type Logger } from '../../adapters/logger.ts';
import { veilVersion } from '../../adapters/messageVeil.ts';
import { PlannerProcess } from '../../adapters/plannerProcess.ts';
import { serviceManagerOf } from '../../adapters/serviceManager.ts';
import { systemChance } from '../../adapters/systemChance.ts';
import { SystemClock } from '../../adapters/systemClock.ts';
import { reasonOf } from '../../core/failure.ts';
import { Host, type ListChange } from '../../fleet/host.ts';
import type { VenHold } from '../../fleet/member.ts';
import { machineVersion } from '../../machines/machines.ts';
import { openLevelLogStore } from '../../store/levelLogStore.ts';
import { counted } from '../../telling/words.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings } from '../surroundings.ts';
import { VERSION } from '../version.ts';
import { fleetAnswerer } from './fleetAnswerer.ts';
import { membersOf, type MembersOptions } from './members.ts';
import { VenJournal } from './venJournal.ts';
import { Ways } from './ways.ts';

/** The file that a command of a fleet is given. */
export const fleetPathOf = (given: ParsedArguments, { environment }: Pick<Surroundings, 'environment'>): string =>
  resolve(given.text('config') ?? environment['VEN_FLEET'] ?? 'fleet.json');

const loggerFor = (file: FleetFile, clock: SystemClock, { stderr, environment, redactor }: Surroundings): Logger => {
  stderr.neverWait?.();
  return createLogger({
    level: file.logLevel,
    style: logStyleFor(stderr, environment),
    write: (line) => stderr.write(line),
    now: () => clock.now(),
    redactor,
  });
};

/** The body of `ven fleet run`: all VENs of the file in this process, until a signal ends them in good order. */
export const runFleet = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { environment } = surroundings;
  const path = fleetPathOf(given, surroundings);
  const file = readFleetFile(path, environment);
  const stop = surroundings.stopSignal();
  let host: Host | null = null;
  const clock = new SystemClock((jumpMs) => host?.clockJumped(jumpMs));
  const logger = loggerFor(file, clock, surroundings);
  const optimiser = new PlannerProcess();
  const ways = new Ways(clock, file.connections);
  const options: MembersOptions = {
    clock,
    environment,
    journalOf: (configuration) => new VenJournal(logger, configuration),
    transportOf: (configuration) => ways.of(configuration),
    optimiser,
  };
  const members = membersOf(file, options);
  const store = await openLevelLogStore(file.dataDirectory, { createdAt: () => clock.now() });
  const holds = new KeptByName<VenHold>(file.dataDirectory);
  const manager = serviceManagerOf({
    environment,
    pid: process.pid,
    onTrouble: (sentence) => logger.warn(sentence),
  });
  host = new Host({
    clock,
    alarms: clock,
    chance: systemChance,
    monotonicMs: () => performance.now(),
    store,
    holds: { all: () => holds.all(), keep: (venID, hold) => holds.keep(venID, hold) },
    versions: {
      agent: VERSION,
      machines: machineVersion,
      node: process.version,
      timeZoneData: process.versions.tz ?? 'unknown',
      veil: veilVersion,
    },
    runID: () => systemChance.runID(),
    journalOf: (venID) => logger.child({ venID }),
    limits: {
      spreadMs: file.spreadMs,
      startsPerSecond: file.startsPerSecond,
      intensity: { restarts: file.restarts, withinMs: file.restartsWithinMs },
      load: { inputs: file.inputsPerMinute, windowMs: 60_000, stepMs: file.stepMs },
    },
  });
  await host.take(members);
  const running = host;
  const reload = async (): Promise<ListChange> => {
    const change = await running.take(membersOf(readFleetFile(path, environment), options));
    logger.info(
      `The file was read again: ${counted(change.added.length, 'VEN')} added, ${change.changed.length} changed, ${change.removed.length} ended.`,
    );
    return change;
  };
  surroundings.onHangUp(
    () =>
      void reload().catch((error: unknown) =>
        logger.warn(`The file could not be read again, and the fleet goes on as it was: ${reasonOf(error)}`),
      ),
  );
  const door = await openDoor(file.dataDirectory, { answer: fleetAnswerer({ host, reload }) });
  logger.info(`${counted(members.length, 'VEN')} in ${file.dataDirectory}.`);
  manager.ready();
  const because = await stopAsked(stop);
  manager.stopping();
  await door.close();
  await host.stop(because);
  await Promise.all([optimiser.close(), ways.close()]);
  clock.close();
  manager.close();
  return EXIT.success;
};
