/** The key of a certificate of this VEN: made here, so that it never leaves this machine. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { keyName } from './certificateFacts.ts';
import { KeyProblem } from './keyProblem.ts';
import type { Secret } from '../secrets/secret.ts';

/** Kinds of keys that both profiles of 2.0b know. @rule 2.0b 68 */
export const tlsKeyKinds = ['ec', 'rsa', 'rsa3072'] as const;

/** A kind of key, as it is asked for. */
export type TlsKeyKind = (typeof tlsKeyKinds)[number];

const made: Readonly<Record<TlsKeyKind, () => KeyObject>> = {
  ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  rsa3072: () => generateKeyPairSync('rsa', { modulusLength: 3_072 }).privateKey,
};

const pemOf = (key: KeyObject, passphrase: Secret | undefined): string =>
  key
    .export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: passphrase.reveal() }),
    })
    .toString();

const madeAt = (path: string, kind: TlsKeyKind, passphrase: Secret | undefined): KeyObject => {
  const key = made[kind]();
  try {
    writeFileSync(path, pemOf(key, passphrase), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new KeyProblem(
      `The key cannot be written to ${path} (${(error as NodeJS.ErrnoException).code}): name a file in a directory that is there and can be written with --key.`,
    );
  }
  return key;
};

const keyAt = (path: string, passphrase: Secret | undefined): KeyObject => {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw new KeyProblem(
      `The key in ${path} cannot be read (${(error as NodeJS.ErrnoException).code}): check its permissions.`,
    );
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }) });
  } catch {
    throw new KeyProblem(
      `The file ${path} holds no private key that can be used: it must be PEM text with "BEGIN PRIVATE KEY"${pem.includes('ENCRYPTED') ? ', and this one is encrypted: give its passphrase as tlsKeyPassphrase' : ''}.`,
    );
  }
};

/** A key in a file, and whether it was made now. */
export interface TlsKey {
  readonly key: KeyObject;
  readonly isNew: boolean;
}

/**
 * The key in a file; made there, for this user alone, when there is none. A key that is there is never replaced.
 * @throws KeyProblem
 */
export const tlsKeyAt = (path: string, kind: TlsKeyKind | undefined, passphrase: Secret | undefined): TlsKey => {
  if (!existsSync(path)) return { key: madeAt(path, kind ?? 'ec', passphrase), isNew: true };
  const key = keyAt(path, passphrase);
  const isEc = key.asymmetricKeyType === 'ec';
  if (!isEc && key.asymmetricKeyType !== 'rsa')
    throw new KeyProblem(
      `The key in ${path} is ${keyName(key)}, and OpenADR knows RSA and EC: name another file with --key.`,
    );
  if (kind !== undefined && isEc !== (kind === 'ec'))
    throw new KeyProblem(
      `There is a key in ${path} already, and it is ${keyName(key)}: leave out --kind to use it, or name another file with --key for a new one.`,
    );
  return { key, isNew: false };
};
