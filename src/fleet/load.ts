/** What one VEN may ask of the process that others share. */
export interface LoadLimits {
  /** @limit Inputs in one window; a VEN in trouble has some hundred. */
  readonly inputs: number;
  /** @unit ms */
  readonly windowMs: number;
  /** @limit How long a single step may take: nobody else gets a turn meanwhile. @unit ms */
  readonly stepMs: number;
}

/** @limit Usual load. */
export const usualLoad: LoadLimits = { inputs: 6_000, windowMs: 60_000, stepMs: 5_000 };

/** Counts what one VEN asks for. */
export class VenLoad {
  readonly #limits: LoadLimits;
  #windowAt = Number.NEGATIVE_INFINITY;
  #inputs = 0;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
  }

  /** Notes a step; gives a sentence when it was one too many or took too long. `now`: of a clock that nobody sets. @unit ms */
  note(now: number, tookMs: number): string | null {
    const { inputs, windowMs, stepMs } = this.#limits;
    if (now - this.#windowAt >= windowMs) {
      this.#windowAt = now;
      this.#inputs = 0;
    }
    this.#inputs += 1;
    if (this.#inputs > inputs) return `it had more than ${inputs} inputs in ${windowMs / 1_000} s`;
    return tookMs > stepMs ? `one of its steps took ${Math.round(tookMs)} ms (limit ${stepMs} ms)` : null;
  }
}
