/** What LevelDB's files are made of: variable-length numbers, checksums, and blocks packed with Snappy. */

/** Thrown while reading bytes that are not what LevelDB writes. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes';
}

/** @limit Bytes that are sooner copied one by one than by a view of them. */
const shortCopy = 64;

/** Reads forward through bytes and refuses to run past their end. */
export class Cursor {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new MalformedBytes(`the bytes end at ${this.#at}`);
    this.#at += 1;
    return byte;
  }

  /** A number of seven bits a byte, the lowest first. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new MalformedBytes(`the number before byte ${this.#at} is too large`);
  }

  take(length: number): Uint8Array {
    const from = this.#pass(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Copies the next bytes to a place of others, where there is room for them. */
  copyTo(out: Uint8Array, at: number, length: number): void {
    const from = this.#pass(length);
    if (length > shortCopy) return out.set(this.#bytes.subarray(from, from + length), at);
    for (let index = 0; index < length; index += 1) out[at + index] = this.#bytes[from + index] as number;
  }

  /** Goes on by so many bytes, and says from where. */
  #pass(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length)
      throw new MalformedBytes(`${length} bytes were announced at ${from}, and the end is at ${this.#bytes.length}`);
    this.#at = from + length;
    return from;
  }

  takePrefixed(): Uint8Array {
    return this.take(this.varint());
  }
}

/** Reads an unsigned 32-bit number, lowest byte first. */
export const uint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli). */
export const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff;
  for (let index = 0; index < bytes.length; index += 1) {
    crc = (crcTable[(crc ^ (bytes[index] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
};

/** The end of the shortest stretch from `from` on that is followed by its own checksum; null when there is none up to `to`. */
export const endOfChecked = (bytes: Uint8Array, from: number, to: number): number | null => {
  let crc = 0xffff_ffff;
  for (let end = from; end + 4 <= to; end += 1) {
    if (end > from && (crc ^ 0xffff_ffff) >>> 0 === unmask(uint32(bytes, end))) return end;
    crc = (crcTable[(crc ^ (bytes[end] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return null;
};

/** Checksums are stored turned and shifted, so that the checksum of bytes with checksums in them means something. */
export const unmask = (masked: number): number => {
  const turned = (masked - 0xa282_ead8) >>> 0;
  return ((turned >>> 17) | (turned << 15)) >>> 0;
};

/** @limit Unpacked bytes of one block; LevelDB's are a few KiB, plus one large value. */
const maxUnpackedBytes = 256 * 1024 * 1024;

/** Unpacks Snappy's block format. @throws MalformedBytes */
export const unpackSnappy = (packed: Uint8Array): Uint8Array => {
  const cursor = new Cursor(packed);
  const length = cursor.varint();
  if (length > maxUnpackedBytes) throw new MalformedBytes(`a block announces ${length} bytes`);
  const out = new Uint8Array(length);
  let at = 0;
  while (!cursor.isAtEnd) at = unpackElement(cursor, out, at);
  if (at !== length) throw new MalformedBytes(`a block announces ${length} bytes and has ${at}`);
  return out;
};

/** One literal or one copy of what came before; returns where the next one goes. */
const unpackElement = (cursor: Cursor, out: Uint8Array, at: number): number => {
  const tag = cursor.byte();
  const kind = tag & 3;
  if (kind === 0) {
    const code = tag >>> 2;
    const length = (code < 60 ? code : littleEndian(cursor, code - 59)) + 1;
    if (at + length > out.length) throw new MalformedBytes('a literal is too long');
    cursor.copyTo(out, at, length);
    return at + length;
  }
  const length = kind === 1 ? 4 + ((tag >>> 2) & 7) : (tag >>> 2) + 1;
  const offset = kind === 1 ? ((tag >>> 5) << 8) | cursor.byte() : littleEndian(cursor, kind === 2 ? 2 : 4);
  if (offset === 0 || offset > at || at + length > out.length)
    throw new MalformedBytes(`a copy reaches ${offset} bytes back from ${at}`);
  // It may reach into what it writes itself: byte by byte, then, which repeats them.
  const end = at + length;
  for (let to = at; to < end; to += 1) out[to] = out[to - offset] as number;
  return end;
};

const littleEndian = (cursor: Cursor, length: number): number => {
  let value = 0;
  for (let index = 0; index < length; index += 1) value += cursor.byte() * 256 ** index;
  return value;
};
