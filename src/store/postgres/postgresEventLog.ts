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
import { Followers, type FollowerFault } from '../followers.ts';
import { entriesIn, type Gap, mustFit } from '../gaps.ts';
import type { Head } from '../head.ts';
import type { Base, LogView } from '../logView.ts';
import { headAt, LogWriter } from '../logWriter.ts';
import { packCheckpoint, unpackCheckpoint } from '../packing.ts';
import { entriesOf, verifyChain, wireOf } from '../reading.ts';
import { fenced, type GroupCommits, type LogHold } from './commits.ts';
import type { Connections } from './pool.ts';
import { keepEntries } from './keptEntries.ts';
import { type Ask, postgresView } from './postgresView.ts';
import { bytesOf } from './values.ts';

/** What a log stands on, and what was found when it was taken. */
export interface PostgresLogParts {
  readonly connections: Connections;
  readonly commits: GroupCommits;
  readonly hold: LogHold;
  readonly head: Head;
  readonly base: Base;
  /** What the agent kept of itself, packed, where that was read already. */
  readonly state?: Uint8Array | undefined;
  readonly onFollowerFault?: FollowerFault | undefined;
  /** Gives the log back. */
  readonly release: () => Promise<void>;
}

/** The checkpoint that an agent is restored from. */
export const agentState = 'agent';

const keepCheckpoint = `INSERT INTO ven.checkpoint (ven_id, name, position, packed)
SELECT log.ven_id, $3, $4, $5 FROM ven.log AS log WHERE log.ven_id = $1 AND log.epoch = $2 FOR SHARE
ON CONFLICT (ven_id, name) DO UPDATE SET position = excluded.position, packed = excluded.packed
RETURNING ven_id`;

const moveBase = `UPDATE ven.log SET base_position = $3, base_hash = $4, forgotten = $5
WHERE ven_id = $1 AND epoch = $2 RETURNING ven_id`;

/** The log of one VEN in a database that it shares with others. */
export class PostgresEventLog implements EventLog {
  readonly #connections: Connections;
  readonly #view: LogView;
  readonly #hold: LogHold;
  readonly #followers: Followers;
  readonly #writer: LogWriter;
  readonly #release: () => Promise<void>;
  #base: Base;
  #state: Uint8Array | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor({ connections, commits, hold, head, base, state, onFollowerFault, release }: PostgresLogParts) {
    this.#connections = connections;
    this.#view = postgresView((text, values) => connections.rows(text, values), hold.venID);
    this.#hold = hold;
    this.#followers = new Followers(onFollowerFault);
    this.#base = base;
    this.#state = state;
    this.#release = release;
    this.#writer = new LogWriter(
      head,
      (group) => commits.append(hold, this.#writer.durableHead, group),
      this.#followers,
    );
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

  async *read(range: ReadRange = {}): AsyncGenerator<Entry> {
    this.#mustBeOpen();
    yield* entriesOf(this.#view, range, this.durableHead);
  }

  /** All of it as of one instant: a compaction meanwhile would look like a gap that nobody sealed. */
  async verify(from = 0): Promise<Head> {
    this.#mustBeOpen();
    const durable = this.durableHead;
    return asOfOneInstant(this.#connections, this.#hold.venID, (view) => verifyChain(view, from, durable));
  }

  async wire(position: number): Promise<string | undefined> {
    this.#mustBeOpen();
    return wireOf(this.#view, position, this.durableHead);
  }

  async forgetWires(recordedBefore: number): Promise<number> {
    this.#mustBeOpen();
    const { venID } = this.#hold;
    return this.#change(
      'UPDATE ven.log SET forgotten_before = greatest(forgotten_before, $3) WHERE ven_id = $1 AND epoch = $2 RETURNING ven_id',
      [recordedBefore],
      async (ask) =>
        (
          await ask('DELETE FROM ven.wire WHERE ven_id = $1 AND recorded_at < $2 RETURNING position', [
            venID,
            recordedBefore,
          ])
        ).length,
    );
  }

  async forgetEntries(gaps: readonly Gap[], next: Head, checkpoints: readonly Checkpoint[]): Promise<void> {
    this.#mustBeOpen();
    await mustFit(gaps, this.base, next, (position) => this.#view.headAt(position));
    const before = this.#base;
    const base = { ...headAt(next), forgotten: before.forgotten + entriesIn(gaps) };
    const { venID } = this.#hold;
    await this.#change(moveBase, [base.position, bytesOf(base.hash), base.forgotten], async (ask) => {
      await keepEntries(ask, { venID, after: before.position, upTo: base.position, gaps });
      for (const checkpoint of checkpoints) await ask(keepCheckpoint, this.#kept(checkpoint));
    });
    this.#base = base;
  }

  async loadCheckpoint(name: string): Promise<Checkpoint | undefined> {
    this.#mustBeOpen();
    const state = name === agentState ? this.#state : undefined;
    this.#state = undefined;
    return state === undefined ? this.#view.checkpoint(name) : unpackCheckpoint(state);
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    this.#mustBeOpen();
    this.#state = undefined;
    const kept = await this.#connections.rows(keepCheckpoint, this.#kept(checkpoint));
    if (kept.length === 0) throw fenced(this.#hold);
  }

  follow(listener: EntryListener, closing?: ClosingListener): () => void {
    this.#mustBeOpen();
    return this.#followers.add(listener, closing);
  }

  async stats(): Promise<LogStats> {
    this.#mustBeOpen();
    return { entries: this.durableHead.position + 1 - this.#base.forgotten };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#followers.dismiss();
    this.#closed = true;
    await this.#release();
  }

  /** Changes the row of this log, if it is still ours, and what goes with it, in one transaction. */
  #change<Result>(text: string, values: readonly unknown[], rest: (ask: Ask) => Promise<Result>): Promise<Result> {
    return this.#connections.transaction(async (ask) => {
      const ours = await ask(text, [this.#hold.venID, this.#hold.epoch, ...values]);
      if (ours.length === 0) throw fenced(this.#hold);
      return rest(ask);
    });
  }

  #kept(checkpoint: Checkpoint): readonly unknown[] {
    const { name, position } = checkpoint;
    return [this.#hold.venID, this.#hold.epoch, name, position, packCheckpoint(checkpoint)];
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError();
  }
}

/** Lets a log be read as it is now, whatever is appended or let go of meanwhile. */
export const asOfOneInstant = <Result>(
  connections: Connections,
  venID: string,
  read: (view: LogView) => Promise<Result>,
): Promise<Result> =>
  connections.transaction((ask) => read(postgresView(ask, venID)), {
    begin: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  });
