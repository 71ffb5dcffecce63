import { crc32c, uint32, unmask } from './bytes.ts';

/** LevelDB cuts its record files (MANIFEST and write-ahead files) into blocks of this size; no record's header crosses a boundary. */
const blockBytes = 32 * 1024;
const headerBytes = 7;
const kinds = { full: 1, first: 2, middle: 3, last: 4 } as const;

/** A stretch of a record file that is not what LevelDB wrote: where it begins, and what is wrong there. */
export interface BadStretch {
  readonly at: number;
  readonly finding: string;
  /** Whether bytes are merely not there, as a write leaves it that was cut off, rather than changed. */
  readonly isCut: boolean;
}

/** What a record file holds. */
export interface RecordFile {
  /** The records whose every byte has its checksum. */
  readonly records: readonly Uint8Array[];
  /** Stretches that are damaged although something whole follows them, oldest first. */
  readonly damage: readonly BadStretch[];
  /** A damaged end, as a write leaves it that was cut off; null when the file ends with a whole record. */
  readonly tornEnd: BadStretch | null;
}

/** One piece of a record, or the place where there is none. */
type Piece =
  | { readonly kind: number; readonly body: Uint8Array; readonly end: number }
  | { readonly bad: BadStretch; readonly end: number };

const bad = (at: number, end: number, finding: string, isCut: boolean): Piece => ({
  bad: { at, finding: `the record at byte ${at} ${finding}`, isCut },
  end,
});

const pieceAt = (bytes: Uint8Array, at: number): Piece => {
  const length = (bytes[at + 4] as number) | ((bytes[at + 5] as number) << 8);
  const kind = bytes[at + 6] as number;
  const end = at + headerBytes + length;
  const blockEnd = at - (at % blockBytes) + blockBytes;
  if (kind === 0 && length === 0) return bad(at, blockEnd, 'was never written', true);
  if (end > blockEnd) return bad(at, blockEnd, 'is longer than its block', false);
  if (end > bytes.length) return bad(at, bytes.length, 'is cut off', true);
  const isWhole = crc32c(bytes.subarray(at + 6, end)) === unmask(uint32(bytes, at));
  return isWhole
    ? { kind, body: bytes.subarray(at + headerBytes, end), end }
    : bad(at, end, 'has another checksum than its bytes', false);
};

/** Every piece of the file; where one cannot be read, the next is looked for behind it and then in the next block. */
function* piecesOf(bytes: Uint8Array): Generator<Piece> {
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const leftInBlock = blockBytes - (at % blockBytes);
    const piece = leftInBlock < headerBytes ? null : pieceAt(bytes, at);
    if (piece !== null) yield piece;
    at = piece?.end ?? at + leftInBlock;
  }
}

/** Puts pieces together as records. */
class Assembly {
  readonly records: Uint8Array[] = [];
  #parts: Uint8Array[] | null = null;

  /** Takes a piece; false when it does not follow on the one before, so that a record is not whole. */
  take({ kind, body }: { readonly kind: number; readonly body: Uint8Array }): boolean {
    const begins = kind === kinds.full || kind === kinds.first;
    const follows = begins === (this.#parts === null);
    if (begins) this.#parts = [body];
    else this.#parts?.push(body);
    if (this.#parts !== null && (kind === kinds.full || kind === kinds.last)) this.#finish();
    return follows;
  }

  /** Whether a record has begun and not ended. */
  get isOpen(): boolean {
    return this.#parts !== null;
  }

  drop(): void {
    this.#parts = null;
  }

  #finish(): void {
    this.records.push(Buffer.concat(this.#parts ?? []));
    this.#parts = null;
  }
}

/**
 * Reads a record file as far as it proves itself.
 *
 * LevelDB itself drops what it cannot read, and all that follows in the same block, without a word. A damaged end with
 * nothing whole behind it is what a power cut leaves of a write that nobody was told of.
 */
export const readRecords = (bytes: Uint8Array): RecordFile => {
  const assembly = new Assembly();
  const damage: BadStretch[] = [];
  let pending: BadStretch | null = null;
  for (const piece of piecesOf(bytes)) {
    if ('bad' in piece) {
      pending ??= piece.bad;
      assembly.drop();
    } else if (pending !== null) {
      damage.push(pending);
      pending = null;
      assembly.take(piece);
    } else if (!assembly.take(piece)) {
      damage.push({
        at: piece.end,
        finding: `the record before byte ${piece.end} does not follow on the one before it`,
        isCut: false,
      });
    }
  }
  if (pending === null && assembly.isOpen)
    pending = { at: bytes.length, finding: 'the last record has no end', isCut: true };
  return { records: assembly.records, damage, tornEnd: pending };
};
