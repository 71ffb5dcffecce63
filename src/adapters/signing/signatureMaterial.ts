import { readFileSync } from 'node:fs';
import { signingKeyOf, TrustedSigners, UnfitKey, type SigningKey } from '../../signatures/certificates.ts';
import { ConfigurationError } from '../configurationError.ts';
import type { Secret } from '../secrets/secret.ts';

/** What is signed, by whom we sign, and whom we believe: as it is configured. */
export interface SignatureFiles {
  readonly signatures: 'none' | 'sign' | 'verify' | 'both';
  readonly certificateFile?: string;
  readonly keyFile?: string;
  readonly keyPassphrase?: Secret;
  /** PEM with the certificates of those whom we believe. */
  readonly signersFile?: string;
  /** Fingerprints of their certificates. */
  readonly fingerprints: readonly string[];
}

/** What was read of it. */
export interface SignatureMaterial {
  /** Null: what we send is not signed. */
  readonly key: SigningKey | null;
  /** Null: what comes in is not verified. */
  readonly signers: TrustedSigners | null;
}

const read = (file: string, what: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([
      `The ${what} file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}): check its path and its permissions.`,
    ]);
  }
};

const named = <Made>(file: string, make: () => Made): Made => {
  try {
    return make();
  } catch (error) {
    const why = error instanceof UnfitKey ? error.message : 'It holds no certificate: it must be PEM text.';
    throw new ConfigurationError([`The file ${file} cannot be used for signatures. ${why}`]);
  }
};

const keyOf = ({ signatures, certificateFile, keyFile, keyPassphrase }: SignatureFiles): SigningKey | null => {
  if (signatures === 'none' || signatures === 'verify') return null;
  if (certificateFile === undefined || keyFile === undefined)
    throw new ConfigurationError([
      `signatures is "${signatures}" and there is nothing to sign with: name signatureCertificateFile and signatureKeyFile, or the TLS client certificate and its key.`,
    ]);
  const certificate = read(certificateFile, 'certificate');
  const key = read(keyFile, 'key');
  return named(keyFile, () => signingKeyOf(certificate, key, keyPassphrase?.reveal()));
};

const signersOf = ({ signatures, signersFile, fingerprints }: SignatureFiles): TrustedSigners | null => {
  if (signatures === 'none' || signatures === 'sign') return null;
  const pem = signersFile === undefined ? '' : read(signersFile, 'certificate');
  const signers = named(signersFile ?? '', () => new TrustedSigners(pem, fingerprints));
  if (signers.fingerprints.length > 0) return signers;
  throw new ConfigurationError([
    `signatures is "${signatures}" and nobody is named whose signature counts: set vtnSignatureFingerprints, or vtnSignatureCertificateFile.`,
  ]);
};

/** Reads keys and certificates for signatures, and refuses what does not fit. @throws ConfigurationError */
export const loadSignatureMaterial = (files: SignatureFiles): SignatureMaterial => ({
  key: keyOf(files),
  signers: signersOf(files),
});
