/** Hexadecimal text as a parameter of type bytea. */
export const bytesOf = (hex: string): string => `\\x${hex}`;

/** Bytes as hexadecimal text. */
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Hashes one after the other, as one parameter. */
export const hashesOf = (hashes: readonly string[]): Uint8Array => Buffer.from(hashes.join(''), 'hex');
