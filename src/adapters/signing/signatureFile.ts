import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import type { Signature } from '../../bundle/manifest.ts';
import { KeyProblem } from '../tls/keyProblem.ts';
import { signerIn } from './keys.ts';

/** Signatures beside files: whoever has both knows from whom the file is, and that it is as it was. */

/** SHA-256 (hex) of a file. */
export const fileDigest = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex');
};

/** The file beside another one that holds its signature. */
export const signaturePath = (path: string): string => `${path}.sig`;

/** What a signature file holds. */
export interface DetachedSignature extends Signature {
  /** SHA-256 (hex) of the file beside it. */
  readonly digest: string;
}

/** Signs a file: its signature is put beside it. @throws KeyProblem; Error when a file cannot be read or written */
export const signFile = async (path: string, dataDirectory: string): Promise<DetachedSignature> => {
  const digest = await fileDigest(path);
  const signature = { digest, ...signerIn(dataDirectory)(digest) };
  writeFileSync(signaturePath(path), `${JSON.stringify(signature, null, 2)}\n`);
  return signature;
};

const isSignature = (value: unknown): value is DetachedSignature =>
  typeof value === 'object' &&
  value !== null &&
  ['digest', 'publicKey', 'value'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');

/** The signature beside a file; undefined when there is none. @throws KeyProblem when it cannot be made out */
export const detachedSignature = (path: string): DetachedSignature | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(signaturePath(path), 'utf8'));
    if (isSignature(value)) return value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  }
  throw new KeyProblem(`The file ${signaturePath(path)} is no signature as "ven" writes it: ask for it again.`);
};
