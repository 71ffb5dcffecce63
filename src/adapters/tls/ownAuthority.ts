/** An authority for one run, which nobody else trusts: certificates for both sides of a case over TLS. @rule 2.0b 67, 68 */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface IssuedPair {
  readonly certificate: string;
  readonly key: string;
}

/** The authority's certificate, and the pairs of both sides. */
export interface OwnAuthority {
  readonly ca: string;
  readonly vtn: IssuedPair;
  readonly ven: IssuedPair;
}

/** Both sides are reached here, and their certificates bear it. */
const ownAddress = '127.0.0.1';

/** How certificates of a profile are signed, with SHA-256; RSA's has parameters, which are NULL. */
const signatures = {
  ECC: { algorithm: '1.2.840.10045.4.3.2' },
  RSA: { algorithm: '1.2.840.113549.1.1.11', parameters: null },
} as const;

/** Makes a key pair of a profile: on P-256, or RSA of 2048 bits. */
const keyPairs = {
  ECC: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
} as const;

const commonName = '2.5.4.3';

/** How long before and after now they are good: a run takes minutes. @unit ms */
const dayMs = 86_400_000;

const bytesOf = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;

const pem = (der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

/** Makes the authority, and issues a certificate to each side. `now`: the wall's time, by which TLS goes. UTC ms. */
export const makeOwnAuthority = async (now: number, profile: keyof typeof keyPairs = 'ECC'): Promise<OwnAuthority> => {
  const [{ AsnConvert, OctetString }, x509] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);
  const keyPair = keyPairs[profile];
  const nameOf = (text: string) =>
    new x509.Name([
      new x509.RelativeDistinguishedName([
        new x509.AttributeTypeAndValue({ type: commonName, value: new x509.AttributeValue({ utf8String: text }) }),
      ]),
    ]);
  const signatureAlgorithm = new x509.AlgorithmIdentifier(signatures[profile]);
  const authorityName = 'ven conformance, for one run';

  const issue = (subject: string, publicKey: KeyObject, signer: KeyObject, isAuthority: boolean): string => {
    const extension = isAuthority
      ? new x509.Extension({
          extnID: x509.id_ce_basicConstraints,
          critical: true,
          extnValue: new OctetString(AsnConvert.serialize(new x509.BasicConstraints({ cA: true }))),
        })
      : new x509.Extension({
          extnID: x509.id_ce_subjectAltName,
          extnValue: new OctetString(
            AsnConvert.serialize(new x509.SubjectAlternativeName([new x509.GeneralName({ iPAddress: ownAddress })])),
          ),
        });
    const tbsCertificate = new x509.TBSCertificate({
      version: x509.Version.v3,
      // A leading 0x40 keeps it positive and of full length.
      serialNumber: bytesOf(Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
      signature: signatureAlgorithm,
      issuer: nameOf(authorityName),
      validity: new x509.Validity({ notBefore: new Date(now - dayMs), notAfter: new Date(now + dayMs) }),
      subject: nameOf(subject),
      subjectPublicKeyInfo: AsnConvert.parse(
        bytesOf(publicKey.export({ type: 'spki', format: 'der' })),
        x509.SubjectPublicKeyInfo,
      ),
      extensions: new x509.Extensions([extension]),
    });
    const signatureValue = bytesOf(sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signer));
    return pem(AsnConvert.serialize(new x509.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue })));
  };

  const authority = keyPair();
  const pairOf = (subject: string): IssuedPair => {
    const { publicKey, privateKey } = keyPair();
    return {
      certificate: issue(subject, publicKey, authority.privateKey, false),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  return {
    ca: issue(authorityName, authority.publicKey, authority.privateKey, true),
    vtn: pairOf('VTN'),
    ven: pairOf('VEN'),
  };
};
