/** How often a VEN may be started again before a person has to look at it: so many times in so long, as supervisors of Erlang have it. */
export interface IntensityLimits {
  readonly restarts: number;
  /** @unit ms */
  readonly withinMs: number;
}

/** @limit Usual intensity. */
export const usualIntensity: IntensityLimits = { restarts: 5, withinMs: 600_000 };

/** The longest pause before a VEN is started again. @unit ms */
const longestPauseMs = 60_000;

/** Counts the faults of one VEN. */
export class RestartIntensity {
  readonly #limits: IntensityLimits;
  #faultsAt: readonly number[] = [];

  constructor(limits: IntensityLimits) {
    this.#limits = limits;
  }

  /** Faults that count at present. */
  get count(): number {
    return this.#faultsAt.length;
  }

  /** Notes a fault; gives how long to wait before the next start, or null when there is to be none. @unit ms */
  note(at: number): number | null {
    this.#faultsAt = [...this.#faultsAt.filter((each) => Math.abs(at - each) < this.#limits.withinMs), at];
    if (this.#faultsAt.length > this.#limits.restarts) return null;
    return Math.min(longestPauseMs, 1_000 * 2 ** (this.#faultsAt.length - 1));
  }

  /** A person has looked: it counts from nothing. */
  forgive(): void {
    this.#faultsAt = [];
  }
}
