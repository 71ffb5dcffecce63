/** A request for a certificate (PKCS #10), as every authority takes it: the Alliance's, or one's own. */
import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { Attribute } from '@peculiar/asn1-x509';
import { KeyProblem } from './keyProblem.ts';

/** Parts of a subject that a certificate of a VEN may have, by their identifiers. */
const attributeTypes: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
};

/** Attributes that are plain letters in every certificate; the others are UTF-8. */
const plainTypes: readonly string[] = ['C', 'SERIALNUMBER'];

/** Signatures by kind of key, with SHA-256. */
const signatureTypes = { ec: '1.2.840.10045.4.3.2', rsa: '1.2.840.113549.1.1.11' } as const;

/** One part of a subject. */
export interface SubjectPart {
  readonly name: string;
  readonly value: string;
}

/** Reads `CN=ven-1,O=Example Farm`; a comma within a value is written `\,`. @throws KeyProblem */
export const subjectOf = (text: string): readonly SubjectPart[] => {
  const parts = text.split(/(?<!\\),/).map((part): SubjectPart => {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim().toUpperCase();
    const value = part
      .slice(at + 1)
      .trim()
      .replaceAll('\\,', ',');
    if (at < 1 || attributeTypes[name] === undefined || value === '')
      throw new KeyProblem(
        `"${part.trim()}" is no part of a subject: write it as "CN=my VEN,O=My Company,C=US", of ${Object.keys(attributeTypes).join(', ')}.`,
      );
    if (name === 'C' && !/^[A-Z]{2}$/i.test(value))
      throw new KeyProblem(`The country "${value}" of the subject must be two letters, such as US.`);
    return { name, value };
  });
  if (parts.some(({ name }) => name === 'CN')) return parts;
  throw new KeyProblem(`The subject "${text}" has no CN: say by which name the certificate is to be known.`);
};

const pem = (der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n');
};

const bytesOf = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;

/** The extensions that a request asks for (PKCS #9), the one this program does. */
const extensionRequest = '1.2.840.113549.1.9.14';

/** Asks that the certificate bear these names of hosts, or their addresses. */
const asksForNames = async (names: readonly string[]): Promise<Attribute> => {
  const [{ AsnConvert, OctetString }, x509] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);
  const bears = new x509.SubjectAlternativeName(
    names.map((name) => new x509.GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name })),
  );
  const extension = new x509.Extension({
    extnID: x509.id_ce_subjectAltName,
    extnValue: new OctetString(AsnConvert.serialize(bears)),
  });
  return new x509.Attribute({
    type: extensionRequest,
    values: [AsnConvert.serialize(new x509.Extensions([extension]))],
  });
};

/**
 * Makes the request: it names the subject, has the public key, and is signed to show that we have the private one. `names`: the hosts at
 * which whoever has the certificate is to be reached.
 */
export const certificateRequestFor = async (
  key: KeyObject,
  subject: readonly SubjectPart[],
  names: readonly string[] = [],
): Promise<string> => {
  const [{ CertificationRequest, CertificationRequestInfo, Attributes }, { AsnConvert }, x509] = await Promise.all([
    import('@peculiar/asn1-csr'),
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const name = new x509.Name(
    subject.map(
      (part) =>
        new x509.RelativeDistinguishedName([
          new x509.AttributeTypeAndValue({
            type: attributeTypes[part.name] ?? '',
            value: new x509.AttributeValue(
              plainTypes.includes(part.name) ? { printableString: part.value } : { utf8String: part.value },
            ),
          }),
        ]),
    ),
  );
  const info = new CertificationRequestInfo({
    subject: name,
    subjectPKInfo: AsnConvert.parse(bytesOf(spki), x509.SubjectPublicKeyInfo),
    attributes: new Attributes(names.length === 0 ? [] : [await asksForNames(names)]),
  });
  const signed = AsnConvert.serialize(info);
  const kind = key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm: new x509.AlgorithmIdentifier({
      algorithm: signatureTypes[kind],
      ...(kind === 'rsa' ? { parameters: null } : {}),
    }),
    signature: bytesOf(sign('sha256', Buffer.from(signed), key)),
  });
  return pem(AsnConvert.serialize(request));
};
