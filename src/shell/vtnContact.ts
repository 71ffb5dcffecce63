import type { Clock, ExchangeOutcome, ExchangeRequest, Transport } from './ports.ts';

/** What the VTN's Date says of our clock. `unheard`: it has not answered in this run. `silent`: it tells no date. */
export type VtnClockHeard = 'unheard' | 'silent' | 'agrees' | 'contradicts';

/** @limit The VTN's clock and ours are as one within this. @unit ms */
const agreementMs = 60_000;

const heardOf = (vtnDate: number | undefined, now: number): VtnClockHeard =>
  vtnDate === undefined || !Number.isFinite(vtnDate)
    ? 'silent'
    : Math.abs(vtnDate - now) <= agreementMs
      ? 'agrees'
      : 'contradicts';

/** A way to the VTN that notes when it last answered, and what its clock said of ours then. */
export class VtnContact implements Transport {
  readonly #transport: Transport;
  readonly #clock: Clock;
  #lastContactAt: number | null = null;
  #vtnClock: VtnClockHeard = 'unheard';

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  /** When the VTN last answered in this run; null when it has not. UTC ms. */
  get lastContactAt(): number | null {
    return this.#lastContactAt;
  }

  /** What the VTN's clock, as it was last heard, says of ours. */
  get vtnClock(): VtnClockHeard {
    return this.#vtnClock;
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    const outcome = await this.#transport.exchange(request);
    if (outcome.kind === 'answered') {
      this.#lastContactAt = this.#clock.now();
      this.#vtnClock = heardOf(outcome.vtnDate, this.#lastContactAt);
    }
    return outcome;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
