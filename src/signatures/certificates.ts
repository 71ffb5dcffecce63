/** Keys and certificates that sign: read once, and refused in words when they cannot. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithmName } from '../protocol/signature/signedForm.ts';

/** A key or certificate that cannot sign, or cannot be trusted to; one full sentence. */
export class UnfitKey extends Error {
  override readonly name = 'UnfitKey';
}

/** @limit The least that an RSA key has. @unit bits */
const leastRsaBits = 2_048;

/** How a key signs. @throws UnfitKey when OpenADR has no way for it */
export const algorithmFor = (key: KeyObject): SignatureAlgorithmName => {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') {
    if (modulusLength >= leastRsaBits) return 'rsa-sha256';
    throw new UnfitKey(`An RSA key of ${modulusLength} bits is too short to sign with: it must have ${leastRsaBits}.`);
  }
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ecdsa-sha256';
  const kind = namedCurve ?? key.asymmetricKeyType ?? 'unknown';
  throw new UnfitKey(`A key of the kind ${kind} signs no OpenADR message: it must be RSA, or EC on the curve P-256.`);
};

/** SHA-256 (hex) of a certificate. */
export const fingerprintOf = (certificate: X509Certificate): string =>
  certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** A fingerprint as people write it, with or without colons, in one spelling. */
export const plainFingerprint = (text: string): string => text.replace(/[:\s]/g, '').toLowerCase();

/** @reading The standard's own fingerprint is the end of the whole one: its last ten bytes. */
const fitsFingerprint = (fingerprint: string, pinned: string): boolean =>
  pinned.length === 64 ? fingerprint === pinned : pinned.length === 20 && fingerprint.endsWith(pinned);

/** A key with its certificate. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  readonly algorithm: SignatureAlgorithmName;
  readonly fingerprint: string;
}

/** PEM of a key and of its certificate, the first of the file. @throws UnfitKey when they do not fit together or cannot sign */
export const signingKeyOf = (certificatePem: string, keyPem: string, passphrase?: string): SigningKey => {
  let certificate: X509Certificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(certificatePem);
  } catch {
    throw new UnfitKey('The certificate to sign with is none: it must be PEM text with "BEGIN CERTIFICATE".');
  }
  try {
    key = createPrivateKey({ key: keyPem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw new UnfitKey('The key to sign with cannot be used: it must be PEM text, and a passphrase must open it.');
  }
  if (!certificate.checkPrivateKey(key))
    throw new UnfitKey(
      'The key to sign with does not belong to its certificate: name the pair that was made together.',
    );
  return { key, certificate, algorithm: algorithmFor(key), fingerprint: fingerprintOf(certificate) };
};

/** Whom to believe: certificates, and fingerprints of certificates that come with a message. */
export class TrustedSigners {
  readonly #certificates: readonly X509Certificate[];
  readonly #fingerprints: readonly string[];
  /** The last one that was found: a VTN signs with one and the same for years. */
  #last: { readonly base64: string; readonly found: X509Certificate } | null = null;

  constructor(certificatesPem: string, fingerprints: readonly string[]) {
    const blocks = certificatesPem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    this.#certificates = blocks.map((block) => new X509Certificate(block));
    this.#fingerprints = fingerprints.map(plainFingerprint);
  }

  /** The fingerprints of all that is pinned, as they were given or are. */
  get fingerprints(): readonly string[] {
    return [...this.#certificates.map(fingerprintOf), ...this.#fingerprints];
  }

  /**
   * The certificate that signed, by what came with the message: the first that is pinned, for its authorities may stand before it. A message may
   * leave all out where one alone is pinned. Null: it is nobody's whom we know.
   */
  certificateOf(came: readonly string[]): X509Certificate | null {
    if (came.length === 0) return this.#certificates.length === 1 ? (this.#certificates[0] ?? null) : null;
    for (const base64 of came) {
      const found = this.#known(base64);
      if (found !== null) return found;
    }
    return null;
  }

  #known(base64: string): X509Certificate | null {
    if (this.#last?.base64 === base64) return this.#last.found;
    const found = this.#found(base64);
    if (found !== null) this.#last = { base64, found };
    return found;
  }

  #found(base64: string): X509Certificate | null {
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    } catch {
      return null;
    }
    const fingerprint = fingerprintOf(certificate);
    const isKnown =
      this.#certificates.some((each) => fingerprintOf(each) === fingerprint) ||
      this.#fingerprints.some((pinned) => fitsFingerprint(fingerprint, pinned));
    return isKnown ? certificate : null;
  }
}
