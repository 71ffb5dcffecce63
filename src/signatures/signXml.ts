/** Signs a message: ds:Signature in front, over oadrSignedObject and over ReplayProtect. */
import type { SignatureTold } from '../facts/signatures.ts';
import {
  dsig11Namespace,
  dsNamespace,
  dspNamespace,
  inclusiveC14n,
  propertyId,
  sha256,
  signatureId,
} from '../protocol/signature/names.ts';
import { algorithmUris, digestOf, signatureOver } from './algorithms.ts';
import {
  canonicalOf,
  elementsOf,
  readWritten,
  type WrittenElement,
  type WrittenText,
} from '../protocol/signature/canonicalText.ts';
import type { SigningKey } from './certificates.ts';

/** When a message is signed, and what makes the signature one of its own. */
export interface SigningMoment {
  /** UTC ms. */
  readonly at: number;
  readonly nonce: string;
}

/** A message as it goes on the wire, and what its signature says. */
export interface SignedText {
  readonly xml: string;
  readonly told: SignatureTold;
}

const base64Of = (base64url: string | undefined): string =>
  Buffer.from(base64url ?? '', 'base64url').toString('base64');

/** The public key, in the words of XML Signature. */
const keyValueOf = ({ certificate, algorithm }: SigningKey): string => {
  const { n, e, x, y } = certificate.publicKey.export({ format: 'jwk' });
  if (algorithm === 'rsa-sha256')
    return `<ds:RSAKeyValue><ds:Modulus>${base64Of(n)}</ds:Modulus><ds:Exponent>${base64Of(e)}</ds:Exponent></ds:RSAKeyValue>`;
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x ?? '', 'base64url'), Buffer.from(y ?? '', 'base64url')]);
  return `<dsig11:ECKeyValue xmlns:dsig11="${dsig11Namespace}"><dsig11:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/><dsig11:PublicKey>${point.toString('base64')}</dsig11:PublicKey></dsig11:ECKeyValue>`;
};

const keyInfos = new WeakMap<SigningKey, string>();

/** Both the key and its certificate: some look for the one, some for the other. Written once for a key. */
const keyInfoOf = (key: SigningKey): string => {
  const known = keyInfos.get(key) ?? writtenKeyInfo(key);
  keyInfos.set(key, known);
  return known;
};

const writtenKeyInfo = (key: SigningKey): string =>
  `<ds:KeyValue>${keyValueOf(key)}</ds:KeyValue><ds:X509Data><ds:X509Certificate>${key.certificate.raw.toString('base64')}</ds:X509Certificate></ds:X509Data>`;

/** @rule 2.0b 514 */
const propertiesOf = (timestamp: string, nonce: string): string =>
  `<ds:SignatureProperties><ds:SignatureProperty Target="#${signatureId}">` +
  `<dsp:ReplayProtect xmlns:dsp="${dspNamespace}"><dsp:timestamp>${timestamp}</dsp:timestamp>` +
  `<dsp:nonce>${nonce}</dsp:nonce></dsp:ReplayProtect></ds:SignatureProperty></ds:SignatureProperties>`;

const noted = (name: string, algorithm: string): string => `<ds:${name} Algorithm="${algorithm}"/>`;

const referenceTo = (id: string, text: string): string =>
  `<ds:Reference URI="#${id}"><ds:Transforms>${noted('Transform', inclusiveC14n)}</ds:Transforms>` +
  `${noted('DigestMethod', sha256)}<ds:DigestValue>${digestOf(text).toString('base64')}</ds:DigestValue></ds:Reference>`;

/** What a part of the signature is signed as: within the signature, and the message around that. */
const canonicalPart = (part: string, around: ReadonlyMap<string, string>): string => {
  const written = readWritten(part, around);
  if (written === null) throw new Error('The message cannot be signed: its signature would not be well-formed.');
  return canonicalOf(written.root);
};

/** Ends of lines to XML 1.1 and none to XML 1.0: written so that nobody takes them for such. */
const lineEnds = /[\u0085\u2028]/g;

const reference = (character: string): string => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;

/** A message to be signed, and the part of it that is. */
interface MessageToSign {
  readonly written: WrittenText;
  readonly signed: WrittenElement;
  readonly id: string;
}

const messageIn = (xml: string): MessageToSign => {
  const written = readWritten(xml);
  if (written === null)
    throw new Error('The message cannot be signed: it is not well-formed, or has comments, CDATA or instructions.');
  const signed = elementsOf(written.root).find(({ local }) => local === 'oadrSignedObject');
  const [id] = [...written.byId].find(([, element]) => element === signed) ?? [];
  if (signed === undefined || id === undefined)
    throw new Error('The message cannot be signed: it has no oadrSignedObject with an Id.');
  return { written, signed, id };
};

/**
 * Signs a message in its envelope, whose oadrSignedObject has an Id.
 *
 * The message goes out as it is, and what is signed is its canonical text, which needs no document object model to be written.
 *
 * @rule 2.0b 514, §10.6.3
 * @throws Error when it has not the form of a message
 */
export const signXml = (xml: string, key: SigningKey, { at, nonce }: SigningMoment): SignedText => {
  const { written, signed, id } = messageIn(xml);
  const timestamp = new Date(at).toISOString();
  const { algorithm, fingerprint } = key;
  const around = new Map([...written.root.namespaces, ['ds', dsNamespace]]);
  const object = `<ds:Object Id="${propertyId}">${propertiesOf(timestamp, nonce)}</ds:Object>`;
  const signedInfo =
    `<ds:SignedInfo>${noted('CanonicalizationMethod', inclusiveC14n)}${noted('SignatureMethod', algorithmUris[algorithm])}` +
    `${referenceTo(id, canonicalOf(signed))}${referenceTo(propertyId, canonicalPart(object, around))}</ds:SignedInfo>`;
  const value = signatureOver(canonicalPart(signedInfo, around), key.key, algorithm);
  const signature =
    `<ds:Signature xmlns:ds="${dsNamespace}" Id="${signatureId}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>` +
    `<ds:KeyInfo>${keyInfoOf(key)}</ds:KeyInfo>${object}</ds:Signature>`;
  const { text, root } = written;
  const whole = text.slice(0, root.contentAt) + signature + text.slice(root.contentAt);
  return { xml: whole.replace(lineEnds, reference), told: { algorithm, fingerprint, timestamp, nonce } };
};
