/**
 * Why a message is not taken for what its sender signed.
 *
 * `missing`: it has no signature. `form`: it is not one message with one signature around all of it. `algorithm`: it is signed in a way that is
 * weak or that nobody agreed on. `key`: by a key that is not the sender's. `certificate`: by one whose certificate is not valid now. `altered`:
 * what arrived is not what was signed. `replayProtect`: it has no ReplayProtect, or one that cannot be read. `timestamp`: it was not sent
 * just now. `replayed`: it came before.
 */
export type SignatureFault =
  'missing' | 'form' | 'algorithm' | 'key' | 'certificate' | 'altered' | 'replayProtect' | 'timestamp' | 'replayed';

/** A message is not taken; one sentence says what was found and what was expected. */
export class SignatureRefusal extends Error {
  override readonly name = 'SignatureRefusal';
  readonly fault: SignatureFault;

  constructor(fault: SignatureFault, sentence: string) {
    super(sentence);
    this.fault = fault;
  }
}

/** Refuses a message. @throws SignatureRefusal */
export const refuseSigned = (fault: SignatureFault, sentence: string): never => {
  throw new SignatureRefusal(fault, sentence);
};
