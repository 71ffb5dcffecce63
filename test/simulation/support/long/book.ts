import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a seed came to that was lived at length, in a process of its own. */
export interface Lived {
  /** Of the source that it was lived with; `+` at its end where the tree had changes that no commit holds. */
  readonly commit: string;
  readonly seed: number;
  readonly days: number;
  readonly violations: readonly string[];
  readonly entries: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Where the book lies unless somebody says otherwise: outside of the repository, for it outlives checkouts. */
export const usualBook = (environment: NodeJS.ProcessEnv = process.env): string => {
  const state = environment['XDG_STATE_HOME'] ?? '';
  return join(state === '' ? join(homedir(), '.local', 'state') : state, 'ter-ven', 'simulated.jsonl');
};

const livedIn = (line: string): readonly Lived[] => {
  try {
    return [JSON.parse(line) as Lived];
  } catch {
    return []; // the last line of a run that was killed while it wrote
  }
};

/** Which seeds were lived, for how many days and at which commit: one line each, written as soon as a seed is over. */
export class Book {
  readonly file: string;
  readonly #lived: Lived[];

  /** Opens a book, or begins one. */
  constructor(file: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#lived = existsSync(file) ? readFileSync(file, 'utf8').split('\n').flatMap(livedIn) : [];
  }

  /** The seeds from one on that were lived for so many days at a commit, each once. */
  livedAt({ commit, from, seeds, days }: Stretch): readonly Lived[] {
    const found = new Map<number, Lived>();
    for (const lived of this.#lived)
      if (lived.commit === commit && lived.days === days && lived.seed >= from && lived.seed < from + seeds)
        found.set(lived.seed, lived);
    return [...found.values()];
  }

  /** Writes down what a seed came to. A line that was cut off before it stays by itself. */
  note(lived: Lived): void {
    this.#lived.push(lived);
    const isCutOff = existsSync(this.file) && !['', '\n'].includes(readFileSync(this.file, 'utf8').slice(-1));
    appendFileSync(this.file, `${isCutOff ? '\n' : ''}${JSON.stringify(lived)}\n`);
  }
}

/** Seeds one after the other, each for so many days of trouble, at a commit. */
export interface Stretch {
  readonly commit: string;
  readonly from: number;
  readonly seeds: number;
  readonly days: number;
}
