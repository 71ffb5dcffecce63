/** The two ways in which OpenADR signs, as xml-crypto asks for them. */
import { sign, verify, type BinaryLike, type KeyLike, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from 'xml-crypto';
import { ecdsaSha256, rsaSha256 } from '../protocol/signature/names.ts';

const bytesOf = (text: BinaryLike): Buffer | NodeJS.ArrayBufferView =>
  typeof text === 'string' ? Buffer.from(text, 'utf8') : text;

/** XML Signature writes the two numbers of an ECDSA signature one after the other, raw, where Node's default is DER. */
const encodings = { [rsaSha256]: 'der', [ecdsaSha256]: 'ieee-p1363' } as const;

const algorithmNamed = (name: keyof typeof encodings): new () => SignatureAlgorithm => {
  // Both sides hand their keys over as such, never as text.
  const terms = (key: KeyLike) => ({ key: key as KeyObject, dsaEncoding: encodings[name] });
  return class {
    getSignature(signedInfo: BinaryLike, key: KeyLike): string {
      return sign('sha256', bytesOf(signedInfo), terms(key)).toString('base64');
    }

    verifySignature(material: string, key: KeyLike, value: string): boolean {
      const signature = Buffer.from(value, 'base64');
      return verify('sha256', bytesOf(material), terms(key), signature);
    }

    getAlgorithmName(): string {
      return name;
    }
  };
};

/** By an RSA key: PKCS #1 with SHA-256. */
export const RsaSha256 = algorithmNamed(rsaSha256);

/** By a key on P-256, with SHA-256. @rule 2.0b §10.6.3 */
export const EcdsaSha256 = algorithmNamed(ecdsaSha256);
