import type { EventLog } from './eventLog.ts';

/** What the parts of a log take up before LevelDB packs them. @unit bytes */
export interface LogParts {
  readonly entriesBytes: number;
  /** XML, as it is kept: compressed. */
  readonly xmlBytes: number;
  readonly checkpointsBytes: number;
  /** How many gaps there are in the places of entries that were let go of or lost. */
  readonly gaps: number;
}

/** What is to be found out of a log's place on a disk. */
export interface DiskUseOptions {
  /** All of the log is read for it. Default false. */
  readonly parts?: boolean;
}

/** What a log takes up where it lies. */
export interface DiskUse {
  /** All files of it together. */
  readonly bytes: number;
  /** What is left on that disk for this user; absent where nothing is ever added. A log that meets its end stops the agent. */
  readonly freeBytes?: number;
  /** What it is made of; absent when nobody asked, or it is not known. */
  readonly parts?: LogParts;
}

/** A log that lies in files of its own; one in memory, or in a store that many share, does not. */
export interface OnDisk<Use extends DiskUse | null = DiskUse> {
  /** What it takes up; null when that is not known from here. */
  diskUse(options?: DiskUseOptions): Promise<Use>;
}

/** A log in files of its own that other processes can reach as well. */
export interface DiskLog extends EventLog, OnDisk {
  /** What had to be closed to other users when it was opened. */
  readonly closedToOthers: readonly string[];
  /** When it was begun, which tells logs apart, but not copies of one. UTC ms. */
  readonly createdAt: number;
  /** Notes that the log goes on elsewhere: what lies here is a backup from now on, and no agent starts on it. UTC ms. */
  backupFrom(at: number): Promise<void>;
  /** Notes of a backup that it was recorded what may have been sent since it was made: it is the log from now on. */
  noLongerBackup(): Promise<void>;
  /** To be called now and then: whether the log still lies where it was opened. @throws LogError `replaced` */
  mustBeWhole(): void;
}

/** What a log takes up on the disk where it lies; null of one that has no files of its own. */
export const diskUseOf = async (
  log: EventLog | (EventLog & OnDisk<DiskUse | null>),
  options?: DiskUseOptions,
): Promise<DiskUse | null> => ('diskUse' in log ? log.diskUse(options) : null);
