/** What a log holds, as rows: everything that is not beyond its base was kept or is a gap, everything beyond it is an entry. */
import type { QueryResultRow } from 'pg';
import { canonicalJson } from '../canonicalJson.ts';
import { gapText } from '../gaps.ts';
import { keyOf, LogView, type Sublevel } from '../logView.ts';
import { hexOf } from './values.ts';

/** Asks for rows. */
export type Ask = <Row extends QueryResultRow>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/** @limit Entries fetched at a time. */
const readChunk = 1_000;

/** What stands at a position: an entry's text, or where a gap ends. */
interface StandingRow {
  readonly position: number;
  readonly body: string | null;
  readonly to_position: number | null;
  readonly hash: Uint8Array | null;
}

const nothing = 'NULL::bigint AS to_position, NULL::bytea AS hash';

/** A reading that a compaction overtakes finds itself within a gap; it is then told of the rest of it. */
const between = `SELECT * FROM (
  (SELECT position, body::text AS body, ${nothing} FROM ven.entry
   WHERE ven_id = $1 AND position BETWEEN $2 AND $3
     AND position > (SELECT base_position FROM ven.log WHERE ven_id = $1)
   ORDER BY position LIMIT $4)
  UNION ALL
  (SELECT position, body::text, ${nothing} FROM ven.kept_entry
   WHERE ven_id = $1 AND position BETWEEN $2 AND $3
   ORDER BY position LIMIT $4)
  UNION ALL
  (SELECT greatest(from_position, $2), NULL, to_position, hash FROM ven.gap
   WHERE ven_id = $1 AND to_position >= $2 AND from_position <= $3
   ORDER BY from_position LIMIT $4)
) standing ORDER BY position LIMIT $4`;

const lastUpTo = `SELECT * FROM (
  (SELECT position, body::text AS body, ${nothing} FROM ven.entry
   WHERE ven_id = $1 AND position <= $2
     AND position > (SELECT base_position FROM ven.log WHERE ven_id = $1)
   ORDER BY position DESC LIMIT 1)
  UNION ALL
  (SELECT position, body::text, ${nothing} FROM ven.kept_entry
   WHERE ven_id = $1 AND position <= $2 ORDER BY position DESC LIMIT 1)
  UNION ALL
  (SELECT from_position, NULL, to_position, hash FROM ven.gap
   WHERE ven_id = $1 AND from_position <= $2 ORDER BY from_position DESC LIMIT 1)
) standing ORDER BY position DESC LIMIT 1`;

const textOf = ({ position, body, to_position: to, hash }: StandingRow): string =>
  to === null || hash === null ? (body ?? '') : gapText({ from: position, to, hash: hexOf(hash) });

/** The position of a key; those before and after all keys are before and after all positions. */
const positionOf = (key: string): number => {
  const position = Number(key);
  return Number.isNaN(position) ? Number.MAX_SAFE_INTEGER : position;
};

const entriesOf = (ask: Ask, venID: string): Sublevel<string> => ({
  get: async (key) => {
    const [row] = await ask<StandingRow>(between, [venID, positionOf(key), positionOf(key), 1]);
    return row === undefined ? undefined : textOf(row);
  },
  lastUpTo: async (key) => {
    const [row] = await ask<StandingRow>(lastUpTo, [venID, positionOf(key)]);
    return row === undefined ? undefined : [keyOf(row.position), textOf(row)];
  },
  values: async function* (from, to) {
    for (let next = positionOf(from), last = positionOf(to); next <= last;) {
      const rows = await ask<StandingRow>(between, [venID, next, last, readChunk]);
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows.map(textOf);
      if (rows.length < readChunk) return;
      next = (end.to_position ?? end.position) + 1;
    }
  },
});

const wiresOf = (ask: Ask, venID: string): Sublevel<Uint8Array> => ({
  get: async (key) => {
    const [row] = await ask<{ packed: Uint8Array }>('SELECT packed FROM ven.wire WHERE ven_id = $1 AND position = $2', [
      venID,
      positionOf(key),
    ]);
    return row?.packed;
  },
  lastUpTo: async (key) => {
    const [row] = await ask<{ position: number; packed: Uint8Array }>(
      'SELECT position, packed FROM ven.wire WHERE ven_id = $1 AND position <= $2 ORDER BY position DESC LIMIT 1',
      [venID, positionOf(key)],
    );
    return row === undefined ? undefined : [keyOf(row.position), row.packed];
  },
  values: async function* (from, to) {
    for (let next = positionOf(from), last = positionOf(to); next <= last;) {
      const rows = await ask<{ position: number; packed: Uint8Array }>(
        'SELECT position, packed FROM ven.wire WHERE ven_id = $1 AND position BETWEEN $2 AND $3 ORDER BY position LIMIT $4',
        [venID, next, last, readChunk],
      );
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows.map(({ packed }) => packed);
      next = end.position + 1;
    }
  },
});

const checkpointsOf = (ask: Ask, venID: string): Sublevel<Uint8Array> => ({
  get: async (name) => {
    const [row] = await ask<{ packed: Uint8Array }>(
      'SELECT packed FROM ven.checkpoint WHERE ven_id = $1 AND name = $2',
      [venID, name],
    );
    return row?.packed;
  },
  lastUpTo: async () => undefined,
  values: async function* () {
    for (const { packed } of await ask<{ packed: Uint8Array }>(
      'SELECT packed FROM ven.checkpoint WHERE ven_id = $1 ORDER BY name',
      [venID],
    ))
      yield [packed];
  },
});

/** What the row of a log says beside its head. */
interface Said {
  readonly base_position: number;
  readonly base_hash: Uint8Array;
  readonly forgotten: number;
  readonly forgotten_before: number | null;
  readonly created_at: number;
}

const metaText = (key: string, row: Said): string | undefined => {
  switch (key) {
    case 'log':
      return canonicalJson({ format: row.base_position < 0 ? 1 : 2, createdAt: row.created_at });
    case 'base':
      return canonicalJson({ position: row.base_position, hash: hexOf(row.base_hash), forgotten: row.forgotten });
    case 'forgottenBefore':
      return row.forgotten_before === null ? undefined : String(row.forgotten_before);
    default:
      return undefined;
  }
};

const metaOf = (ask: Ask, venID: string): Sublevel<string> => ({
  get: async (key) => {
    const [row] = await ask<Said>(
      'SELECT base_position, base_hash, forgotten, forgotten_before, created_at FROM ven.log WHERE ven_id = $1',
      [venID],
    );
    return row === undefined ? undefined : metaText(key, row);
  },
  lastUpTo: async () => undefined,
  values: async function* () {
    // Nobody walks over what a log says of itself.
  },
});

/** One VEN's log as a view, whoever asks. */
export const postgresView = (ask: Ask, venID: string): LogView =>
  new LogView({
    entries: entriesOf(ask, venID),
    wires: wiresOf(ask, venID),
    checkpoints: checkpointsOf(ask, venID),
    meta: metaOf(ask, venID),
  });
