import type { Command } from '../command.ts';
import { DATA_OPTIONS } from '../optionTables.ts';

/** `ven key new` */
export const keyNewCommand: Command = {
  name: 'ven key new',
  summary: 'make the key that signs bundles and settlement files',
  help: `
    Makes an Ed25519 key in the data directory, for this user alone. Give its public half, or its fingerprint, to those who
    are to know your signature. A key that is there is never replaced.`,
  options: DATA_OPTIONS,
  run: async (given, surroundings) => (await import('../key/key.ts')).keyNew(given, surroundings),
};

/** `ven key show` */
export const keyShowCommand: Command = {
  name: 'ven key show',
  summary: 'the public half of the key, and its fingerprint',
  help: 'Prints the public key in PEM and its fingerprint. The private half stays in the data directory and is shown nowhere.',
  options: { json: { help: 'One JSON document.' }, ...DATA_OPTIONS },
  run: async (given, surroundings) => (await import('../key/key.ts')).keyShow(given, surroundings),
};

/** `ven key verify` */
export const keyVerifyCommand: Command = {
  name: 'ven key verify',
  summary: 'by which key a file is signed, and whether it is as it was then',
  help: `
    Checks the signature within a bundle, or that in FILE.sig beside any other file. A signature is only worth what is known of
    its key: compare the fingerprint with the one its owner has told you, or give the key or its fingerprint with --by. The
    exit code is 0 only for a signature that is right, and by that key if one is given.`,
  options: {
    by: {
      placeholder: 'KEY',
      help: 'The key it must be signed with: a file with the public key in PEM, or a fingerprint.',
    },
    json: { help: 'One JSON document.' },
  },
  operands: [{ placeholder: 'FILE', required: true }],
  examples: [['ven key verify fault.bundle.gz --by "3f2a 91c0 …"', 'whether it comes from whom you think']],
  run: async (given, surroundings) => (await import('../key/verify.ts')).keyVerify(given, surroundings),
};
