import type { DataPoint } from '../../machines/dataPoints.ts';
import { defaultXmlLimits } from '../../protocol/payload.ts';

/**
 * How much one report holds: never more than we would read ourselves, so that what was sent can be read again from its XML
 * for ever. What is larger is told in several messages.
 */

/** @limit The part of our own limits that a report of ours may fill. */
export const fillLimit = 0.75;

/** @limit Messages that are made in one turn. */
export const messagesPerTurn = 4;

/** What an interval takes beside its payloads, and what a payload takes beside its rID, as we write them. @unit elements; bytes */
const intervalSize = { nodes: 7, bytes: 240 };
const payloadSize = { nodes: 7, bytes: 320 };

const escaped = /[&<>"']/;

const writtenBytes = (text: string): number =>
  [...text].reduce((sum, char) => sum + (escaped.test(char) ? 6 : char.charCodeAt(0) > 127 ? 4 : 1), 0);

/** How many intervals with values of these data points one report holds; at least one. */
export const intervalsPerReport = (points: readonly DataPoint[]): number => {
  const { maxNodes, maxBytes } = defaultXmlLimits;
  const nodes = intervalSize.nodes + points.length * payloadSize.nodes;
  const bytes = points.reduce((sum, { rID }) => sum + payloadSize.bytes + writtenBytes(rID), intervalSize.bytes);
  return Math.max(1, Math.floor(Math.min((maxNodes * fillLimit) / nodes, (maxBytes * fillLimit) / bytes)));
};

/** A list in parts of at most so many. */
export const inParts = <Item>(items: readonly Item[], limit: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / limit) }, (_, part) => items.slice(part * limit, (part + 1) * limit));
