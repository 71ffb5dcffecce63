import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Checkpoint } from './eventLog.ts';
import { genesisHash, hashWire } from './hashChain.ts';

/** The hash of its text, then the text, compressed: a state of a month is a megabyte, which LevelDB would copy about and write a dozen times a day. */
export const packCheckpoint = (checkpoint: Checkpoint): Uint8Array => {
  const text = JSON.stringify(checkpoint);
  return Buffer.concat([Buffer.from(hashWire(text)), deflateRawSync(text, { level: 1 })]);
};

/** What was packed, or undefined when a byte of it is another. */
export const unpackCheckpoint = (stored: Uint8Array): Checkpoint | undefined => {
  try {
    const text = inflateRawSync(stored.subarray(genesisHash.length)).toString();
    const hash = Buffer.from(stored.subarray(0, genesisHash.length)).toString('latin1');
    return hashWire(text) === hash ? (JSON.parse(text) as Checkpoint) : undefined;
  } catch {
    return undefined;
  }
};
