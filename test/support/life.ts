import type { Ports } from '../../src/shell/ports.ts';
import type { VirtualTime } from './virtualTime.ts';
import type { Draft, Entry } from '../../src/facts/entry.ts';
import type { Appended, EventLog, Wire } from '../../src/store/eventLog.ts';
import type { Head } from '../../src/store/head.ts';

/** What a process does to the world, and the world to it: the instants at which it can be killed. */
export type Operation =
  /** An append is about to reach the disk: killed here, it is lost. */
  | 'writing'
  /** It is on disk, and nothing has acted on it. */
  | 'written'
  /** A message is about to leave. */
  | 'sending'
  /** The VTN has answered, and the answer is about to arrive. */
  | 'answered'
  /** A device is about to be read; or has been. */
  | 'reading'
  | 'read';

/** What a life tells of itself while it lasts. */
export interface LifeHooks {
  /** Before each operation: here it can be ended. */
  readonly onOperation: (operation: Operation) => void;
  /** After each append has got its place, while the agent's state is the one it leads to. */
  readonly onAppend: (head: Head) => void;
  /** When an append has been acknowledged to the agent. */
  readonly onAcknowledged: (entries: readonly Entry[]) => void;
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * One life of a process, from its start to its end. After its end nothing it does has an effect, and it hears nothing:
 * what `kill -9` does. A hook may end it at any operation.
 */
export class Life {
  #isOver = false;
  #noteEnd: () => void = () => undefined;
  readonly #over = new Promise<void>((resolve) => {
    this.#noteEnd = resolve;
  });
  readonly #hooks: LifeHooks;

  constructor(hooks: LifeHooks) {
    this.#hooks = hooks;
  }

  /** Resolves when it is over. */
  get over(): Promise<void> {
    return this.#over;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
    this.#noteEnd();
  }

  /** The ports as this life sees them. */
  ports(ports: Ports): Ports {
    return {
      ...ports,
      alarms: { ringAt: (at, ring) => ports.alarms.ringAt(at, () => this.#isOver || ring()) },
      transport: {
        exchange: (request) => this.#during('sending', () => ports.transport.exchange(request), 'answered'),
        close: () => ports.transport.close(),
      },
      devices: new Map(
        [...ports.devices].map(([resourceID, device]) => [
          resourceID,
          {
            resourceID,
            read: (boundaryAt) => this.#during('reading', () => device.read(boundaryAt), 'read'),
            apply: (setpoint) => this.#during(null, () => device.apply(setpoint), null),
            release: () => this.#during(null, () => device.release(), null),
          },
        ]),
      ),
    };
  }

  /** Nothing is acknowledged by the disk before this instant. UTC ms. */
  diskHangsUntil = 0;

  /** The log as this life writes it. Time stands still while a disk works, but for one that hangs. */
  log(log: EventLog, time: VirtualTime): EventLog {
    return {
      get base() {
        return log.base;
      },
      get head() {
        return log.head;
      },
      get durableHead() {
        return log.durableHead;
      },
      append: (drafts, wires) => this.#append(log, time, drafts, wires),
      read: (range) => log.read(range),
      verify: (from) => log.verify(from),
      wire: (position) => log.wire(position),
      forgetWires: (recordedBefore) => log.forgetWires(recordedBefore),
      forgetEntries: (gaps, base, checkpoints) => log.forgetEntries(gaps, base, checkpoints),
      loadCheckpoint: (name) => log.loadCheckpoint(name),
      saveCheckpoint: (checkpoint) => this.#during(null, () => log.saveCheckpoint(checkpoint), null),
      follow: (listener, closing) => log.follow(listener, closing),
      stats: () => log.stats(),
      close: () => log.close(),
    };
  }

  async #append(
    log: EventLog,
    time: VirtualTime,
    drafts: readonly Draft[],
    wires: readonly Wire[] | undefined,
  ): Promise<Appended> {
    const appended = this.#during('writing', () => this.#holding(time, log.append(drafts, wires)), 'written');
    if (!this.#isOver) this.#hooks.onAppend(log.head);
    const done = await appended;
    const hangsForMs = this.diskHangsUntil - time.now();
    if (hangsForMs > 0) await time.sleep(hangsForMs);
    this.#hooks.onAcknowledged(done.entries);
    return done;
  }

  /** Time waits for a disk, and no longer for one that nobody can reach any more. */
  #holding<T>(time: VirtualTime, work: Promise<T>): Promise<T> {
    void time.hold(Promise.race([work, this.#over]).catch(() => undefined));
    return work;
  }

  async #during<T>(before: Operation | null, work: () => Promise<T>, after: Operation | null): Promise<T> {
    if (this.#passes(before)) {
      const result = work();
      const outcome = await result.then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      if (this.#passes(after)) return outcome();
    }
    return never();
  }

  #passes(operation: Operation | null): boolean {
    if (!this.#isOver && operation !== null) this.#hooks.onOperation(operation);
    return !this.#isOver;
  }
}
