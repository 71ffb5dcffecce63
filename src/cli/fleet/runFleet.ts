import { mkdirSync } from 'node:fs';
import { openDoor } from '../../adapters/control/controlSocket.ts';
import { openToOthersText } from '../../adapters/secrets/openToOthers.ts';
import {
  readFleetFile,
  type DoorAccess,
  type FleetDoorSettings,
  type FleetFile,
} from '../../adapters/config/fleetFile.ts';
import { createLogger, logStyleFor, type Logger } from '../../adapters/process/logger.ts';
import { PlannerProcess } from '../../adapters/planning/plannerProcess.ts';
import { createRedactor } from '../../adapters/secrets/redact.ts';
import { serviceManagerOf } from '../../adapters/process/serviceManager.ts';
import { SystemClock } from '../../adapters/time/systemClock.ts';
import { reasonOf } from '../../core/failure.ts';
import type { Host, ListChange } from '../../fleet/host.ts';
import { Pacer } from '../../fleet/pacer.ts';
import { openLevelLogStore } from '../../store/level/levelLogStore.ts';
import { counted } from '../../telling/words.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { databaseGiven } from '../control/storedLog.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings } from '../surroundings.ts';
import type { FleetDoor } from './door/fleetDoor.ts';
import type { OpenDoorOptions } from './door/openFleetDoor.ts';
import { fleetDirectoryOf, fleetPathOf } from './place.ts';
import { frugalOnceStarted } from './frugalOnceStarted.ts';
import { fleetAnswerer } from './fleetAnswerer.ts';
import { hostOf, limitsOf } from './hostOf.ts';
import { membersOf, type MembersOptions } from './members.ts';
import { tidyVen } from './tidyVen.ts';
import { NamedJournal, VenJournal } from './venJournal.ts';
import { Ways } from './ways.ts';
import type { FleetWorker, WorkerOptions } from './worker.ts';

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

const wholeFrom = (given: ParsedArguments, option: string, usual: number, most: number): number => {
  const text = given.text(option);
  if (text === undefined) return usual;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new UsageError(`"${text}" is no value for --${option}: write a whole number from 1 to ${most}.`);
};

/** @limit Long enough for a failover of the database, short enough for a VEN not to miss its prices. @unit s */
const usualLeaseSeconds = 15;

/** The worker, when the fleet's logs are in a database; null when they lie in the data directory. */
const workerGiven = async (
  given: ParsedArguments,
  surroundings: Surroundings,
  dataDirectory: string,
  options: Pick<WorkerOptions, 'members' | 'journal' | 'now'>,
): Promise<FleetWorker | null> => {
  const access = databaseGiven(given, surroundings);
  const leaseMs = wholeFrom(given, 'lease', usualLeaseSeconds, 600) * 1_000;
  const capacity = wholeFrom(given, 'capacity', 1, 1_000);
  if (access === null) return null;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const { FleetWorker: Worker } = await import('./worker.ts');
  return Worker.open({ access, leaseMs, capacity, ...options });
};

/** Opens the door over HTTP where the file wants one; its libraries are read only then. @throws ConfigurationError */
const fleetDoorFor = async (
  { door }: FleetFile,
  options: Omit<OpenDoorOptions, 'settings'>,
): Promise<FleetDoor | null> => {
  if (door === undefined) return null;
  const { tryFleetDoor } = await import('./door/openFleetDoor.ts');
  return tryFleetDoor({ settings: door, ...options });
};

/** Whom the file lets in now. @throws ConfigurationError */
const accessGiven = async (door: FleetDoorSettings, { hide }: Surroundings): Promise<readonly DoorAccess[]> => {
  const { accessIn } = await import('./door/openFleetDoor.ts');
  const access = accessIn(door);
  hide(createRedactor(access.map(({ token }) => token)));
  return access;
};

/** The body of `ven fleet run`: all VENs of the file in this process, until a signal ends them in good order. */
export const runFleet = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { environment } = surroundings;
  const path = fleetPathOf(given, surroundings);
  const file = readFleetFile(path, environment);
  const directory = fleetDirectoryOf(given, file);
  const stop = surroundings.stopSignal();
  let host: Host | null = null;
  const clock = new SystemClock((jumpMs) => host?.clockJumped(jumpMs));
  const logger = loggerFor(file, clock, surroundings);
  const open = openToOthersText(file.secretFiles);
  if (open !== null) logger.warn(open);
  const optimiser = new PlannerProcess();
  const turns = new Pacer(file.connectionsPerSecond);
  const ways = new Ways({ clock, alarms: clock, turns }, file.connections);
  const options: MembersOptions = {
    clock,
    environment,
    journalOf: (configuration) => new VenJournal(logger, configuration),
    transportOf: (configuration) => ways.of(configuration),
    tidyOf: (configuration) => tidyVen(configuration.settings, clock, new VenJournal(logger, configuration)),
    optimiser,
  };
  const members = membersOf(file, options);
  if (file.door !== undefined) await accessGiven(file.door, surroundings);
  const worker = await workerGiven(given, surroundings, directory, {
    members,
    journal: logger,
    now: () => clock.now(),
  });
  const store = worker?.store ?? (await openLevelLogStore(directory, { createdAt: () => clock.now() }));
  const manager = serviceManagerOf({
    environment,
    pid: process.pid,
    onTrouble: (sentence) => logger.warn(sentence),
  });
  host = hostOf({
    directory,
    clock,
    alarms: clock,
    store,
    journalOf: (venID) => new NamedJournal(logger, venID),
    limits: limitsOf(file),
  });
  if (worker === null) await host.take(members);
  else worker.start(host);
  const running = host;
  frugalOnceStarted(host, { clock, alarms: clock });
  let fleetDoor: FleetDoor | null = null;
  const reload = async (): Promise<ListChange> => {
    const again = readFleetFile(path, environment);
    const now = membersOf(again, options);
    if (again.door?.at !== file.door?.at)
      logger.warn('Where the door of the fleet is, or whether there is one, is taken up with the next start.');
    fleetDoor?.letIn(again.door === undefined ? [] : await accessGiven(again.door, surroundings));
    const change = worker === null ? await running.take(now) : await worker.take(now);
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
  fleetDoor = await fleetDoorFor(file, { host, reload, journal: logger, hide: surroundings.hide });
  const door = await openDoor(directory, {
    answer: fleetAnswerer({ host, reload, elsewhere: () => worker?.elsewhere ?? 0 }),
  });
  logger.info(`${counted(members.length, 'VEN')} in ${directory}.`);
  manager.ready();
  const because = await stopAsked(stop);
  manager.stopping();
  await Promise.all([door.close(), fleetDoor?.close()]);
  await worker?.leave();
  await host.stop(because);
  await Promise.all([optimiser.close(), ways.close()]);
  clock.close();
  manager.close();
  return EXIT.success;
};
