import { X509Certificate, type KeyObject } from 'node:crypto';

/** What a certificate says of itself. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses it is made out to. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly selfSigned: boolean;
  /** The last ten bytes of the SHA-256 of the certificate, as OpenADR writes fingerprints. @rule 2.0b 10.5.1 */
  readonly fingerprint: string;
  /** Its kind of key: `RSA 2048`, `EC P-256`. */
  readonly key: string;
  /** Where the certificate of its issuer can be fetched, if it says so. */
  readonly issuerUrl?: string;
}

/** The common name of a distinguished name, or its first part. */
const nameIn = (distinguished: string): string =>
  /^CN=(.+)$/m.exec(distinguished)?.[1] ?? (distinguished.split('\n')[0] || 'no name');

/** Names of curves as the standard has them, by their names in OpenSSL. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp224r1: 'P-224',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** How a key is called among people: `RSA 2048`, `EC P-256`. */
export const keyName = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string => {
  if (asymmetricKeyType === 'rsa') return `RSA ${asymmetricKeyDetails?.modulusLength ?? ''}`.trim();
  const curve = asymmetricKeyDetails?.namedCurve;
  if (asymmetricKeyType === 'ec') return `EC ${curve === undefined ? '' : (CURVES[curve] ?? curve)}`.trim();
  return asymmetricKeyType ?? 'unknown';
};

/** SHA-256 in the form in which OpenADR publishes fingerprints: its last ten bytes. @rule 2.0b 10.5.1 */
export const openAdrFingerprint = (fingerprint256: string): string => fingerprint256.split(':').slice(-10).join(':');

const keyOf = (certificate: X509Certificate): string => {
  try {
    return keyName(certificate.publicKey);
  } catch {
    return 'unknown';
  }
};

/** @limit A URL in a certificate is repeated up to this length. */
const longestUrl = 200;

const issuerUrlOf = ({ infoAccess }: X509Certificate): string | undefined => {
  const url = /^CA Issuers - URI:(https?:\/\/[\x21-\x7e]+)$/m.exec(infoAccess ?? '')?.[1];
  return url === undefined || url.length > longestUrl ? undefined : url;
};

/** Reads a certificate. */
export const certificateFactsOf = (certificate: X509Certificate): CertificateFacts => {
  const { subject, issuer, subjectAltName, validFrom, validTo, fingerprint256 } = certificate;
  const issuerUrl = issuerUrlOf(certificate);
  return {
    subject: nameIn(subject ?? ''),
    issuer: nameIn(issuer ?? ''),
    names: (subjectAltName ?? '')
      .split(', ')
      .filter((name) => name !== '')
      .map((name) => name.replace(/^(DNS|IP Address):/, '')),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
    selfSigned: subject === issuer,
    fingerprint: openAdrFingerprint(fingerprint256),
    key: keyOf(certificate),
    ...(issuerUrl === undefined ? {} : { issuerUrl }),
  };
};

/** The certificates in a PEM text, in their order. @throws what Node finds wrong with one of them */
export const certificatesIn = (pem: string): readonly X509Certificate[] =>
  (
    pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? []
  ).map((each) => new X509Certificate(each));
