/** What a steady clock is made of; given by tests. */
export interface SteadySource {
  readonly wall: () => number;
  readonly monotonic: () => number;
}

const system: SteadySource = { wall: Date.now, monotonic: () => performance.now() };

/**
 * Time that passed, for leases: it never goes back, and the time for which the machine slept counts, which the monotonic clock leaves out. A
 * wall clock that is set forward lets it run ahead: a lease is then given up too early, which harms nobody.
 */
export const steadyPacing = (
  source: SteadySource = system,
): {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly idle: (ms: number) => Promise<void>;
} => {
  let passed = 0;
  let [wall, monotonic] = [source.wall(), source.monotonic()];
  return {
    now: () => {
      const [wallNow, monotonicNow] = [source.wall(), source.monotonic()];
      passed += Math.max(wallNow - wall, monotonicNow - monotonic, 0);
      [wall, monotonic] = [wallNow, monotonicNow];
      return passed;
    },
    wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    idle: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
  };
};
