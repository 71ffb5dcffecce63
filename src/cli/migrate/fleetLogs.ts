/** The logs of a fleet in one directory, to be moved from there or to there: while no host has them, or one by one beside it. */
import { type ControlClient, reachAgent } from '../../adapters/control/controlClient.ts';
import type { VenStanding } from '../../fleet/standing.ts';
import { LogError } from '../../store/errors.ts';
import type { Head } from '../../store/head.ts';
import { type LevelStore, openLevelLogStore } from '../../store/level/levelLogStore.ts';
import { CommandFailure } from '../exitCode.ts';

/** Logs that are moved from a fleet's directory. */
export interface FleetLogs {
  readonly venIDs: readonly string[];
  /** Whether a log was moved from there before. @throws CommandFailure while an agent appends to it */
  isLeft(venID: string): Promise<boolean>;
  /** Notes that a log goes on elsewhere, from where it ends. @throws LogError `conflict` where it went on meanwhile */
  moveAway(venID: string, end: Head): Promise<void>;
  close(): Promise<void>;
}

const answerOf = async <Answer>(
  client: ControlClient,
  question: Parameters<ControlClient['ask']>[0],
): Promise<Answer> => {
  for await (const item of client.ask(question)) return item as Answer;
  throw new CommandFailure(`The fleet gave no answer to "${question.op}".`);
};

/** @limit Phases of a VEN that is held. */
const held: ReadonlySet<string> = new Set(['paused', 'drained', 'quarantined']);

/** One VEN of a host that runs: it is held, and the host notes that its log has gone. */
const besideHost = (client: ControlClient, directory: string, ven: string | undefined): FleetLogs => {
  if (ven === undefined) {
    client.close();
    throw new CommandFailure(
      `A fleet runs on ${directory}: name the VEN that is to move with --ven, once "ven fleet drain" has ended it; or stop the fleet, and all are moved.`,
    );
  }
  return {
    venIDs: [ven],
    isLeft: async (venID) => {
      const { phase } = await answerOf<VenStanding>(client, { op: 'fleetVen', ven: venID });
      if (held.has(phase)) return false;
      throw new CommandFailure(
        `The VEN ${venID} runs: "ven fleet drain ${venID}" ends it in good order, and its log can be moved.`,
      );
    },
    moveAway: async (venID, { position, hash }) =>
      void (await answerOf(client, { op: 'fleetMoveAway', ven: venID, position, hash })),
    close: () => Promise.resolve(client.close()),
  };
};

const ofStore = async (store: LevelStore, ven: string | undefined): Promise<FleetLogs> => ({
  venIDs: ven === undefined ? await store.venIDs() : [ven],
  isLeft: async (venID) => {
    const standing = await store.standingOf(venID);
    if (standing !== 'arriving') return standing === 'left';
    throw new LogError('locked', `The log of VEN ${venID} is not all here yet: end its migration first.`);
  },
  moveAway: (venID, end) => store.moveAway(venID, end),
  close: () => store.close(),
});

/** The store of a fleet that does not run. @throws LogError `locked` while it runs */
export const fleetStoreAt = (directory: string, now: () => number): Promise<LevelStore> =>
  openLevelLogStore(directory, { createdAt: now, create: false });

/** The logs of a fleet, or that of one VEN of it. @throws CommandFailure where a host runs and no VEN is named */
export const fleetLogsIn = async (
  directory: string,
  ven: string | undefined,
  now: () => number,
): Promise<FleetLogs> => {
  const client = await reachAgent(directory);
  return client === null ? ofStore(await fleetStoreAt(directory, now), ven) : besideHost(client, directory, ven);
};
