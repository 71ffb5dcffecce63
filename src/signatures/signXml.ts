/** Signs a message: ds:Signature in front, over oadrSignedObject and over ReplayProtect. */
import { SignedXml } from 'xml-crypto';
import type { SignatureTold } from '../facts/signatures.ts';
import {
  dsig11Namespace,
  dspNamespace,
  ecdsaSha256,
  inclusiveC14n,
  propertyId,
  rsaSha256,
  sha256,
  signatureId,
} from '../protocol/signature/names.ts';
import { EcdsaSha256, RsaSha256 } from './algorithms.ts';
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

const referenceTo = (xpath: string) => ({ xpath, transforms: [inclusiveC14n], digestAlgorithm: sha256 });

/**
 * Signs a message in its envelope, whose oadrSignedObject has an Id.
 *
 * @rule 2.0b 514, §10.6.3
 */
export const signXml = (xml: string, key: SigningKey, { at, nonce }: SigningMoment): SignedText => {
  const timestamp = new Date(at).toISOString();
  const signing = new SignedXml({
    privateKey: key.key,
    signatureAlgorithm: key.algorithm === 'rsa-sha256' ? rsaSha256 : ecdsaSha256,
    canonicalizationAlgorithm: inclusiveC14n,
    getKeyInfoContent: () => keyInfoOf(key),
    objects: [{ content: propertiesOf(timestamp, nonce), attributes: { Id: propertyId } }],
  });
  signing.idAttributes = ['Id'];
  signing.SignatureAlgorithms = { [rsaSha256]: RsaSha256, [ecdsaSha256]: EcdsaSha256 };
  signing.addReference(referenceTo("/*/*[local-name(.)='oadrSignedObject']"));
  signing.addReference(referenceTo(`/*/*[local-name(.)='Signature']/*[@Id='${propertyId}']`));
  signing.computeSignature(xml, { prefix: 'ds', attrs: { Id: signatureId }, location: { action: 'prepend' } });
  const { algorithm, fingerprint } = key;
  return { xml: signing.getSignedXml(), told: { algorithm, fingerprint, timestamp, nonce } };
};
