import { hash as digest } from 'node:crypto';
import type { Draft, Entry, Envelope } from '../facts/entry.ts';
import { canonicalJson } from './canonicalJson.ts';
import { damageAt } from './errors.ts';
import type { Head } from './head.ts';
import { endOf, type Gap, isGapText, parseGap } from './gaps.ts';

/**
 * The chain: `hash = SHA-256(previous hash in hex + canonical JSON of the entry without its hash)`, in hex.
 *
 * Stored text is `{"hash":"…",` followed by that canonical JSON without its opening brace, so that a
 * stored entry is checked over the very bytes on disk, without taking it apart first.
 */

/** What stands in for the hash before position 0. */
export const genesisHash = '0'.repeat(64);

/** The head of a log that holds nothing. */
export const emptyHead: Head = { position: -1, hash: genesisHash };

/**
 * An entry as it is stored, and the XML to keep with it.
 *
 * What its fact says is read from the stored text, so that whoever follows the log sees exactly what replay will see; and only when
 * somebody asks, for mostly nobody does.
 */
export class SealedEntry {
  readonly envelope: Envelope;
  readonly text: string;
  readonly xml: string | undefined;
  #entry: Entry | null = null;

  constructor(envelope: Envelope, text: string, xml: string | undefined) {
    this.envelope = envelope;
    this.text = text;
    this.xml = xml;
  }

  get entry(): Entry {
    return (this.#entry ??= JSON.parse(this.text) as Entry);
  }
}

const textPrefix = '{"hash":"';
const bodyStart = textPrefix.length + genesisHash.length + 2;

/** SHA-256 (hex) of a message's XML in UTF-8: the `wireHash` of the entry it is kept beside. */
export const hashWire = (xml: string): string => digest('sha256', xml);

/** The hash of an entry after its predecessor, from the canonical JSON of the entry without its hash. */
export const hashBody = (previous: Head, body: string): string => digest('sha256', previous.hash + body);

/** The hash an entry must have after its predecessor. */
export const hashEntry = (previousHash: string, entry: Entry): string => {
  const { hash: _, ...rest } = entry;
  return digest('sha256', previousHash + canonicalJson(rest));
};

/**
 * Gives a draft its place after the previous entry.
 *
 * @throws TypeError when JSON cannot hold the draft, or when its `wireHash` is not that of the XML beside it.
 */
export const seal = (previous: Head, draft: Draft, xml?: string): SealedEntry => {
  const { cause, chance, data, direction, recordedAt, requestID, runID, stream, type, version } = draft;
  const position = previous.position + 1;
  const wireHash = wireHashFor(draft, xml);
  const body = canonicalJson({
    cause,
    chance,
    data,
    direction,
    position,
    recordedAt,
    requestID,
    runID,
    stream,
    type,
    version,
    wireHash,
  });
  const hash = digest('sha256', previous.hash + body);
  const envelope = {
    position,
    hash,
    recordedAt,
    runID,
    direction,
    stream,
    type,
    version,
    cause,
    ...(chance === undefined ? {} : { chance }),
    ...(requestID === undefined ? {} : { requestID }),
    ...(wireHash === undefined ? {} : { wireHash }),
  };
  return new SealedEntry(envelope, `${textPrefix}${hash}",${body.slice(1)}`, xml);
};

const wireHashFor = (draft: Draft, xml: string | undefined): string | undefined => {
  if (xml === undefined) {
    if (draft.wireHash === undefined) return undefined;
    throw new TypeError(
      `A ${draft.type} has the wireHash ${draft.wireHash}, but its XML was not given: append both, or neither.`,
    );
  }
  const actual = hashWire(xml);
  if (draft.wireHash !== undefined && draft.wireHash !== actual) {
    throw new TypeError(
      `The wireHash ${draft.wireHash} of a ${draft.type} is not that of its XML, which is ${actual}.`,
    );
  }
  return actual;
};

/**
 * Reads stored text as the entry that must follow the previous one.
 *
 * @throws LogError `corrupt`, naming the position, when a byte of it or of anything before differs from what was written.
 */
export const unseal = (previous: Head, text: string): Entry => {
  const position = previous.position + 1;
  const entry = parseEntry(position, text);
  const expected = digest('sha256', `${previous.hash}{${text.slice(bodyStart)}`);
  if (!text.startsWith(textPrefix) || entry.hash !== expected) {
    throw damageAt(position, `its hash is ${String(entry.hash)}, but its bytes and the entry before give ${expected}`);
  }
  return entry;
};

/** Reads stored text that must stand at the position, leaving the chain unchecked. @throws LogError `corrupt` */
export const parseEntry = (position: number, text: string): Entry => {
  let entry: Entry;
  try {
    entry = JSON.parse(text) as Entry;
  } catch (cause) {
    throw damageAt(position, 'the bytes there are not an entry', cause);
  }
  if (entry?.position !== position)
    throw damageAt(position, `an entry for position ${String(entry?.position)} stands there`);
  return entry;
};

/** Told of each gap that the chain was followed over. */
export type GapListener = (gap: Gap) => void;

/** Reads chunks of stored text as the entries that follow a head, over gaps, up to a last position. @throws LogError `corrupt` */
export async function* followChain(
  head: Head,
  chunks: AsyncIterable<readonly string[]>,
  last: number,
  onGap?: GapListener,
): AsyncGenerator<Entry> {
  let previous = head;
  for await (const texts of chunks) {
    for (const text of texts) {
      if (isGapText(text)) {
        const gap = parseGap(previous.position + 1, text);
        previous = endOf(gap);
        onGap?.(gap);
      } else {
        const entry = unseal(previous, text);
        previous = entry;
        yield entry;
      }
    }
  }
  if (previous.position < last) throw damageAt(previous.position + 1, 'no entry stands there');
}

/**
 * Checks the XML found beside an entry.
 *
 * @throws LogError `corrupt` when it is not the XML that was kept, or is gone although nobody has forgotten it.
 */
export const checkWire = (entry: Entry, xml: string | undefined, forgottenBefore: number): void => {
  if (xml === undefined && entry.wireHash !== undefined && entry.recordedAt >= forgottenBefore) {
    throw damageAt(entry.position, 'its XML is gone, though its retention has not passed');
  }
  if (xml !== undefined && hashWire(xml) !== entry.wireHash)
    throw damageAt(entry.position, 'its XML is not the XML that was kept');
};
