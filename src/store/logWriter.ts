import type { Draft, Entry } from '../facts/entry.ts';
import { closedError, LogError } from './errors.ts';
import type { Appended, Wire } from './eventLog.ts';
import type { Head } from './head.ts';
import type { Followers } from './followers.ts';
import { seal, type SealedEntry } from './hashChain.ts';

/** What was appended, as it was sealed. */
class AppendedEntries implements Appended {
  readonly #sealed: readonly SealedEntry[];

  constructor(sealed: readonly SealedEntry[]) {
    this.#sealed = sealed;
  }

  get entries(): readonly Entry[] {
    return this.#sealed.map(({ entry }) => entry);
  }
}

const nothing: Appended = { entries: [] };

/** Puts a group of entries on disk: all of them, durably, or none. @throws LogError when the disk refuses. */
export type WriteGroup = (group: readonly SealedEntry[]) => Promise<void>;

/** One append that waits for the disk. */
interface Waiting {
  readonly sealed: readonly SealedEntry[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** @limit Entries written in one group, unless a single append has more. */
export const maxGroupEntries = 1_024;

/** @limit Entries waiting for the disk; an append beyond is refused as `busy`. */
export const maxWaitingEntries = 65_536;

/**
 * The writing half of a log, whatever the disk is: it gives places, groups appends, and tells who follows.
 *
 * While one group is being written the appends that arrive wait, and go into the next group together:
 * one flush of the disk serves all of them. After a failure nothing more is accepted, because what the
 * disk holds is only known again once the log is reopened.
 */
export class LogWriter {
  #head: Head;
  #durableHead: Head;
  #waiting: Waiting[] = [];
  #waitingEntries = 0;
  #refusal: LogError | undefined;
  #draining: Promise<void> | undefined;
  readonly #write: WriteGroup;
  readonly #followers: Followers;

  constructor(head: Head, write: WriteGroup, followers: Followers) {
    this.#head = head;
    this.#durableHead = head;
    this.#write = write;
    this.#followers = followers;
  }

  get head(): Head {
    return this.#head;
  }

  get durableHead(): Head {
    return this.#durableHead;
  }

  append(drafts: readonly Draft[], wires: readonly Wire[] = []): Promise<Appended> {
    try {
      if (this.#refusal !== undefined) throw this.#refusal;
      const sealed = this.#seal(drafts, xmlByIndex(drafts, wires));
      return sealed.length === 0 ? Promise.resolve(nothing) : this.#enqueue(sealed);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Refuses further appends and waits until those before are on disk or refused. */
  async close(): Promise<void> {
    this.#refusal ??= closedError();
    await this.#draining;
  }

  /** Gives every draft its place, or throws before any has one. */
  #seal(drafts: readonly Draft[], xml: ReadonlyMap<number, string>): readonly SealedEntry[] {
    if (this.#waitingEntries + drafts.length > maxWaitingEntries) throw busyError(this.#waitingEntries);
    let head = this.#head;
    const sealed = drafts.map((draft, index) => {
      const next = seal(head, draft, xml.get(index));
      head = headAt(next.envelope);
      return next;
    });
    this.#head = head;
    return sealed;
  }

  #enqueue(sealed: readonly SealedEntry[]): Promise<Appended> {
    this.#waitingEntries += sealed.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sealed, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Writes group after group until none waits. */
  async #drain(): Promise<void> {
    await undefined; // appends called in the same turn share the first group
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#write(group.flatMap(({ sealed }) => sealed));
      } catch (error) {
        this.#fail(error, group);
        break;
      }
      for (const waiting of group) this.#settle(waiting);
    }
    this.#draining = undefined;
  }

  #takeGroup(): readonly Waiting[] {
    let entries = 0;
    let count = 0;
    for (const { sealed } of this.#waiting) {
      if (count > 0 && entries + sealed.length > maxGroupEntries) break;
      entries += sealed.length;
      count += 1;
    }
    this.#waitingEntries -= entries;
    return this.#waiting.splice(0, count);
  }

  /** Moves the durable head entry by entry, so that one who starts to follow now neither misses nor repeats any. */
  #settle({ sealed, resolve }: Waiting): void {
    for (const each of sealed) {
      this.#durableHead = headAt(each.envelope);
      this.#followers.tell(each);
    }
    resolve(new AppendedEntries(sealed));
  }

  #fail(error: unknown, group: readonly Waiting[]): void {
    const refused = [...group, ...this.#waiting];
    this.#refusal =
      error instanceof LogError
        ? error
        : new LogError('io', `The log could not be written: ${String(error)}.`, { cause: error });
    this.#waiting = [];
    this.#waitingEntries = 0;
    this.#head = this.#durableHead;
    for (const { reject } of refused) reject(this.#refusal);
  }
}

/** An entry's place and hash. */
export const headAt = ({ position, hash }: Head): Head => ({ position, hash });

/** Whether two heads are the same entry of the same chain. */
export const isSameHead = (a: Head, b: Head): boolean => a.position === b.position && a.hash === b.hash;

const xmlByIndex = (drafts: readonly Draft[], wires: readonly Wire[]): ReadonlyMap<number, string> => {
  for (const { index } of wires) {
    if (drafts[index] === undefined)
      throw new RangeError(`XML was given for draft ${index} of an append of ${drafts.length}.`);
  }
  const xml = new Map(wires.map((wire) => [wire.index, wire.xml]));
  if (xml.size !== wires.length) throw new RangeError('XML was given twice for the same draft of an append.');
  return xml;
};

const busyError = (waiting: number): LogError =>
  new LogError(
    'busy',
    `The disk is too slow: ${waiting} entries wait to be written (limit ${maxWaitingEntries}); append again once they are.`,
  );
