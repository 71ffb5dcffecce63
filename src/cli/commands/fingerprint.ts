import type { Command } from '../command.ts';
import { VEN_OPTIONS } from '../optionTables.ts';

/** `ven fingerprint` */
export const fingerprintCommand: Command = {
  name: 'ven fingerprint',
  summary: 'the OpenADR fingerprint of our certificate, of a file, or of the VTN',
  help: `
    Prints the fingerprint by which OpenADR knows a certificate: the last ten bytes of its SHA-256, as ten pairs of hex digits
    joined by colons. Without a file it is that of our client certificate, which the VTN's operator must know; with --vtn
    that of the certificate the VTN shows now, for which nothing of ours is sent: compare it with what its operator tells
    you before you set it as tlsVtnFingerprint.

    Of a file with several certificates each is printed, in their order. The exit code is 5 when the VTN is not trusted.`,
  options: {
    ...VEN_OPTIONS,
    vtn: { help: 'Of the certificate that the VTN shows.' },
    json: { help: 'One JSON object per certificate.' },
  },
  operands: [{ placeholder: 'FILE', required: false }],
  examples: [
    ['ven fingerprint', 'of our own certificate'],
    ['ven fingerprint vtn.pem', 'of any certificate'],
    ['ven fingerprint --vtn', 'of the one that the VTN shows'],
  ],
  run: async (given, surroundings) => (await import('../fingerprint/fingerprint.ts')).fingerprint(given, surroundings),
};
