import type { DataPoint } from '../../machines/report/dataPoints.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { defaultXmlLimits } from '../../protocol/types/xmlLimits.ts';

/**
 * How much one report holds: never more than we would read ourselves, so that what was sent can be read again from its XML
 * for ever. What is larger is told in several messages.
 */

/** @limit The part of our own limits that a report of ours may fill. */
export const fillLimit = 0.75;

/** @limit Messages that are made in one turn; one where they tell of some devices of many. */
export const messagesPerTurn = 4;

/**
 * @limit Values in a report of some devices of many. To make it, to write it and to record it is a step, and everything else waits for
 * that; a report of a few devices has fewer, and is told whole.
 */
export const valuesAtOnce = 500;

/** What an interval takes beside its payloads, and what a payload takes beside its rID, as we write them. @unit elements; bytes */
const intervalSize = { nodes: 7, bytes: 240 };
const payloadSize = { nodes: 7, bytes: 320 };

const escaped = /[&<>"']/;

const writtenBytes = (text: string): number =>
  [...text].reduce((sum, char) => sum + (escaped.test(char) ? 6 : char.charCodeAt(0) > 127 ? 4 : 1), 0);

/** What one report may take. */
interface Room {
  readonly nodes: number;
  readonly bytes: number;
  readonly intervals: number;
}

/** As much as we would read ourselves leaves room for, and no more than the VTN takes. */
const roomFor = ({ reportLimits: { nodes, bytes, intervals } = {} }: Pick<VenSettings, 'reportLimits'>): Room => ({
  nodes: Math.min(defaultXmlLimits.maxNodes * fillLimit, nodes ?? Infinity),
  bytes: Math.min(defaultXmlLimits.maxBytes * fillLimit, bytes ?? Infinity),
  intervals: intervals ?? Infinity,
});

const payloadBytes = (points: readonly DataPoint[]): number =>
  points.reduce((sum, { rID }) => sum + payloadSize.bytes + writtenBytes(rID), 0);

/** How many intervals with values of these data points one report holds; at least one. */
export const intervalsPerReport = (
  points: readonly DataPoint[],
  settings: Pick<VenSettings, 'reportLimits'>,
): number => {
  const room = roomFor(settings);
  const nodes = intervalSize.nodes + points.length * payloadSize.nodes;
  const bytes = payloadBytes(points) + intervalSize.bytes;
  return Math.max(1, Math.floor(Math.min(room.nodes / nodes, room.bytes / bytes, room.intervals)));
};

/** How many of these devices one report holds with so many intervals of each; at least one. */
export const resourcesPerReport = (
  points: readonly DataPoint[],
  resources: number,
  intervals: number,
  settings: Pick<VenSettings, 'reportLimits'>,
  mostValues = valuesAtOnce,
): number => {
  const room = roomFor(settings);
  const each = Math.max(1, resources);
  const values = (points.length / each) * intervals;
  const nodes = values * payloadSize.nodes;
  const bytes = (payloadBytes(points) / each) * intervals;
  return Math.max(
    1,
    Math.floor(
      Math.min(
        (room.nodes - intervals * intervalSize.nodes) / nodes,
        (room.bytes - intervals * intervalSize.bytes) / bytes,
        mostValues / values,
      ),
    ),
  );
};

/** A list in parts of at most so many. */
export const inParts = <Item>(items: readonly Item[], limit: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / limit) }, (_, part) => items.slice(part * limit, (part + 1) * limit));
