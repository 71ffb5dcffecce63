import type { Purpose } from './purpose.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { SignatureFault } from '../protocol/signature/faults.ts';
import type { SignatureAlgorithmName } from '../protocol/signature/signedForm.ts';

/** What became of signatures: what we signed with, and what was wrong with what others signed. */

/** How a message was signed, by which key, and what protects it from being sent a second time. @rule 2.0b 514 */
export interface SignatureTold {
  readonly algorithm: SignatureAlgorithmName;
  /** SHA-256 (hex) of the signer's certificate. */
  readonly fingerprint: string;
  /** When it was signed, in the signer's time, as it was written. */
  readonly timestamp: string;
  readonly nonce: string;
}

/** A message of ours was signed; the XML beside this fact is what goes on the wire. */
export interface MessageSigned extends SignatureTold {
  readonly exchangeID: string;
  readonly purpose: Purpose;
}

/** The VTN answered, or pushed, and it is not certain that the VTN did: what came was not read. @rule 2.0b 514 */
export interface SignatureRefused {
  readonly exchangeID: string;
  readonly fault: SignatureFault;
  /** What was found and what was expected, one sentence. */
  readonly text: string;
  readonly roundTripMs: number;
  /** The service at which it was pushed; absent where it came as an answer. */
  readonly service?: OadrServiceName;
  /** The VTN's clock less ours, from its Date header. @unit ms */
  readonly clockOffsetMs?: number;
}
