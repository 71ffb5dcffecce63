import type { Draft, Entry } from '../facts/entry.ts';
import { closedError, damageAt, LogError } from './errors.ts';
import type { Checkpoint, ClosingListener, EntryListener, EventLog, Head, LogStats, ReadRange, Wire } from './eventLog.ts';
import { Followers, type FollowerFault } from './followers.ts';
import { checkWire, emptyHead, followChain, parseEntry, type SealedEntry } from './hashChain.ts';
import { headAt, LogWriter } from './logWriter.ts';

interface KeptWire {
  readonly recordedAt: number;
  readonly xml: string;
}

/** Asked before every write, by number from 1; a `LogError` it returns is what the disk answers. */
export type DiskFault = (write: number) => LogError | undefined;

/**
 * What a memory log writes on. It outlives the log, so that a simulated agent can die and start again.
 *
 * Texts are kept rather than objects: nobody can change an entry by holding on to it.
 */
export class MemoryDisk {
  readonly texts: string[] = [];
  readonly wires = new Map<number, KeptWire>();
  readonly checkpoints = new Map<string, string>();
  bytes = 0;
  forgottenBefore = Number.NEGATIVE_INFINITY;
  /** Makes the disk fail; leave undefined for one that does not. */
  fault: DiskFault | undefined;
  #owner: object | undefined;
  #writes = 0;

  /** @throws LogError `locked` while another log is open on this disk. */
  take(owner: object): void {
    if (this.#owner !== undefined) throw new LogError('locked', 'This memory disk is in use by another log: close that one, or crash the disk.');
    this.#owner = owner;
  }

  release(owner: object): void {
    if (this.#owner === owner) this.#owner = undefined;
  }

  /** What `kill -9` does: the open log can reach the disk no more, and what it had not written is gone. */
  crash(): void {
    this.#owner = undefined;
  }

  async write(owner: object, group: readonly SealedEntry[]): Promise<void> {
    if (this.#owner !== owner) return new Promise(() => {}); // the dead hear nothing
    this.#writes += 1;
    const refusal = this.fault?.(this.#writes);
    if (refusal !== undefined) throw refusal;
    for (const sealed of group) this.#keep(sealed);
  }

  forget(recordedBefore: number): number {
    this.forgottenBefore = Math.max(this.forgottenBefore, recordedBefore);
    const old = [...this.wires].filter(([, { recordedAt }]) => recordedAt < recordedBefore);
    for (const [position, { xml }] of old) {
      this.wires.delete(position);
      this.bytes -= xml.length;
    }
    return old.length;
  }

  #keep({ entry, text, xml }: SealedEntry): void {
    this.texts.push(text);
    this.bytes += text.length;
    if (xml === undefined) return;
    this.wires.set(entry.position, { recordedAt: entry.recordedAt, xml });
    this.bytes += xml.length;
  }
}

/** Where a memory log writes and whom it tells when a follower throws. */
export interface MemoryLogOptions {
  readonly disk?: MemoryDisk;
  readonly onFollowerFault?: FollowerFault;
}

/** Opens a log that lives as long as its disk object: for tests and simulations, with the same contract as the one on disk. */
export const openMemoryEventLog = ({ disk = new MemoryDisk(), onFollowerFault }: MemoryLogOptions = {}): EventLog =>
  new MemoryEventLog(disk, new Followers(onFollowerFault));

class MemoryEventLog implements EventLog {
  readonly #disk: MemoryDisk;
  readonly #followers: Followers;
  readonly #writer: LogWriter;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(disk: MemoryDisk, followers: Followers) {
    disk.take(this);
    this.#disk = disk;
    this.#followers = followers;
    this.#writer = new LogWriter(lastHead(disk), (group) => disk.write(this, group), followers);
  }

  get base(): Head {
    return emptyHead;
  }

  get head(): Head {
    return this.#writer.head;
  }

  get durableHead(): Head {
    return this.#writer.durableHead;
  }

  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<readonly Entry[]> {
    return this.#writer.append(drafts, wires);
  }

  async *read({ from = 0, to = Infinity }: ReadRange = {}): AsyncGenerator<Entry> {
    this.#mustBeOpen();
    const first = Math.max(from, 0);
    const last = Math.min(to, this.durableHead.position);
    if (first <= last) yield* followChain(this.#headAt(first - 1), this.#chunks(first, last), last);
  }

  async verify(from = 0): Promise<Head> {
    let head = this.#headAt(from - 1);
    for await (const entry of this.read({ from })) {
      checkWire(entry, this.#disk.wires.get(entry.position)?.xml, this.#disk.forgottenBefore);
      head = headAt(entry);
    }
    return head;
  }

  async wire(position: number): Promise<string | undefined> {
    this.#mustBeOpen();
    return this.#disk.wires.get(position)?.xml;
  }

  async forgetWires(recordedBefore: number): Promise<number> {
    this.#mustBeOpen();
    return this.#disk.forget(recordedBefore);
  }

  async loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    this.#mustBeOpen();
    const text = this.#disk.checkpoints.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Checkpoint);
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    this.#mustBeOpen();
    this.#disk.checkpoints.set(checkpoint.name, JSON.stringify(checkpoint));
  }

  follow(listener: EntryListener, closing?: ClosingListener): () => void {
    this.#mustBeOpen();
    return this.#followers.add(listener, closing);
  }

  async stats(): Promise<LogStats> {
    this.#mustBeOpen();
    return { entries: this.durableHead.position + 1, bytes: this.#disk.bytes };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#followers.dismiss();
    this.#closed = true;
    this.#disk.release(this);
  }

  /** One text at a time: a log that is closed meanwhile is noticed. */
  async *#chunks(first: number, last: number): AsyncGenerator<readonly string[]> {
    for (let position = first; position <= last; position += 1) yield [this.#textAt(position)];
  }

  #headAt(position: number): Head {
    return position < 0 ? emptyHead : headAt(parseEntry(position, this.#textAt(position)));
  }

  #textAt(position: number): string {
    this.#mustBeOpen();
    const text = this.#disk.texts[position];
    if (text === undefined) throw damageAt(position, 'no entry stands there');
    return text;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError();
  }
}

const lastHead = ({ texts }: MemoryDisk): Head => {
  const last = texts.length - 1;
  const text = texts[last];
  return text === undefined ? emptyHead : headAt(parseEntry(last, text));
};
