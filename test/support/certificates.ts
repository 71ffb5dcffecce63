/**
 * X.509 certificates made in the test, with Node's own cryptography: tests of TLS need no tool and no network.
 * Just enough of DER (X.690) to write what a server or client certificate has.
 */
import { createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

const tagged = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? Buffer.from([content.length])
      : content.length < 0x100
        ? Buffer.from([0x81, content.length])
        : Buffer.from([0x82, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
};

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const set = (...parts: Buffer[]): Buffer => tagged(0x31, ...parts);
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const octets = (content: Buffer): Buffer => tagged(0x04, content);
const bits = (content: Buffer): Buffer => tagged(0x03, Buffer.from([0]), content);
const truth = Buffer.from([0x01, 0x01, 0xff]);

const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
};

const name = (commonName: string): Buffer =>
  sequence(set(sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))));

const utcTime = (at: number): Buffer =>
  tagged(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

const subjectAltName = (names: readonly string[]): Buffer =>
  sequence(
    oid('2.5.29.17'),
    octets(
      sequence(
        ...names.map((each) =>
          /^[\d.]+$/.test(each)
            ? tagged(0x87, Buffer.from(each.split('.').map(Number)))
            : tagged(0x82, Buffer.from(each)),
        ),
      ),
    ),
  );

const authority = sequence(oid('2.5.29.19'), truth, octets(sequence(truth)));
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const rsaWithSha256 = sequence(oid('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));

const keyPair = (kind: Wanted['key']) =>
  kind === 'rsa' || kind === 'rsa1024'
    ? generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2_048 : 1_024 })
    : generateKeyPairSync('ec', { namedCurve: kind ?? 'P-256' });

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;

/** A certificate and its key. */
export interface Issued {
  readonly subject: string;
  readonly certificate: string;
  readonly key: string;
  readonly privateKey: KeyObject;
}

export interface Wanted {
  readonly subject: string;
  readonly names?: readonly string[];
  /** Self-signed when absent. */
  readonly issuer?: Issued;
  readonly validFrom?: number;
  readonly validTo?: number;
  readonly isAuthority?: boolean;
  /** The kind of its key; P-256 when absent. */
  readonly key?: 'rsa' | 'rsa1024' | 'secp384r1';
}

const DAY_MS = 86_400_000;

/** Issues a certificate. */
export const issue = (wanted: Wanted): Issued => {
  const { publicKey, privateKey } = keyPair(wanted.key);
  const signer = wanted.issuer?.privateKey ?? privateKey;
  const signedWith = signer.asymmetricKeyType === 'rsa' ? rsaWithSha256 : ecdsaWithSha256;
  const extensions = [
    ...(wanted.isAuthority ? [authority] : []),
    ...(wanted.names ? [subjectAltName(wanted.names)] : []),
  ];
  const tbs = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
    signedWith,
    name(wanted.issuer?.subject ?? wanted.subject),
    sequence(utcTime(wanted.validFrom ?? Date.now() - DAY_MS), utcTime(wanted.validTo ?? Date.now() + 30 * DAY_MS)),
    name(wanted.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [tagged(0xa3, sequence(...extensions))] : []),
  );
  const signature = createSign('sha256').update(tbs).sign(signer);
  return {
    subject: wanted.subject,
    certificate: pem(sequence(tbs, signedWith, bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
  };
};

/** The same key, encrypted. */
export const encryptedKey = (issued: Issued, passphrase: string): string =>
  issued.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
