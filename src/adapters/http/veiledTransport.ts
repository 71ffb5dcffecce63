import type { SignatureVerdict } from '../../shell/ports.ts';
import type { MessageVeil } from '../secrets/messageVeil.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { ExchangeOutcome, ExchangeRequest, Transport } from '../transport.ts';

/** A way to the VTN that lets no secret in: whatever is decided or recorded of an answer has passed here. */
export class VeiledTransport implements Transport {
  readonly #inner: Transport;
  readonly #veil: MessageVeil;
  readonly #redactor: Redactor;

  constructor(inner: Transport, veil: MessageVeil, redactor: Redactor) {
    this.#inner = inner;
    this.#veil = veil;
    this.#redactor = redactor;
  }

  async exchange({ body, onSigned, ...request }: ExchangeRequest): Promise<ExchangeOutcome> {
    const outcome = await this.#inner.exchange({
      ...request,
      body: this.#veil.restore(body),
      ...(onSigned === undefined ? {} : { onSigned: ({ xml, told }) => onSigned({ xml: this.#veil.hide(xml), told }) }),
    });
    if (outcome.kind === 'failed') return { ...outcome, detail: this.#redactor.text(outcome.detail) };
    const { signature, ...answered } = { ...outcome, body: this.#veil.hide(outcome.body) };
    return signature === undefined ? answered : { ...answered, signature: this.#hidden(signature) };
  }

  /** A signature covers the text with the secret in it: what is read and kept of it has the secret taken out. */
  #hidden(signature: SignatureVerdict): SignatureVerdict {
    return signature.isValid
      ? { ...signature, signed: this.#veil.hide(signature.signed) }
      : { ...signature, text: this.#redactor.text(signature.text) };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
