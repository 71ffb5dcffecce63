/** What an agent makes sure of before it begins, and while it runs: that the log is its own, and that no other agent has it. */
import type { Logger } from '../../adapters/process/logger.ts';
import { takeName, type SoleName } from '../../adapters/control/soleName.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { DiskLog } from '../../store/diskLog.ts';
import type { Anchor, Anchors } from '../../adapters/log/anchors.ts';
import { isBegun } from '../control/openLog.ts';
import { CommandFailure } from '../exitCode.ts';
import { AnchorKeeper, mustBeLatest, mustBeNew, type Owner } from './anchorage.ts';
import { watchLog } from './logWatch.ts';
import { openLogForRunning } from './openLogForRunning.ts';

/** A log that one agent has, and nobody else. */
export interface Custody {
  readonly log: DiskLog;
  /** Looks after it from now on. */
  watch(watcher: LogWatcher): void;
  release(isLost: boolean): void;
}

/** Who has the log, and what that wants to be told. */
export interface LogWatcher {
  readonly runID: string;
  readonly now: () => number;
  /** Told once when the log is not there any more. */
  readonly onLost: (error: unknown) => void;
  /** Told of an agent elsewhere that goes on with the same log. */
  readonly onRival: (rival: Anchor) => void;
}

/** Where the end of the log is remembered, and whose log it is. */
export interface Anchoring {
  readonly anchors: Anchors;
  readonly owner: Owner;
  /** Whether a new log may be begun although another one is known. */
  readonly mayBeginAnew: boolean;
}

/** What only one process of the machine may have for each log: directories can be copied, and a lock can be deleted. */
const nameOf = async (log: EventLog): Promise<string | null> => {
  for await (const { hash } of log.read()) return hash;
  return null;
};

const secondCopy = (directory: string): CommandFailure =>
  new CommandFailure(
    `An agent runs on another copy of the log in ${directory}, and two would report every hour twice: stop that one first, and find out which copy is the one to go on with.`,
  );

/** Holds the log's name; of a log that is just being begun, from its first entry on. */
class Hold {
  #name: SoleName | null = null;
  #isOver = false;

  /** @throws CommandFailure when another process holds it */
  async take(log: EventLog, directory: string): Promise<void> {
    const hash = await nameOf(log);
    if (hash === null) return;
    this.#name = await takeName(hash);
    if (this.#name === null) throw secondCopy(directory);
    if (this.#isOver) this.release();
  }

  get isTaken(): boolean {
    return this.#name !== null;
  }

  release(): void {
    this.#isOver = true;
    this.#name?.release();
  }
}

/**
 * Opens the log for the agent that is to write it.
 * @throws CommandFailure when another agent has it; LogError when it cannot be used
 */
export const takeCustody = async (
  directory: string,
  createdAt: number,
  logger: Logger,
  anchoring: Anchoring | null = null,
): Promise<Custody> => {
  const known = anchoring?.anchors.all() ?? [];
  if (anchoring !== null && !anchoring.mayBeginAnew && !isBegun(directory)) mustBeNew(known, anchoring.owner);
  const log = await openLogForRunning(directory, createdAt);
  const hold = new Hold();
  try {
    await hold.take(log, directory);
    if (anchoring !== null && log.durableHead.position >= 0) await mustBeLatest(log, known, anchoring.owner);
  } catch (error) {
    await log.close();
    throw error;
  }
  for (const each of log.closedToOthers)
    logger.warn(
      `Other users could write into ${each}: that was taken from them, for it decides what the agent believes.`,
    );
  let stop: () => void = () => undefined;
  let keeper: AnchorKeeper | null = null;
  return {
    log,
    watch: ({ runID, now, onLost, onRival }) => {
      stop = watchLog(log, onLost);
      if (anchoring !== null) keeper = new AnchorKeeper(anchoring.anchors, log, { owner: anchoring.owner, runID, now });
      keeper?.onRival(onRival);
      if (hold.isTaken) return;
      const stopFollowing = log.follow(() => {
        stopFollowing();
        hold.take(log, directory).catch(onLost);
      });
    },
    release: (isLost) => {
      stop();
      keeper?.stop(isLost);
      hold.release();
    },
  };
};
