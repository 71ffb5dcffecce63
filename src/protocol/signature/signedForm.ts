/**
 * The form of a signed message, before any cryptography: is it one message with one signature, and nothing else?
 *
 * What is signed decides what is read, so everything that could be taken for something else is refused here: a second
 * signature, an Id given twice, an element beside the signed one, an algorithm that is weak or that computes.
 */
import { oadrPayload, oadrSignedObject } from '../envelope.ts';
import { type XmlElement, childrenOf, textOf } from '../xml/element.ts';
import { textFromBody } from '../xml/bytes.ts';
import { defaultXmlLimits } from '../types/xmlLimits.ts';
import { parseXml } from '../xml/parse.ts';
import { quoted, RefusalSignal } from '../xml/refuse.ts';
import { trimXml } from '../xml/whitespace.ts';
import { refuseSigned } from './faults.ts';
import {
  dsNamespace,
  dspNamespace,
  ecdsaSha256,
  envelopedSignature,
  exclusiveC14n,
  inclusiveC14n,
  rsaSha256,
  sha256,
} from './names.ts';

/** How a message is signed: by which kind of key. @rule 2.0b §10.6.3 */
export type SignatureAlgorithmName = 'rsa-sha256' | 'ecdsa-sha256';

/** How something is canonicalised: inclusively, as OpenADR wants it, or exclusively; `listed`: but for prefixes that are named. @rule 2.0b 514 */
export type Canonicalisation = 'inclusive' | 'exclusive' | 'listed';

/** One thing that a signature is about. */
export interface SignedReference {
  /** Empty for the whole document, or `#` and an Id. */
  readonly uri: string;
  /** Whether the signature is left out of it. */
  readonly isEnveloped: boolean;
  readonly canonicalisation: Canonicalisation;
  /** In base64. */
  readonly digest: string;
}

/** What a signature says of itself. */
export interface SignedInfo {
  readonly algorithm: SignatureAlgorithmName;
  readonly canonicalisation: Canonicalisation;
  readonly references: readonly SignedReference[];
}

/** What a signed message says of its signature; nothing of it has been proved. */
export interface SignedForm {
  readonly algorithm: SignatureAlgorithmName;
  /** The certificates in its KeyInfo, in base64: that of the signer is among them, in any place. */
  readonly certificates: readonly string[];
  /** How its Ids are spelt: `Id`, as a rule. */
  readonly idNames: readonly string[];
}

/** What was signed against replays. */
export interface ReplayProtect {
  /** As it was written. */
  readonly timestamp: string;
  readonly nonce: string;
}

const algorithms: Readonly<Record<string, SignatureAlgorithmName>> = {
  [rsaSha256]: 'rsa-sha256',
  [ecdsaSha256]: 'ecdsa-sha256',
};

const canonical: readonly string[] = [inclusiveC14n, `${inclusiveC14n}#WithComments`];
const tolerated: readonly string[] = [exclusiveC14n, `${exclusiveC14n}WithComments`];

const is = ({ name }: XmlElement, namespace: string, local: string): boolean =>
  name.namespace === namespace && name.local === local;

const ds =
  (local: string) =>
  (element: XmlElement): boolean =>
    is(element, dsNamespace, local);

/** All elements of a document, in its order. */
function* elementsIn(root: XmlElement): Generator<XmlElement> {
  const ahead = [root];
  for (let element = ahead.pop(); element !== undefined; element = ahead.pop()) {
    yield element;
    for (const child of childrenOf(element).reverse()) ahead.push(child);
  }
}

const plainAttribute = ({ attributes = [] }: XmlElement, local: string): string | undefined =>
  attributes.find(({ name }) => name.local === local)?.value;

const isBlank = (element: XmlElement): boolean => trimXml(textOf(element)) === '';

/** Reads XML as strictly as messages are read. @throws SignatureRefusal */
const parsed = (text: string): XmlElement => {
  try {
    return parseXml(textFromBody(text, defaultXmlLimits), defaultXmlLimits);
  } catch (error) {
    if (error instanceof RefusalSignal) return refuseSigned('form', error.message);
    throw error;
  }
};

/** The children of an element, which must be these: each name once, those with a question mark at most once, those with a star as often as they like. */
const childrenNamed = (
  element: XmlElement,
  ...wanted: readonly string[]
): Readonly<Record<string, readonly XmlElement[]>> => {
  const found: Record<string, XmlElement[]> = {};
  for (const child of childrenOf(element)) {
    const { local } = child.name;
    if (child.name.namespace !== dsNamespace || !wanted.some((each) => each.replace(/[?*]$/, '') === local))
      refuseSigned('form', `${element.name.local} of the signature holds ${quoted(local)}, which has no place there.`);
    (found[local] ??= []).push(child);
  }
  for (const each of wanted) {
    const local = each.replace(/[?*]$/, '');
    const count = found[local]?.length ?? 0;
    if (!each.endsWith('*') && (count > 1 || (count === 0 && !each.endsWith('?'))))
      refuseSigned('form', `${element.name.local} of the signature holds ${local} ${count} times.`);
  }
  return found;
};

const one = (found: Readonly<Record<string, readonly XmlElement[]>>, local: string): XmlElement =>
  found[local]?.[0] ?? refuseSigned('form', `The signature lacks ${local}.`);

const algorithmOf = (element: XmlElement): string => plainAttribute(element, 'Algorithm') ?? '';

const weak = (what: string, algorithm: string, wanted: string): never =>
  refuseSigned('algorithm', `The signature uses ${quoted(algorithm)} for ${what}; only ${wanted} counts.`);

/** @limit References of one signature. Two are enough; each is looked for and hashed, and whoever pushes thousands would hold us up with them. */
const mostReferences = 16;

/** Only comments and prefixes may be named to a canonicalisation; nothing may compute. */
const canonicalisationOf = (element: XmlElement, isStrict: boolean): Canonicalisation => {
  const algorithm = algorithmOf(element);
  const children = childrenOf(element);
  for (const child of children)
    if (child.name.namespace !== exclusiveC14n || child.name.local !== 'InclusiveNamespaces')
      refuseSigned('algorithm', `A transform of the signature holds ${quoted(child.name.local)}; none may compute.`);
  const isInclusive = canonical.includes(algorithm);
  if (!isInclusive && (isStrict || !tolerated.includes(algorithm)))
    weak('its canonical form', algorithm, 'inclusive C14N 1.0');
  if (children.length > 0) return 'listed';
  return isInclusive ? 'inclusive' : 'exclusive';
};

/** @reading Without transforms, or with the enveloped signature alone, inclusive C14N applies. */
const referenceOf = (reference: XmlElement, isStrict: boolean): SignedReference => {
  const found = childrenNamed(reference, 'Transforms?', 'DigestMethod', 'DigestValue');
  const transforms = found['Transforms']?.[0];
  const steps = transforms === undefined ? [] : (childrenNamed(transforms, 'Transform*')['Transform'] ?? []);
  const [first] = steps;
  const isEnveloped = first !== undefined && algorithmOf(first) === envelopedSignature;
  const rest = isEnveloped ? steps.slice(1) : steps;
  if (rest.length > 1) refuseSigned('algorithm', `A reference of the signature is transformed ${steps.length} times.`);
  const digest = algorithmOf(one(found, 'DigestMethod'));
  if (digest !== sha256) weak('its digests', digest, 'SHA-256');
  const [step] = rest;
  return {
    uri: plainAttribute(reference, 'URI') ?? '',
    isEnveloped,
    canonicalisation: step === undefined ? 'inclusive' : canonicalisationOf(step, isStrict),
    digest: textOf(one(found, 'DigestValue')),
  };
};

const signedInfoIn = (element: XmlElement, isStrict: boolean): SignedInfo => {
  const parts = childrenNamed(element, 'CanonicalizationMethod', 'SignatureMethod', 'Reference*');
  const { length } = parts['Reference'] ?? [];
  if (length > mostReferences)
    refuseSigned('form', `The signature is about ${length} things; ${mostReferences} at most are looked at.`);
  const method = one(parts, 'SignatureMethod');
  const named = algorithmOf(method);
  const algorithm = algorithms[named] ?? weak('its value', named, 'rsa-sha256 or ecdsa-sha256');
  if (childrenOf(method).length > 0)
    refuseSigned('algorithm', 'The method of the signature has parameters; it needs none.');
  return {
    algorithm,
    canonicalisation: canonicalisationOf(one(parts, 'CanonicalizationMethod'), isStrict),
    references: (parts['Reference'] ?? []).map((reference) => referenceOf(reference, isStrict)),
  };
};

/**
 * What a signature says of itself, in the very text that it was proved to cover.
 *
 * @throws SignatureRefusal when that is not in a form that is safe to go by
 */
export const signedInfoOf = (text: string, isStrict: boolean): SignedInfo => signedInfoIn(parsed(text), isStrict);

/** Names of Ids as verifiers look for them, whatever their namespace. */
const checkIds = (root: XmlElement): { readonly ids: ReadonlySet<string>; readonly idNames: ReadonlySet<string> } => {
  const ids = new Set<string>();
  const idNames = new Set<string>();
  for (const { attributes = [] } of elementsIn(root))
    for (const { name, value } of attributes) {
      if (name.local.toLowerCase() !== 'id') continue;
      if (ids.has(value))
        refuseSigned('form', `Two elements have the Id ${quoted(value)}: nobody knows which is signed.`);
      ids.add(value);
      idNames.add(name.local);
    }
  return { ids, idNames };
};

/** Parts by whose local names verifiers look for them: another of the name anywhere would be a trap. */
const once = [
  'Signature',
  'SignedInfo',
  'SignatureValue',
  'CanonicalizationMethod',
  'SignatureMethod',
  'ReplayProtect',
];

const checkOnce = (root: XmlElement): void => {
  const counts = new Map<string, number>();
  for (const { name } of elementsIn(root)) counts.set(name.local, (counts.get(name.local) ?? 0) + 1);
  for (const local of [...once, 'oadrPayload', 'oadrSignedObject'])
    if ((counts.get(local) ?? 0) > 1) refuseSigned('form', `The message holds ${local} ${counts.get(local)} times.`);
};

/** The signature of a payload that holds it and the message, and nothing else. */
const signatureIn = (root: XmlElement): XmlElement => {
  const signatures = [...elementsIn(root)].filter(ds('Signature'));
  const [signature] = signatures;
  if (signature === undefined)
    return refuseSigned('missing', 'The message has no signature, and this VTN is to sign what it sends.');
  if (root.name !== oadrPayload)
    return refuseSigned(
      'form',
      `The message begins with ${quoted(root.name.local)}; a signed one begins with oadrPayload.`,
    );
  const others = childrenOf(root).filter((child) => child !== signature && child.name !== oadrSignedObject);
  const [other] = others;
  if (other !== undefined)
    return refuseSigned('form', `oadrPayload holds ${quoted(other.name.local)}, which nobody signed.`);
  if (signature.parent !== root || !isBlank(root) || !childrenOf(root).some(({ name }) => name === oadrSignedObject))
    return refuseSigned('form', 'oadrPayload is not one signature beside one oadrSignedObject.');
  return signature;
};

/** @limit Certificates of one KeyInfo: a chain is shorter. */
const mostCertificates = 8;

const certificatesIn = (keyInfo: XmlElement | undefined): readonly string[] => {
  const found = keyInfo === undefined ? [] : [...elementsIn(keyInfo)].filter(ds('X509Certificate'));
  if (found.length > mostCertificates)
    refuseSigned('form', `KeyInfo holds ${found.length} certificates; ${mostCertificates} at most are looked at.`);
  return found.map((each) => textOf(each).replace(/\s+/g, ''));
};

/**
 * What a signed message is in form. `isStrict`: as the standard has it, and no other canonical form.
 *
 * @throws SignatureRefusal when it is not signed, or not in a form that is safe to verify
 */
export const signedFormOf = (text: string, isStrict: boolean): SignedForm => {
  const root = parsed(text);
  const signature = signatureIn(root);
  checkOnce(root);
  const { ids, idNames } = checkIds(root);
  const parts = childrenNamed(signature, 'SignedInfo', 'SignatureValue', 'KeyInfo?', 'Object*');
  const { algorithm, references } = signedInfoIn(one(parts, 'SignedInfo'), isStrict);
  for (const { uri } of references)
    if (uri !== '' && (!/^#[\w.-]+$/.test(uri) || !ids.has(uri.slice(1))))
      refuseSigned('form', `The signature is about ${quoted(uri)}, which is not in the message.`);
  return { algorithm, idNames: [...idNames], certificates: certificatesIn(parts['KeyInfo']?.[0]) };
};

const isMessage = ({ name }: XmlElement): boolean => name === oadrPayload || name === oadrSignedObject;

const propertyParts = ['Object', 'SignatureProperties', 'SignatureProperty'];

const replayProtectIn = (root: XmlElement): ReplayProtect | null => {
  const isProperty = root.name.namespace === dsNamespace && propertyParts.includes(root.name.local);
  if (!isProperty && !is(root, dspNamespace, 'ReplayProtect')) return null;
  const found = [...elementsIn(root)].find((element) => is(element, dspNamespace, 'ReplayProtect'));
  if (found === undefined) return null;
  const textNamed = (local: string): string => {
    const named = childrenOf(found).filter((child) => is(child, dspNamespace, local));
    return named.length === 1 ? trimXml(textOf(named[0] as XmlElement)) : '';
  };
  return { timestamp: textNamed('timestamp'), nonce: textNamed('nonce') };
};

/** As a whole message: what is found wrong in it is found where it stood. */
const inEnvelope = ({ text, root }: { readonly text: string; readonly root: XmlElement }): string =>
  root.name === oadrPayload
    ? text
    : `<oadr:oadrPayload xmlns:oadr="${oadrPayload.namespace}">${text}</oadr:oadrPayload>`;

/** What was signed: the message, and the protection against replays. */
export interface SignedParts {
  /** The canonical text of the message, in its envelope, which alone is read. */
  readonly message: string;
  readonly replayProtect: ReplayProtect;
}

/**
 * The parts of a message among the texts that its signature was proved to cover.
 *
 * @throws SignatureRefusal when the message, or ReplayProtect, is not among them
 */
export const signedPartsIn = (texts: readonly string[]): SignedParts => {
  const roots = texts.map((text) => ({ text, root: parsed(text) }));
  const messages = roots.filter(({ root }) => isMessage(root));
  const [message] = messages;
  if (message === undefined || messages.length > 1)
    return refuseSigned('form', `The signature covers ${messages.length} messages where it is to cover one.`);
  const protections = roots.flatMap(({ root }) => replayProtectIn(root) ?? []);
  const [replayProtect] = protections;
  if (replayProtect === undefined || protections.length > 1)
    return refuseSigned('replayProtect', 'The signature covers no ReplayProtect, so the message may be an old one.');
  return { message: inEnvelope(message), replayProtect };
};
