import type { Draft, Entry } from '../../facts/entry.ts';
import { closedError } from '../errors.ts';
import type {
  Appended,
  Checkpoint,
  ClosingListener,
  EntryListener,
  EventLog,
  LogStats,
  ReadRange,
  Wire,
} from '../eventLog.ts';
import type { Followers } from '../followers.ts';
import { entriesIn, type Gap, mustFit } from '../gaps.ts';
import type { SealedEntry } from '../hashChain.ts';
import type { Head } from '../head.ts';
import type { Database } from './levelDatabase.ts';
import { explain } from './levelErrors.ts';
import { compactedFormat } from './logMarker.ts';
import type { Base } from '../logView.ts';
import { headAt, LogWriter } from '../logWriter.ts';
import { entriesOf, verifyChain, wireOf } from '../reading.ts';

/** Where a log stands when it is opened. */
export interface LevelStanding {
  readonly head: Head;
  readonly base: Base;
}

/** A log whose entries lie in LevelDB, be the database its own or one that many share. */
export abstract class LevelLog implements EventLog {
  readonly #followers: Followers;
  readonly #writer: LogWriter;
  #base: Base;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor({ head, base }: LevelStanding, followers: Followers) {
    this.#followers = followers;
    this.#base = base;
    this.#writer = new LogWriter(head, (group) => this.#write(group), followers);
  }

  get base(): Head {
    return headAt(this.#base);
  }

  get head(): Head {
    return this.#writer.head;
  }

  get durableHead(): Head {
    return this.#writer.durableHead;
  }

  append(drafts: readonly Draft[], wires?: readonly Wire[]): Promise<Appended> {
    return this.#writer.append(drafts, wires);
  }

  read(range: ReadRange = {}): AsyncGenerator<Entry> {
    return this.#read(range);
  }

  async *#read(range: ReadRange): AsyncGenerator<Entry> {
    this.mustBeOpen();
    try {
      const { view, close } = this.database.frozen();
      try {
        yield* entriesOf(view, range, this.durableHead);
      } finally {
        await close();
      }
    } catch (error) {
      throw this.explained(error);
    }
  }

  verify(from = 0): Promise<Head> {
    const durable = this.durableHead;
    return this.ask((database) => database.atOnce((view) => verifyChain(view, from, durable)));
  }

  wire(position: number): Promise<string | undefined> {
    const durable = this.durableHead;
    return this.ask((database) => database.atOnce((view) => wireOf(view, position, durable)));
  }

  forgetEntries(gaps: readonly Gap[], next: Head, checkpoints: readonly Checkpoint[]): Promise<void> {
    return this.ask(async (database) => {
      await mustFit(gaps, this.base, next, (position) => database.headAt(position));
      const base = { ...headAt(next), forgotten: this.#base.forgotten + entriesIn(gaps) };
      await this.raiseFormat(compactedFormat);
      await database.forgetEntries(gaps, base, checkpoints);
      this.#base = base;
      await database.giveBack();
    });
  }

  forgetWires(recordedBefore: number): Promise<number> {
    return this.ask((database) => database.forgetWires(recordedBefore));
  }

  loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return this.ask((database) => database.checkpoint(name));
  }

  saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.ask((database) => database.saveCheckpoint(checkpoint));
  }

  follow(listener: EntryListener, closing?: ClosingListener): () => void {
    this.mustBeOpen();
    return this.#followers.add(listener, closing);
  }

  async stats(): Promise<LogStats> {
    this.mustBeOpen();
    return { entries: this.durableHead.position + 1 - this.#base.forgotten };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  protected abstract get database(): Database;
  /** What errors name as the place of the log. */
  protected abstract get place(): string;
  /** Puts a group on disk, and notes outside of the database how far the log reaches now. */
  protected abstract put(group: readonly SealedEntry[]): Promise<void>;
  /** Notes, before the layout changes, that an older release cannot read the log any more. */
  protected abstract raiseFormat(format: number): Promise<void>;
  /** Lets go of what is open; nothing is written or read any more. */
  protected abstract leave(): Promise<void>;

  protected async ask<Answer>(question: (database: Database) => Promise<Answer>): Promise<Answer> {
    this.mustBeOpen();
    try {
      return await question(this.database);
    } catch (error) {
      throw this.explained(error);
    }
  }

  protected mustBeOpen(): void {
    if (this.#closed) throw closedError();
  }

  protected explained(error: unknown): unknown {
    return explain(error, this.place);
  }

  async #write(group: readonly SealedEntry[]): Promise<void> {
    try {
      await this.put(group);
    } catch (error) {
      throw this.explained(error);
    }
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#followers.dismiss();
    this.#closed = true;
    await this.leave();
  }
}
