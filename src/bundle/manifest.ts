import type { Head } from '../store/head.ts';

/** The layout of bundles that this release writes. */
export const bundleFormat = 1;

/** What a bundle says of itself in its first line; what it holds beyond that is counted by reading it. */
export interface Manifest {
  readonly bundle: 'ter-ven';
  readonly format: number;
  /** UTC ms. */
  readonly madeAt: number;
  /** The release that made it, and the version of the machines that it knows. */
  readonly madeBy: { readonly agent: string; readonly machines: string };
  /** As settings have it, or its pseudonym. */
  readonly venID: string;
  readonly timeZone: string;
  /** The entry after which it begins, and its last one: the ends of the chain. */
  readonly base: Head;
  readonly head: Head;
  /** When the first and the last entry were recorded. UTC ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly entries: number;
  /** Messages whose XML is in it, and those whose XML was no longer kept. */
  readonly wires: number;
  readonly forgottenWires: number;
  readonly pseudonymised: boolean;
  /** Identifiers that were left as they are although others were replaced, because numbers were drawn from them. */
  readonly keptIdentifiers: readonly string[];
  /** Entries out of which a secret or a path was taken. */
  readonly redactedEntries: number;
  /** Whether anything differs from the log, so that its hashes are none of the log's. */
  readonly sealedAnew: boolean;
}

/** What the last line of a bundle says. */
export interface Ending {
  /** SHA-256 (hex) over all bytes before the block of this line. */
  readonly digest: string;
  readonly signature?: Signature;
}

/** Who vouches for a digest. */
export interface Signature {
  readonly algorithm: 'Ed25519';
  /** The public key, in PEM. */
  readonly publicKey: string;
  /** In base64. */
  readonly value: string;
}

/** Signs a digest. */
export type Sign = (digest: string) => Signature;

const isHead = (value: unknown): value is Head =>
  typeof value === 'object' &&
  value !== null &&
  'position' in value &&
  Number.isSafeInteger(value.position) &&
  'hash' in value &&
  /^[0-9a-f]{64}$/.test(String(value.hash));

/** Whether a first line is that of a bundle, of whatever format. */
export const isOfBundle = (value: unknown): value is Pick<Manifest, 'bundle' | 'format'> =>
  typeof value === 'object' &&
  value !== null &&
  'bundle' in value &&
  value.bundle === 'ter-ven' &&
  'format' in value &&
  Number.isSafeInteger(value.format);

/** Whether a first line is one this release can go by. */
export const isManifest = (value: unknown): value is Manifest =>
  isOfBundle(value) &&
  'base' in value &&
  isHead(value.base) &&
  'head' in value &&
  isHead(value.head) &&
  'timeZone' in value &&
  typeof value.timeZone === 'string';
