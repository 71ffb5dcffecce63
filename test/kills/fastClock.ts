/** A clock that runs faster than the machine's, for whole processes: libfaketime's. */
import { existsSync } from 'node:fs';

const places = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (platform) => `/usr/lib/${platform}/faketime/libfaketime.so.1`,
);

/** Whether there is one on this machine. */
export const hasFastClock = places.some((place) => existsSync(place));

/** What is told of what cannot be tried. */
export const noFastClock = 'libfaketime is not installed (Debian: apt-get install libfaketime): nothing is killed.';

/** Time that began at an instant and passes `lapse` times as fast as the machine's. */
export class FastClock {
  readonly #bornAt = performance.now();

  readonly #startAt: number;
  readonly #lapse: number;

  /** @param startAt ms since 1970, UTC @param lapse how many times as fast */
  constructor(startAt: number, lapse: number) {
    this.#startAt = startAt;
    this.#lapse = lapse;
  }

  /** @unit ms since 1970, UTC */
  now(): number {
    return this.#startAt + (performance.now() - this.#bornAt) * this.#lapse;
  }

  /** Lets so much of its time pass. @param ms of this clock */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms / this.#lapse));
  }

  /** For a process that begins at once, and is to go by this clock; it takes whole seconds, so each one begins a little behind. */
  environment(): Readonly<Record<string, string>> {
    const now = new Date(this.now()).toISOString().slice(0, 19).replace('T', ' ');
    return {
      LD_PRELOAD: places.find((place) => existsSync(place)) ?? '',
      FAKETIME: `@${now} x${this.#lapse}`,
      TZ: 'UTC',
    };
  }
}
