/** An answer that follows its question: the last one stays until the next is there, so that nothing jumps. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, Unanswered } from './ask.ts';

/** What is known of a question. */
export interface Answered<Answer> {
  readonly answer: Answer | null;
  /** The question that `answer` answers. */
  readonly path: string | null;
  readonly problem: string | null;
}

/** @limit Questions of one place follow one another no faster. @unit ms */
const paceMs = 120;

/** One question after the other; what was asked meanwhile is forgotten but for the last. */
class Asking<Answer> {
  #wanted: string | null = null;
  #isBusy = false;
  #isOver = false;
  readonly #abort = new AbortController();
  readonly #tell: (change: Partial<Answered<Answer>>) => void;

  constructor(tell: (change: Partial<Answered<Answer>>) => void) {
    this.#tell = tell;
  }

  want(path: string): void {
    this.#wanted = path;
    if (!this.#isBusy) void this.#run();
  }

  end(): void {
    this.#isOver = true;
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#wanted !== null && !this.#isOver) {
      const path = this.#wanted;
      this.#wanted = null;
      const begun = performance.now();
      await this.#askFor(path);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, paceMs - (performance.now() - begun))));
    }
    this.#isBusy = false;
  }

  async #askFor(path: string): Promise<void> {
    try {
      const answer = await ask<Answer>(path, this.#abort.signal);
      if (!this.#isOver) this.#tell({ answer, path, problem: null });
    } catch (error) {
      if (!this.#isOver) this.#tell({ path, problem: error instanceof Unanswered ? error.message : String(error) });
    }
  }
}

/** Asks whenever the question changes, or its `revision`: the log went on, the server is a new one. Null asks nothing. */
export const useAnswer = <Answer>(path: string | null, revision: number | string = 0): Answered<Answer> => {
  const [answered, setAnswered] = useState<Answered<Answer>>({ answer: null, path: null, problem: null });
  const asking = useRef<Asking<Answer> | null>(null);
  useEffect(() => {
    asking.current = new Asking((change) => setAnswered((before) => ({ ...before, ...change })));
    return () => asking.current?.end();
  }, []);
  useEffect(() => {
    if (path !== null) asking.current?.want(path);
  }, [path, revision]);
  return answered;
};
