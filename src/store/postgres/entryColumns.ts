import type { Envelope } from '../../facts/entry.ts';
import { bytesOf, hashesOf } from './values.ts';

/** An entry as far as columns hold it, and the text it was sealed as. */
export interface StoredEntry {
  readonly entry: Envelope;
  readonly text: string;
}

/**
 * Text as a column holds it: PostgreSQL has no NUL, and a line break ends a text in the parameter that it comes in. The entry itself is in
 * `body` as it was sealed.
 */
const columnText = (text: string): string => text.replace(/[\0\n]/g, '\ufffd');

/** @limit The largest number of an integer column; a version beyond is none of ours. */
const maxInt = 2_147_483_647;

const numbers = (values: readonly (number | null)[]): string => `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/** Parameters of a statement that inserts entries: what `entriesGiven` reads. */
export const columnsOfEntries = (entries: readonly StoredEntry[]): readonly unknown[] => {
  const texts = (of: (entry: Envelope) => string): string =>
    entries.map(({ entry }) => `${columnText(of(entry))}\n`).join('');
  return [
    numbers(entries.map(({ entry }) => entry.position)),
    numbers(entries.map(({ entry }) => entry.recordedAt)),
    texts(({ runID }) => runID),
    texts(({ direction }) => direction),
    texts(({ stream }) => stream),
    texts(({ type }) => type),
    numbers(entries.map(({ entry }) => Math.min(entry.version, maxInt))),
    numbers(entries.map(({ entry }) => entry.cause)),
    entries.map(({ entry }) => (entry.requestID === undefined ? null : columnText(entry.requestID))),
    entries.map(({ entry }) => (entry.wireHash === undefined ? null : bytesOf(entry.wireHash))),
    hashesOf(entries.map(({ entry }) => entry.hash)),
    entries.map(({ text }) => `${text}\n`).join(''),
  ];
};

/**
 * A source of rows made of the parameters from a number on. Hashes come as one string of bytes, and texts as one text each: an entry as it was
 * sealed has no line break in it, and quotes need not be escaped for an array on one side and taken apart on the other.
 */
export const entriesGiven = (first: number, venIDs: string): string => {
  const at = (offset: number): string => `$${first + offset}`;
  const texts = (offset: number): string => `string_to_array(${at(offset)}::text, E'\\n')`;
  return `(SELECT given.*, substring(${at(10)}::bytea FROM (given.row::int - 1) * 32 + 1 FOR 32) AS hash
FROM unnest(${venIDs}, ${at(0)}::bigint[], ${at(1)}::double precision[], ${texts(2)}, ${texts(3)}, ${texts(4)}, ${texts(5)},
  ${at(6)}::int[], ${at(7)}::bigint[], ${at(8)}::text[], ${at(9)}::bytea[], ${texts(11)}) WITH ORDINALITY
  AS given(ven_id, position, recorded_at, run_id, direction, stream, type, version, cause, request_id, wire_hash, body, row)
-- Behind the last line break is one more text, of nothing.
WHERE given.ven_id IS NOT NULL) AS e`;
};
