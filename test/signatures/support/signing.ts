/** Keys, and a VEN and a VTN that sign for each other. */
import { VtnSignatures } from '../../../src/adapters/signing/vtnSignatures.ts';
import { signingKeyOf, TrustedSigners, type SigningKey } from '../../../src/signatures/certificates.ts';
import type { VenSettings } from '../../../src/facts/settings.ts';
import { openVtnSigning } from '../../../src/vtn/signing.ts';
import type { WorldOptions } from '../../support/agentWorld.ts';
import { issue, type Wanted } from '../../support/certificates.ts';

/** Virtual time is wherever the test wants it: the certificates are valid then. */
const always = { validFrom: Date.UTC(2000, 0, 1), validTo: Date.UTC(2049, 0, 1) };

/** A key with a certificate. */
export const keyFor = (subject: string, more: Partial<Wanted> = {}): SigningKey => {
  const { certificate, key } = issue({ subject, ...always, ...more });
  return signingKeyOf(certificate, key);
};

const kept = new Map<string, SigningKey>();

/** The RSA key of somebody, made once: it takes long. */
export const rsaKeyOf = (subject: 'ven' | 'vtn' | 'stranger'): SigningKey => {
  const known = kept.get(subject) ?? keyFor(subject, { key: 'rsa' });
  kept.set(subject, known);
  return known;
};

/** Whose keys, and how far the time of a signature may be off, on either side. @unit ms */
export interface SignedWorldOptions {
  readonly venKey?: SigningKey;
  readonly vtnKey?: SigningKey;
  readonly foreignKey?: SigningKey;
  readonly windowMs?: number;
  readonly vtnWindowMs?: number;
}

/** What makes a world sign: its VTN's options, its settings, and its port. `vtnKey`: another than an RSA key. */
export const signedWorld = async (
  signatures: NonNullable<VenSettings['signatures']> = 'both',
  {
    venKey = rsaKeyOf('ven'),
    vtnKey = rsaKeyOf('vtn'),
    foreignKey = rsaKeyOf('stranger'),
    windowMs = 60_000,
    vtnWindowMs = 60_000,
  }: SignedWorldOptions = {},
) => {
  const ours = signatures === 'verify' ? null : venKey;
  const theirs = signatures === 'sign' ? null : new TrustedSigners('', [vtnKey.fingerprint]);
  const signing = await openVtnSigning({
    key: signatures === 'sign' ? null : vtnKey,
    signers: ours === null ? null : new TrustedSigners('', [venKey.fingerprint]),
    foreignKey,
    windowMs: vtnWindowMs,
  });
  const ports: VtnSignatures[] = [];
  const made = (given: Parameters<NonNullable<WorldOptions['signatures']>>[0]): VtnSignatures => {
    const port = new VtnSignatures({ material: { key: ours, signers: theirs }, ...given, windowMs, isStrict: false });
    ports.push(port);
    return port;
  };
  return { vtn: { signing }, settings: { signatures }, signatures: made, ports };
};
