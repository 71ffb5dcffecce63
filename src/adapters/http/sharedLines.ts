import type { Through } from './httpTransport.ts';
import type { ExchangeOutcome, ExchangeRequest, Transport } from '../transport.ts';

/** A connection to a VTN, made when it is needed. */
export interface VtnLine {
  /** `through`: of whoever else uses it. */
  exchange(request: ExchangeRequest, through?: Through): Promise<ExchangeOutcome>;
  close(): Promise<void>;
}

/**
 * Some connections to one VTN that many VENs share: each is used by one exchange at a time, that of a VEN which the VTN
 * tells from the others by its messages or its path and not by a certificate.
 */
export class SharedLines {
  readonly #open: () => VtnLine;
  readonly #limit: number;
  readonly #all = new Set<VtnLine>();
  /** The one that was used last is used first, so that those that are not needed go to rest. */
  readonly #idle: VtnLine[] = [];
  readonly #waiting: ((line: VtnLine) => void)[] = [];

  /** `limit`: the most connections at a time. */
  constructor(open: () => VtnLine, limit: number) {
    this.#open = open;
    this.#limit = limit;
  }

  async exchange(request: ExchangeRequest, through: Through): Promise<ExchangeOutcome> {
    const line = this.#taken() ?? (await new Promise<VtnLine>((resolve) => this.#waiting.push(resolve)));
    try {
      return await line.exchange(request, through);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(line);
      else next(line);
    }
  }

  /** The way of one VEN over these lines; closing it closes none of them. */
  of(through: Through): Transport {
    return { exchange: (request) => this.exchange(request, through), close: () => Promise.resolve() };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((line) => line.close()));
  }

  #taken(): VtnLine | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined || this.#all.size >= this.#limit) return idle;
    const line = this.#open();
    this.#all.add(line);
    return line;
  }
}
