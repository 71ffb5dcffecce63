import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** Another process of this benchmark, which says one thing at a time. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the next thing it says. @throws Error when it ends instead. */
  readonly next: () => Promise<unknown>;
  readonly say: (message: unknown) => void;
  readonly end: () => Promise<void>;
}

/** Things said that nobody has asked for yet, and askers that nothing was said to yet. */
class Conversation {
  readonly #said: unknown[] = [];
  readonly #waiting: { readonly hear: (message: unknown) => void; readonly fail: (error: Error) => void }[] = [];
  #end: Error | null = null;

  hear(message: unknown): void {
    const asker = this.#waiting.shift();
    if (asker === undefined) this.#said.push(message);
    else asker.hear(message);
  }

  end(error: Error): void {
    this.#end = error;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }

  next(): Promise<unknown> {
    if (this.#said.length > 0) return Promise.resolve(this.#said.shift());
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((hear, fail) => this.#waiting.push({ hear, fail }));
  }
}

/** The text of what a child writes to stderr, cut to what fits an error. @limit characters */
const keptCharacters = 4_000;

/** How Node is started for it. */
export interface ChildOptions {
  readonly execArgv?: readonly string[];
  /** Beside what this process has. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a program of the bundled benchmark. */
export const startChild = (
  name: string,
  args: readonly string[] = [],
  { execArgv = [], environment = {} }: ChildOptions = {},
): Child => {
  const child = fork(join(import.meta.dirname, `${name}.mjs`), [...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: [...execArgv],
    env: { ...process.env, ...environment },
  });
  const conversation = new Conversation();
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => (complaint = (complaint + String(text)).slice(-keptCharacters)));
  child.on('message', (message) => conversation.hear(message));
  const ended = new Promise<void>((resolve) =>
    child.on('close', (code, signal) => {
      conversation.end(new Error(`The process ${name} ended with ${code ?? signal ?? 'nothing'}: ${complaint.trim()}`));
      resolve();
    }),
  );
  return {
    process: child,
    next: () => conversation.next(),
    say: (message) => void child.send(message as object),
    end: () => {
      child.kill();
      return ended;
    },
  };
};
