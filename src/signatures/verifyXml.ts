/**
 * Verifies a signed message, and gives what was signed: that alone may be read.
 *
 * The form is checked first, with the parser that messages are read with; then the signature, by canonical texts of our own where they prove it,
 * and by xml-crypto where they do not: no other refuses what it would take. What is covered is looked for among the very texts whose digests
 * were proved, never in the document they came in.
 */
import type { X509Certificate } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import type { SignatureTold } from '../facts/signatures.ts';
import { refuseSigned, SignatureRefusal } from '../protocol/signature/faults.ts';
import { dsNamespace, ecdsaSha256, rsaSha256, sha256 } from '../protocol/signature/names.ts';
import { signedFormOf, signedPartsIn, type SignedForm } from '../protocol/signature/signedForm.ts';
import { parseDateTime } from '../protocol/types/dateTime.ts';
import { EcdsaSha256, RsaSha256 } from './algorithms.ts';
import { algorithmFor, fingerprintOf, UnfitKey, type TrustedSigners } from './certificates.ts';
import { provedTexts } from './provedTexts.ts';
import type { SeenNonces } from './seenNonces.ts';

/** What a message is verified against. */
export interface VerifyingTerms {
  readonly signers: TrustedSigners;
  /** How far its timestamp may be from the sender's present time. @unit ms */
  readonly windowMs: number;
  readonly seen: SeenNonces;
  /** Whether only what the standard has is taken. */
  readonly isStrict: boolean;
}

/** A message that was verified. */
export interface VerifiedMessage {
  /** The canonical text of what was signed. */
  readonly message: string;
  readonly told: SignatureTold;
}

/** @limit A nonce is a name of a message, and not a message. @unit characters */
const nonceCharacters = 256;

const secondsText = (ms: number): string => `${Math.round(ms / 1_000)} s`;

const signerOf = (
  { certificates, algorithm }: SignedForm,
  { signers }: VerifyingTerms,
  at: number,
): X509Certificate => {
  const found = signers.certificateOf(certificates);
  if (found === null)
    return refuseSigned(
      'key',
      certificates.length === 0
        ? 'The signature comes without its certificate, and it is not certain whose it is: pin the one certificate of the signer.'
        : `The signature is by another key than those that are pinned (${signers.fingerprints.join(', ')}).`,
    );
  const [from, to] = [Date.parse(found.validFrom), Date.parse(found.validTo)];
  if (at < from || at > to)
    refuseSigned(
      'certificate',
      `The signer’s certificate is valid from ${found.validFrom} to ${found.validTo}, and not now.`,
    );
  try {
    if (algorithmFor(found.publicKey) !== algorithm)
      refuseSigned(
        'algorithm',
        `The signature is said to be ${algorithm}, which is not what its certificate’s key can do.`,
      );
  } catch (error) {
    if (error instanceof UnfitKey) return refuseSigned('algorithm', error.message);
    throw error;
  }
  return found;
};

const parser = () =>
  new DOMParser({ errorHandler: { error: refuseUnread, fatalError: refuseUnread, warning: refuseUnread } });

const refuseUnread = (message: unknown): never =>
  refuseSigned(
    'form',
    `The message cannot be read to verify its signature: ${String(message).split('\n')[0]?.trim() ?? ''}.`,
  );

/** The texts that the signature covers, as the library finds them. @throws SignatureRefusal when it does not hold */
const provedByLibrary = (xml: string, certificate: X509Certificate, idNames: readonly string[]): readonly string[] => {
  const document = parser().parseFromString(xml, 'text/xml');
  const [signature] = Array.from(document.getElementsByTagNameNS(dsNamespace, 'Signature'));
  if (signature === undefined) return refuseSigned('missing', 'The message has no signature.');
  const verifying = new SignedXml({ publicCert: certificate.publicKey, getCertFromKeyInfo: () => null });
  // Each name is a search through the whole document; the form has seen all there are, and no Id twice.
  verifying.idAttributes = [...idNames];
  verifying.SignatureAlgorithms = { [rsaSha256]: RsaSha256, [ecdsaSha256]: EcdsaSha256 };
  const { [sha256]: digest } = verifying.HashAlgorithms;
  verifying.HashAlgorithms = digest === undefined ? {} : { [sha256]: digest };
  let why = 'a digest differs';
  try {
    verifying.loadSignature(signature);
    if (verifying.checkSignature(xml)) return verifying.getSignedReferences();
  } catch (error) {
    if (error instanceof SignatureRefusal) throw error;
    why =
      error instanceof Error ? error.message.replace(/:? the signature value .* is incorrect$/s, '') : String(error);
  }
  return refuseSigned('altered', `What arrived is not what was signed (${why}).`);
};

const checkMoment = (timestamp: string, now: number, windowMs: number): void => {
  const at = parseDateTime(timestamp);
  if (at === undefined) return refuseSigned('replayProtect', 'The timestamp of ReplayProtect is no date and time.');
  const offMs = at - now;
  if (Math.abs(offMs) > windowMs)
    refuseSigned(
      'timestamp',
      `The message was signed at ${timestamp}, ${secondsText(Math.abs(offMs))} ${offMs < 0 ? 'before' : 'after'} the time at which it came; ${secondsText(windowMs)} are allowed.`,
    );
};

/**
 * Verifies a message, and takes down its nonce. `now`: the present time of its sender, as well as it is known. UTC ms.
 *
 * @rule 2.0b 514
 * @throws SignatureRefusal with the reason, when the message is not to be taken
 */
export const verifyXml = (xml: string, terms: VerifyingTerms, now: number): VerifiedMessage => {
  const form = signedFormOf(xml, terms.isStrict);
  const certificate = signerOf(form, terms, now);
  const texts =
    provedTexts(xml, certificate.publicKey, terms.isStrict) ?? provedByLibrary(xml, certificate, form.idNames);
  const { message, replayProtect } = signedPartsIn(texts);
  const { timestamp, nonce } = replayProtect;
  if (nonce === '' || nonce.length > nonceCharacters)
    refuseSigned(
      'replayProtect',
      `The nonce of ReplayProtect has ${nonce.length} characters; it has 1 to ${nonceCharacters}.`,
    );
  checkMoment(timestamp, now, terms.windowMs);
  const fingerprint = fingerprintOf(certificate);
  if (!terms.seen.isNew(fingerprint, nonce))
    refuseSigned('replayed', `The message came before: its nonce ${nonce} is known.`);
  return { message, told: { algorithm: form.algorithm, fingerprint, timestamp, nonce } };
};
