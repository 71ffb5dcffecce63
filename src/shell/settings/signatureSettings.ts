/** The settings of signatures: what is signed, with which key, and whose signature counts. */
import { z } from 'zod';
import { filePath, ms, setting, wholeMs } from './fields.ts';

/** @limit Keys that may sign for one VTN: the present one, the next one, and those of a cluster. */
const signersAtMost = 16;

/** A fingerprint of a certificate: all of its SHA-256, or the last ten bytes, which is the standard's own. */
const fingerprint = () => z.string().regex(/^(?:[0-9a-f]{2}:?){9}[0-9a-f]{2}$|^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i);

/** The settings, by name. */
export const signatureSettings = {
  signatures: setting(
    z.enum(['none', 'sign', 'verify', 'both']).default('none'),
    'none, sign, verify or both',
    'XML signatures with this VTN: sign what is sent, take only what is signed by it, or both.',
  ),
  signatureCertificateFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Certificate to sign with; the TLS client certificate when absent.',
  ),
  signatureKeyFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Key of that certificate (RSA of 2048 bits or more, or EC on P-256), not encrypted; the TLS client key when absent.',
  ),
  vtnSignatureFingerprints: setting(
    z.union([fingerprint().transform((one) => [one]), z.array(fingerprint()).max(signersAtMost)]).default([]),
    'a list of SHA-256 fingerprints of certificates (64 hexadecimal digits, or their last 20)',
    'Whose signature counts: fingerprints of the certificates with which this VTN may sign.',
  ),
  vtnSignatureCertificateFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Whose signature counts: the certificates with which this VTN may sign.',
  ),
  signatureWindowMs: setting(
    wholeMs(1_000, 3_600_000).default(60_000),
    ms(1_000, 3_600_000),
    'How far the timestamp of a signature may be from the VTN’s present time. Unit: ms.',
  ),
};
