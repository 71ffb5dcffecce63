/** The texts that a signature covers, proved by digests over canonical texts. */
import type { KeyObject } from 'node:crypto';
import { dsNamespace } from '../protocol/signature/names.ts';
import { signedInfoOf, type Canonicalisation, type SignedReference } from '../protocol/signature/signedForm.ts';
import { digestOf, isSignatureOver } from './algorithms.ts';
import {
  canonicalOf,
  elementsOf,
  readWritten,
  type WrittenElement,
  type WrittenText,
} from '../protocol/signature/canonicalText.ts';
import { algorithmFor } from './certificates.ts';

const dsNamed = (element: WrittenElement, local: string): WrittenElement | null =>
  elementsOf(element).find((each) => each.local === local && each.namespace === dsNamespace) ?? null;

const textIn = ({ content }: WrittenElement): string => content.filter((each) => typeof each === 'string').join('');

/** The text of an element in a canonical form; null where the form depends on a list of prefixes. */
const textOf = (
  element: WrittenElement,
  canonicalisation: Canonicalisation,
  without: WrittenElement | null = null,
): string | null => (canonicalisation === 'listed' ? null : canonicalOf(element, canonicalisation, without));

/** The text that a reference is about, if its digest is the signed one. */
const provedText = (
  { root, byId }: WrittenText,
  signature: WrittenElement,
  { uri, isEnveloped, canonicalisation, digest }: SignedReference,
): string | null => {
  const element = uri === '' ? root : byId.get(uri.slice(1));
  if (element === undefined) return null;
  const text = textOf(element, canonicalisation, isEnveloped ? signature : null);
  return text !== null && digestOf(text).equals(Buffer.from(digest, 'base64')) ? text : null;
};

/**
 * The texts that the signature of a message covers, each of which the holder of the key has signed, or their hash is broken: whoever made
 * the canonical text made the one that was signed. Null when that cannot be proved here; the library says then why, or proves it by its
 * own means.
 *
 * What is referred to is read in the very text that the key has signed.
 */
export const provedTexts = (xml: string, key: KeyObject, isStrict: boolean): readonly string[] | null => {
  const written = readWritten(xml);
  const signature = written === null ? null : dsNamed(written.root, 'Signature');
  const signedInfo = signature === null ? null : dsNamed(signature, 'SignedInfo');
  const value = signature === null ? null : dsNamed(signature, 'SignatureValue');
  const method = signedInfo === null ? null : dsNamed(signedInfo, 'CanonicalizationMethod');
  if (written === null || signature === null || signedInfo === null || value === null || method === null) return null;
  const form = method.attributes.some(({ value: named }) => named.includes('xml-exc-c14n')) ? 'exclusive' : 'inclusive';
  const text = canonicalOf(signedInfo, form);
  const byKey = algorithmFor(key);
  if (!isSignatureOver(text, textIn(value), key, byKey)) return null;
  const { algorithm, references, canonicalisation } = signedInfoOf(text, isStrict);
  if (algorithm !== byKey || canonicalisation !== form || references.length === 0) return null;
  const texts = references.map((reference) => provedText(written, signature, reference));
  return texts.every((each) => each !== null) ? texts : null;
};
