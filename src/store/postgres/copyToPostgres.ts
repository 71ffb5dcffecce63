import { LogError } from '../errors.ts';
import type { CopiedItem, CopiedRest, CopyTarget } from '../copying.ts';
import type { Head } from '../head.ts';
import { type Gap, parseGap } from '../gaps.ts';
import { genesisHash } from '../hashChain.ts';
import type { Base } from '../logView.ts';
import { packCheckpoint } from '../packing.ts';
import { verifyChain } from '../reading.ts';
import { columnsOfEntries, entriesGiven } from './entryColumns.ts';
import { logColumns, shardOf, takenLog, type LogRow, type RowStanding } from './holds.ts';
import { keepEntries } from './keptEntries.ts';
import type { Connections } from './pool.ts';
import { asOfOneInstant } from './postgresEventLog.ts';
import { bytesOf } from './values.ts';

/** Entries that come from elsewhere. */
const insertInto = (table: 'entry' | 'kept_entry'): string => `INSERT INTO ven.${table}
  (ven_id, position, epoch, recorded_at, run_id, direction, stream, type, version, cause, request_id, wire_hash, hash, body)
SELECT e.ven_id, e.position, $2, to_timestamp(e.recorded_at / 1000), e.run_id, e.direction, e.stream, e.type, e.version, e.cause, e.request_id,
  e.wire_hash, e.hash, e.body::json
FROM ${entriesGiven(3, '$1::text[]')}`;

const arrives = `INSERT INTO ven.log (ven_id, shard, hash, base_hash, created_at, standing) VALUES ($1, $2, $3, $3, 0, 'arriving')
ON CONFLICT DO NOTHING`;

const takeArriving = `UPDATE ven.log SET epoch = epoch + 1 WHERE ven_id = $1 AND standing = 'arriving' RETURNING ${logColumns}`;

/** A log that was migrated elsewhere may come back, and goes on where it was left. */
const comesBack = `UPDATE ven.log SET standing = 'arriving' WHERE ven_id = $1 AND standing = 'left'`;

const changing = (assignments: string): string =>
  `UPDATE ven.log SET ${assignments} WHERE ven_id = $1 AND epoch = $2 AND standing = 'arriving' RETURNING ven_id`;

/** The row of a VEN that its log is copied into; nobody can open it before the copy is finished. */
export class PostgresCopy implements CopyTarget {
  readonly head: Head;
  readonly #connections: Connections;
  readonly #venID: string;
  readonly #epoch: number;
  #base: Base;

  private constructor(connections: Connections, row: LogRow) {
    const { venID, epoch, head, base } = takenLog(row);
    this.#connections = connections;
    this.#venID = venID;
    this.#epoch = epoch;
    this.head = head;
    this.#base = base;
  }

  /** Begins a copy, or goes on with one. @throws LogError `locked` when a log of that VEN is in use there */
  static async into(connections: Connections, venID: string): Promise<PostgresCopy> {
    await connections.rows(arrives, [venID, shardOf(venID), bytesOf(genesisHash)]);
    await connections.rows(comesBack, [venID]);
    const [row] = await connections.rows<LogRow>(takeArriving, [venID]);
    if (row === undefined)
      throw new LogError(
        'locked',
        `A log of VEN ${venID} is at ${connections.place} already, and is the one that is appended to: nothing was changed.`,
      );
    return new PostgresCopy(connections, row);
  }

  async begin(base: Base, gapsAfter: (position: number) => Promise<readonly Gap[]>): Promise<void> {
    if (base.position < this.#base.position)
      throw new LogError(
        'conflict',
        `More was let go of at ${this.#connections.place} than of the log to copy: nothing was changed.`,
      );
    const before = this.#base.position;
    const upTo = Math.min(base.position, this.head.position);
    const gaps = upTo > before ? await gapsAfter(before) : [];
    await this.#connections.transaction(async (ask) => {
      const moved = await ask(changing('base_position = $3, base_hash = $4, forgotten = $5'), [
        this.#venID,
        this.#epoch,
        base.position,
        bytesOf(base.hash),
        base.forgotten,
      ]);
      if (moved.length === 0) throw this.#overtaken();
      if (upTo > before) await keepEntries(ask, { venID: this.#venID, after: before, upTo, gaps });
    });
    this.#base = base;
  }

  async put(items: readonly CopiedItem[], before: Head, after: Head): Promise<void> {
    const gaps = items.flatMap(({ position, text, entry }) => (entry === undefined ? [parseGap(position, text)] : []));
    const entries = items.flatMap(({ text, entry }) => (entry === undefined ? [] : [{ entry, text }]));
    const kept = entries.filter(({ entry }) => entry.position <= this.#base.position);
    const later = entries.filter(({ entry }) => entry.position > this.#base.position);
    const wires = items.flatMap(({ entry, wire }) =>
      entry === undefined || wire === undefined ? [] : [{ entry, wire }],
    );
    await this.#connections.transaction(async (ask) => {
      const moved = await ask(
        'UPDATE ven.log SET position = $4, hash = $5 WHERE ven_id = $1 AND epoch = $2 AND position = $3 RETURNING ven_id',
        [this.#venID, this.#epoch, before.position, after.position, bytesOf(after.hash)],
      );
      if (moved.length === 0) throw this.#overtaken();
      for (const [table, some] of [
        ['kept_entry', kept],
        ['entry', later],
      ] as const)
        if (some.length > 0)
          await ask(insertInto(table), [some.map(() => this.#venID), this.#epoch, ...columnsOfEntries(some)]);
      await ask(
        'INSERT INTO ven.gap (ven_id, from_position, to_position, hash) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])',
        [this.#venID, gaps.map(({ from }) => from), gaps.map(({ to }) => to), gaps.map(({ hash }) => bytesOf(hash))],
      );
      await ask(
        'INSERT INTO ven.wire (ven_id, position, recorded_at, packed) SELECT $1, * FROM unnest($2::bigint[], $3::double precision[], $4::bytea[])',
        [
          this.#venID,
          wires.map(({ entry }) => entry.position),
          wires.map(({ entry }) => entry.recordedAt),
          wires.map(({ wire }) => Buffer.from(wire)),
        ],
      );
    });
  }

  async finish({ createdAt, forgottenBefore, checkpoints }: CopiedRest): Promise<Head> {
    for await (const checkpoint of checkpoints)
      await this.#connections.rows(
        `INSERT INTO ven.checkpoint (ven_id, name, position, packed) VALUES ($1, $2, $3, $4)
ON CONFLICT (ven_id, name) DO UPDATE SET position = excluded.position, packed = excluded.packed`,
        [this.#venID, checkpoint.name, checkpoint.position, packCheckpoint(checkpoint)],
      );
    await this.#change('created_at = $3, forgotten_before = $4', [createdAt, forgottenBefore ?? null]);
    const [row] = await this.#connections.rows<LogRow>(`SELECT ${logColumns} FROM ven.log WHERE ven_id = $1`, [
      this.#venID,
    ]);
    if (row === undefined) throw this.#overtaken();
    return asOfOneInstant(this.#connections, this.#venID, (view) => verifyChain(view, 0, takenLog(row).head));
  }

  /** From now on the log may be opened here. */
  arrive(): Promise<void> {
    return this.#change("standing = 'here'", []);
  }

  async #change(assignments: string, values: readonly unknown[]): Promise<void> {
    const changed = await this.#connections.rows(changing(assignments), [this.#venID, this.#epoch, ...values]);
    if (changed.length === 0) throw this.#overtaken();
  }

  #overtaken(): LogError {
    return new LogError(
      'fenced',
      `Another migration of VEN ${this.#venID} goes on at ${this.#connections.place}: this one ended.`,
    );
  }
}

/** Notes that a log was copied elsewhere, so that nobody appends to it here. @throws LogError `locked` while somebody holds it */
export const leaveStanding = async (connections: Connections, venID: string, holder: string): Promise<void> => {
  const left = await connections.rows<{ standing: RowStanding }>(
    "UPDATE ven.log SET standing = 'left', holder = NULL, holder_until = NULL, epoch = epoch + 1 WHERE ven_id = $1 AND holder = $2 RETURNING standing",
    [venID, holder],
  );
  if (left.length === 0)
    throw new LogError('fenced', `The log of VEN ${venID} was taken over meanwhile: it stays where it is.`);
};
