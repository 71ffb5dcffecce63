import type { Entry } from '../../facts/entry.ts';
import { LogError } from '../errors.ts';
import type { EventLog, ReadRange } from '../eventLog.ts';
import { defer, filter, map, Observable, share, startWith, type Subscriber } from './rxjs.ts';

/** @limit Newest entries that are held for those who follow, at least; at most twice as many. */
export const heldEntries = 1_000;

/** Does the last work on a log that is about to close, and can still be read. */
export type LastWork = () => Promise<void>;

/** Whether the log was closed under whoever read it: an end, and no fault. */
export const isClosed = (error: unknown): boolean => error instanceof LogError && error.code === 'closed';

/**
 * What happens on a log, for all who follow it at once: the log knows one follower, however many they are, and none when
 * there is nobody.
 *
 * The newest entries are held, a bounded number of them; who is further behind reads them from the log again. So nobody who is
 * slow makes anything grow.
 */
export class Feed {
  readonly #log: EventLog;
  readonly #closers = new Set<LastWork>();
  /** Each entry as it becomes durable, from now on; completes when the log closes. */
  readonly #recorded$: Observable<Entry>;
  #held: Entry[] = [];
  #heard = -1;

  constructor(log: EventLog) {
    this.#log = log;
    this.#recorded$ = new Observable<Entry>((subscriber) => this.#follow(subscriber)).pipe(share());
  }

  /** The newest entry that is known to be durable. */
  get head(): number {
    return Math.max(this.#log.durableHead.position, this.#heard);
  }

  /** How many entries are held. */
  get held(): number {
    return this.#held.length;
  }

  /** The position of the newest entry: the present one at once, then each. */
  get head$(): Observable<number> {
    return defer(() =>
      this.#recorded$.pipe(
        map(({ position }) => position),
        startWith(this.head),
      ),
    );
  }

  /**
   * Every entry from a position on, in order: those that are there, read in pieces, then each as it is recorded, in the turn
   * in which it became durable. Without a position: only what is recorded from now on.
   */
  entries(from = this.head + 1, giveWay: () => Promise<void> = () => Promise.resolve()): Observable<Entry> {
    return new Observable<Entry>((subscriber) => {
      const run = async (): Promise<void> => {
        let next = from;
        while (next <= this.head) {
          for await (const entry of this.read({ from: next })) {
            if (subscriber.closed) return;
            subscriber.next(entry);
            next = entry.position + 1;
            await giveWay();
          }
        }
        // Following begins in the turn in which reading has reached the end: none is missed, none comes twice.
        subscriber.add(this.#recorded$.pipe(filter(({ position }) => position >= next)).subscribe(subscriber));
      };
      run().catch((error: unknown) => (isClosed(error) ? subscriber.complete() : subscriber.error(error)));
    });
  }

  /** Entries of a range; the newest are at hand, and the log is not read again for them. */
  async *read({ from = 0, to = this.head }: ReadRange): AsyncGenerator<Entry> {
    const held = this.#held;
    const [first, last] = [held[0]?.position ?? Number.MAX_SAFE_INTEGER, held.at(-1)?.position ?? -1];
    if (from >= first && to <= last) yield* held.slice(from - first, to - first + 1);
    else yield* this.#log.read({ from, to });
  }

  /** What is to be done before the log closes. */
  beforeClosing(work: LastWork): void {
    this.#closers.add(work);
  }

  #follow(subscriber: Subscriber<Entry>): () => void {
    let isOver = false;
    const closing = async (): Promise<void> => {
      isOver = true;
      await Promise.allSettled([...this.#closers].map((work) => work()));
      subscriber.complete();
    };
    try {
      const stop = this.#log.follow((entry) => {
        this.#hold(entry);
        subscriber.next(entry);
      }, closing);
      return () => {
        stop();
        if (!isOver) this.#held = []; // of a closed log it is all that can still be read
      };
    } catch (error) {
      if (!isClosed(error)) throw error;
      subscriber.complete();
      return () => undefined;
    }
  }

  /** Holds it without a hole: positions of what is held follow one another. */
  #hold(entry: Entry): void {
    if (entry.position !== this.#heard + 1) this.#held = [];
    this.#heard = Math.max(this.#heard, entry.position);
    this.#held.push(entry);
    if (this.#held.length >= 2 * heldEntries) this.#held = this.#held.slice(-heldEntries);
  }
}
