import type { Signatures, SignatureVerdict } from '../../shell/ports.ts';
import type { ExchangeOutcome, ExchangeRequest, Transport } from '../transport.ts';

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * A way to the VTN on which messages are signed last, after all else is decided and the line is free, and verified first.
 *
 * What was signed is told before it is sent. What comes in is passed on with the verdict, and with the very text that was
 * signed.
 */
export class SignedTransport implements Transport {
  readonly #inner: Transport;
  readonly #signatures: Signatures;

  constructor(inner: Transport, signatures: Signatures) {
    this.#inner = inner;
    this.#signatures = signatures;
  }

  async exchange({ body, onSigned, ...request }: ExchangeRequest): Promise<ExchangeOutcome> {
    let signedBody = body;
    if (this.#signatures.signs) {
      try {
        const signed = await this.#signatures.sign(body);
        await onSigned?.(signed);
        signedBody = signed.xml;
      } catch (error) {
        const detail = `The message could not be signed, and was not sent: ${sentenceOf(error)}`;
        return { kind: 'failed', reason: 'aborted', certainlyNotDelivered: true, detail, durationMs: 0 };
      }
    }
    const outcome = await this.#inner.exchange({ ...request, body: signedBody });
    if (outcome.kind !== 'answered' || outcome.body.trim() === '' || !this.#signatures.verifies) return outcome;
    return { ...outcome, signature: await this.#verdict(outcome.body, outcome.vtnDate) };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** A message on which the verifier itself fails is not taken either. */
  async #verdict(body: string, vtnDate: number | undefined): Promise<SignatureVerdict> {
    try {
      return await this.#signatures.verify(body, vtnDate);
    } catch (error) {
      const text = `The message could not be verified: ${sentenceOf(error)}.`;
      return { isValid: false, fault: 'form', text };
    }
  }
}
