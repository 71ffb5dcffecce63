import type { SignedMessage, Signatures, SignatureVerdict } from '../../src/shell/ports.ts';
import type { SignatureTold } from '../../src/facts/signatures.ts';

/** The signatures of one life after the other: what one has seen, the next one knows from the log alone. */
export class SignaturesOfLives implements Signatures {
  readonly #make: () => Signatures;
  #present: Signatures;
  #isUsed = false;

  constructor(make: () => Signatures) {
    this.#make = make;
    this.#present = make();
  }

  /** Those of the life that begins. */
  begin(): Signatures {
    if (this.#isUsed) this.#present = this.#make();
    this.#isUsed = true;
    return this.#present;
  }

  get signs(): boolean {
    return this.#present.signs;
  }

  get verifies(): boolean {
    return this.#present.verifies;
  }

  sign(xml: string): Promise<SignedMessage> {
    return this.#present.sign(xml);
  }

  verify(xml: string, vtnDate?: number): Promise<SignatureVerdict> {
    return this.#present.verify(xml, vtnDate);
  }

  remember(told: SignatureTold): void {
    this.#present.remember(told);
  }
}
