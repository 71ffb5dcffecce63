/** Copies a log as it lies into another place, entry for entry and gap for gap, each proved by the chain on its way. */
import { damageAt, LogError } from './errors.ts';
import type { Checkpoint } from './eventLog.ts';
import { endOf, type Gap, isGapText, parseGap } from './gaps.ts';
import type { Head } from './head.ts';
import { emptyHead, unseal } from './hashChain.ts';
import type { Base, LogView } from './logView.ts';
import { headAt, isSameHead } from './logWriter.ts';
import type { Entry } from '../facts/entry.ts';

/** What stands at a position, as it is stored: an entry with its packed XML, or a gap. */
export interface CopiedItem {
  readonly position: number;
  readonly text: string;
  /** Absent for a gap. */
  readonly entry?: Entry;
  readonly wire?: Uint8Array;
}

/** What a log says beside its entries. */
export interface CopiedRest {
  readonly createdAt: number;
  readonly base: Base;
  /** UTC ms; absent when no XML was ever let go of. */
  readonly forgottenBefore?: number;
  readonly checkpoints: AsyncIterable<Checkpoint>;
}

/** Where a log is copied to. Nobody may append there before it is finished. */
export interface CopyTarget {
  /** How far a copy that was interrupted has come. */
  readonly head: Head;
  /**
   * To be called before the first item: what lies up to the base is kept differently in some places. `gapsAfter` gives those of the log that
   * lie behind a position, up to the base and the target's head: of a copy that goes on, the base may have moved since.
   */
  begin(base: Base, gapsAfter: (position: number) => Promise<readonly Gap[]>): Promise<void>;
  put(items: readonly CopiedItem[], before: Head, after: Head): Promise<void>;
  /** Puts what goes with the entries, and proves the copy whole. @throws LogError `corrupt` */
  finish(rest: CopiedRest): Promise<Head>;
}

/** @limit Items that are put at a time. */
const atOnce = 1_000;

const otherLog = (head: Head): LogError =>
  new LogError(
    'conflict',
    `What lies in the place to copy to is of another log, or went on by itself: it says otherwise at position ${head.position}. Nothing was changed; remove it there, or name another place.`,
    { position: head.position },
  );

const mustBeTheSame = async (view: LogView, durable: Head, there: Head): Promise<void> => {
  if (there.position < 0) return;
  if (there.position > durable.position || !isSameHead(await view.headAt(there.position), there)) throw otherLog(there);
};

const gapsOf = async (view: LogView, after: number, upTo: number): Promise<readonly Gap[]> => {
  const gaps: Gap[] = [];
  let position = after + 1;
  for await (const texts of view.texts(position, upTo))
    for (const text of texts) {
      const gap = isGapText(text) ? parseGap(position, text) : null;
      if (gap !== null) gaps.push(gap);
      position = (gap?.to ?? position) + 1;
    }
  return gaps;
};

/**
 * Copies a log up to its head, or goes on where an earlier try ended, and proves the copy whole.
 * @returns the head that both have
 * @throws LogError `corrupt` when the log or the copy is damaged, `conflict` when another log lies there
 */
export const copyLog = async (
  view: LogView,
  durable: Head,
  target: CopyTarget,
  onProgress: (position: number) => void = () => undefined,
): Promise<Head> => {
  await mustBeTheSame(view, durable, target.head);
  const base = await view.readBase();
  await target.begin(base, (position) => gapsOf(view, position, Math.min(base.position, target.head.position)));
  let head = target.head.position < 0 ? emptyHead : headAt(target.head);
  let waiting: CopiedItem[] = [];
  let put = head;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    await target.put(waiting, put, head);
    put = head;
    waiting = [];
    onProgress(head.position);
  };
  for await (const texts of view.texts(head.position + 1, durable.position)) {
    for (const text of texts) {
      const position = head.position + 1;
      if (isGapText(text)) {
        head = endOf(parseGap(position, text));
        waiting.push({ position, text });
      } else {
        const entry = unseal(head, text);
        const wire = entry.wireHash === undefined ? undefined : await view.packedWire(position);
        head = headAt(entry);
        waiting.push({ position, text, entry, ...(wire === undefined ? {} : { wire }) });
      }
      if (waiting.length >= atOnce) await flush();
    }
  }
  await flush();
  if (!isSameHead(head, durable)) throw damageAt(head.position + 1, 'no entry stands there');
  const forgottenBefore = await view.forgottenBefore();
  const meta = await view.readMeta();
  const copied = await target.finish({
    createdAt: meta?.createdAt ?? 0,
    base,
    ...(Number.isFinite(forgottenBefore) ? { forgottenBefore } : {}),
    checkpoints: view.keptCheckpoints(),
  });
  if (!isSameHead(copied, durable)) throw damageAt(copied.position + 1, 'the copy ends elsewhere than the log');
  return copied;
};
