import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { certificatesIn, keyName } from './certificateFacts.ts';
import { TlsMaterialError } from '../configurationError.ts';
import type { Secret } from '../secrets/secret.ts';

/** The files an operator names for TLS; all optional. */
export interface TlsFiles {
  /** PEM with the only authorities whose word counts for this VTN; the public ones count when it is absent. */
  readonly caFile?: string;
  /** PEM with the client certificate, followed by its intermediates. */
  readonly certificateFile?: string;
  /** PEM with the key of the client certificate. */
  readonly keyFile?: string;
  readonly keyPassphrase?: Secret;
  /** PEM with the lists of revoked certificates, one of each authority on the way to the VTN's. */
  readonly crlFile?: string;
}

/** What was read from the files and found to fit together. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly keyPassphrase?: Secret;
  /** Lists of revoked certificates, each by itself: of several in one text Node takes the first alone. */
  readonly crl?: readonly string[];
}

const read = (file: string, what: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TlsMaterialError(
      `The ${what} file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}): check its path and its permissions.`,
    );
  }
};

/** How many of the certificates in a text can be read. */
const readable = (pem: string): number => {
  try {
    return certificatesIn(pem).length;
  } catch {
    return 0;
  }
};

const requireCertificate = (pem: string, file: string, what: string): void => {
  const begun = pem.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g)?.length ?? 0;
  const whole = readable(pem);
  if (whole > 0 && whole === begun) return;
  if (begun > 0)
    throw new TlsMaterialError(
      `The ${what} file ${file} has a certificate that is cut off or garbled: write it anew; perhaps it is being written just now.`,
    );
  const hint = pem.includes('PRIVATE KEY')
    ? 'it holds a private key; perhaps two files were exchanged'
    : 'it must be PEM text with "BEGIN CERTIFICATE"';
  throw new TlsMaterialError(`The ${what} file ${file} holds no certificate: ${hint}.`);
};

const requireKey = (
  material: { readonly key: string; readonly certificate: string; readonly keyPassphrase?: Secret },
  files: TlsFiles,
): void => {
  let key;
  try {
    key = createPrivateKey({
      key: material.key,
      ...(material.keyPassphrase ? { passphrase: material.keyPassphrase.reveal() } : {}),
    });
  } catch {
    const hint = material.key.includes('ENCRYPTED')
      ? material.keyPassphrase === undefined
        ? 'it is encrypted and no passphrase was given'
        : 'it is encrypted and the passphrase given does not open it'
      : 'it must be PEM text with "BEGIN PRIVATE KEY"';
    throw new TlsMaterialError(`The client key file ${files.keyFile} cannot be used: ${hint}.`);
  }
  if (!new X509Certificate(material.certificate).checkPrivateKey(key))
    throw new TlsMaterialError(
      `The client key in ${files.keyFile} does not belong to the certificate in ${files.certificateFile}: name the pair that was made together.`,
    );
  if (isTooWeak(key))
    throw new TlsMaterialError(
      `The client key in ${files.keyFile} is ${keyName(key)}, too weak for OpenADR, which wants RSA of 2048 bits or an elliptic curve of 224 at least: have a certificate made for a stronger key ("ven key request").`,
    );
};

/** Bits of an elliptic curve, as its name says: `prime256v1`. */
const curveBits = (curve: string | undefined): number => Number(/\d{3}/.exec(curve ?? '')?.[0] ?? 0);

/** @rule 2.0b 68 */
const isTooWeak = ({
  asymmetricKeyType,
  asymmetricKeyDetails: { modulusLength = 0, namedCurve } = {},
}: KeyObject): boolean =>
  (asymmetricKeyType === 'rsa' && modulusLength < 2_048) || (asymmetricKeyType === 'ec' && curveBits(namedCurve) < 224);

const isReadable = (crl: string[]): boolean => {
  try {
    createSecureContext({ crl });
    return true;
  } catch {
    return false;
  }
};

const readCrl = (file: string): readonly string[] => {
  const text = read(file, 'CRL');
  const lists = text.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [];
  const begun = text.match(/-----BEGIN X509 CRL-----/g)?.length ?? 0;
  if (lists.length > 0 && lists.length === begun && isReadable(lists)) return lists;
  if (begun > 0)
    throw new TlsMaterialError(
      `The CRL file ${file} has a list that is cut off or garbled: fetch it anew; perhaps it is being written just now.`,
    );
  throw new TlsMaterialError(
    `The CRL file ${file} holds no list of revoked certificates: it must be PEM text with "BEGIN X509 CRL" (openssl crl -inform DER -in FILE -out FILE.pem makes it of the other form).`,
  );
};

const readAuthorities = ({ caFile, crlFile }: TlsFiles): Pick<TlsMaterial, 'ca' | 'crl'> => {
  const ca = caFile === undefined ? undefined : read(caFile, 'CA');
  if (ca !== undefined) requireCertificate(ca, caFile!, 'CA');
  return { ...(ca === undefined ? {} : { ca }), ...(crlFile === undefined ? {} : { crl: readCrl(crlFile) }) };
};

/**
 * Reads the TLS files and refuses what does not fit together, before the first connection does so in fewer words.
 * @throws TlsMaterialError
 */
export const loadTlsMaterial = (files: TlsFiles): TlsMaterial => {
  if ((files.certificateFile === undefined) !== (files.keyFile === undefined)) {
    throw new TlsMaterialError(
      files.keyFile === undefined
        ? `A client certificate (${files.certificateFile}) is configured without its key: name the key file too, or neither.`
        : `A client key (${files.keyFile}) is configured without its certificate: name the certificate file too, or neither.`,
    );
  }
  const authorities = readAuthorities(files);
  if (files.certificateFile === undefined || files.keyFile === undefined) return authorities;

  const certificate = read(files.certificateFile, 'client certificate');
  requireCertificate(certificate, files.certificateFile, 'client certificate');
  const passphrase = files.keyPassphrase === undefined ? {} : { keyPassphrase: files.keyPassphrase };
  const pair = { certificate, key: read(files.keyFile, 'client key'), ...passphrase };
  requireKey(pair, files);
  return { ...authorities, ...pair };
};

/** One context for all connections: TLS 1.2 and newer; the cipher suites of 2.0b are in the default list. @rule 2.0b 67 */
export const secureContextFor = (material: TlsMaterial): SecureContext =>
  createSecureContext({
    minVersion: 'TLSv1.2',
    ...(material.ca === undefined ? {} : { ca: material.ca, allowPartialTrustChain: true }),
    ...(material.crl === undefined ? {} : { crl: [...material.crl] }),
    ...(material.certificate === undefined ? {} : { cert: material.certificate }),
    ...(material.key === undefined ? {} : { key: material.key }),
    ...(material.keyPassphrase === undefined ? {} : { passphrase: material.keyPassphrase.reveal() }),
  });

/** A context that offers every version and every suite there is; only to see what a server has that we do not take. */
export const everythingOffered = (): SecureContext =>
  createSecureContext({ minVersion: 'TLSv1', ciphers: 'ALL:COMPLEMENTOFALL:@SECLEVEL=0' });
