import type { Through } from '../../adapters/http/httpTransport.ts';
import type { VtnLine } from '../../adapters/http/sharedLines.ts';
import type { Pacer } from '../../fleet/pacer.ts';
import type { Alarms, Clock, ExchangeOutcome, ExchangeRequest } from '../../shell/ports.ts';

/** What turns to connect are given out by. */
export interface LinePacing {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly turns: Pacer;
}

/** Failures after which there is no connection any more. */
const lost: ReadonlySet<string> = new Set(['refused', 'dns', 'tls', 'timeout', 'reset', 'aborted']);

/**
 * A line that waits for its turn before its connection is made, at first and whenever it was lost: neither after a start nor after an outage
 * is the VTN met by all VENs in the same second.
 */
export class PacedLine implements VtnLine {
  readonly #line: VtnLine;
  readonly #pacing: LinePacing;
  #isConnected = false;

  constructor(line: VtnLine, pacing: LinePacing) {
    this.#line = line;
    this.#pacing = pacing;
  }

  async exchange(request: ExchangeRequest, through?: Through): Promise<ExchangeOutcome> {
    if (!this.#isConnected) await this.#turn();
    const outcome = await this.#line.exchange(request, through);
    this.#isConnected = outcome.kind !== 'failed' || !lost.has(outcome.reason);
    return outcome;
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  #turn(): Promise<void> {
    const { clock, alarms, turns } = this.#pacing;
    const now = clock.now();
    const at = turns.take(now);
    return at <= now ? Promise.resolve() : new Promise((resolve) => void alarms.ringAt(at, resolve));
  }
}
