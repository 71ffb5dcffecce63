import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { TlsMaterialError } from './configurationError.ts';
import type { Secret } from './secret.ts';

/** The files an operator names for TLS; all optional. */
export interface TlsFiles {
  /** PEM with the only authorities whose word counts for this VTN; the public ones count when it is absent. */
  readonly caFile?: string;
  /** PEM with the client certificate, followed by its intermediates. */
  readonly certificateFile?: string;
  /** PEM with the key of the client certificate. */
  readonly keyFile?: string;
  readonly keyPassphrase?: Secret;
}

/** What was read from the files and found to fit together. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly keyPassphrase?: Secret;
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

const requireCertificate = (pem: string, file: string, what: string): void => {
  try {
    new X509Certificate(pem);
  } catch {
    const hint = pem.includes('PRIVATE KEY')
      ? 'it holds a private key; perhaps two files were exchanged'
      : 'it must be PEM text with "BEGIN CERTIFICATE"';
    throw new TlsMaterialError(`The ${what} file ${file} holds no certificate: ${hint}.`);
  }
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
  if (new X509Certificate(material.certificate).checkPrivateKey(key)) return;
  throw new TlsMaterialError(
    `The client key in ${files.keyFile} does not belong to the certificate in ${files.certificateFile}: name the pair that was made together.`,
  );
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
  const ca = files.caFile === undefined ? undefined : read(files.caFile, 'CA');
  if (ca !== undefined) requireCertificate(ca, files.caFile!, 'CA');
  if (files.certificateFile === undefined || files.keyFile === undefined) return ca === undefined ? {} : { ca };

  const certificate = read(files.certificateFile, 'client certificate');
  requireCertificate(certificate, files.certificateFile, 'client certificate');
  const passphrase = files.keyPassphrase === undefined ? {} : { keyPassphrase: files.keyPassphrase };
  const pair = { certificate, key: read(files.keyFile, 'client key'), ...passphrase };
  requireKey(pair, files);
  return { ...(ca === undefined ? {} : { ca }), ...pair };
};

/** One context for all connections: TLS 1.2 and newer; the cipher suites of 2.0b are in the default list. @rule 2.0b 67 */
export const secureContextFor = (material: TlsMaterial): SecureContext =>
  createSecureContext({
    minVersion: 'TLSv1.2',
    ...(material.ca === undefined ? {} : { ca: material.ca, allowPartialTrustChain: true }),
    ...(material.certificate === undefined ? {} : { cert: material.certificate }),
    ...(material.key === undefined ? {} : { key: material.key }),
    ...(material.keyPassphrase === undefined ? {} : { passphrase: material.keyPassphrase.reveal() }),
  });
