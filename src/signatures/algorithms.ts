/** The two ways in which OpenADR signs: by Node's own cryptography, and as xml-crypto asks for them. */
import { createHash, sign, verify, type BinaryLike, type KeyLike, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from 'xml-crypto';
import { ecdsaSha256, rsaSha256 } from '../protocol/signature/names.ts';
import type { SignatureAlgorithmName } from '../protocol/signature/signedForm.ts';

const bytesOf = (text: BinaryLike): Buffer | NodeJS.ArrayBufferView =>
  typeof text === 'string' ? Buffer.from(text, 'utf8') : text;

/** XML Signature writes the two numbers of an ECDSA signature one after the other, raw, where Node's default is DER. */
const encodings = { 'rsa-sha256': 'der', 'ecdsa-sha256': 'ieee-p1363' } as const;

/** What XML Signature calls them. */
export const algorithmUris: Readonly<Record<SignatureAlgorithmName, string>> = {
  'rsa-sha256': rsaSha256,
  'ecdsa-sha256': ecdsaSha256,
};

/** SHA-256 of a canonical text. */
export const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** The value of a signature over a canonical text, in base64. */
export const signatureOver = (text: BinaryLike, key: KeyObject, algorithm: SignatureAlgorithmName): string =>
  sign('sha256', bytesOf(text), { key, dsaEncoding: encodings[algorithm] }).toString('base64');

/** Whether the value of a signature, in base64, is that of a canonical text. */
export const isSignatureOver = (
  text: string,
  value: string,
  key: KeyObject,
  algorithm: SignatureAlgorithmName,
): boolean => verify('sha256', bytesOf(text), { key, dsaEncoding: encodings[algorithm] }, Buffer.from(value, 'base64'));

const algorithmNamed = (algorithm: SignatureAlgorithmName): new () => SignatureAlgorithm =>
  class {
    // Both sides hand their keys over as such, never as text.
    getSignature(signedInfo: BinaryLike, key: KeyLike): string {
      return signatureOver(signedInfo, key as KeyObject, algorithm);
    }

    verifySignature(material: string, key: KeyLike, value: string): boolean {
      return isSignatureOver(material, value, key as KeyObject, algorithm);
    }

    getAlgorithmName(): string {
      return algorithmUris[algorithm];
    }
  };

/** By an RSA key: PKCS #1 with SHA-256. */
export const RsaSha256 = algorithmNamed('rsa-sha256');

/** By a key on P-256, with SHA-256. @rule 2.0b §10.6.3 */
export const EcdsaSha256 = algorithmNamed('ecdsa-sha256');
