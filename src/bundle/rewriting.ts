import type { Entry } from '../facts/entry.ts';
import type { Checkpoint } from '../store/eventLog.ts';
import { visitData, visitText, visitXml, type TextVisitor } from '../recording/identifiers.ts';

/** What is done to everything that goes from a log into a bundle. */
export interface Rewriting {
  /** The entry with other texts; what says where it stands in the log is left as it is. */
  entry(entry: Entry): Entry;
  /** The XML beside the entry at the position. */
  xml(xml: string, position: number): string;
  checkpoint(checkpoint: Checkpoint): Checkpoint;
}

/** Rewrites by visiting every text; XML as a whole if `wholeXml`, for what may stand in its tags and comments too. */
export const rewritingBy = (
  visitor: TextVisitor,
  { wholeXml = false }: { readonly wholeXml?: boolean } = {},
): Rewriting => ({
  entry: (entry) => ({
    ...entry,
    stream: visitText('stream', entry.stream, visitor),
    ...(entry.requestID === undefined ? {} : { requestID: visitText('requestID', entry.requestID, visitor) }),
    data: visitData(entry.data, visitor),
  }),
  xml: (xml) => (wholeXml ? visitor.text(xml) : visitXml(xml, visitor)),
  checkpoint: (checkpoint) => ({ ...checkpoint, state: visitData(checkpoint.state, visitor, true) }),
});

/** One after the other. */
export const inTurn = (rewritings: readonly Rewriting[]): Rewriting => ({
  entry: (entry) => rewritings.reduce((current, each) => each.entry(current), entry),
  xml: (xml, position) => rewritings.reduce((current, each) => each.xml(current, position), xml),
  checkpoint: (checkpoint) => rewritings.reduce((current, each) => each.checkpoint(current), checkpoint),
});
