import { baseCheckpointOf, Fold, isIncomplete, type Beginning } from '../shell/fold.ts';
import type { AgentState } from '../core/state.ts';
import { StepFault } from '../core/streams.ts';
import type { Entry } from '../facts/entry.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { LogError } from '../store/errors.ts';
import type { Checkpoint, EventLog } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import { hashBody, hashWire } from '../store/hashChain.ts';
import { headAt } from '../store/logWriter.ts';
import { Carrier } from './carried.ts';
import type { BundleItem } from './lines.ts';
import type { Reconciler } from './reconciling.ts';
import type { Rewriting } from './rewriting.ts';

/** Which steps go into a bundle; asked of their inputs, so that none is taken apart. */
export interface CutBounds {
  isBefore(input: Entry): boolean;
  isBeyond(input: Entry): boolean;
}

/** What is to be cut out of which log, and how it is changed on the way. */
export interface BundleCut {
  readonly log: EventLog;
  readonly stretch: CutBounds;
  readonly rewriting: Rewriting;
  /** Where names are replaced that machines draw others from. */
  readonly reconciler?: Reconciler;
}

/** What a first walk over the log finds: everything a bundle says before its entries. */
export interface BundleSurvey {
  readonly base: Head;
  readonly head: Head;
  /** The hash that the log itself has at the head. */
  readonly recordedHash: string;
  readonly checkpoints: readonly Checkpoint[];
  /** The state after the last entry. */
  readonly state: AgentState;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly wires: number;
  readonly forgottenWires: number;
}

const sealed = async (log: EventLog, previous: Head, recorded: Entry, rewriting: Rewriting): Promise<BundleItem> => {
  const kept = recorded.wireHash === undefined ? undefined : await log.wire(recorded.position);
  const xml = kept === undefined ? undefined : rewriting.xml(kept, recorded.position);
  const { hash: _hash, ...written } = rewriting.entry(recorded);
  const body = xml === undefined ? written : { ...written, wireHash: hashWire(xml) };
  return { xml, entry: { ...body, hash: hashBody(previous, canonicalJson(body)) } };
};

async function* entriesOf(entries: AsyncIterable<Entry>, rewriting: Rewriting): AsyncGenerator<Entry> {
  for await (const entry of entries) yield rewriting.entry(entry);
}

/** The entries of a cut that was surveyed, each sealed with the one before. */
export async function* itemsOf(
  { log, rewriting }: BundleCut,
  { base, head }: Pick<BundleSurvey, 'base' | 'head'>,
): AsyncGenerator<BundleItem> {
  let previous = base;
  for await (const entry of log.read({ from: base.position + 1, to: head.position })) {
    const item = await sealed(log, previous, entry, rewriting);
    yield item;
    previous = headAt(item.entry);
  }
}

const unknowable = (position: number, failedAt: number): LogError =>
  new LogError(
    'missing',
    `What was known after position ${position} cannot be worked out, because the machines fail at position ${failedAt}: leave out --from, and the whole log goes along.`,
  );

/** Walks over the log once, up to the end of what is cut out. */
class Surveyor {
  readonly #cut: BundleCut;
  readonly #fold: Fold;
  readonly #carrier: Carrier;
  #before: Head;
  #base: Head | null = null;
  #checkpoints: readonly Checkpoint[] = [];
  #head: Head;
  #outputs = 0;
  #failedAt: number | null = null;
  #firstAt = 0;
  #lastAt = 0;
  #wires = 0;
  #forgottenWires = 0;

  constructor(cut: BundleCut, fold: Fold, carrier: Carrier) {
    this.#cut = cut;
    this.#fold = fold;
    this.#carrier = carrier;
    this.#before = cut.log.base;
    this.#head = cut.log.base;
  }

  static async of(cut: BundleCut): Promise<Surveyor> {
    const { log, rewriting } = cut;
    const beginning: Beginning = {
      base: log.base,
      read: (range) => entriesOf(log.read(range), rewriting),
      loadCheckpoint: async (name: string) => {
        const checkpoint = await log.loadCheckpoint(name);
        return checkpoint === undefined ? undefined : rewriting.checkpoint(checkpoint);
      },
    };
    return new Surveyor(cut, await Fold.of(beginning), await Carrier.of(beginning));
  }

  async walk(): Promise<BundleSurvey> {
    const { log, stretch } = this.#cut;
    for await (const entry of log.read({ from: Math.min(this.#fold.position, this.#carrier.position) + 1 })) {
      if (entry.direction === 'in' && stretch.isBeyond(entry)) break;
      if (entry.position > log.base.position) await this.#take(entry);
      else this.#carrier.take(this.#cut.rewriting.entry(entry));
    }
    return this.#survey();
  }

  async #take(recorded: Entry): Promise<void> {
    const isInput = recorded.direction === 'in';
    if (isInput && this.#base === null && !this.#cut.stretch.isBefore(recorded)) this.#begin(recorded);
    if (!isInput) this.#cut.reconciler?.learn(recorded, this.#fold.concluded[this.#outputs]);
    this.#outputs = isInput ? 0 : this.#outputs + 1;
    const written = this.#cut.rewriting.entry(recorded);
    this.#follow(written);
    if (this.#base === null) this.#carrier.take(written);
    else await this.#count(recorded);
    this.#before = headAt(recorded);
  }

  /** A log on which the machines fail is worth cutting out more than any other. */
  #follow(written: Entry): void {
    if (this.#failedAt !== null) return;
    try {
      this.#fold.take(written);
    } catch (error) {
      if (!(error instanceof StepFault)) throw error;
      this.#failedAt = written.position;
    }
  }

  /** The step that begins with this input is the first that goes into the bundle. */
  #begin({ recordedAt }: Entry): void {
    this.#base = this.#before;
    this.#head = this.#before;
    this.#firstAt = recordedAt;
    if (this.#base.position >= 0 && this.#failedAt !== null) throw unknowable(this.#base.position, this.#failedAt);
    if (this.#base.position >= 0)
      this.#checkpoints = [
        baseCheckpointOf(this.#fold.state, this.#base, isIncomplete(this.#fold.foundation)),
        ...this.#carrier.checkpoints(this.#base),
      ];
  }

  async #count(recorded: Entry): Promise<void> {
    const { entry, xml } = await sealed(this.#cut.log, this.#head, recorded, this.#cut.rewriting);
    this.#head = headAt(entry);
    this.#lastAt = recorded.recordedAt;
    if (xml !== undefined) this.#wires += 1;
    else if (recorded.wireHash !== undefined) this.#forgottenWires += 1;
  }

  #survey(): BundleSurvey {
    if (this.#base === null)
      throw new LogError(
        'missing',
        'The log has no entries in that stretch of time: give another with --from and --to, or none for all of it.',
      );
    return {
      base: this.#base,
      head: this.#head,
      recordedHash: this.#before.hash,
      checkpoints: this.#checkpoints,
      state: this.#fold.state,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      wires: this.#wires,
      forgottenWires: this.#forgottenWires,
    };
  }
}

/** Finds out what a bundle says before its entries. @throws LogError `missing` when there is nothing to cut out */
export const survey = async (cut: BundleCut): Promise<BundleSurvey> => (await Surveyor.of(cut)).walk();
