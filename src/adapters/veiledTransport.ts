import type { MessageVeil } from './messageVeil.ts';
import type { Redactor } from './redact.ts';
import type { ExchangeOutcome, ExchangeRequest, Transport } from './transport.ts';

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

  async exchange({ service, body }: ExchangeRequest): Promise<ExchangeOutcome> {
    const outcome = await this.#inner.exchange({ service, body: this.#veil.restore(body) });
    return outcome.kind === 'answered'
      ? { ...outcome, body: this.#veil.hide(outcome.body) }
      : { ...outcome, detail: this.#redactor.text(outcome.detail) };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
