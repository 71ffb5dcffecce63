import type { Journal } from '../../shell/ports.ts';
import type { ExchangeOutcome, ExchangeRequest, Transport } from '../transport.ts';

/** How access to the VTN is looked up again. */
export interface Renewal {
  readonly first: Transport;
  /**
   * Reads again where the VTN is and what opens it.
   * @returns the way there, if anything has changed; null if not
   * @throws an error whose message is a sentence, when it cannot be read or used
   */
  readonly renew: () => Transport | null;
  /** Told which way is in use after all, when the VTN did not take the new one. */
  readonly turned?: (transport: Transport) => void;
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
  readonly transport: Transport;
  #underWay = 0;
  #isRetired = false;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    this.#underWay += 1;
    try {
      return await this.transport.exchange(request);
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
    return this.transport.close();
  }
}

/** What came of reading again. `unchanged`: nothing is another. Else a sentence of what is wrong. */
type RenewalOutcome = 'renewed' | 'unchanged' | { readonly problem: string };

/**
 * A way to the VTN that takes up a new token or certificate without a restart: when the VTN refuses the one in use, when the
 * files are others, and when a person says so, the place where it is kept is read again. What is new counts from the next
 * exchange on.
 *
 * Until the VTN has answered over the new way the former one is kept: a certificate whose fingerprint the VTN's operator has
 * not entered yet costs one exchange, and not a day's prices.
 */
export class RenewingTransport implements Transport {
  readonly #renewal: Renewal;
  readonly #retired = new Set<Way>();
  #way: Way;
  /** What was read last. */
  #newest: Way;
  /** The other way, while the VTN has not answered over the newest. */
  #other: Way | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #saidProblem: string | null = null;

  constructor(renewal: Renewal) {
    this.#renewal = renewal;
    this.#way = new Way(renewal.first);
    this.#newest = this.#way;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    const way = this.#way;
    const outcome = await way.exchange(request);
    // What is said over a former way says nothing of the present one.
    if (way !== this.#way) return outcome;
    const refusal = refusalOf(outcome);
    if (refusal !== null) this.#lookBecause(refusal);
    else if (outcome.kind === 'answered' && way === this.#newest) this.#settle();
    return outcome;
  }

  /** Reads again because a person asks for it. */
  renewNow(): void {
    this.#saidProblem = null;
    if (this.#renew('it was asked for', true) !== 'unchanged') return;
    const isFormer = this.#way !== this.#newest;
    if (isFormer) this.#turn();
    this.#renewal.journal.info(
      `The VTN URL and the TLS files were read again, as was asked for: nothing has changed${isFormer ? ', and what the VTN did not take is tried again' : ''}.`,
    );
  }

  /** Reads again because the files are others. @returns what is wrong with them, if anything is */
  takeUp(because: string): string | null {
    const reading = this.#renew(because, true);
    return typeof reading === 'object' ? reading.problem : null;
  }

  async close(): Promise<void> {
    const all = [this.#way, ...(this.#other === null ? [] : [this.#other]), ...this.#retired];
    await Promise.all(all.map((way) => way.close()));
  }

  #lookBecause(refusal: string): void {
    const now = this.#renewal.now();
    if (Math.abs(now - this.#lookedAt) < lookAgainAfterMs && this.#other === null) return;
    this.#lookedAt = now;
    if (this.#renew(refusal, false) === 'unchanged') this.#turnBack(refusal);
  }

  /** `keepsFormer`: the one in use was not refused. */
  #renew(because: string, keepsFormer: boolean): RenewalOutcome {
    const { renew, journal } = this.#renewal;
    try {
      const next = renew();
      this.#saidProblem = null;
      if (next === null) return 'unchanged';
      this.#settle();
      if (keepsFormer) this.#other = this.#way;
      else this.#retire(this.#way);
      this.#way = new Way(next);
      this.#newest = this.#way;
      journal.info(
        `The VTN URL or a TLS file has changed since it was read last: the new one is used from the next message on (read again because ${because}).`,
      );
      return 'renewed';
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#saidProblem)
        journal.warn(
          `The VTN URL and the TLS files could not be read again, and the former ones go on being used: ${problem}`,
        );
      this.#saidProblem = problem;
      return { problem };
    }
  }

  /** The VTN does not take the way in use: the other one is tried from the next exchange on. */
  #turnBack(refusal: string): void {
    if (this.#other === null) return;
    this.#turn();
    this.#renewal.journal.warn(
      this.#way === this.#newest
        ? `The VTN does not take the former token or certificate any more (${refusal}): what was read last is used from the next message on.`
        : `The VTN does not take what was read last (${refusal}): the former token or certificate is used from the next message on, and the new one again when that is refused. Ask the VTN’s operator whether the new fingerprint is entered.`,
    );
  }

  #turn(): void {
    const other = this.#other;
    if (other === null) return;
    this.#other = this.#way;
    this.#way = other;
    this.#renewal.turned?.(other.transport);
  }

  /** The VTN has answered: the other way is not needed any more. */
  #settle(): void {
    if (this.#other !== null) this.#retire(this.#other);
    this.#other = null;
  }

  #retire(way: Way): void {
    this.#retired.add(way);
    void way.retire().finally(() => this.#retired.delete(way));
  }
}
