/** Opens the door that the file of a fleet names, and says where it is. */
import { ConfigurationError } from '../../../adapters/configurationError.ts';
import type { DoorAccess, FleetDoorSettings } from '../../../adapters/config/fleetFile.ts';
import { PlannerProcess } from '../../../adapters/planning/plannerProcess.ts';
import { createRedactor, type Redactor } from '../../../adapters/secrets/redact.ts';
import { sparingly } from '../../../adapters/time/sparingly.ts';
import { reasonOf } from '../../../core/failure.ts';
import type { Host, ListChange } from '../../../fleet/host.ts';
import { isLoopback } from '../../../inspector/server/address.ts';
import { readPage } from '../../../inspector/server/pageFiles.ts';
import type { Journal } from '../../../shell/ports.ts';
import { pageDirectory } from '../../inspect/openInspector.ts';
import { isToken, placeOf, shortestToken } from '../../inspect/listening.ts';
import { FleetDoor } from './fleetDoor.ts';

/** Refusals of strangers are told once in so long. @unit ms */
const toldEveryMs = 60_000;

/** The process that plans again for whoever looks waits so long for another question. @unit ms */
const idleMs = 20_000;

/** What a door is opened with. */
export interface OpenDoorOptions {
  readonly settings: FleetDoorSettings;
  readonly host: Host;
  readonly reload: () => Promise<ListChange>;
  readonly journal: Journal;
  /** Is told the secrets that are to be hidden from now on. */
  readonly hide: (redactor: Redactor) => void;
}

/** The access list as it may be used. @throws ConfigurationError in sentences that hold nothing of the tokens */
export const accessIn = ({ at, access }: FleetDoorSettings): readonly DoorAccess[] => {
  const { address } = placeOf(at);
  const problems = access.flatMap(({ token, name }, index) => [
    ...(isToken(token)
      ? []
      : [
          `door.access[${index}].token cannot be used: it needs at least ${shortestToken} visible ASCII characters, without a semicolon.`,
        ]),
    ...(access.findIndex((each) => each.name === name) === index ? [] : [`door.access names "${name}" twice.`]),
    ...(access.findIndex((each) => each.token === token) === index
      ? []
      : [`door.access[${index}].token is the same as that of another: give each a token of its own.`]),
  ]);
  if (access.length === 0 && !isLoopback(address))
    problems.push(`door.at would be open to everyone who reaches ${address}: give door.access a token.`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return access;
};

const open = async ({ settings, host, reload, journal, hide }: OpenDoorOptions): Promise<FleetDoor> => {
  const access = accessIn(settings);
  const { address, port } = placeOf(settings.at);
  hide(createRedactor(access.map(({ token }) => token)));
  const fault = sparingly((sentence) => journal.error(sentence), toldEveryMs);
  const door = await FleetDoor.open({
    host,
    reload,
    page: readPage(pageDirectory()),
    planner: new PlannerProcess({ idleMs }),
    address,
    port,
    hosts: settings.hosts,
    access,
    onOrder: (sentence) => journal.info(sentence),
    onStranger: sparingly((sentence) => journal.warn(sentence), toldEveryMs),
    onFault: (error) => fault(`A request at the door could not be answered: ${reasonOf(error)}`),
  });
  journal.info(
    `The fleet is looked at and commanded at ${door.url}${isLoopback(address) ? '' : ', from other machines and without encryption: put a proxy with TLS in front'}.`,
  );
  return door;
};

/** Opens it where it can be; where not, that is told, and the fleet runs without it. */
export const tryFleetDoor = async (options: OpenDoorOptions): Promise<FleetDoor | null> => {
  try {
    return await open(options);
  } catch (error) {
    options.journal.error(`The fleet runs without its door at ${options.settings.at}: ${reasonOf(error)}`);
    return null;
  }
};
