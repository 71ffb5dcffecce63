/** The other side of `controlSocket`: asks the agent that has a log open. */
import { connect, type Socket } from 'node:net';
import { ControlFailure, type PlainFailure } from './controlFailure.ts';
import type { AnswerLine, AskLine, Question } from './controlSocket.ts';
import { LineReader } from './jsonLines.ts';
import { PathTooLong, socketAddress } from './socketAddress.ts';

/** A conversation with a running agent. */
export interface ControlClient {
  /** Asks, and gives the answer item by item; leaving the loop calls the question off. @throws ControlFailure */
  ask(question: Question): AsyncGenerator<unknown, void, void>;
  close(): void;
}

/** @limit bytes of one line of an answer: a message with its XML, or a checkpoint */
const maxAnswerBytes = 128 * 1024 * 1024;
/** How long an agent may be silent before it counts as stuck. @unit ms */
const silentForMs = 20_000;
/** @limit Items that wait to be looked at before the agent is made to wait. */
const maxWaitingItems = 256;

const died: PlainFailure = {
  name: 'ControlFailure',
  code: 'closed',
  message: 'The agent ended while it was being asked: ask again, and the log is read directly.',
};
const stuckFor = (ms: number): PlainFailure => ({
  name: 'ControlFailure',
  code: 'silent',
  message: `The agent has not answered for ${ms / 1000} s although it runs: look at its output, and start it anew if it hangs.`,
});

/** The answer to one question while it arrives. */
class Answer {
  readonly waiting: unknown[] = [];
  failure: PlainFailure | null = null;
  isOver = false;
  #wake: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Something was heard about it. */
  hear(line: AnswerLine): void {
    if (line.item !== undefined) this.waiting.push(line.item);
    if (line.end === true) this.isOver = true;
    if (line.failure !== undefined) this.failure = line.failure;
    this.#wake();
  }

  /** Resolves when there is something new, or when it has been silent for too long. */
  async news(patienceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(() => this.hear({ id: 0, failure: stuckFor(patienceMs) }), patienceMs);
    });
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

class SocketClient implements ControlClient {
  readonly #socket: Socket;
  readonly #patienceMs: number;
  readonly #answers = new Map<number, Answer>();
  readonly #lines = new LineReader(maxAnswerBytes);
  #nextID = 1;
  #ended: PlainFailure | null = null;

  constructor(socket: Socket, patienceMs: number) {
    this.#socket = socket;
    this.#patienceMs = patienceMs;
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#end(died));
  }

  async *ask(ask: Question): AsyncGenerator<unknown, void, void> {
    if (this.#ended !== null) throw new ControlFailure(this.#ended);
    const id = this.#nextID++;
    const answer = new Answer();
    this.#answers.set(id, answer);
    this.#say({ id, ask });
    try {
      while (true) {
        while (answer.waiting.length > 0) {
          yield answer.waiting.shift();
          if (this.#socket.isPaused() && answer.waiting.length < maxWaitingItems / 2) this.#socket.resume();
        }
        if (answer.failure !== null) throw new ControlFailure(answer.failure);
        if (answer.isOver) return;
        await answer.news(this.#patienceMs);
      }
    } finally {
      this.#answers.delete(id);
      if (!answer.isOver && answer.failure === null) this.#say({ id, cancel: true });
      this.#socket.resume();
    }
  }

  close(): void {
    this.#end({ ...died, message: 'The conversation with the agent was ended from here.' });
    this.#socket.destroy();
  }

  #say(line: AskLine): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  #hear(chunk: Buffer): void {
    try {
      for (const text of this.#lines.take(chunk)) this.#take(JSON.parse(text) as AnswerLine);
    } catch (error) {
      this.#end({
        name: 'ControlFailure',
        code: 'unreadable',
        message: `The agent's answer cannot be read: ${String(error)}`,
      });
      this.#socket.destroy();
    }
  }

  #take(line: AnswerLine): void {
    const answer = this.#answers.get(line.id);
    if (line.id === -1 && line.failure !== undefined) this.#end(line.failure);
    answer?.hear(line);
    if ((answer?.waiting.length ?? 0) > maxWaitingItems) this.#socket.pause();
  }

  #end(failure: PlainFailure): void {
    this.#ended ??= failure;
    for (const [id, answer] of this.#answers) if (!answer.isOver) answer.hear({ id, failure: this.#ended });
  }
}

/** What a connection that nobody takes fails with. */
const nobodyThere: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK']);

const addressOf = (directory: string): ReturnType<typeof socketAddress> | null => {
  try {
    return socketAddress(directory);
  } catch (error) {
    // Where there can be no socket, or no directory, nobody listens.
    if (error instanceof PathTooLong || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** Reaches the agent that has the directory's log open; null when none listens. `patienceMs`: how long it may be silent. @throws ControlFailure when it may not be asked */
export const reachAgent = async (directory: string, patienceMs = silentForMs): Promise<ControlClient | null> => {
  const address = addressOf(directory);
  if (address === null) return null;
  try {
    return await new Promise((resolve, reject) => {
      const socket = connect(address.path);
      socket.once('error', (error: NodeJS.ErrnoException) => {
        if (nobodyThere.has(error.code ?? '')) resolve(null);
        else
          reject(
            new ControlFailure({
              name: 'ControlFailure',
              code: error.code ?? 'unknown',
              message: `The agent that runs on ${directory} cannot be asked (${error.code}): run this command as the user the agent runs as.`,
            }),
          );
      });
      socket.once('connect', () => resolve(new SocketClient(socket, patienceMs)));
    });
  } finally {
    address.release();
  }
};
