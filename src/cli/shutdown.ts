/**
 * A person who presses Ctrl-C once may cause several signals: the terminal sends one to every process of the group,
 * and npm passes on its own. They count as one. Only a later one means that the person has lost patience.
 */

/** @unit ms */
const SAME_WISH_MS = 1_000;

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What tells of signals: the process. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** What a stop by signal needs. */
export interface StopOptions {
  readonly source: SignalSource;
  readonly now: () => number;
  /** Called when a person asks again: gives up the clean end. */
  readonly giveUp: () => void;
  /** What a SIGHUP does instead of stopping; null, or absent, where it stops. */
  readonly hangUp?: () => (() => void) | null;
}

/** Takes the stop signals over; the signal given back aborts at the first of them, with its name as the reason. */
export const stopOnSignals = ({ source, now, giveUp, hangUp = () => null }: StopOptions): AbortSignal => {
  const stopping = new AbortController();
  let firstAt: number | null = null;
  const stop = (name: NodeJS.Signals): void => {
    if (firstAt === null) {
      firstAt = now();
      stopping.abort(name);
    } else if (now() - firstAt > SAME_WISH_MS) giveUp();
  };
  for (const name of STOP_SIGNALS) source.on(name, () => stop(name));
  source.on('SIGHUP', () => (hangUp() ?? (() => stop('SIGHUP')))());
  return stopping.signal;
};
