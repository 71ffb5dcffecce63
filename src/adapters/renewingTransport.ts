import type { Journal } from '../shell/ports.ts';
import type { ExchangeOutcome, ExchangeRequest, Transport } from './transport.ts';

/** How access to the VTN is looked up again. */
export interface Renewal {
  readonly first: Transport;
  /**
   * Reads again where the VTN is and what opens it.
   * @returns the way there, if anything has changed; null if not
   * @throws an error whose message is a sentence, when it cannot be read or used
   */
  readonly renew: () => Transport | null;
  readonly journal: Pick<Journal, 'info' | 'warn'>;
  /** @unit ms */
  readonly now: () => number;
}

/** A refusal leads to a look at the file, but not more often than this. @unit ms */
const lookAgainAfterMs = 10_000;

/** Answers by which a VTN may say that it does not take us for whom it knows; many say 404 where the token is wrong. */
const refusals: readonly (number | undefined)[] = [401, 403, 404];

const refusalOf = (outcome: ExchangeOutcome): string | null => {
  if (outcome.kind === 'answered') return null;
  if (refusals.includes(outcome.httpStatus)) return `it answered HTTP ${outcome.httpStatus}`;
  return outcome.reason === 'tls' ? 'it did not accept the connection' : null;
};

/** One way to the VTN, closed when it is no longer wanted and nothing is under way on it. */
class Way {
  readonly #transport: Transport;
  #underWay = 0;
  #isRetired = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    this.#underWay += 1;
    try {
      return await this.#transport.exchange(request);
    } finally {
      this.#underWay -= 1;
      if (this.#isRetired && this.#underWay === 0) await this.close();
    }
  }

  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#underWay === 0) await this.close();
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/**
 * A way to the VTN that takes up a new token or certificate without a restart: when the VTN refuses the one in use, and
 * when a person says so, the place where it is kept is read again. What is new counts from the next exchange on.
 */
export class RenewingTransport implements Transport {
  readonly #renewal: Renewal;
  readonly #retired = new Set<Way>();
  #way: Way;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(renewal: Renewal) {
    this.#renewal = renewal;
    this.#way = new Way(renewal.first);
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    const way = this.#way;
    const outcome = await way.exchange(request);
    const refusal = refusalOf(outcome);
    // What was refused over a former way says nothing of the present one.
    if (refusal !== null && way === this.#way) this.#lookBecause(refusal);
    return outcome;
  }

  /** Reads again because a person asks for it. */
  renewNow(): void {
    if (!this.#renew('it was asked for'))
      this.#renewal.journal.info(
        'The VTN URL and the TLS files were read again, as was asked for: nothing has changed.',
      );
  }

  async close(): Promise<void> {
    await Promise.all([this.#way, ...this.#retired].map((way) => way.close()));
  }

  #lookBecause(refusal: string): void {
    const now = this.#renewal.now();
    if (Math.abs(now - this.#lookedAt) < lookAgainAfterMs) return;
    this.#lookedAt = now;
    this.#renew(refusal);
  }

  /** Returns whether something was said. */
  #renew(because: string): boolean {
    const { renew, journal } = this.#renewal;
    try {
      const next = renew();
      if (next === null) return false;
      this.#retire(this.#way);
      this.#way = new Way(next);
      journal.info(
        `The VTN URL or a TLS file has changed since it was read last: the new one is used from the next message on (read again because ${because}).`,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      journal.warn(
        `The VTN URL and the TLS files could not be read again, and the former ones go on being used: ${why}`,
      );
    }
    return true;
  }

  #retire(way: Way): void {
    this.#retired.add(way);
    void way.retire().finally(() => this.#retired.delete(way));
  }
}
