import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './replaceFile.ts';

/** The file in a fleet's data directory that keeps which VENs are held. */
const holdsName = 'holds.json';

const parsed = (path: string): readonly unknown[] => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as readonly unknown[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(
      `The file ${path}, which keeps which VENs are held, cannot be read: restore it, or remove it, and none is held.`,
      { cause: error },
    );
  }
};

/** Things by name in a file of the data directory, replaced in one step with each change. */
export class KeptByName<Kept> {
  readonly #path: string;
  readonly #kept: Map<string, Kept>;

  /** @throws Error when what is there cannot be read */
  constructor(directory: string, name = holdsName) {
    this.#path = join(directory, name);
    this.#kept = new Map(parsed(this.#path) as readonly [string, Kept][]);
  }

  all(): ReadonlyMap<string, Kept> {
    return this.#kept;
  }

  keep(name: string, kept: Kept | null): void {
    if (kept === null && !this.#kept.delete(name)) return;
    if (kept !== null) this.#kept.set(name, kept);
    replaceFile(this.#path, `${JSON.stringify([...this.#kept], null, 1)}\n`);
  }
}
