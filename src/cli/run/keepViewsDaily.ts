import type { Logger } from '../../adapters/process/logger.ts';
import type { Alarms, Clock } from '../../shell/ports.ts';
import type { EventLog } from '../../store/eventLog.ts';

const dayMs = 86_400_000;

/** The start is over by then. */
const firstAfterMs = 15 * 60_000;

/** Keeps for commands what they ask of the log, soon after the start and every day; it is imported when it is time. */
export const keepViewsDaily = (log: EventLog, clock: Clock & Alarms, logger: Pick<Logger, 'warn'>): void => {
  const keep = async (): Promise<void> => {
    const { keepViews } = await import('./keepViews.ts');
    await keepViews(log);
  };
  const round = (): void => {
    keep().catch((error: unknown) =>
      logger.warn(
        `What commands ask of the log could not be kept, so they read more of it: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
    clock.ringAt(clock.now() + dayMs, round);
  };
  clock.ringAt(clock.now() + firstAfterMs, round);
};
