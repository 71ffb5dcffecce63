import type { ControlClient } from '../../adapters/control/controlClient.ts';
import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import type { Question } from '../../adapters/control/controlSocket.ts';
import type { Entry } from '../../facts/entry.ts';
import type { DiskUse, DiskUseOptions, OnDisk } from '../../store/diskLog.ts';
import { LogError, type LogErrorCode, logErrorCodes } from '../../store/errors.ts';
import type { Appended, Checkpoint, EntryListener, EventLog, LogStats, ReadRange } from '../../store/eventLog.ts';
import type { Head } from '../../store/head.ts';
import { emptyHead } from '../../store/hashChain.ts';
import type { Granted, Greeting, LiveAnswer, Reloaded, Wish } from './questions.ts';

const knownCodes: ReadonlySet<string> = new Set(logErrorCodes);

/** What the agent's log refused, as if it had been asked here. */
const revived = (error: unknown): unknown => {
  if (!(error instanceof ControlFailure)) return error;
  const { name, code, message, position } = error.failure;
  if (name !== 'LogError' || code === undefined || !knownCodes.has(code)) return error;
  return new LogError(code as LogErrorCode, message, position === undefined ? {} : { position });
};

/**
 * The log of an agent that runs, through its socket: everything can be read and nothing written.
 *
 * It answers as of the moment it is asked; `head` is that of the last greeting.
 */
export class RemoteLog implements EventLog, OnDisk<DiskUse | null> {
  readonly #client: ControlClient;
  #greeting: Greeting;

  private constructor(client: ControlClient, greeting: Greeting) {
    this.#client = client;
    this.#greeting = greeting;
  }

  /** Greets the agent. @throws ControlFailure */
  static async open(client: ControlClient): Promise<RemoteLog> {
    const greeting = await one<Greeting>(client, { op: 'hello' });
    return new RemoteLog(client, greeting);
  }

  get base(): Head {
    return this.#greeting.base ?? emptyHead;
  }

  get head(): Head {
    return this.#greeting.head;
  }

  get durableHead(): Head {
    return this.#greeting.durableHead;
  }

  /** The process that has the log open. */
  get pid(): number {
    return this.#greeting.pid;
  }

  /** What the agent's clock showed when it was greeted. UTC ms. */
  get now(): number {
    return this.#greeting.now;
  }

  append(): Promise<Appended> {
    return Promise.reject(new LogError('locked', 'The log belongs to the agent that runs, and only that writes it.'));
  }

  forgetWires(): Promise<number> {
    return Promise.reject(
      new LogError('locked', 'The log belongs to the agent that runs, and only that lets go of XML.'),
    );
  }

  forgetEntries(): Promise<void> {
    return Promise.reject(
      new LogError('locked', 'The log belongs to the agent that runs, and only that makes it shorter.'),
    );
  }

  /** Not kept: the running agent keeps its own. */
  saveCheckpoint(): Promise<void> {
    return Promise.resolve();
  }

  async *read(range: ReadRange = {}): AsyncGenerator<Entry> {
    yield* this.#entries({ op: 'read', ...range });
  }

  /** Entries from a position on, without end: it ends when the agent does. */
  async *following(from: number): AsyncGenerator<Entry> {
    yield* this.#entries({ op: 'follow', from });
  }

  async wire(position: number): Promise<string | undefined> {
    return (await this.#one<string | null>({ op: 'wire', position })) ?? undefined;
  }

  async loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    return (await this.#one<Checkpoint | null>({ op: 'loadCheckpoint', name })) ?? undefined;
  }

  async stats(): Promise<LogStats> {
    const { entries } = await this.#one<LogStats>({ op: 'stats', parts: false });
    return { entries };
  }

  /** What the agent's log takes up; null when that has no files of its own. */
  async diskUse({ parts = false }: DiskUseOptions = {}): Promise<DiskUse | null> {
    const { entries: _counted, ...use } = await this.#one<LogStats & Partial<DiskUse>>({ op: 'stats', parts });
    return use.bytes === undefined ? null : { ...use, bytes: use.bytes };
  }

  verify(from = 0): Promise<Head> {
    return this.#one({ op: 'verify', from });
  }

  /** What the agent knows beyond its log. */
  live(): Promise<LiveAnswer> {
    return this.#one({ op: 'live' });
  }

  /** Tells the agent what a person wishes; resolves when that is recorded. @throws ControlFailure when it cannot be granted */
  wish(wish: Wish): Promise<Granted> {
    return this.#one({ op: 'ask', ...wish });
  }

  /** Lets the agent read its configuration again. @throws ControlFailure */
  reload(): Promise<Reloaded> {
    return this.#one({ op: 'reload' });
  }

  follow(listener: EntryListener, closing?: () => void | Promise<void>): () => void {
    const entries = this.following(this.durableHead.position + 1);
    let isWanted = true;
    const run = async (): Promise<void> => {
      try {
        for await (const entry of entries) if (isWanted) listener(entry);
      } catch {
        // The agent ended: there is nothing more to follow.
      }
      if (isWanted) await closing?.();
    };
    void run();
    return () => {
      isWanted = false;
      void entries.return(undefined);
    };
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }

  async *#entries(question: Question): AsyncGenerator<Entry> {
    try {
      for await (const bundle of this.#client.ask(question)) yield* bundle as readonly Entry[];
    } catch (error) {
      throw revived(error);
    }
  }

  #one<Answer>(question: Question): Promise<Answer> {
    return one(this.#client, question);
  }
}

const one = async <Answer>(client: ControlClient, question: Question): Promise<Answer> => {
  try {
    for await (const item of client.ask(question)) return item as Answer;
  } catch (error) {
    throw revived(error);
  }
  throw new ControlFailure({
    name: 'ControlFailure',
    code: 'unreadable',
    message: `The agent gave no answer to "${question.op}".`,
  });
};
