import type { DiskLog } from '../../store/diskLog.ts';

/** How often an agent looks whether its log still lies where it was opened. @unit ms */
const lookEveryMs = 10_000;

/** Looks now and then whether the log is still there; tells once when it is not. Returns the way to stop. */
export const watchLog = (
  log: Pick<DiskLog, 'mustBeWhole'>,
  onGone: (error: unknown) => void,
  everyMs = lookEveryMs,
): (() => void) => {
  const timer = setInterval(() => {
    try {
      log.mustBeWhole();
    } catch (error) {
      clearInterval(timer);
      onGone(error);
    }
  }, everyMs).unref();
  return () => clearInterval(timer);
};
