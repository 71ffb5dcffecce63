import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import { LogError } from '../../store/errors.ts';
import type { DiskLog } from '../../store/diskLog.ts';
import { openLevelEventLog } from '../../store/level/levelEventLog.ts';
import { agentOn } from '../control/openLog.ts';
import { CommandFailure } from '../exitCode.ts';

/** How long a command that reads may keep an agent from starting. @unit ms */
const lockedForMs = 10_000;
const tryAgainMs = 50;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether somebody listens who does not answer: an agent that hangs or was halted has the log all the same. */
const isSilent = (error: unknown): boolean => error instanceof ControlFailure && error.failure.code === 'silent';

/** Who has the log, if it is an agent. */
const refuseSecondAgent = async (directory: string): Promise<void> => {
  const agent = await agentOn(directory).catch((error: unknown) => (isSilent(error) ? 'silent' : null));
  if (agent === null) return;
  if (agent !== 'silent') await agent.close();
  const who = agent === 'silent' ? 'one that does not answer' : `process ${agent.pid}`;
  throw new CommandFailure(
    `An agent runs on ${directory} already (${who}), and two would report every hour twice: stop that one first, or give this one its own directory with --data.`,
  );
};

/**
 * Opens the log for the one that writes it; a command that is just reading it is waited for.
 * @throws CommandFailure when another agent has it; LogError when it cannot be used
 */
export const openLogForRunning = async (directory: string, createdAt: number): Promise<DiskLog> => {
  await refuseSecondAgent(directory); // a lock that was deleted keeps nobody out
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
