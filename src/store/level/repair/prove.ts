import type { Entry } from '../../../facts/entry.ts';
import { LogError } from '../../errors.ts';
import type { Head } from '../../head.ts';
import { endOf, type Gap, gapText, isGapText, parseGap } from '../../gaps.ts';
import { emptyHead, parseEntry, unseal } from '../../hashChain.ts';
import { headAt } from '../../logWriter.ts';

/** Entries that are lost: in the middle, where the chain goes on behind them, or at the end. */
export interface ProvenLoss {
  readonly fromPosition: number;
  /** Null at the end of the log when nobody knows how long it was. */
  readonly toPosition: number | null;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** What is proved, in the order of the log: an entry with its text, or a gap in the place of entries. */
export type Proved = { readonly entry: Entry; readonly text: string } | { readonly gap: Gap; readonly text: string };

const orNull = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof LogError) return null;
    throw error;
  }
};

/**
 * Follows the chain through texts of which some are missing or changed.
 *
 * An entry is proved by its hash together with the hash before it. Behind a lost stretch the first entry cannot be proved,
 * because nobody knows the hash before it; but if the next one agrees with the hash that the first one claims, the chain
 * goes on from there, and the first one is counted as lost with the others. What is proved keeps its position and hash.
 *
 * What stands behind a lost stretch may be of another log, whose file lies in this one's place. An output tells: it stands
 * behind its own input. Where that is not of the step we know, nothing behind it is ours as far as anybody can prove. A beginning
 * that is not the one that was noted is another log’s as far as its chain goes; what stands behind it may be ours again.
 */
export class Prover {
  readonly losses: ProvenLoss[] = [];
  /** The last thing that is proved: here the chain goes on. */
  head: Head = emptyHead;
  last: Entry | null = null;
  /** A mark that the chain says otherwise than: database and marks are of two histories. */
  contradicted: Head | null = null;
  readonly #marks: readonly Head[];
  /** What an entry that could not be proved says of itself. */
  #claimed: Head | null = null;
  /** A gap that nothing has confirmed yet. */
  #gap: Gap | null = null;
  #isOfAnotherLog = false;
  /** How far another log's beginning was followed. */
  #foreign: Head | null = null;
  readonly #first: Head | undefined;

  /** `marks`: heads that are known from elsewhere. `first`: the first entry, where that was noted. */
  constructor(marks: readonly Head[], first?: Head) {
    this.#marks = marks;
    this.#first = first;
  }

  /** Takes what stands at the next position at which anything stands; returns what that proves, in order. */
  take(position: number, text: string): readonly Proved[] {
    if (this.#isOfAnotherLog) return [];
    return isGapText(text) ? this.#takeGap(position, text) : this.#takeEntry(position, text);
  }

  /** To be called at the end: `endsAt` is the last position that there must have been, or null when nobody knows. */
  finish(endsAt: number | null): void {
    const fromPosition = this.head.position + 1;
    const claimedTo = this.#claimed?.position ?? -1;
    const toPosition = endsAt === null ? null : Math.max(endsAt, claimedTo);
    if (toPosition === null || toPosition >= fromPosition)
      this.losses.push({ fromPosition, toPosition, before: this.last, after: null });
  }

  /** Whether this is another log's beginning, or what follows on it. */
  #isForeign(position: number, text: string): boolean {
    const before = position === 0 && this.#first?.position === 0 ? emptyHead : this.#foreign;
    const entry = before === null ? null : this.#follow(before, text);
    const isItsOwn = position === 0 && entry?.hash === this.#first?.hash;
    this.#foreign = entry === null || isItsOwn ? null : headAt(entry);
    return this.#foreign !== null;
  }

  #takeGap(position: number, text: string): readonly Proved[] {
    const gap = orNull(() => parseGap(position, text));
    if (gap === null || gap.to <= this.head.position) return [];
    this.#gap = this.#gap !== null && this.#gap.to + 1 === gap.from ? { ...gap, from: this.#gap.from } : gap;
    this.#claimed = endOf(gap);
    return [];
  }

  #takeEntry(position: number, text: string): readonly Proved[] {
    if (this.#isForeign(position, text)) return [];
    const follows =
      this.#claimed === null && position === this.head.position + 1 ? this.#follow(this.head, text) : null;
    if (follows !== null) return [this.#accept(follows, text)];
    const goesOn =
      this.#claimed !== null && position === this.#claimed.position + 1 ? this.#follow(this.#claimed, text) : null;
    if (goesOn !== null && this.#isOfOurs(goesOn))
      return [...this.#bridge(this.#claimed as Head, goesOn), this.#accept(goesOn, text)];
    this.#isOfAnotherLog = goesOn !== null;
    this.#claim(position, text);
    return [];
  }

  /** An output whose input lies before what is lost is of the step that the last one there is of; the input itself may be gone. */
  #isOfOurs({ direction, cause, recordedAt, runID }: Entry): boolean {
    if (direction === 'in' || cause === null || cause > this.head.position) return true;
    const { last } = this;
    if (last?.recordedAt !== recordedAt || last.runID !== runID) return false;
    return cause === (last.direction === 'in' ? last.position : last.cause);
  }

  #follow(head: Head, text: string): Entry | null {
    return orNull(() => unseal(head, text));
  }

  #claim(position: number, text: string): void {
    const entry = orNull(() => parseEntry(position, text));
    this.#claimed = entry !== null && /^[0-9a-f]{64}$/.test(entry.hash) ? headAt(entry) : { position, hash: '' };
    this.#gap = null;
  }

  #accept(entry: Entry, text: string): Proved {
    this.head = headAt(entry);
    this.last = entry;
    this.#claimed = null;
    this.#gap = null;
    this.contradicted ??=
      this.#marks.find(({ position, hash }) => position === entry.position && hash !== entry.hash) ?? null;
    return { entry, text };
  }

  /** The chain goes on behind what is missing: a gap that was there before, a loss, or both. */
  #bridge(to: Head, after: Entry): readonly Proved[] {
    const from = this.head.position + 1;
    const wasGap = this.#gap !== null && this.#gap.to === to.position;
    const lostTo = wasGap ? (this.#gap as Gap).from - 1 : to.position;
    if (lostTo >= from) this.losses.push({ fromPosition: from, toPosition: lostTo, before: this.last, after });
    const gap = { from, to: to.position, hash: to.hash };
    return [{ gap, text: gapText(gap) }];
  }
}
