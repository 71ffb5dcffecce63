/** The settings of TLS: whose certificate counts, and which is shown. */
import { z } from 'zod';
import { filePath, fingerprint, setting } from './fields.ts';

/** The settings, by name; the order is that of the help. */
export const tlsSettings = {
  tlsCaFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'The only authorities whose word counts for this VTN; the public ones when absent.',
  ),
  tlsCertificateFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Client certificate, followed by its intermediates.',
  ),
  tlsKeyFile: setting(filePath().optional(), 'the path of a PEM file', 'Key of the client certificate.'),
  tlsKeyPassphrase: setting(
    z.string().min(1).optional(),
    'a text',
    'Passphrase of that key. It belongs into VEN_TLS_KEY_PASSPHRASE_FILE or a systemd credential.',
  ),
  tlsServerName: setting(
    z.string().min(1).optional(),
    'a host name',
    'The name the VTN’s certificate must bear when it is not the host of its URL.',
  ),
  tlsCheckName: setting(
    z.boolean().default(true),
    'true or false',
    'Whether the VTN’s certificate must bear its host’s name. False only together with tlsVtnFingerprint or tlsCaFile, for certification.',
  ),
  tlsVtnFingerprint: setting(
    z.union([fingerprint(), z.array(fingerprint()).min(1).max(10)]).optional(),
    'one or more fingerprints: ten pairs of hex digits as OpenADR publishes them, or all 32 of a SHA-256, joined by colons',
    'The VTN’s certificate must have one of these fingerprints, beside being trusted; give the next one beside the present when the VTN renews.',
  ),
  tlsCrlFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Lists of revoked certificates (CRL), one of each authority on the way to the VTN’s certificate; without it revocation is not checked.',
  ),
};
