/**
 * A door for commands of the same user: JSON lines over a Unix socket in the data directory.
 *
 * A question is one line `{"id", "ask"}`; its answer is any number of lines `{"id", "item"}` and one last line `{"id", "end"}`
 * or `{"id", "failure"}`. `{"id", "cancel"}` calls a question off. An answer that takes its time says `{"id", "going"}` now and then,
 * so that the asker can tell patience from death.
 */
import { setMaxListeners } from 'node:events';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { PlainFailure } from './controlFailure.ts';
import { LineReader } from './jsonLines.ts';
import { socketAddress, socketName } from './socketAddress.ts';

/** What is asked for: an operation and its particulars. */
export interface Question {
  readonly op: string;
  readonly [name: string]: unknown;
}

/** A line from the one who asks. */
export interface AskLine {
  readonly id: number;
  readonly ask?: Question;
  readonly cancel?: true;
}

/** A line from the one who answers. */
export interface AnswerLine {
  readonly id: number;
  readonly item?: unknown;
  readonly going?: true;
  readonly end?: true;
  readonly failure?: PlainFailure;
}

/** Answers a question item by item. `noLonger`: nobody wants to hear more. `closing`: the last chance to say what is there. */
export type Answerer = (question: Question, noLonger: AbortSignal, closing: AbortSignal) => AsyncIterable<unknown>;

/** How a door is kept. */
export interface DoorOptions {
  readonly answer: Answerer;
  /** Every line passes here last, so that nothing secret leaves. */
  readonly redact?: (line: string) => string;
}

/** A door that is open. */
export interface Door {
  /** Ends every conversation and takes the socket away. */
  close(): Promise<void>;
  /** Ends every conversation and leaves alone what stands where the socket was: by now it may be another's. */
  leave(): void;
}

/** @limit bytes of a question; none is near it */
export const maxQuestionBytes = 64 * 1024;
/** @limit conversations at once, and questions open in one of them */
const maxConversations = 32;
const maxQuestions = 16;
/** How often an answer that takes its time says so. @unit ms */
const goingEveryMs = 5_000;
/** How long answers may still be finished when the door closes. @unit ms */
const finishWithinMs = 500;
/** How long an asker may leave its answers unread before it is shown out. @unit ms */
const unreadForMs = 30_000;

const plainFailure = (error: unknown): PlainFailure => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { code, position } = error as { code?: unknown; position?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof position === 'number' ? { position } : {}),
  };
};

/** Resolves when the socket takes more, or is gone. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), unreadForMs);
    const done = (): void => {
      clearTimeout(timer);
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });

/** One conversation: questions as they come, each answered at its own pace. */
class Conversation {
  readonly #socket: Socket;
  readonly #options: DoorOptions;
  readonly #open = new Map<number, AbortController>();
  readonly #lines = new LineReader(maxQuestionBytes);
  readonly #closing: AbortSignal;
  readonly #answering = new Set<Promise<void>>();

  constructor(socket: Socket, options: DoorOptions, closing: AbortSignal) {
    this.#socket = socket;
    this.#options = options;
    this.#closing = closing;
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#open.forEach((question) => question.abort()));
  }

  /** Finishes what is being said, and goes. */
  async finish(): Promise<void> {
    await Promise.all(this.#answering);
    await new Promise<void>((resolve) => this.#socket.end(resolve));
  }

  #hear(chunk: Buffer): void {
    try {
      for (const line of this.#lines.take(chunk)) this.#take(JSON.parse(line) as AskLine);
    } catch (error) {
      this.#socket.end(this.#lineOf({ id: -1, failure: plainFailure(error) }));
    }
  }

  #take({ id, ask, cancel }: AskLine): void {
    if (cancel === true) this.#open.get(id)?.abort();
    else if (!Number.isSafeInteger(id) || typeof ask?.op !== 'string')
      throw new Error('A line came through the socket that is no question.');
    else if (this.#open.size >= maxQuestions)
      throw new Error(`More than ${maxQuestions} questions were asked at once: wait for an answer first.`);
    else {
      const answering = this.#answer(id, ask).finally(() => this.#answering.delete(answering));
      this.#answering.add(answering);
    }
  }

  async #answer(id: number, ask: Question): Promise<void> {
    const calledOff = new AbortController();
    this.#open.set(id, calledOff);
    const going = setInterval(() => this.#socket.write(this.#lineOf({ id, going: true })), goingEveryMs).unref();
    try {
      for await (const item of this.#options.answer(ask, calledOff.signal, this.#closing)) {
        if (calledOff.signal.aborted) break;
        await this.#say({ id, item });
      }
      await this.#say({ id, end: true });
    } catch (error) {
      await this.#say({ id, failure: plainFailure(error) });
    } finally {
      clearInterval(going);
      this.#open.delete(id);
    }
  }

  async #say(line: AnswerLine): Promise<void> {
    if (!this.#socket.writable) return;
    if (!this.#socket.write(this.#lineOf(line))) await drained(this.#socket);
  }

  #lineOf(line: AnswerLine): string {
    const text = JSON.stringify(line);
    return `${this.#options.redact?.(text) ?? text}\n`;
  }
}

/** Takes away what an agent that was killed has left; the log is ours, so nobody listens there. */
const removeStale = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new Error(
      `The file ${path} is in the way of the socket that commands ask the agent through: move it away and start again.`,
    );
  unlinkSync(path);
};

/** Begins to listen; the socket is closed to other users from its first moment. */
const listen = (server: Server, path: string): Promise<void> => {
  const before = process.umask(0o177);
  try {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } finally {
    process.umask(before);
  }
};

/**
 * Opens the door of a data directory whose log this process has open.
 * @throws Error when something is in the way, or the path is too long
 */
export const openDoor = async (directory: string, options: DoorOptions): Promise<Door> => {
  removeStale(join(directory, socketName));
  const address = socketAddress(directory);
  const guests = new Map<Socket, Conversation>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const server = createServer((socket) => {
    guests.set(socket, new Conversation(socket, options, closing.signal));
    socket.once('close', () => guests.delete(socket));
  });
  server.maxConnections = maxConversations;
  await listen(server, address.path);
  chmodSync(address.path, 0o600);
  const showOut = (): void => {
    for (const guest of guests.keys()) guest.destroy();
  };
  return {
    leave: () => {
      closing.abort();
      showOut();
      server.unref();
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closing.abort();
      const finished = Promise.all([...guests.values()].map((conversation) => conversation.finish()));
      await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, finishWithinMs).unref())]);
      showOut();
      await closed;
      address.release();
    },
  };
};
