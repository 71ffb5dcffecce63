/**
 * Rows of the list, as far as they have been looked at.
 *
 * Without a search the server knows row N, so the list may be a million rows long and only windows of it are here. A search
 * finds its rows one after the other; they are gathered as the list is scrolled towards them.
 */
import type { Row, Rows } from '../server/answers.ts';
import { ask, Unanswered, type Query } from '../server/ask.ts';
import { paths } from '../server/paths.ts';

/** Rows in one window. */
const windowRows = 100;

/** @limit Windows that are kept; those not looked at for longest go first. */
const keptWindows = 60;

/** @limit Questions that follow one another while a search finds nothing. */
const searchRounds = 200;

/** The list as it is known. */
export interface RowStore {
  /** How many rows there are; of a search, how many were found so far. */
  readonly total: number;
  /** Whether a search has not seen the whole log yet. */
  readonly isSearching: boolean;
  readonly problem: string | null;
  row(index: number): Row | undefined;
  /** Makes rows come that are not here yet. */
  want(from: number, to: number): void;
  /** The log went on. */
  refresh(): void;
  end(): void;
}

abstract class Store implements RowStore {
  total = 0;
  isSearching = false;
  problem: string | null = null;
  protected readonly query: Query;
  readonly #abort = new AbortController();
  readonly #changed: () => void;

  constructor(query: Query, changed: () => void) {
    this.query = query;
    this.#changed = changed;
  }

  abstract row(index: number): Row | undefined;
  abstract want(from: number, to: number): void;
  abstract refresh(): void;

  end(): void {
    this.#abort.abort();
  }

  protected get isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  protected tell(): void {
    if (!this.isOver) this.#changed();
  }

  protected async ask(query: Query): Promise<Rows | null> {
    try {
      const rows = await ask<Rows>(paths.entries({ ...this.query, ...query }), this.#abort.signal);
      this.problem = null;
      return rows;
    } catch (error) {
      if (!this.isOver) this.problem = error instanceof Unanswered ? error.message : String(error);
      return null;
    }
  }
}

class WindowedRows extends Store {
  readonly #windows = new Map<number, readonly Row[]>();
  readonly #coming = new Set<number>();

  constructor(query: Query, changed: () => void) {
    super(query, changed);
    void this.#fetch(0);
  }

  row(index: number): Row | undefined {
    return this.#windows.get(Math.floor(index / windowRows))?.[index % windowRows];
  }

  want(from: number, to: number): void {
    for (let each = Math.floor(from / windowRows); each <= Math.floor(to / windowRows); each += 1) {
      const isWhole = (this.#windows.get(each)?.length ?? 0) >= Math.min(windowRows, this.total - each * windowRows);
      if (!isWhole && !this.#coming.has(each)) void this.#fetch(each);
    }
  }

  refresh(): void {
    void this.#fetch(Math.max(0, Math.floor((this.total - 1) / windowRows)));
  }

  async #fetch(window: number): Promise<void> {
    if (this.#coming.has(window)) return;
    this.#coming.add(window);
    const rows = await this.ask({ offset: window * windowRows, limit: windowRows });
    this.#coming.delete(window);
    if (rows === null) return this.tell();
    this.#windows.delete(window);
    this.#windows.set(window, rows.entries);
    this.total = Math.max(rows.total ?? 0, window * windowRows + rows.entries.length);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > keptWindows && oldest !== undefined) this.#windows.delete(oldest);
    this.tell();
  }
}

class FoundRows extends Store {
  #rows: readonly Row[] = [];
  #next: number | null = 0;
  #wanted = windowRows;
  #isBusy = false;

  constructor(query: Query, changed: () => void) {
    super(query, changed);
    void this.#search();
  }

  row(index: number): Row | undefined {
    return this.#rows[index];
  }

  want(_from: number, to: number): void {
    this.#wanted = Math.max(this.#wanted, to + windowRows);
    void this.#search();
  }

  refresh(): void {
    const last = this.#rows.at(-1);
    if (this.#next === null && !this.#isBusy) this.#next = last === undefined ? 0 : last.position + 1;
    void this.#search();
  }

  async #search(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.isSearching = true;
    for (
      let round = 0;
      round < searchRounds && this.#next !== null && this.#rows.length < this.#wanted && !this.isOver;
      round += 1
    ) {
      const rows = await this.ask({ from: this.#next, limit: windowRows });
      if (rows === null) break;
      this.#rows = [...this.#rows, ...rows.entries];
      this.#next = rows.next;
      this.total = this.#rows.length;
      this.tell();
    }
    this.isSearching = false;
    this.#isBusy = false;
    this.tell();
  }
}

/** The rows of a query. */
export const rowStore = (query: Query, changed: () => void): RowStore =>
  query['search'] === undefined || query['search'] === ''
    ? new WindowedRows(query, changed)
    : new FoundRows(query, changed);
