import type { Entry } from '../facts/entry.ts';
import type { DiskUse, OnDisk } from '../store/diskLog.ts';
import { closedError, damageAt, LogError } from '../store/errors.ts';
import type { Appended, Checkpoint, EventLog, LogStats, ReadRange } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import { headAt, isSameHead } from '../store/logWriter.ts';
import { blockText, indexBlocks, type BlockIndex, type BundleSource, type EntryPlace } from './blockIndex.ts';
import { stretchOf, type BundleItem, type BlockEntries } from './lines.ts';
import type { Ending, Manifest } from './manifest.ts';
import { changed } from './refusal.ts';

/** @limit Blocks whose entries are kept at hand for those who ask here and there. */
const keptBlocks = 4;

/**
 * Opens a bundle as the log it was cut out of: everything can be read and nothing written.
 *
 * @throws LogError `corrupt` or `newer`
 */
export const openBundle = async (source: BundleSource): Promise<BundleLog> =>
  new BundleLog(source, await indexBlocks(source));

/** A log in a file that is never written. */
export class BundleLog implements EventLog, OnDisk {
  readonly #source: BundleSource;
  readonly #index: BlockIndex;
  readonly #atHand = new Map<number, BlockEntries>();
  #checkpoints: Promise<ReadonlyMap<string, Checkpoint>> | undefined;
  #closed = false;

  constructor(source: BundleSource, index: BlockIndex) {
    this.#source = source;
    this.#index = index;
  }

  get manifest(): Manifest {
    return this.#index.manifest;
  }

  get ending(): Ending {
    return this.#index.ending;
  }

  get base(): Head {
    return this.manifest.base;
  }

  get head(): Head {
    return this.manifest.head;
  }

  get durableHead(): Head {
    return this.manifest.head;
  }

  /** All entries between two positions with their XML. @throws LogError `corrupt` when one does not follow from the one before */
  async *items({ from = 0, to = Number.MAX_SAFE_INTEGER }: ReadRange = {}): AsyncGenerator<BundleItem> {
    this.#mustBeOpen();
    const { entries } = this.#index;
    let before: Head | undefined = this.base;
    for (const [index, place] of entries.entries()) {
      const next = entries[index + 1]?.first ?? this.head.position + 1;
      if (next <= from || place.first > to) {
        before = undefined;
        continue;
      }
      const { after, items }: BlockEntries = await this.#stretchAt(place);
      if (before !== undefined && !isSameHead(after, before))
        throw damageAt(place.first, 'it does not follow from the entry before');
      before = items.at(-1)?.entry;
      for (const item of items) if (item.entry.position >= from && item.entry.position <= to) yield item;
    }
    const end = Math.min(to, this.head.position);
    if (from <= end && (before?.position ?? end) < end)
      throw damageAt((before?.position ?? end) + 1, 'no entry stands there in the bundle');
  }

  async *read(range?: ReadRange): AsyncGenerator<Entry> {
    for await (const { entry } of this.items(range)) yield entry;
  }

  async verify(from = 0): Promise<Head> {
    let head: Head = this.base;
    for await (const { entry } of this.items({ from })) head = headAt(entry);
    return head;
  }

  async wire(position: number): Promise<string | undefined> {
    for await (const { xml } of this.items({ from: position, to: position })) return xml;
    return undefined;
  }

  /** Everything that was known at the base. */
  async checkpoints(): Promise<readonly Checkpoint[]> {
    this.#mustBeOpen();
    return [...(await (this.#checkpoints ??= this.#readCheckpoints())).values()];
  }

  async loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    this.#mustBeOpen();
    return (await (this.#checkpoints ??= this.#readCheckpoints())).get(name);
  }

  /** Not kept: a bundle stays as it was made. */
  saveCheckpoint(): Promise<void> {
    return Promise.resolve();
  }

  append(): Promise<Appended> {
    return Promise.reject(this.#readOnly());
  }

  forgetWires(): Promise<number> {
    return Promise.reject(this.#readOnly());
  }

  forgetEntries(): Promise<void> {
    return Promise.reject(this.#readOnly());
  }

  /** Nothing is ever added, so nobody is ever told anything. */
  follow(): () => void {
    return () => undefined;
  }

  stats(): Promise<LogStats> {
    return Promise.resolve({ entries: this.head.position - this.base.position });
  }

  diskUse(): Promise<DiskUse> {
    return Promise.resolve({ bytes: this.#source.bytes });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#source.close();
  }

  async #stretchAt(place: EntryPlace): Promise<BlockEntries> {
    const known = this.#atHand.get(place.first);
    if (known !== undefined) return known;
    const stretch = this.#checked(place, stretchOf(await blockText(this.#source, place)));
    const [oldest] = this.#atHand.keys();
    if (this.#atHand.size >= keptBlocks && oldest !== undefined) this.#atHand.delete(oldest);
    this.#atHand.set(place.first, stretch);
    return stretch;
  }

  #checked({ first }: EntryPlace, stretch: BlockEntries): BlockEntries {
    const last = stretch.items.at(-1)?.entry;
    if (stretch.items[0]?.entry.position !== first || last === undefined)
      throw damageAt(first, 'another entry stands there in the bundle');
    if (last.position === this.head.position && last.hash !== this.head.hash)
      throw changed(this.#source.name, 'its entries do not lead to the hash in its first line');
    return stretch;
  }

  async #readCheckpoints(): Promise<ReadonlyMap<string, Checkpoint>> {
    const found = new Map<string, Checkpoint>();
    for (const place of this.#index.checkpoints) {
      const { checkpoint } = JSON.parse(await blockText(this.#source, place)) as { readonly checkpoint: Checkpoint };
      found.set(checkpoint.name, checkpoint);
    }
    return found;
  }

  #readOnly(): LogError {
    return new LogError('locked', `The bundle ${this.#source.name} is a copy to be read: nothing is written into it.`);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError();
  }
}
