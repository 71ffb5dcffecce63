import type { Gap } from '../gaps.ts';
import type { Ask } from './postgresView.ts';
import { bytesOf } from './values.ts';

/** Nothing is deleted: what stays is copied to where it is kept, and the base says that the rest is gone. Months go when nobody needs them. */
const keepUpTo = `INSERT INTO ven.kept_entry
SELECT entry.* FROM ven.entry AS entry
WHERE entry.ven_id = $1 AND entry.position > $2 AND entry.position <= $3
  AND NOT EXISTS (SELECT FROM unnest($4::bigint[], $5::bigint[]) AS gap(a, b) WHERE entry.position BETWEEN gap.a AND gap.b)`;

const putGaps = `INSERT INTO ven.gap (ven_id, from_position, to_position, hash)
SELECT $1, gap.a, gap.b, gap.hash FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS gap(a, b, hash)`;

const dropWires = `DELETE FROM ven.wire AS wire USING unnest($2::bigint[], $3::bigint[]) AS gap(a, b)
WHERE wire.ven_id = $1 AND wire.position BETWEEN gap.a AND gap.b`;

/** A stretch of a log that comes to lie before its base, and what of it is let go of. */
export interface KeptStretch {
  readonly venID: string;
  /** The base until now. */
  readonly after: number;
  /** The base from now on, or the head where that is before it. */
  readonly upTo: number;
  readonly gaps: readonly Gap[];
}

/** Moves what stays of a stretch to where it is kept; in the transaction in which the base is moved. */
export const keepEntries = async (ask: Ask, { venID, after, upTo, gaps }: KeptStretch): Promise<void> => {
  const [from, to] = [gaps.map((gap) => gap.from), gaps.map((gap) => gap.to)];
  await ask(keepUpTo, [venID, after, upTo, from, to]);
  await ask(putGaps, [venID, from, to, gaps.map(({ hash }) => bytesOf(hash))]);
  await ask(dropWires, [venID, from, to]);
};
