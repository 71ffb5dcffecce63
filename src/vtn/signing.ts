import type { SigningKey, TrustedSigners } from '../signatures/certificates.ts';
import { SeenNonces } from '../signatures/seenNonces.ts';

/** What a VTN signs with, and whom it believes. */
export interface VtnSigningOptions {
  /** Null: it signs nothing. */
  readonly key: SigningKey | null;
  /** Null: it takes what is not signed. */
  readonly signers: TrustedSigners | null;
  /** How far a timestamp may be from its own time. @unit ms */
  readonly windowMs?: number;
  /** A key that is not its own, for a fault that signs with it. */
  readonly foreignKey?: SigningKey;
}

/** The signatures of a VTN. */
export interface VtnSigning {
  readonly signs: boolean;
  readonly verifies: boolean;
  readonly sign: (xml: string, at: number) => string;
  /** As somebody signs who is not this VTN; without another key, as it does itself. */
  readonly signAsAnother: (xml: string, at: number) => string;
  /** The text that was signed. @throws SignatureRefusal */
  readonly verify: (xml: string, at: number) => string;
}

/** Opens them; the library is read only now. */
export const openVtnSigning = async (options: VtnSigningOptions): Promise<VtnSigning> => {
  const { key, signers, windowMs = 60_000, foreignKey } = options;
  const [{ signXml }, { verifyXml }] = await Promise.all([
    import('../signatures/signXml.ts'),
    import('../signatures/verifyXml.ts'),
  ]);
  const seen = new SeenNonces();
  let signed = 0;
  const signedBy = (by: SigningKey | null, xml: string, at: number): string => {
    signed += 1;
    // The time is part of it, so that a VTN that starts anew repeats nothing.
    return by === null ? xml : signXml(xml, by, { at, nonce: `${at.toString(36)}.${signed}` }).xml;
  };
  return {
    signs: key !== null,
    verifies: signers !== null,
    sign: (xml, at) => signedBy(key, xml, at),
    signAsAnother: (xml, at) => signedBy(foreignKey ?? key, xml, at),
    verify: (xml, at) =>
      signers === null ? xml : verifyXml(xml, { signers, windowMs, seen, isStrict: false }, at).message,
  };
};
