import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sign, Signature } from '../../bundle/manifest.ts';
import { KeyProblem } from '../tls/keyProblem.ts';

/**
 * The key with which this VEN vouches for what it hands out: Ed25519, made here, kept in the data directory for this user
 * alone. It signs digests, and nothing else is ever done with it.
 */

/** The file of the private key, in the data directory. */
export const keyFileName = 'ven.key.pem';

/** Where the key of a data directory is, or would be. */
export const keyPath = (dataDirectory: string): string => join(dataDirectory, keyFileName);

/** What may be shown of a key. */
export interface PublicKey {
  /** In PEM. */
  readonly pem: string;
  /** SHA-256 over its DER form, in hex by fours: what two people read to each other. */
  readonly fingerprint: string;
}

const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

const fingerprintOf = (key: KeyObject): string => {
  const digest = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return (digest.slice(0, 32).match(/.{4}/g) ?? []).join(' ');
};

const shown = (key: KeyObject): PublicKey => ({ pem: publicPem(key), fingerprint: fingerprintOf(key) });

/** Reads a public key in PEM. @throws KeyProblem */
export const publicKeyFrom = (pem: string): PublicKey => {
  try {
    return shown(publicOf(pem));
  } catch {
    throw new KeyProblem('That is no public Ed25519 key in PEM, as "ven key show" prints it.');
  }
};

const publicOf = (pem: string): KeyObject => {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new KeyProblem(`The key is of the kind ${key.asymmetricKeyType}, and only Ed25519 is used here.`);
  return key;
};

/** Makes the key of a data directory. @throws KeyProblem when there is one already, or the directory is not there */
export const makeKey = (dataDirectory: string): PublicKey => {
  const path = keyPath(dataDirectory);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  try {
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new KeyProblem(
        `There is a key in ${path} already: what was signed with it could not be signed again, so move it away first if a new one is wanted.`,
      );
    throw new KeyProblem(
      `The key cannot be written to ${path} (${code}): name a data directory that is there and can be written with --data.`,
    );
  }
  return shown(publicKey);
};

const privateKeyIn = (dataDirectory: string): KeyObject => {
  const path = keyPath(dataDirectory);
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyProblem(
      code === 'ENOENT'
        ? `There is no key in ${path} yet: make one with "ven key new --data ${dataDirectory}".`
        : `The key in ${path} cannot be read (${code}): check its permissions.`,
    );
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without a word of what stands in the file.
  }
  throw new KeyProblem(
    `The file ${path} holds no private Ed25519 key in PEM: put the right one back, or move it away and make a new one with "ven key new".`,
  );
};

/** The public half of the key of a data directory. @throws KeyProblem */
export const shownKey = (dataDirectory: string): PublicKey => shown(createPublicKey(privateKeyIn(dataDirectory)));

/** What is signed: the digest, and what it is, so that no signature can be taken for one of something else. */
const statement = (digest: string): Buffer => Buffer.from(`ter-ven signature 1\nSHA-256 ${digest}\n`);

/** The one way anything is signed: with the key of a data directory, over a SHA-256 in hex. @throws KeyProblem */
export const signerIn = (dataDirectory: string): Sign => {
  const key = privateKeyIn(dataDirectory);
  const publicKey = publicPem(createPublicKey(key));
  return (digest) => ({
    algorithm: 'Ed25519',
    publicKey,
    value: sign(null, statement(digest), key).toString('base64'),
  });
};

/** Whose signature it is, or null when it is not one of this digest. */
export const signedBy = (digest: string, { publicKey, value }: Signature): PublicKey | null => {
  try {
    const key = publicOf(publicKey);
    return verify(null, statement(digest), key, Buffer.from(value, 'base64')) ? shown(key) : null;
  } catch {
    return null;
  }
};
