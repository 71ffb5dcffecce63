import { textFromBody } from './xml/bytes.ts';
import { childrenOf, textOf, type XmlElement } from './xml/element.ts';
import type { XmlLimits } from './xml/limits.ts';
import { parseXml } from './xml/parse.ts';
import { RefusalSignal } from './xml/refuse.ts';

/**
 * XML that is none of OpenADR's, read through the same gate: no DOCTYPE, well-formed to the last character, bounded,
 * names by their namespace whatever the prefix.
 */
export interface ForeignElement {
  /** Namespace URI; empty when there is none. */
  readonly namespace: string;
  readonly local: string;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly children: readonly ForeignElement[];
  /** The value of an attribute without a namespace. */
  readonly attribute: (local: string) => string | undefined;
}

/** Foreign XML, or one sentence that says why it is not read. */
export type ForeignXml =
  { readonly ok: true; readonly root: ForeignElement } | { readonly ok: false; readonly because: string };

/**
 * The limits of a file from a person's own disk: larger than a message, and bounded all the same.
 *
 * @limit A year of 15-minute readings in Green Button has 35,040 readings of four to eight elements.
 */
export const foreignXmlLimits: XmlLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 32,
  maxNodes: 1_000_000,
  maxTextLength: 64 * 1024,
  maxNameLength: 256,
};

const foreign = (element: XmlElement): ForeignElement => ({
  namespace: element.name.namespace,
  local: element.name.local,
  text: textOf(element).trim(),
  children: childrenOf(element).map(foreign),
  attribute: (local) => element.attributes?.find(({ name }) => name.namespace === '' && name.local === local)?.value,
});

/** The gate speaks of the body of a message; here it is a file, and what it says of OpenADR is left out. */
const ofAFile = (text: string): string =>
  text.replace(/^The body/, 'the file').replace(/[;,] [^;.]*(OpenADR|VTN)[^.]*\./, '.');

/** Reads XML of another trade. @limit foreignXmlLimits, unless others are given */
export const readForeignXml = (input: string | Uint8Array, limits: Partial<XmlLimits> = {}): ForeignXml => {
  const bounds = { ...foreignXmlLimits, ...limits };
  try {
    return { ok: true, root: foreign(parseXml(textFromBody(input, bounds), bounds)) };
  } catch (error) {
    if (!(error instanceof RefusalSignal)) throw error;
    return { ok: false, because: ofAFile(error.message) };
  }
};
