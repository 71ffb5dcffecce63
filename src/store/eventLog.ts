import type { Draft, Entry } from '../facts/entry.ts';
import type { Gap } from './gaps.ts';
import type { Head } from './head.ts';

/** The XML of a message beside its entry, so that an auditor sees the bytes. */
export interface Wire {
  /** Index into the drafts of the same append. */
  readonly index: number;
  readonly xml: string;
}

/** Which entries are read. */
export interface ReadRange {
  /** First position, inclusive. Default 0. */
  readonly from?: number;
  /** Last position, inclusive. Default, and at most: the durable head when reading starts. */
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

/** What a log holds. */
export interface LogStats {
  /** Those that are there; what was let go of is not counted. */
  readonly entries: number;
}

/** What was appended, read back from what was stored when somebody asks. */
export interface Appended {
  readonly entries: readonly Entry[];
}

/** Called with an entry once it is durable. It must not throw; one that does is called no more. */
export type EntryListener = (entry: Entry) => void;

/** Called once when the log closes, while it can still be read and given checkpoints; the log waits for it. */
export type ClosingListener = () => void | Promise<void>;

/**
 * An append-only, gapless, hash-chained sequence of entries with one writer.
 *
 * `append` resolves when the entries are durable; appends are durable in the order in which they were called.
 * What only a log in files of its own knows stands in `diskLog.ts`.
 */
export interface EventLog {
  /**
   * The entry after which every entry is there; before it the log holds only what was kept. `emptyHead` for a log that holds everything.
   *
   * What was known there stands in checkpoints: the agent's state in `base`, that of a projection in `base NAME`.
   */
  readonly base: Head;
  /** The last entry that has its place: it moves while `append` is being called, so the next position is `head.position + 1`. */
  readonly head: Head;
  /** The last entry that is on disk, has been told to the followers and can be read. Never ahead of `head`; equal to it at rest. */
  readonly durableHead: Head;
  /**
   * Appends all drafts or none, as one batch. Positions and hashes are given during the call, durability comes later.
   *
   * An entry that has XML gets the XML's hash as its `wireHash`.
   * @throws TypeError (as a rejection) when JSON cannot hold a draft; nothing was given a place, the log goes on.
   * @throws LogError (as a rejection) when the disk refuses; the log then refuses further appends until reopened.
   */
  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<Appended>;
  read(range?: ReadRange): AsyncIterable<Entry>;
  /** Walks the chain from a position (default 0) to the durable head, XML included. @throws LogError `corrupt`, naming the first position that differs. */
  verify(from?: number): Promise<Head>;
  /** The XML kept beside the entry, or undefined when it has none or its retention has passed. */
  wire(position: number): Promise<string | undefined>;
  /** Removes XML recorded before the instant (UTC ms); returns how many were removed. Entries stay, with their `wireHash`. */
  forgetWires(recordedBefore: number): Promise<number>;
  /**
   * Lets go of the entries in the gaps, with their XML, and begins at a new base, for which the checkpoints are: all of it or, when the
   * disk refuses, nothing. The gaps are in order, and lie behind the present base and not beyond the new one.
   *
   * Whoever calls it has recorded the gaps before, sealed: `verify` finds them wrong otherwise.
   * @throws RangeError for gaps that do not fit the log
   */
  forgetEntries(gaps: readonly Gap[], base: Head, checkpoints: readonly Checkpoint[]): Promise<void>;
  loadCheckpoint(name: string): Promise<Checkpoint | undefined>;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /**
   * Calls the listener with every entry as soon as it is durable, in order, beginning with the one after `durableHead`.
   * Returns the way to stop.
   */
  follow(listener: EntryListener, closing?: ClosingListener): () => void;
  stats(): Promise<LogStats>;
  /** Waits for what is being written, tells the followers, and closes. Calling it twice does nothing more. */
  close(): Promise<void>;
}
