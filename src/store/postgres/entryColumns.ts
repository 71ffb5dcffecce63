import type { Entry } from '../../facts/entry.ts';
import { bytesOf } from './values.ts';

/** An entry and the text it was sealed as. */
export interface StoredEntry {
  readonly entry: Entry;
  readonly text: string;
}

/** Text as a column holds it: PostgreSQL has no NUL, and the entry itself is in `body` as it was sealed. */
const columnText = (text: string): string => text.replaceAll('\0', '\ufffd');

/** @limit The largest number of an integer column; a version beyond is none of ours. */
const maxInt = 2_147_483_647;

/**
 * The columns of entries as arrays, in this order: position, recorded_at, run_id, direction, stream, type, version, cause, request_id,
 * wire_hash, hash, body.
 */
export const columnsOfEntries = (entries: readonly StoredEntry[]): readonly (readonly unknown[])[] => [
  entries.map(({ entry }) => entry.position),
  entries.map(({ entry }) => entry.recordedAt),
  entries.map(({ entry }) => columnText(entry.runID)),
  entries.map(({ entry }) => entry.direction),
  entries.map(({ entry }) => columnText(entry.stream)),
  entries.map(({ entry }) => columnText(entry.type)),
  entries.map(({ entry }) => Math.min(entry.version, maxInt)),
  entries.map(({ entry }) => entry.cause),
  entries.map(({ entry }) => (entry.requestID === undefined ? null : columnText(entry.requestID))),
  entries.map(({ entry }) => (entry.wireHash === undefined ? null : bytesOf(entry.wireHash))),
  entries.map(({ entry }) => bytesOf(entry.hash)),
  entries.map(({ text }) => text),
];
