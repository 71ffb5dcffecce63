/**
 * Group commit: what many VENs append goes into one statement, and each of them is accepted or refused by itself.
 *
 * After anything that leaves open what became of a statement, nothing is tried again blindly. The holder's epoch is raised first, after
 * which the lost statement can take effect no more, wherever it still is on its way; the head that this finds tells whether it had.
 */
import { deflateRawSync } from 'node:zlib';
import { LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import type { SealedEntry } from '../hashChain.ts';
import { isSameHead } from '../logWriter.ts';
import { columnsOfEntries, entriesGiven } from './entryColumns.ts';
import type { Connections, SqlStatement } from './pool.ts';
import { kindOfFailure } from './postgresErrors.ts';
import { hashesOf, hexOf } from './values.ts';

/** Time as the store needs it. */
export interface Pacing {
  /** Moves on only. @unit ms */
  now(): number;
  wait(ms: number): Promise<void>;
  /** Waits as well, and keeps no process from ending that has nothing else to do. */
  idle(ms: number): Promise<void>;
}

/** Whose log it is, and since when: raised by everyone who takes it over. */
export interface LogHold {
  readonly venID: string;
  readonly holder: string;
  epoch: number;
}

/** @limit VENs in one statement. */
const maxVENs = 256;
/** @limit Statements on their way at once. */
const maxInFlight = 2;
/** @limit Entries in one statement, unless one VEN alone has more. */
const maxEntries = 4_096;
/** @limit How often a group is tried that the server undid, or is known not to have. */
const maxTries = 5;
/** @limit How long the outcome of a statement is asked for before the log is given up. @unit ms */
const defaultPatienceMs = 30_000;

/** One VEN's group on its way. */
interface Waiting {
  readonly hold: LogHold;
  readonly before: Head;
  readonly group: readonly SealedEntry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

const append: SqlStatement = {
  name: 'append',
  text: `WITH given AS (
  SELECT g.*, substring($5::bytea FROM (g.row::int - 1) * 32 + 1 FOR 32) AS before_hash,
    substring($6::bytea FROM (g.row::int - 1) * 32 + 1 FOR 32) AS hash
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS g(ven_id, epoch, before_position, position, row)
), held AS (
  UPDATE ven.log AS log SET position = given.position, hash = given.hash
  FROM given
  WHERE log.ven_id = given.ven_id AND log.epoch = given.epoch
    AND log.position = given.before_position AND log.hash = given.before_hash
  RETURNING log.ven_id, log.epoch
), entries AS (
  INSERT INTO ven.entry (ven_id, position, epoch, recorded_at, run_id, direction, stream, type, version, cause, request_id, wire_hash, hash, body)
  SELECT held.ven_id, e.position, held.epoch, to_timestamp(e.recorded_at / 1000), e.run_id, e.direction, e.stream, e.type, e.version,
    e.cause, e.request_id, e.wire_hash, e.hash, e.body::json
  FROM ${entriesGiven(8, '$7::text[]')}
  JOIN held USING (ven_id)
), wires AS (
  INSERT INTO ven.wire (ven_id, position, recorded_at, packed)
  SELECT held.ven_id, w.position, w.recorded_at, w.packed
  FROM unnest($20::text[], $21::bigint[], $22::double precision[], $23::bytea[]) AS w(ven_id, position, recorded_at, packed)
  JOIN held USING (ven_id)
)
SELECT ven_id FROM held`,
};

const lookUp: SqlStatement = {
  name: 'look_up',
  text: 'SELECT ven_id, epoch, holder, position, hash FROM ven.log WHERE ven_id = ANY($1::text[])',
};

/** Nothing of an earlier epoch can be appended once this is committed; it waits for what still holds the rows, and for the standby. */
const fenceOff: SqlStatement = {
  name: 'fence_off',
  text: `UPDATE ven.log AS log SET epoch = log.epoch + 1
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given(ven_id, holder, epoch)
WHERE log.ven_id = given.ven_id AND log.holder = given.holder AND log.epoch >= given.epoch
RETURNING log.ven_id, log.epoch, log.holder, log.position, log.hash`,
};

interface Found {
  readonly ven_id: string;
  readonly epoch: number;
  readonly holder: string | null;
  readonly position: number;
  readonly hash: Uint8Array;
}

const headOf = ({ position, hash }: Found): Head => ({ position, hash: hexOf(hash) });

const afterGroup = ({ group, before }: Waiting): Head => group.at(-1)?.envelope ?? before;

const valuesOf = (batch: readonly Waiting[]): readonly unknown[] => {
  const entries = batch.flatMap(({ hold, group }) =>
    group.map(({ envelope, text, xml }) => ({ venID: hold.venID, entry: envelope, text, xml })),
  );
  const wires = entries.flatMap(({ venID, entry, xml }) => (xml === undefined ? [] : [{ venID, entry, xml }]));
  return [
    batch.map(({ hold }) => hold.venID),
    batch.map(({ hold }) => hold.epoch),
    batch.map(({ before }) => before.position),
    batch.map((waiting) => afterGroup(waiting).position),
    hashesOf(batch.map(({ before }) => before.hash)),
    hashesOf(batch.map((waiting) => afterGroup(waiting).hash)),
    entries.map(({ venID }) => venID),
    ...columnsOfEntries(entries),
    wires.map(({ venID }) => venID),
    wires.map(({ entry }) => entry.position),
    wires.map(({ entry }) => entry.recordedAt),
    wires.map(({ xml }) => deflateRawSync(xml)),
  ];
};

/** What group commits may be told otherwise. */
export interface CommitOptions {
  readonly patienceMs?: number | undefined;
}

/** Appends for all logs of a store. */
export class GroupCommits {
  readonly #connections: Connections;
  readonly #pacing: Pacing;
  readonly #patienceMs: number;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #isWaking = false;

  constructor(connections: Connections, pacing: Pacing, { patienceMs = defaultPatienceMs }: CommitOptions = {}) {
    this.#connections = connections;
    this.#pacing = pacing;
    this.#patienceMs = patienceMs;
  }

  /**
   * Puts a group of one VEN behind a head, all of it, durably, or none. Resolves when the server has committed it.
   * @throws LogError `fenced`, `conflict`, `full`, `io`, or `unknown`
   */
  append(hold: LogHold, before: Head, group: readonly SealedEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ hold, before, group, resolve, reject, tries: 0 });
      this.#wake();
    });
  }

  /** Appends called in the same turn share a statement. */
  #wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    queueMicrotask(() => {
      this.#isWaking = false;
      while (this.#waiting.length > 0 && this.#inFlight < maxInFlight) void this.#send(this.#takeBatch());
    });
  }

  #takeBatch(): readonly Waiting[] {
    let entries = 0;
    let count = 0;
    for (const { group } of this.#waiting) {
      if (count === maxVENs || (count > 0 && entries + group.length > maxEntries)) break;
      entries += group.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    this.#inFlight += 1;
    try {
      await this.#write(batch);
    } catch (error) {
      for (const { reject } of batch) reject(this.#connections.explained(error));
    } finally {
      this.#inFlight -= 1;
      this.#wake();
    }
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    for (const waiting of batch) waiting.tries += 1;
    let accepted: ReadonlySet<string>;
    try {
      const rows = await this.#connections.change<Pick<Found, 'ven_id'>>(append, valuesOf(batch));
      accepted = new Set(rows.map(({ ven_id }) => ven_id));
    } catch (error) {
      return this.#afterFailure(batch, error);
    }
    const refused = batch.filter(({ hold }) => !accepted.has(hold.venID));
    if (refused.length > 0) await this.#tellWhy(refused);
    for (const { hold, resolve } of batch) if (accepted.has(hold.venID)) resolve();
  }

  async #afterFailure(batch: readonly Waiting[], error: unknown): Promise<void> {
    switch (kindOfFailure(error)) {
      case 'refused':
        // One of them is to blame, and only that one.
        if (batch.length > 1) for (const waiting of batch) await this.#write([waiting]);
        else for (const { reject } of batch) reject(this.#connections.explained(error));
        return;
      case 'full':
        for (const { reject } of batch) reject(this.#connections.explained(error));
        return;
      case 'again':
        for (const waiting of batch) this.#again(waiting, error);
        return;
      case 'unknown':
        return this.#findOut(batch, error);
    }
  }

  #again(waiting: Waiting, error: unknown): void {
    if (waiting.tries >= maxTries) waiting.reject(this.#connections.explained(error));
    else this.#waiting.push(waiting);
  }

  /** Those that the statement passed over were not written; why not, the row says. */
  async #tellWhy(refused: readonly Waiting[]): Promise<void> {
    let found: ReadonlyMap<string, Found>;
    try {
      const venIDs = refused.map(({ hold }) => hold.venID);
      found = byVEN(await this.#connections.change<Found>(lookUp, [venIDs]));
    } catch (error) {
      return this.#findOut(refused, error);
    }
    for (const { hold, before, reject } of refused) {
      const row = found.get(hold.venID);
      reject(row === undefined || row.epoch !== hold.epoch ? fenced(hold, row) : conflict(hold, before, headOf(row)));
    }
  }

  /** Asks what became of a statement until the database answers or patience ends. */
  async #findOut(batch: readonly Waiting[], error: unknown): Promise<void> {
    const until = this.#pacing.now() + this.#patienceMs;
    let cause = error;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        return await this.#settle(batch, cause);
      } catch (again) {
        cause = again;
      }
      if (this.#pacing.now() + pauseMs >= until) break;
      await this.#pacing.wait(pauseMs);
    }
    for (const { hold, reject } of batch) reject(unknownOutcome(hold, this.#connections.explained(cause)));
  }

  async #settle(batch: readonly Waiting[], cause: unknown): Promise<void> {
    const found = byVEN(
      await this.#connections.change<Found>(fenceOff, [
        batch.map(({ hold }) => hold.venID),
        batch.map(({ hold }) => hold.holder),
        batch.map(({ hold }) => hold.epoch),
      ]),
    );
    for (const waiting of batch) {
      const { hold, before, resolve, reject } = waiting;
      const row = found.get(hold.venID);
      if (row === undefined) {
        reject(fenced(hold));
        continue;
      }
      hold.epoch = row.epoch;
      const head = headOf(row);
      if (isSameHead(head, afterGroup(waiting))) resolve();
      else if (isSameHead(head, before)) this.#again(waiting, cause);
      else reject(conflict(hold, before, head));
    }
  }
}

const byVEN = (rows: readonly Found[]): ReadonlyMap<string, Found> => new Map(rows.map((row) => [row.ven_id, row]));

/** Says that somebody else has taken the log over. */
export const fenced = ({ venID }: Pick<LogHold, 'venID'>, now?: Pick<Found, 'holder'>): LogError =>
  new LogError(
    'fenced',
    `The log of VEN ${venID} was taken over by ${now?.holder ?? 'another process'}: nothing was written, and this process must stop acting for that VEN.`,
  );

const conflict = ({ venID }: LogHold, expected: Head, found: Head): LogError =>
  new LogError(
    'conflict',
    `The log of VEN ${venID} ends at position ${found.position} and not at ${expected.position}, where this process left it, although nobody has taken it over: the database may be an older copy. Nothing was written; compare it with its backups before you start again.`,
    { position: Math.min(found.position, expected.position) + 1 },
  );

const unknownOutcome = ({ venID }: LogHold, cause: unknown): LogError =>
  new LogError(
    'unknown',
    `Whether the last entries of VEN ${venID} were written is not known (${cause instanceof Error ? cause.message : String(cause)}): open the log again once the database answers, and go on from the head it has.`,
    { cause },
  );
