import type { EventLog } from './eventLog.ts';
import type { Head } from './head.ts';

/** How the log of one VEN is opened. */
export interface OpenLogOptions {
  /** Whether a log that was never begun is begun now; false for those who only want to read. */
  readonly createIfMissing: boolean;
}

/**
 * Where the logs of many VENs are kept, each an `EventLog` with positions, hash chain, checkpoints and gaps of its own.
 *
 * What befalls the log of one VEN is told to whoever opens or reads that one; the others go on.
 */
export interface LogStore {
  /** Whose logs there are, in order. */
  venIDs(): Promise<readonly string[]>;
  /**
   * Opens the log of one VEN, once at a time, checking that nothing is missing and nothing was changed.
   * Closing it leaves the store and the other logs open.
   * @throws LogError `missing`, `locked`, `corrupt`, `newer`, `full` or `io`
   */
  open(venID: string, options: OpenLogOptions): Promise<EventLog>;
  /**
   * Notes that a log which ends there goes on elsewhere: nobody opens it here from now on. Absent where whoever moves it notes that by itself.
   * @throws LogError `locked` while it is open, `conflict` where it ends elsewhere
   */
  moveAway?(venID: string, end: Head): Promise<void>;
  /** Closes the logs that are open, each as `EventLog.close` does, and lets go of the place. */
  close(): Promise<void>;
}
