import { LogError } from '../../store/errors.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { openLevelEventLog } from '../../store/levelEventLog.ts';
import { agentOn } from '../control/openLog.ts';
import { CommandFailure } from '../exitCode.ts';

/** How long a command that reads may keep an agent from starting. @unit ms */
const lockedForMs = 10_000;
const tryAgainMs = 50;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Who has the log, if it is an agent. */
const refuseSecondAgent = async (directory: string): Promise<void> => {
  const agent = await agentOn(directory).catch(() => null);
  if (agent === null) return;
  await agent.close();
  throw new CommandFailure(
    `An agent runs on ${directory} already (process ${agent.pid}), and two would report every hour twice: stop that one first, or give this one its own directory with --data.`,
  );
};

/**
 * Opens the log for the one that writes it; a command that is just reading it is waited for.
 * @throws CommandFailure when another agent has it; LogError when it cannot be used
 */
export const openLogForRunning = async (directory: string, createdAt: number): Promise<EventLog> => {
  for (let waitedMs = 0; ; waitedMs += tryAgainMs) {
    try {
      return await openLevelEventLog(directory, { createdAt });
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== 'locked') throw error;
      await refuseSecondAgent(directory);
      if (waitedMs >= lockedForMs) throw error;
    }
    await sleep(tryAgainMs);
  }
};
