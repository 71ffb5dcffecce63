import { compactLog, latestHorizon } from '../../shell/compaction.ts';
import type { OpenSettings } from '../../adapters/config/config.ts';
import type { Logger } from '../../adapters/process/logger.ts';
import type { Alarms, Clock, Journal } from '../../shell/ports.ts';
import { LogError } from '../../store/errors.ts';
import type { LogCompacted } from '../../facts/input.ts';
import type { HostedAgent } from './agentHost.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** An agent and the log it writes. */
export type WritingAgent = Pick<HostedAgent, 'agent' | 'log'>;

/** The agent records it as it records everything; resolves when it is on disk. @throws LogError `closed` when the log ends before that */
export const recordedBy = async ({ agent, log }: WritingAgent, fact: LogCompacted): Promise<void> => {
  const recorded = new Promise<void>((resolve, reject) => {
    const stop = log.follow(
      ({ type, data }) => {
        if (type !== 'LogCompacted' || (data as LogCompacted).baseHash !== fact.baseHash) return;
        stop();
        resolve();
      },
      () => reject(new LogError('closed', 'The log was closed before it was recorded what it lets go of.')),
    );
  });
  agent.take({ stream: 'agent', input: { type: 'LogCompacted', data: fact } });
  await recorded;
};

/** Lets go of the XML of messages that are older than so many days. */
export const letGoOfXml = async (
  { log }: Pick<WritingAgent, 'log'>,
  now: number,
  days: number,
  journal: Pick<Journal, 'info'>,
): Promise<void> => {
  const forgotten = await log.forgetWires(now - days * dayMs);
  if (forgotten > 0) journal.info(`Let go of the XML of ${forgotten} messages older than ${days} days.`);
};

/** Lets go of entries older than so many days that nothing needs any more. */
export const letGoOfEntries = async (
  writing: WritingAgent,
  now: number,
  days: number,
  journal: Pick<Journal, 'info'>,
): Promise<void> => {
  const beforeAt = latestHorizon(writing.agent.state, now - days * dayMs);
  const { entries } = await compactLog(writing.log, beforeAt, (fact) => recordedBy(writing, fact));
  if (entries > 0) journal.info(`Let go of ${entries} entries older than ${days} days that settlement does not need.`);
};

/**
 * Lets go of old XML, soon and every day, and of old entries, when the start is over and every day. What is old is said by our
 * clock alone, so nothing goes before the VTN has been heard in this run, nor while its Date contradicts that clock.
 */
export const keepTidy = (
  hosted: HostedAgent,
  clock: Clock & Alarms,
  { xmlRetentionDays, replayRetentionDays }: OpenSettings,
  logger: Logger,
): void => {
  const daily = (what: string, tidy: () => Promise<void>): void => {
    const heard = hosted.vtnClock();
    if (heard === 'unheard' || heard === 'contradicts') {
      if (heard === 'contradicts')
        logger.warn(`${what} is kept: the VTN’s clock contradicts this one, and one of the two is wrong.`);
      clock.ringAt(clock.now() + (heard === 'unheard' ? minuteMs : hourMs), () => daily(what, tidy));
      return;
    }
    tidy().catch((error: unknown) =>
      logger.warn(`${what} could not be let go of: ${error instanceof Error ? error.message : String(error)}`),
    );
    clock.ringAt(clock.now() + dayMs, () => daily(what, tidy));
  };
  daily('Old XML', () => letGoOfXml(hosted, clock.now(), xmlRetentionDays, logger));
  clock.ringAt(clock.now() + hourMs, () =>
    daily('Old entries', () => letGoOfEntries(hosted, clock.now(), replayRetentionDays, logger)),
  );
};
