import type { Inspected, LiveAgent } from '../../inspector/history/history.ts';
import type { Inspector } from '../../inspector/server/inspectorServer.ts';
import { paceBeside } from '../../inspector/server/pace.ts';
import { LiveProjections } from '../../store/live/liveProjections.ts';
import type { RemoteLog } from '../control/remoteLog.ts';
import { reachAgent } from '../../adapters/control/controlClient.ts';
import { readEndMark } from '../../store/level/endMark.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { logPaths } from '../../store/level/logDirectory.ts';
import { isBegun, openLogForReading, type OpenLog } from '../control/openLog.ts';
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

/** Whether the log is not what was opened any more: an agent has it, or had it meanwhile. */
const hasMoved = async (directory: string, { durableHead }: EventLog): Promise<boolean> => {
  const client = await reachAgent(directory).catch(() => null);
  client?.close();
  if (client !== null) return true;
  const mark = await readEndMark(logPaths(directory)).catch(() => undefined);
  return mark !== undefined && mark.head.position > durableHead.position;
};

/** A log that no agent has: it is read as it lies there, and an agent may begin on it at any time. */
const atRest = ({ log }: OpenLog, directory: string, timeZone: string): Looking => {
  let asking: ReturnType<typeof setInterval> | undefined;
  const over = new Promise<'over'>((resolve) => {
    if (!isBegun(directory)) return; // a bundle
    asking = setInterval(
      () => void hasMoved(directory, log).then((moved) => moved && resolve('over')),
      askForAgentEveryMs,
    );
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

const look = async (directory: string, timeZone: string, say: Say): Promise<Looking> => {
  const open = await openLogForReading(directory);
  return open.agent === null ? atRest(open, directory, timeZone) : besideAgent(open.agent, timeZone, say);
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The body of `ven inspect`: looks until it is stopped, at the agent while it runs and at its log when it does not. */
export const inspect = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { settings, redactor } = configurationFor(withOperand(given), surroundings);
  const listening = listeningGiven(given.text('at'), surroundings.environment);
  const { stderr } = surroundings;
  const say: Say = (sentence) => void stderr.write(`${proseFor(stderr, sentence)}\n`);
  const stopped = stopAsked(surroundings.stopSignal());
  let looking = await look(settings.dataDirectory, settings.timeZone, say);
  let inspector: Inspector;
  try {
    inspector = await openInspector(looking.inspected, listening, redactor, say);
  } catch (error) {
    await looking.close();
    throw new CommandFailure(error instanceof Error ? error.message : String(error));
  }
  say(
    looking.inspected.live() === null
      ? 'This is a log at rest; an agent may start on it, and is looked at then. Ctrl-C ends.'
      : 'An agent runs on this log. Ctrl-C ends.',
  );
  while ((await Promise.race([stopped, looking.over])) === 'over') {
    await looking.close();
    await pause(comingBackMs);
    looking = await look(settings.dataDirectory, settings.timeZone, say);
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
