/** How live work shares the process with the agent; the clock behind it is its maker's. */
export interface Pace {
  /** Lets whatever is under way come first: what was recorded meanwhile is folded in one go. */
  readonly soon: () => Promise<void>;
  /** Asked between two entries of a long reading: gives way when a piece of work is done. */
  readonly giveWay: () => Promise<void>;
  /** Resolves when a projection that nobody hears any more has been kept long enough for the next one who asks. */
  readonly linger: () => Promise<void>;
}

const atOnce = (): Promise<void> => Promise.resolve();

/** Nobody to give way to, and nothing kept for later. */
export const unhurried: Pace = { soon: atOnce, giveWay: atOnce, linger: atOnce };
