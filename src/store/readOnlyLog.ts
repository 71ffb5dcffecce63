import type { Entry } from '../facts/entry.ts';
import { LogError, closedError } from './errors.ts';
import type { Appended, Checkpoint, EventLog, LogStats, ReadRange } from './eventLog.ts';
import type { Head } from './head.ts';
import type { Base, LogView } from './logView.ts';
import { headAt } from './logWriter.ts';
import { entriesOf, verifyChain, wireOf } from './reading.ts';

const readOnly = (): LogError =>
  new LogError(
    'locked',
    'The log is only being read here, and only its agent writes it: start that to change anything.',
  );

/** What a log that is only read stands on. */
export interface ReadOnlyParts {
  readonly view: LogView;
  readonly base: Base;
  readonly head: Head;
  readonly close: () => Promise<void>;
}

/** A log as it was when it was opened: everything can be read, and nothing is written. */
export class ReadOnlyLog implements EventLog {
  readonly base: Head;
  readonly head: Head;
  readonly #parts: ReadOnlyParts;
  #isClosed = false;

  constructor(parts: ReadOnlyParts) {
    this.#parts = parts;
    this.base = headAt(parts.base);
    this.head = parts.head;
  }

  get durableHead(): Head {
    return this.head;
  }

  async *read(range: ReadRange = {}): AsyncGenerator<Entry> {
    yield* entriesOf(this.view, range, this.head);
  }

  async verify(from = 0): Promise<Head> {
    return verifyChain(this.view, from, this.head);
  }

  async wire(position: number): Promise<string | undefined> {
    return wireOf(this.view, position, this.head);
  }

  async loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return this.view.checkpoint(name);
  }

  /** Not kept: a log at rest stays as it is. */
  saveCheckpoint(): Promise<void> {
    return Promise.resolve();
  }

  append(): Promise<Appended> {
    return Promise.reject(readOnly());
  }

  forgetWires(): Promise<number> {
    return Promise.reject(readOnly());
  }

  forgetEntries(): Promise<void> {
    return Promise.reject(readOnly());
  }

  /** Nothing is ever added to what was seen, so nobody is ever told anything. */
  follow(): () => void {
    return () => undefined;
  }

  async stats(): Promise<LogStats> {
    return { entries: this.head.position + 1 - this.#parts.base.forgotten };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.close();
  }

  /** What it reads from, for whoever copies it. @throws LogError `closed` */
  get view(): LogView {
    if (this.#isClosed) throw closedError();
    return this.#parts.view;
  }
}
