/** Signatures as others make them, rightly and otherwise, by xml-crypto itself. */
import { SignedXml } from 'xml-crypto';
import { encodePayload, type OadrMessage } from '../../../src/protocol/payload.ts';
import { dspNamespace, ecdsaSha256, inclusiveC14n, rsaSha256, sha256 } from '../../../src/protocol/signature/names.ts';
import { EcdsaSha256, RsaSha256 } from '../../../src/signatures/algorithms.ts';
import type { SigningKey } from '../../../src/signatures/certificates.ts';

/** How it is signed otherwise than the standard has it. */
export interface Forgery {
  readonly key: SigningKey;
  readonly at: number;
  readonly nonce?: string;
  readonly message?: OadrMessage;
  readonly signature?: string;
  readonly digest?: string;
  readonly canonical?: string;
  /** Transforms of the reference to the message; null: none are written. */
  readonly transforms?: readonly string[];
  /** What the first reference is to. */
  readonly target?: string;
  readonly isEmptyUri?: boolean;
  /** Whether ReplayProtect is signed; default yes. */
  readonly signsProperty?: boolean;
  /** What stands in the ds:Object. */
  readonly property?: string;
  readonly keyInfo?: string;
  readonly isHmac?: boolean;
  readonly place?: 'prepend' | 'append';
}

export const replayProtect = (timestamp: string, nonce: string): string =>
  `<dsp:ReplayProtect xmlns:dsp="${dspNamespace}"><dsp:timestamp>${timestamp}</dsp:timestamp><dsp:nonce>${nonce}</dsp:nonce></dsp:ReplayProtect>`;

export const propertyAround = (content: string): string =>
  `<ds:SignatureProperties><ds:SignatureProperty Target="#x">${content}</ds:SignatureProperty></ds:SignatureProperties>`;

const poll: OadrMessage = { message: 'oadrPoll', venID: 'my.ven' };

let nonces = 0;

/** A message that is signed. */
export const forged = (wanted: Forgery): string => {
  const { key, at, message = poll, digest = sha256, canonical = inclusiveC14n, signsProperty = true } = wanted;
  const nonce = wanted.nonce ?? `nonce-${(nonces += 1)}`;
  const by = key.algorithm === 'rsa-sha256' ? rsaSha256 : ecdsaSha256;
  const signing = new SignedXml({
    privateKey: wanted.isHmac === true ? 'a secret that everybody knows' : key.key,
    signatureAlgorithm: wanted.signature ?? by,
    canonicalizationAlgorithm: canonical,
    objects: [
      {
        content: wanted.property ?? propertyAround(replayProtect(new Date(at).toISOString(), nonce)),
        attributes: { Id: 'prop' },
      },
    ],
  });
  signing.SignatureAlgorithms[rsaSha256] = RsaSha256;
  signing.SignatureAlgorithms[ecdsaSha256] = EcdsaSha256;
  if (wanted.isHmac === true) signing.enableHMAC();
  signing.getKeyInfoContent = () =>
    wanted.keyInfo ??
    `<ds:X509Data><ds:X509Certificate>${key.certificate.raw.toString('base64')}</ds:X509Certificate></ds:X509Data>`;
  signing.addReference({
    xpath: wanted.target ?? "/*/*[local-name(.)='oadrSignedObject']",
    transforms: wanted.transforms ?? [canonical],
    digestAlgorithm: digest,
    ...(wanted.isEmptyUri === true ? { isEmptyUri: true, uri: '' } : {}),
  });
  if (signsProperty)
    signing.addReference({
      xpath: "/*/*[local-name(.)='Signature']/*[@Id='prop']",
      transforms: [canonical],
      digestAlgorithm: digest,
    });
  signing.computeSignature(encodePayload(message, { isToBeSigned: true }), {
    prefix: 'ds',
    attrs: { Id: 'signature' },
    location: { action: wanted.place ?? 'prepend' },
  });
  return signing.getSignedXml();
};
