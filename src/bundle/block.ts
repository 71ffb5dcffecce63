import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * The blocks a bundle is made of: each is a whole gzip member, so that any tool unpacks the file, with a field of our own in
 * its head that says how long it is and which entries it holds, so that we need not unpack it to walk past it.
 */

/** What the head of a block says. */
export interface BlockHead {
  /** The whole member, head and all. @unit bytes */
  readonly length: number;
  /** The position of its first entry; null for a block without entries. */
  readonly first: number | null;
}

/** @unit bytes */
const gzipHeadBytes = 10;
const fieldBytes = 12;

/** What must be read of a block to know its length. @unit bytes */
export const blockHeadBytes = gzipHeadBytes + 2 + 4 + fieldBytes;

/** @limit Text of one block; a checkpoint of a very long log is a block of its own. @unit bytes */
const longestBlockBytes = 256 * 1024 * 1024;

const hasExtraField = 4;
/** Two letters name a field of a gzip head. */
const fieldName = Buffer.from('tv');
const noEntries = 0xffff_ffff_ffff;

/** Packs a text. */
export const packBlock = (text: string, first: number | null): Buffer => {
  const member = gzipSync(text, { level: 9 });
  const extra = Buffer.alloc(2 + 4 + fieldBytes);
  extra.writeUInt16LE(4 + fieldBytes, 0);
  fieldName.copy(extra, 2);
  extra.writeUInt16LE(fieldBytes, 4);
  extra.writeUInt32LE(member.length + extra.length, 6);
  extra.writeUIntLE(first ?? noEntries, 10, 6);
  member[3] = hasExtraField;
  return Buffer.concat([member.subarray(0, gzipHeadBytes), extra, member.subarray(gzipHeadBytes)]);
};

/** What the first bytes of a block say; undefined when they are none of ours. */
export const blockHeadOf = (bytes: Buffer): BlockHead | undefined => {
  if (bytes.length < blockHeadBytes || bytes.readUInt16BE(0) !== 0x1f8b || bytes[3] !== hasExtraField) return undefined;
  if (bytes.readUInt16LE(10) !== 4 + fieldBytes || !bytes.subarray(12, 14).equals(fieldName)) return undefined;
  const first = bytes.readUIntLE(20, 6);
  const length = bytes.readUInt32LE(16);
  return length < blockHeadBytes ? undefined : { length, first: first === noEntries ? null : first };
};

/** The text of a block. @throws Error when its bytes are not those that were packed */
export const unpackBlock = (bytes: Buffer): string =>
  gunzipSync(bytes, { maxOutputLength: longestBlockBytes }).toString();
