/** XML begins with a tag, whatever the file is called, and in UTF-16 as well. */
export const isXml = (bytes: Uint8Array): boolean =>
  /^[\u00ef\u00bb\u00bf\u00fe\u00ff\0\s]*</.test(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));

/** A file that need not be held whole: what is large is read as it streams by. */
export interface FilePieces {
  /** How much it holds. @unit bytes */
  readonly size: number;
  /** Its first bytes. */
  readonly head: Uint8Array;
  readonly pieces: Iterable<Uint8Array>;
  readonly whole: () => Uint8Array;
}

/** A file that is held already. */
export const piecesOf = (bytes: Uint8Array | FilePieces): FilePieces =>
  bytes instanceof Uint8Array ? { size: bytes.byteLength, head: bytes, pieces: [bytes], whole: () => bytes } : bytes;

/** @limit Tables up to this size are read whole. @unit bytes */
export const wholeUpTo = 4 * 1024 * 1024;
