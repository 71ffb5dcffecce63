import { readFileSync } from 'node:fs';
import { publicKeyFrom, signedBy, type PublicKey } from '../../adapters/signing/keys.ts';
import { detachedSignature, fileDigest, signaturePath } from '../../adapters/signing/signatureFile.ts';
import type { Signature } from '../../bundle/manifest.ts';
import { LogError } from '../../store/errors.ts';
import { openBundleAt } from '../control/openLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';

/** A signature, and the digest that it must be of. */
interface Signed {
  readonly digest: string;
  readonly signature: Signature;
}

const withinBundle = async (path: string): Promise<Signed> => {
  const log = await openBundleAt(path);
  const { digest, signature } = log.ending;
  await log.close();
  if (signature === undefined)
    throw new CommandFailure(`The bundle ${path} is whole but not signed: ask for one that was made with --sign.`);
  return { digest, signature };
};

/** Whether a file is a bundle, be it damaged. */
const isBundle = async (path: string): Promise<boolean> => {
  try {
    await (await openBundleAt(path)).close();
    return true;
  } catch (error) {
    if (error instanceof LogError) return !error.message.includes('is no bundle');
    throw error;
  }
};

const beside = async (path: string): Promise<Signed> => {
  const signature = detachedSignature(path);
  if (signature === undefined)
    throw new CommandFailure(`There is no signature of ${path}: ask for ${signaturePath(path)} too.`);
  const digest = await fileDigest(path);
  if (digest !== signature.digest)
    throw new CommandFailure(
      `The file ${path} was changed since it was signed: its SHA-256 is ${digest}, and ${signature.digest} was signed.`,
    );
  return { digest, signature };
};

const wantedFingerprint = (given: string): string => {
  if (/^([0-9a-f]{4} ?){8}$/i.test(given)) return given.toLowerCase().replaceAll(' ', '');
  try {
    return publicKeyFrom(readFileSync(given, 'utf8')).fingerprint.replaceAll(' ', '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFailure(
      `"${given}" is no fingerprint, and no file with a public key can be read there (${code}): give what "ven key show" prints.`,
    );
  }
};

const mustBe = ({ fingerprint }: PublicKey, given: string | undefined, path: string): void => {
  if (given === undefined || wantedFingerprint(given) === fingerprint.replaceAll(' ', '')) return;
  throw new CommandFailure(`The file ${path} is signed, but by another key: its fingerprint is ${fingerprint}.`);
};

/** The body of `ven key verify`. */
export const keyVerify = async (given: ParsedArguments, { stdout }: Surroundings): Promise<ExitCode> => {
  const path = given.operands[0] ?? '';
  const { digest, signature } = (await isBundle(path)) ? await withinBundle(path) : await beside(path);
  const key = signedBy(digest, signature);
  if (key === null)
    throw new CommandFailure(`The signature of ${path} is not right: it was changed, or made of something else.`);
  mustBe(key, given.text('by'), path);
  say(
    stdout,
    given.switches.has('json')
      ? `${JSON.stringify({ digest, fingerprint: key.fingerprint, publicKey: key.pem })}\n`
      : `The file ${path} is as it was signed, by the key with the fingerprint ${key.fingerprint}.\n`,
  );
  return EXIT.success;
};
