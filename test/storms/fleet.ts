/** Writers who append to many logs until they are stopped, and remember what was acknowledged to them. */
import type { EventLog } from '../../src/store/eventLog.ts';
import { LogError, type LogErrorCode } from '../../src/store/errors.ts';
import type { Head } from '../../src/store/head.ts';
import type { PostgresLogStore } from '../../src/store/postgres/postgresLogStore.ts';
import { draft } from '../store/support.ts';

/** What one VEN was promised. */
interface Promised {
  readonly venID: string;
  readonly heads: Head[];
  /** Entries that were handed over, promised or not. */
  handed: number;
}

/** What a comparison with the database came to. */
export interface Compared {
  readonly acknowledged: number;
  readonly lost: number;
  /** Entries that are there although nobody was told. */
  readonly untold: number;
}

/** A small generator of numbers below a limit. */
export const chanceFrom = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
};

/** Opens a log, again where the answer came later than this store waits: what is judged is what comes after it. */
const openPatiently = async (store: PostgresLogStore, venID: string): Promise<EventLog> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.open(venID, { createIfMissing: true });
    } catch (error) {
      if (tries === 100 || !(error instanceof LogError) || !['io', 'locked'].includes(error.code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};

/** Some VENs, each appended to by one writer. */
export class StormFleet {
  readonly promised: readonly Promised[];
  readonly refusals = new Map<LogErrorCode | 'other', number>();
  readonly #below: (limit: number) => number;
  #isStopping = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(prefix: string, size: number, seed: number) {
    this.promised = Array.from({ length: size }, (_, number) => ({
      venID: `${prefix}-${number}`,
      heads: [],
      handed: 0,
    }));
    this.#below = chanceFrom(seed);
  }

  get acknowledged(): number {
    return this.promised.reduce((sum, { heads }) => sum + heads.length, 0);
  }

  /** How often a writer was refused. */
  get refused(): number {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Opens all logs and begins to append. `whileRefused`: whether a log that refused is opened again. */
  async start(store: PostgresLogStore, whileRefused: () => boolean = () => false): Promise<void> {
    this.#isStopping = false;
    const logs = await Promise.all(this.promised.map(({ venID }) => openPatiently(store, venID)));
    this.#writing = Promise.all(
      this.promised.map((promised, index) => this.#write(promised, logs[index] as EventLog, store, whileRefused)),
    );
  }

  /** Lets everybody end what is under way. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#writing;
  }

  async #write(
    promised: Promised,
    first: EventLog,
    store: PostgresLogStore,
    whileRefused: () => boolean,
  ): Promise<void> {
    let log = first;
    for (;;) {
      try {
        while (!this.#isStopping) await this.#appendOne(promised, log);
        break;
      } catch (error) {
        this.#note(error);
        await log.close().catch(() => undefined);
        const again = await this.#reopened(promised, store, whileRefused);
        if (again === null) return;
        log = again;
      }
    }
    await log.close().catch(() => undefined);
  }

  /** A step: an input and its outputs, now and then with XML. */
  async #appendOne(promised: Promised, log: EventLog): Promise<void> {
    const size = 1 + this.#below(4);
    const drafts = Array.from({ length: size }, (_, index) =>
      draft({ of: promised.venID, step: promised.handed, index, padding: 'x'.repeat(this.#below(600)) }),
    );
    promised.handed += size;
    const wires = this.#below(4) === 0 ? [{ index: 0, xml: `<m>${'y'.repeat(this.#below(900))}</m>` }] : [];
    for (const { position, hash } of (await log.append(drafts, wires)).entries) promised.heads.push({ position, hash });
  }

  async #reopened(promised: Promised, store: PostgresLogStore, whileRefused: () => boolean): Promise<EventLog | null> {
    while (!this.#isStopping && whileRefused()) {
      try {
        return await store.open(promised.venID, { createIfMissing: false });
      } catch (error) {
        this.#note(error);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    return null;
  }

  #note(error: unknown): void {
    const code = error instanceof LogError ? error.code : 'other';
    if (code === 'other') process.stderr.write(`${String(error)}\n`);
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}

/** Compares what was promised with what is there; each log is proved by its chain. @throws LogError `corrupt` */
export const compare = async (store: PostgresLogStore, fleet: StormFleet): Promise<Compared> => {
  let [acknowledged, lost, untold] = [0, 0, 0];
  for (const { venID, heads } of fleet.promised) {
    await store.connections.rows("UPDATE ven.log SET holder_until = '-infinity' WHERE ven_id = $1", [venID]);
    const log = await store.open(venID, { createIfMissing: false });
    await log.verify();
    const there = new Map<number, string>();
    for await (const { position, hash } of log.read()) there.set(position, hash);
    if (there.size !== log.head.position + 1) throw new Error(`The log of ${venID} has a hole.`);
    const promised = new Set(heads.map(({ position }) => position));
    if (promised.size !== heads.length) throw new Error(`A place in the log of ${venID} was promised twice.`);
    acknowledged += heads.length;
    lost += heads.filter(({ position, hash }) => there.get(position) !== hash).length;
    untold += there.size - promised.size;
    await log.close();
  }
  return { acknowledged, lost, untold };
};
