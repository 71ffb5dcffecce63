import type { Entry } from '../facts/entry.ts';
import type { ClosingListener, EntryListener } from './eventLog.ts';

interface Follower {
  readonly listener: EntryListener;
  readonly closing: ClosingListener | undefined;
}

/** Told of a listener that threw; it has been removed. */
export type FollowerFault = (fault: unknown) => void;

/** Those who want to hear of every durable entry. */
export class Followers {
  readonly #followers = new Set<Follower>();
  readonly #onFault: FollowerFault;

  /** Without a place to report a fault, a listener that throws is a broken invariant and ends the process. */
  constructor(onFault: FollowerFault = throwLater) {
    this.#onFault = onFault;
  }

  add(listener: EntryListener, closing?: ClosingListener): () => void {
    const follower = { listener, closing };
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** What is told is read only where somebody listens. */
  tell(told: { readonly entry: Entry }): void {
    for (const follower of [...this.#followers]) {
      try {
        if (this.#followers.has(follower)) follower.listener(told.entry);
      } catch (fault) {
        this.#followers.delete(follower);
        this.#onFault(fault);
      }
    }
  }

  /** Lets each finish its work; one that fails does not keep the others from finishing theirs. */
  async dismiss(): Promise<void> {
    const leaving = [...this.#followers];
    this.#followers.clear();
    const endings = await Promise.allSettled(leaving.map(async ({ closing }) => closing?.()));
    for (const ending of endings) if (ending.status === 'rejected') this.#onFault(ending.reason);
  }
}

/** Lets the log finish what it is doing first: the other followers and the appender are not at fault. */
const throwLater: FollowerFault = (fault) =>
  queueMicrotask(() => {
    throw fault;
  });
