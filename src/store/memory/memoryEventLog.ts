import type { Draft, Entry } from '../../facts/entry.ts';
import { closedError, damageAt, LogError } from '../errors.ts';
import type {
  Appended,
  Checkpoint,
  ClosingListener,
  EntryListener,
  EventLog,
  LogStats,
  ReadRange,
  Wire,
} from '../eventLog.ts';
import type { Head } from '../head.ts';
import { Followers, type FollowerFault } from '../followers.ts';
import { Audit } from '../audit.ts';
import { endOf, type Gap, gapText, isGapText, mustFit, parseGap } from '../gaps.ts';
import { checkWire, emptyHead, followChain, type GapListener, parseEntry, type SealedEntry } from '../hashChain.ts';
import { headAt, LogWriter } from '../logWriter.ts';

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
  /** By position; a gap stands in the place of its first entry, and nothing in the places of the others. */
  readonly texts: string[] = [];
  readonly wires = new Map<number, KeptWire>();
  readonly checkpoints = new Map<string, string>();
  forgottenBefore = Number.NEGATIVE_INFINITY;
  base: Head = emptyHead;
  /** Makes the disk fail; leave undefined for one that does not. */
  fault: DiskFault | undefined;
  #owner: object | undefined;
  #writes = 0;

  /** @throws LogError `locked` while another log is open on this disk. */
  take(owner: object): void {
    if (this.#owner !== undefined)
      throw new LogError('locked', 'This memory disk is in use by another log: close that one, or crash the disk.');
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
    for (const [position] of old) this.wires.delete(position);
    return old.length;
  }

  forgetEntries(gaps: readonly Gap[], base: Head, checkpoints: readonly Checkpoint[]): void {
    for (const gap of gaps) {
      for (let position = gap.from; position <= gap.to; position += 1) this.#drop(position);
      this.texts[gap.from] = gapText(gap);
    }
    for (const checkpoint of checkpoints) this.checkpoints.set(checkpoint.name, JSON.stringify(checkpoint));
    this.base = headAt(base);
  }

  #drop(position: number): void {
    this.texts[position] = '';
    this.wires.delete(position);
  }

  #keep({ envelope: { position, recordedAt }, text, xml }: SealedEntry): void {
    this.texts.push(text);
    if (xml !== undefined) this.wires.set(position, { recordedAt, xml });
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
    return this.#disk.base;
  }

  get head(): Head {
    return this.#writer.head;
  }

  get durableHead(): Head {
    return this.#writer.durableHead;
  }

  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<Appended> {
    return this.#writer.append(drafts, wires);
  }

  read(range: ReadRange = {}): AsyncGenerator<Entry> {
    return this.#read(range);
  }

  async *#read({ from = 0, to = Infinity }: ReadRange, onGap?: GapListener): AsyncGenerator<Entry> {
    this.#mustBeOpen();
    const last = Math.min(to, this.durableHead.position);
    if (Math.max(from, 0) > last) return;
    const before = this.#headAt(Math.max(from, 0) - 1);
    if (before.position < last) yield* followChain(before, this.#chunks(before.position + 1, last), last, onGap);
  }

  async verify(from = 0): Promise<Head> {
    const audit = new Audit(this.base);
    let head = this.#headAt(from - 1);
    for await (const entry of this.#read({ from }, (gap) => audit.takeGap(gap))) {
      checkWire(entry, this.#disk.wires.get(entry.position)?.xml, this.#disk.forgottenBefore);
      audit.takeEntry(entry);
      head = headAt(entry);
    }
    if (from <= 0) audit.finish();
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

  async forgetEntries(gaps: readonly Gap[], base: Head, checkpoints: readonly Checkpoint[]): Promise<void> {
    this.#mustBeOpen();
    await mustFit(gaps, this.base, base, async (position) => this.#headAt(position));
    this.#disk.forgetEntries(gaps, base, checkpoints);
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
    return { entries: this.#disk.texts.filter((text) => text !== '' && !isGapText(text)).length };
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
    for (let position = first; position <= last; position += 1) {
      const text = this.#textAt(position);
      if (text !== '') yield [text];
    }
  }

  #headAt(position: number): Head {
    if (position < 0) return emptyHead;
    const text = this.#textAt(position);
    if (text === '') return this.#headAt(position - 1);
    return isGapText(text) ? endOf(parseGap(position, text)) : headAt(parseEntry(position, text));
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

const lastHead = ({ texts, base }: MemoryDisk): Head => {
  const last = texts.length - 1;
  const text = texts[last];
  if (text === undefined) return emptyHead;
  return last <= base.position ? base : headAt(parseEntry(last, text));
};
