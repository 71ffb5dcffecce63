import type { FileHandle } from 'node:fs/promises';
import { damageAdvice, LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import { hashWire } from '../hashChain.ts';
import { type LogPaths, openOwn, readOwn } from './logDirectory.ts';

/**
 * The end mark remembers exactly where the log ends, so that an end that was cut off is missed.
 *
 * It is written after every group of appends and before any of them is acknowledged, but never flushed: it costs some
 * microseconds and outlives the process, however that dies. Only a power cut can set it back by what the system had not
 * yet written, which is half a minute at the most; it is behind the log then, and still true. The marker, which is
 * flushed, stands behind it.
 *
 * Two slots are written in turn, each within one sector: of a write that was cut off one is left.
 */

/** Where a log ends, and when it was begun: an end mark of another log is noticed. */
export interface EndMark {
  /** UTC ms. */
  readonly createdAt: number;
  readonly head: Head;
}

const slotBytes = 512;

const slotOf = ({ createdAt, head: { position, hash } }: EndMark): Buffer => {
  const text = JSON.stringify({ createdAt, hash, position });
  return Buffer.from(`${JSON.stringify({ mark: text, check: hashWire(text) })}\n`.padStart(slotBytes));
};

const markIn = (slot: Buffer): EndMark | undefined => {
  try {
    const { mark, check } = JSON.parse(slot.toString('latin1')) as { readonly mark: string; readonly check: string };
    if (hashWire(mark) !== check) return undefined;
    const { createdAt, hash, position } = JSON.parse(mark) as { readonly createdAt: number } & Head;
    return { createdAt, head: { position, hash } };
  } catch {
    return undefined;
  }
};

/** A slot that was reserved and never written. */
const isBlank = (slot: Buffer): boolean => slot.every((byte) => byte === 0);

/** The end mark of a log; undefined when it has none yet. @throws LogError `corrupt` when there is one that cannot be read. */
export const readEndMark = async ({ endMark }: LogPaths): Promise<EndMark | undefined> => {
  const bytes = (await readOwn(endMark)) ?? Buffer.alloc(0);
  const slots = [bytes.subarray(0, slotBytes), bytes.subarray(slotBytes)];
  const marks = slots.flatMap((slot) => markIn(slot) ?? []);
  if (marks.length === 0 && slots.some((slot) => !isBlank(slot))) throw damagedMark(endMark);
  return marks.sort((one, other) => other.head.position - one.head.position)[0];
};

const damagedMark = (path: string): LogError =>
  new LogError(
    'corrupt',
    `The log's end mark ${path} is damaged. ${damageAdvice}; or remove it, and the end is compared with the marker alone, which lags by some minutes.`,
  );

/** Writes end marks, one after the other. */
export class EndMarker {
  readonly #file: FileHandle;
  readonly #createdAt: number;
  #slot = 0;

  private constructor(file: FileHandle, createdAt: number) {
    this.#file = file;
    this.#createdAt = createdAt;
  }

  /** Begins where the log ends now. */
  static async begin({ endMark }: LogPaths, mark: EndMark): Promise<EndMarker> {
    const file = await openOwn(endMark, 'kept');
    const marker = new EndMarker(file, mark.createdAt);
    try {
      await marker.#write(mark.head);
      await marker.#write(mark.head);
      return marker;
    } catch (error) {
      // One that is left to the collector of garbage ends the process, as of Node 26.
      await marker.close();
      throw error;
    }
  }

  /** Remembers the end. A mark that lags is still true, so a disk that refuses it is left for the log itself to report. */
  async advance(head: Head): Promise<void> {
    await this.#write(head).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(head: Head): Promise<void> {
    await this.#file.write(slotOf({ createdAt: this.#createdAt, head }), 0, slotBytes, this.#slot * slotBytes);
    this.#slot = 1 - this.#slot;
  }
}
