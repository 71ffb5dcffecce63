import type { Inspected, LiveAgent } from '../../inspector/history/history.ts';
import type { Inspector } from '../../inspector/server/inspectorServer.ts';
import { paceBeside } from '../../inspector/server/pace.ts';
import { LiveProjections } from '../../store/live/liveProjections.ts';
import type { RemoteLog } from '../control/remoteLog.ts';
import type { Configuration } from '../../adapters/config/config.ts';
import { readEndMark } from '../../store/level/endMark.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { logPaths } from '../../store/level/logDirectory.ts';
import { agentOn, isBegun, isFleet, openLogForReading, type OpenLog } from '../control/openLog.ts';
import { databaseGiven } from '../control/storedLog.ts';
import type { DatabaseAccess } from '../../store/postgres/pool.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { stopAsked } from '../stopAsked.ts';
import { proseFor } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { listeningGiven } from './listening.ts';
import { openInspector } from './openInspector.ts';

/** How often a running agent is asked for its clock. @unit ms */
const askEveryMs = 1_000;

/** How long an agent that ended has to come back before its log is opened without it. @unit ms */
const comingBackMs = 1_500;

/** The log is the operand, when there is one. */
const withOperand = (given: ParsedArguments): ParsedArguments => {
  const [directory] = given.operands;
  if (directory === undefined) return given;
  const texts = new Map([...given.texts, ['data', [directory]]]);
  return { ...given, texts, text: (name) => texts.get(name)?.at(-1) };
};

type Say = (sentence: string) => void;

/** How often a log at rest is asked whether an agent has begun on it. @unit ms */
const askForAgentEveryMs = 2_000;

/** What is looked at, and when that comes to an end. */
interface Looking {
  readonly inspected: Inspected;
  /** Resolves when the agent that was looked at has ended, or one has begun on a log at rest, or has been there. */
  readonly over: Promise<'over'>;
  readonly close: () => Promise<void>;
}

/** The log that is looked at: that of a directory, or of one VEN of a fleet's. */
interface LookedAt {
  readonly directory: string;
  readonly ven?: string;
}

/** Whether the log is not what was opened any more: an agent has it, or had it meanwhile. */
const hasMoved = async ({ directory, ven }: LookedAt, { durableHead }: EventLog): Promise<boolean> => {
  const agent = await agentOn(directory, ven).catch(() => null);
  await agent?.close();
  if (agent !== null) return true;
  if (ven !== undefined) return false; // one of many: where its log ends is told by its host
  const mark = await readEndMark(logPaths(directory)).catch(() => undefined);
  return mark !== undefined && mark.head.position > durableHead.position;
};

/** A log that no agent has: it is read as it lies there, and an agent may begin on it at any time. */
const atRest = ({ log }: OpenLog, place: LookedAt, timeZone: string): Looking => {
  let asking: ReturnType<typeof setInterval> | undefined;
  const over = new Promise<'over'>((resolve) => {
    if (!isBegun(place.directory) && !isFleet(place.directory)) return; // a bundle
    asking = setInterval(() => void hasMoved(place, log).then((moved) => moved && resolve('over')), askForAgentEveryMs);
  });
  const close = (): Promise<void> => {
    clearInterval(asking);
    return log.close();
  };
  return { inspected: { log, live: () => null, timeZone }, over, close };
};

/** An agent of another process: its log is read through its socket, and its clock is asked for. */
const besideAgent = async (agent: RemoteLog, timeZone: string, say: Say): Promise<Looking> => {
  const ask = async (): Promise<LiveAgent> => {
    const { now, lastContactAt } = await agent.live();
    return { state: null, now, lastContactAt, startedAt: now };
  };
  let live: LiveAgent | null = await ask();
  const startedAt = live.now;
  const asking = setInterval(() => {
    ask().then(
      (heard) => (live = { ...heard, startedAt }),
      () => (live = null),
    );
  }, askEveryMs);
  const projections = new LiveProjections(agent, {
    pace: paceBeside(true),
    onFault: ({ subscriber, error }) =>
      say(`${subscriber} failed and shows nothing more: ${error instanceof Error ? error.message : String(error)}`),
  });
  const over = new Promise<'over'>((resolve) => {
    projections.attend(projections.head$, {
      name: 'Waiting for the agent to end',
      next: () => undefined,
      ended: () => resolve('over'),
    });
  });
  const close = (): Promise<void> => {
    clearInterval(asking);
    return agent.close();
  };
  return { inspected: { log: agent, projections, live: () => live, timeZone }, over, close };
};

/** A log in a database, as it is now: the door of the worker that acts for the VEN goes on with it. */
const stored = async (access: DatabaseAccess, venID: string, timeZone: string): Promise<Looking> => {
  const { openRestingPostgresLog } = await import('../../store/postgres/restingPostgresLog.ts');
  const { log } = await openRestingPostgresLog(access, venID);
  return {
    inspected: { log, live: () => null, timeZone },
    over: new Promise(() => undefined),
    close: () => log.close(),
  };
};

const look = async (place: LookedAt, timeZone: string, say: Say): Promise<Looking> => {
  const open = await openLogForReading(place.directory, place.ven === undefined ? {} : { ven: place.ven });
  return open.agent === null ? atRest(open, place, timeZone) : besideAgent(open.agent, timeZone, say);
};

/** Who is looked at, and what is said of it at first. */
const begin = async (
  given: ParsedArguments,
  { settings: { dataDirectory, timeZone, venID } }: Configuration,
  surroundings: Surroundings,
  say: Say,
): Promise<{ readonly looking: Looking; readonly place: LookedAt; readonly sentence: string }> => {
  const ven = given.text('ven');
  const place = { directory: dataDirectory, ...(ven === undefined ? {} : { ven }) };
  const access = databaseGiven(given, surroundings);
  if (access !== null) {
    const looking = await stored(access, ven ?? venID, timeZone);
    return { looking, place, sentence: 'This is the log as it is now in the database. Ctrl-C ends.' };
  }
  const looking = await look(place, timeZone, say);
  const sentence =
    looking.inspected.live() === null
      ? 'This is a log at rest; an agent may start on it, and is looked at then. Ctrl-C ends.'
      : 'An agent runs on this log. Ctrl-C ends.';
  return { looking, place, sentence };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The body of `ven inspect`: looks until it is stopped, at the agent while it runs and at its log when it does not. */
export const inspect = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const asked = withOperand(given);
  const configuration = configurationFor(asked, surroundings);
  const { settings, redactor } = configuration;
  const listening = listeningGiven(given.text('at'), surroundings.environment);
  const { stderr } = surroundings;
  const say: Say = (sentence) => void stderr.write(`${proseFor(stderr, sentence)}\n`);
  const stopped = stopAsked(surroundings.stopSignal());
  const begun = await begin(asked, configuration, surroundings, say);
  let { looking } = begun;
  let inspector: Inspector;
  try {
    inspector = await openInspector(looking.inspected, listening, redactor, say);
  } catch (error) {
    await looking.close();
    throw new CommandFailure(error instanceof Error ? error.message : String(error));
  }
  say(begun.sentence);
  while ((await Promise.race([stopped, looking.over])) === 'over') {
    await looking.close();
    await pause(comingBackMs);
    looking = await look(begun.place, settings.timeZone, say);
    inspector.look(looking.inspected);
    say(
      looking.inspected.live() === null
        ? 'The agent has ended; its log is looked at as it left it.'
        : 'An agent runs on this log now.',
    );
  }
  await inspector.close();
  await looking.close();
  return EXIT.success;
};
