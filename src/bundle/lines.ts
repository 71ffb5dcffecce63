import type { Entry } from '../facts/entry.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { damageAt } from '../store/errors.ts';
import type { Head } from '../store/head.ts';
import { hashBody, hashWire } from '../store/hashChain.ts';

/**
 * How entries stand in a bundle: as the log stores them, one a line, without what can be worked out again: the hash of the
 * chain, and the wireHash where the XML follows in the next line. The end of each block of entries is sealed by the head in
 * the first line of the next one, or by that of the manifest.
 */

/** An entry and the XML beside it. */
export interface BundleItem {
  readonly entry: Entry;
  readonly xml: string | undefined;
}

/** The line that begins a block of entries: which entry is before them. */
export const afterLine = ({ position, hash }: Head): string => JSON.stringify({ after: { position, hash } });

const wireHashPattern = /,"wireHash":"[0-9a-f]{64}"\}$/;
const wireHashMember = (xml: string): string => `,"wireHash":"${hashWire(xml)}"}`;

/** The lines of an entry. */
export const linesOf = ({ entry, xml }: BundleItem): readonly string[] => {
  const { hash: _hash, ...body } = entry;
  const text = canonicalJson(body);
  return xml === undefined ? [text] : [text.replace(wireHashPattern, '}'), JSON.stringify({ xml })];
};

const xmlPrefix = '{"xml":';

/** The entries of a block, and which entry is before them. */
export interface BlockEntries {
  readonly after: Head;
  readonly items: readonly BundleItem[];
}

/** Reads a block of entries, and seals each with the one before. @throws LogError `corrupt` */
export const stretchOf = (text: string): BlockEntries => {
  const lines = text.split('\n');
  const { after } = JSON.parse(lines[0] ?? '') as { readonly after: Head };
  return { after, items: [...itemsAfter(after, lines)] };
};

function* itemsAfter(after: Head, lines: readonly string[]): Generator<BundleItem> {
  let previous = after;
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] as string;
    if (line === '') continue;
    const next = lines[index + 1];
    const xml = next?.startsWith(xmlPrefix) === true ? (JSON.parse(next) as { readonly xml: string }).xml : undefined;
    if (xml !== undefined) index += 1;
    const item = itemOf(previous, line, xml);
    yield item;
    previous = item.entry;
  }
}

const itemOf = (previous: Head, line: string, xml: string | undefined): BundleItem => {
  const body = xml === undefined ? line : `${line.slice(0, -1)}${wireHashMember(xml)}`;
  const rest = JSON.parse(body) as Omit<Entry, 'hash'>;
  if (rest.position !== previous.position + 1)
    throw damageAt(previous.position + 1, `an entry for position ${rest.position} stands there`);
  return { entry: { ...rest, hash: hashBody(previous, body) }, xml };
};
