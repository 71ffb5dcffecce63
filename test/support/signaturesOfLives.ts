import type { SignedMessage, Signatures, SignatureVerdict } from '../../src/shell/ports.ts';
import type { SignatureTold } from '../../src/facts/signatures.ts';
import type { VirtualTime } from './virtualTime.ts';

/**
 * The signatures of one life after the other: what one has seen, the next one knows from the log alone. They may take real time, and the
 * world waits for it: a message that is still being signed while virtual hours pass would meet the next one on the line.
 */
export class SignaturesOfLives implements Signatures {
  readonly #make: () => Signatures;
  readonly #time: VirtualTime;
  #present: Signatures;
  #isUsed = false;

  constructor(make: () => Signatures, time: VirtualTime) {
    this.#make = make;
    this.#time = time;
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
    return this.#time.hold(this.#present.sign(xml));
  }

  verify(xml: string, vtnDate?: number): Promise<SignatureVerdict> {
    return this.#time.hold(this.#present.verify(xml, vtnDate));
  }

  remember(told: SignatureTold): void {
    this.#present.remember(told);
  }
}
