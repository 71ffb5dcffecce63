import type { Draft, Entry } from '../facts/entry.ts';

/** The last entry's place and hash; position -1 and `genesisHash` in an empty log. */
export interface Head {
  readonly position: number;
  readonly hash: string;
}

/** The XML of a message beside its entry, so that an auditor sees the bytes. */
export interface Wire {
  /** Index into the drafts of the same append. */
  readonly index: number;
  readonly xml: string;
}

export interface ReadRange {
  /** First position, inclusive. Default 0. */
  readonly from?: number;
  /** Last position, inclusive. Default: the head when reading starts. */
  readonly to?: number;
}

/** What a fold can be taken up from: a state and the entry after which it held. Thrown away when anything differs. */
export interface Checkpoint {
  readonly name: string;
  readonly version: string;
  readonly position: number;
  readonly hash: string;
  readonly state: unknown;
}

/** What a log holds, for `ven log stats`. */
export interface LogStats {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * An append-only, gapless, hash-chained sequence of entries with one writer.
 *
 * `append` resolves when the entries are durable; appends are durable in the order in which they were called.
 */
export interface EventLog {
  readonly head: Head;
  /** Appends all drafts or none, as one batch. @throws LogError when the disk refuses; the log then refuses further appends until reopened. */
  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<readonly Entry[]>;
  read(range?: ReadRange): AsyncIterable<Entry>;
  /** The XML kept beside the entry, or undefined when it has none or its retention has passed. */
  wire(position: number): Promise<string | undefined>;
  /** Removes XML recorded before the instant (UTC ms); returns how many were removed. Entries stay, with their `wireHash`. */
  forgetWires(recordedBefore: number): Promise<number>;
  loadCheckpoint(name: string): Promise<Checkpoint | undefined>;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Calls the listener with every entry as soon as it is durable, in order. Returns the way to stop. */
  follow(listener: (entry: Entry) => void): () => void;
  stats(): Promise<LogStats>;
  close(): Promise<void>;
}
