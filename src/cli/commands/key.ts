import type { Command } from '../command.ts';
import { DIRECTORY_OPTIONS, VEN_OPTIONS } from '../optionTables.ts';

/** `ven key new` */
export const keyNewCommand: Command = {
  name: 'ven key new',
  summary: 'make the key that signs bundles and settlement files',
  help: `
    Makes an Ed25519 key in the data directory, for this user alone. Give its public half, or its fingerprint, to those who
    are to know your signature. A key that is there is never replaced.`,
  options: DIRECTORY_OPTIONS,
  run: async (given, surroundings) => (await import('../key/key.ts')).keyNew(given, surroundings),
};

/** `ven key show` */
export const keyShowCommand: Command = {
  name: 'ven key show',
  summary: 'the public half of the key, and its fingerprint',
  help: 'Prints the public key in PEM and its fingerprint. The private half stays in the data directory and is shown nowhere.',
  options: { json: { help: 'One JSON document.' }, ...DIRECTORY_OPTIONS },
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

/** `ven key request` */
export const keyRequestCommand: Command = {
  name: 'ven key request',
  summary: 'make a key for a certificate of this VEN, and the request for it',
  help: `
    Makes a key, for this user alone, and a certificate request (PKCS #10, PEM) that the authority of your programme takes: the
    Alliance's, or a private one. A key that is there is used and never replaced, so that the same command serves for
    renewal; name another file with --key for a new one. Where tlsKeyPassphrase is set the key is encrypted with it.`,
  options: {
    ...VEN_OPTIONS,
    subject: {
      placeholder: 'SUBJECT',
      help: 'Whose certificate it is to be: "CN=ven-1,O=Example Farm,C=US". Default: the venID as CN.',
    },
    name: {
      placeholder: 'HOST',
      help: 'The name of this machine that the certificate is to bear, for a VTN that pushes; several with commas. Default: the host of transportAddress.',
    },
    kind: { placeholder: 'KIND', help: 'ec (P-256, the default), rsa (2048 bits) or rsa3072.' },
    key: {
      placeholder: 'FILE',
      help: 'Where the key is or will be; tlsKeyFile, or ven-tls.key.pem in the data directory if absent.',
    },
    out: { placeholder: 'FILE', help: 'Where the request is written; beside the key if absent.' },
  },
  examples: [
    ['ven key request --subject "CN=ven-1,O=Example Farm"', 'a key for the ECC profile, and its request'],
    ['ven key request --kind rsa --key rsa.key.pem', 'for the RSA profile'],
    ['ven key request --name ven.example', 'for a VEN that is pushed to at ven.example'],
  ],
  run: async (given, surroundings) => (await import('../key/request.ts')).keyRequest(given, surroundings),
};

/** `ven key check` */
export const keyCheckCommand: Command = {
  name: 'ven key check',
  summary: 'whether client certificate and key belong together, and how long they hold',
  help: `
    Looks at the client certificate file and its key: whether they belong together, whether the intermediates follow in their
    order, how strong the key is, and until when the certificate is valid. The exit code is 3 when they cannot be used.`,
  options: { ...VEN_OPTIONS, json: { help: 'One JSON document.' } },
  examples: [['ven key check --cert-file new.pem --key-file new.key', 'before they are put in place']],
  run: async (given, surroundings) => (await import('../key/check.ts')).keyCheck(given, surroundings),
};
