/** Entries as lists show them. */
import type { Entry } from '../../facts/entry.ts';
import type { ApiAnswer } from '../api/paths.ts';
import { summaryOf } from '../../telling/summary.ts';
import { laneOf, messageOf } from '../history/lanes.ts';

/** An entry of a list. */
export type EntryRow = ApiAnswer<'entries'>['entries'][number];

/** An entry as a list shows it. */
export const rowOf = (entry: Entry, timeZone: string): EntryRow => {
  const { position, recordedAt, runID, direction, stream, type, cause, requestID, wireHash } = entry;
  return {
    position,
    recordedAt,
    runID,
    direction,
    stream,
    type,
    lane: laneOf(entry),
    message: messageOf(entry),
    sentence: summaryOf(entry, timeZone),
    cause,
    requestID: requestID ?? null,
    hasXml: wireHash !== undefined,
  };
};

/** The same with its data. */
export const rowWithData = (entry: Entry, timeZone: string): EntryRow & { data: unknown } => ({
  ...rowOf(entry, timeZone),
  data: entry.data,
});
