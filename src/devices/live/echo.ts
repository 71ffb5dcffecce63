/** A device that says what it is set to gets this long to say it. @unit ms */
const echoMs = 10_000;

const isEcho = (told: number, said: number): boolean => Math.abs(told - said) <= Math.max(10, Math.abs(told) * 0.02);

/** Waits until the device says that it is set to a power. */
export class Echo {
  readonly #resourceID: string;
  #wanted: { readonly demandWatts: number; readonly done: (heard: boolean) => void } | null = null;

  constructor(resourceID: string) {
    this.#resourceID = resourceID;
  }

  /** Whether somebody waits for it. */
  get isAwaited(): boolean {
    return this.#wanted !== null;
  }

  /** The device says what it is set to. */
  hear(setWatts: number | undefined): void {
    if (this.#wanted !== null && setWatts !== undefined && isEcho(this.#wanted.demandWatts, setWatts))
      this.#wanted.done(true);
  }

  /** Resolves with null when it says that it is set to that, else with a sentence, when it has not said so in time. */
  async of(demandWatts: number): Promise<string | null> {
    this.#wanted?.done(false);
    const isHeard = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => done(false), echoMs);
      const wanted = { demandWatts, done: (heard: boolean): void => done(heard) };
      const done = (heard: boolean): void => {
        clearTimeout(timer);
        if (this.#wanted === wanted) this.#wanted = null;
        resolve(heard);
      };
      this.#wanted = wanted;
    });
    return isHeard
      ? null
      : `${this.#resourceID} does not say within ${echoMs / 1000} s that it is set to ${Math.round(demandWatts)} W.`;
  }
}
