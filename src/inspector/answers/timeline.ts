/** The lanes of a range of time. */
import { laneNames } from '../api/shapes.ts';
import { momentsLimit } from '../api/timeline.ts';
import type { ApiAnswer, ApiQuery } from '../api/paths.ts';
import type { Level } from '../api/words.ts';
import type { History } from '../history/history.ts';
import { isLandmark } from '../history/lanes.ts';
import { drEventsStarting } from '../../store/projections/drEvents.ts';
import { rowOf } from './entryRows.ts';

type Timeline = ApiAnswer<'timeline'>;
type Lane = Timeline['lanes'][number];
type Bucket = Lane['buckets'][number];

const rank: Readonly<Record<Level, number>> = { plain: 0, attention: 1, trouble: 2 };

interface Range {
  readonly fromAt: number;
  readonly toAt: number;
  readonly bucketMs: number;
  readonly buckets: number;
}

/** The range asked for; the whole log where nothing was. The present of a live log belongs to it. */
const rangeOf = ({ index, inspected }: History, { from, to, buckets }: ApiQuery<'timeline'>): Range => {
  const fromAt = from ?? index.recordedAt(index.start) ?? 0;
  const lastAt = (index.recordedAt(index.end - 1) ?? fromAt) + 1;
  const toAt = Math.max(fromAt + 1, to ?? Math.max(lastAt, inspected.live()?.now ?? lastAt));
  return { fromAt, toAt, bucketMs: (toAt - fromAt) / buckets, buckets };
};

const added = (bucket: Bucket | undefined, index: number, position: number, weight: number, level: Level): Bucket =>
  bucket === undefined
    ? { index, entries: 1, weight, first: position, last: position, level }
    : { ...bucket, entries: bucket.entries + 1, weight: bucket.weight + weight, last: position, level: rank[level] > rank[bucket.level] ? level : bucket.level };

const lanesOf = ({ index }: History, { fromAt, toAt, bucketMs, buckets }: Range): Lane[] => {
  const lanes = new Map(laneNames.map((lane) => [lane, new Map<number, Bucket>()]));
  const end = index.firstAfter(toAt - 1);
  for (let position = index.firstAfter(fromAt - 1); position < end; position += 1) {
    const at = index.recordedAt(position) ?? fromAt;
    if (at < fromAt || at >= toAt) continue;
    const { lane, level } = index.kindOf(position);
    const number = Math.min(buckets - 1, Math.floor((at - fromAt) / bucketMs));
    const laid = lanes.get(lane) as Map<number, Bucket>;
    laid.set(number, added(laid.get(number), number, position, index.weightOf(position), level));
  }
  return laneNames.map((lane) => {
    const laid = [...(lanes.get(lane)?.values() ?? [])].sort((a, b) => a.index - b.index);
    return { lane, entries: laid.reduce((sum, { entries }) => sum + entries, 0), buckets: laid };
  });
};

/** Positions that deserve a flag: troubles first where there are too many, then the latest. */
const landmarksOf = ({ index }: History, { fromAt, toAt }: Range): number[] => {
  const found: number[] = [];
  const end = index.firstAfter(toAt - 1);
  for (let position = index.firstAfter(fromAt - 1); position < end; position += 1) if (isLandmark(index.kindOf(position).type)) found.push(position);
  const byWeight = found.sort((a, b) => rank[index.kindOf(b).level] - rank[index.kindOf(a).level] || b - a);
  return byWeight.slice(0, momentsLimit).sort((a, b) => a - b);
};

const momentsOf = async (history: History, range: Range, timeZone: string): Promise<Timeline['moments']> => {
  const moments: Timeline['moments'] = [];
  for (const position of landmarksOf(history, range)) {
    for await (const entry of history.inspected.log.read({ from: position, to: position })) {
      const { lane, sentence, type } = rowOf(entry, timeZone);
      moments.push({ position, at: entry.recordedAt, type, lane, level: history.index.kindOf(position).level, sentence });
    }
  }
  return moments;
};

/** Runs of the agent, from each start to its stop or to the next start. */
const runsOf = ({ index, inspected }: History, { fromAt, toAt }: Range): Timeline['spans'] => {
  const matches = index.matcher({ types: ['AgentStarted', 'AgentStopped'] });
  const spans: Timeline['spans'] = [];
  let open: { readonly position: number; readonly startAt: number } | null = null;
  const end = (endAt: number | null): void => {
    if (open !== null && open.startAt < toAt && (endAt ?? toAt) >= fromAt) spans.push({ kind: 'run', stream: 'agent', startAt: open.startAt, endAt, position: open.position });
    open = null;
  };
  for (let position = index.start; position < index.end; position += 1) {
    if (!matches(position)) continue;
    const at = index.recordedAt(position) ?? 0;
    end(at);
    if (index.kindOf(position).type === 'AgentStarted') open = { position, startAt: at };
  }
  end(inspected.live() === null ? (index.recordedAt(index.end - 1) ?? null) : null);
  return spans;
};

const drEventsOf = async (history: History, { fromAt, toAt }: Range): Promise<Timeline['spans']> => {
  const views = await history.viewsNow();
  // An event that began before the range and reaches into it is at most a few days long.
  return drEventsStarting(views.drEvents, fromAt - 3 * 86_400_000, toAt)
    .filter(({ endAt }) => (endAt ?? toAt) > fromAt)
    .map(({ eventID, startAt, endAt, position }) => ({ kind: 'drEvent', stream: `drEvent/${eventID}`, startAt, endAt, position }));
};

/** The lanes, flags and spans of a range. */
export const timelineAnswerOf = async (history: History, query: ApiQuery<'timeline'>, timeZone: string): Promise<Timeline> => {
  const range = rangeOf(history, query);
  const isComplete = history.index.end > history.inspected.log.durableHead.position;
  const { fromAt, toAt, bucketMs } = range;
  const spans = [...runsOf(history, range), ...(isComplete ? await drEventsOf(history, range) : [])];
  return { fromAt, toAt, bucketMs, head: history.head, isComplete, lanes: lanesOf(history, range), moments: await momentsOf(history, range, timeZone), spans };
};
