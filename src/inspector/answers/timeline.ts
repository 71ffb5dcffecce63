/** The lanes of a range of time. */
import { laneNames } from '../api/shapes.ts';
import { momentsLimit } from '../api/timeline.ts';
import type { ApiAnswer, ApiQuery } from '../api/paths.ts';
import type { EyeLevel } from '../api/words.ts';
import type { History } from '../history/history.ts';
import { drEventsStarting } from '../../store/projections/drEvents.ts';
import { rowOf } from './entryRows.ts';

type Timeline = ApiAnswer<'timeline'>;
type Moment = Timeline['moments'][number];
type Lane = Timeline['lanes'][number];
type Bucket = Lane['buckets'][number];

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

const levels: readonly EyeLevel[] = ['plain', 'attention', 'trouble'];

/** What is counted of one lane, part by part. */
class LaneTally {
  readonly entries: Uint32Array;
  readonly weight: Float64Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly worst: Uint8Array;

  constructor(buckets: number) {
    this.entries = new Uint32Array(buckets);
    this.weight = new Float64Array(buckets);
    this.first = new Int32Array(buckets);
    this.last = new Int32Array(buckets);
    this.worst = new Uint8Array(buckets);
  }

  add(bucket: number, position: number, weight: number, level: number): void {
    if (this.entries[bucket] === 0) this.first[bucket] = position;
    this.entries[bucket] = (this.entries[bucket] as number) + 1;
    this.weight[bucket] = (this.weight[bucket] as number) + weight;
    this.last[bucket] = position;
    if (level > (this.worst[bucket] as number)) this.worst[bucket] = level;
  }

  /** The parts that hold anything. */
  buckets(): Bucket[] {
    const found: Bucket[] = [];
    this.entries.forEach((entries, index) => {
      if (entries === 0) return;
      const [weight, first, last, worst] = [
        this.weight[index],
        this.first[index],
        this.last[index],
        this.worst[index],
      ] as [number, number, number, number];
      found.push({ index, entries, weight, first, last, level: levels[worst] as EyeLevel });
    });
    return found;
  }
}

const lanesOf = ({ index }: History, { fromAt, toAt, bucketMs, buckets }: Range): Lane[] => {
  const tallies = laneNames.map(() => new LaneTally(buckets));
  const lanes = index.kinds.map(([{ lane }]) => tallies[laneNames.indexOf(lane)] as LaneTally);
  const ranks = index.kinds.map(([{ level }]) => levels.indexOf(level));
  index.scan(index.firstAfter(fromAt - 1), index.firstAfter(toAt - 1), (position, at, kind, weight) => {
    if (at < fromAt || at >= toAt) return;
    (lanes[kind] as LaneTally).add(
      Math.min(buckets - 1, Math.floor((at - fromAt) / bucketMs)),
      position,
      weight,
      ranks[kind] as number,
    );
  });
  return laneNames.map((lane, place) => {
    const laid = (tallies[place] as LaneTally).buckets();
    return { lane, entries: laid.reduce((sum, { entries }) => sum + entries, 0), buckets: laid };
  });
};

/** Positions that deserve a flag: troubles first where there are too many, then the latest. */
const landmarksOf = ({ index }: History, { fromAt, toAt }: Range): number[] => {
  const [first, end] = [index.firstAfter(fromAt - 1), index.firstAfter(toAt - 1)];
  const rankOf = (position: number): number => levels.indexOf(index.kindOf(position).level);
  return index.landmarks
    .filter((position) => position >= first && position < end)
    .sort((x, y) => rankOf(y) - rankOf(x) || y - x)
    .slice(0, momentsLimit)
    .sort((x, y) => x - y);
};

/** Flags that were read once; an entry never changes. @limit flags remembered of one log */
const told = new WeakMap<History, Map<number, Moment>>();
const toldLimit = 5_000;

const read = async (history: History, position: number, timeZone: string): Promise<Moment | null> => {
  for await (const entry of history.projections.read({ from: position, to: position })) {
    const { lane, sentence, type } = rowOf(entry, timeZone);
    return { position, at: entry.recordedAt, type, lane, level: history.index.kindOf(position).level, sentence };
  }
  return null;
};

const momentsOf = async (history: History, range: Range, timeZone: string): Promise<Moment[]> => {
  const known = told.get(history) ?? new Map<number, Moment>();
  told.set(history, known);
  if (known.size > toldLimit) known.clear();
  const moments: Moment[] = [];
  for (const position of landmarksOf(history, range)) {
    const moment = known.get(position) ?? (await read(history, position, timeZone));
    if (moment === null) continue;
    known.set(position, moment);
    moments.push(moment);
  }
  return moments;
};

/** Runs of the agent, from each start to its stop or to the next start. */
const runsOf = ({ index, inspected }: History, { fromAt, toAt }: Range): Timeline['spans'] => {
  const spans: Timeline['spans'] = [];
  let open: { readonly position: number; readonly startAt: number } | null = null;
  const end = (endAt: number | null): void => {
    if (open !== null && open.startAt < toAt && (endAt ?? toAt) >= fromAt)
      spans.push({ kind: 'run', stream: 'agent', startAt: open.startAt, endAt, position: open.position });
    open = null;
  };
  for (const position of index.landmarks) {
    const { type } = index.kindOf(position);
    if (type !== 'AgentStarted' && type !== 'AgentStopped') continue;
    const at = index.recordedAt(position) ?? 0;
    end(at);
    if (type === 'AgentStarted') open = { position, startAt: at };
  }
  end(inspected.live() === null ? (index.recordedAt(index.end - 1) ?? null) : null);
  return spans;
};

const drEventsOf = async (history: History, { fromAt, toAt }: Range): Promise<Timeline['spans']> => {
  const views = await history.viewsNow();
  // An event that began before the range and reaches into it is at most a few days long.
  return drEventsStarting(views.drEvents, fromAt - 3 * 86_400_000, toAt)
    .filter(({ endAt }) => (endAt ?? toAt) > fromAt)
    .map(({ eventID, startAt, endAt, position }) => ({
      kind: 'drEvent',
      stream: `drEvent/${eventID}`,
      startAt,
      endAt,
      position,
    }));
};

/** The lanes, flags and spans of a range. */
export const timelineAnswerOf = async (
  history: History,
  query: ApiQuery<'timeline'>,
  timeZone: string,
): Promise<Timeline> => {
  const range = rangeOf(history, query);
  const isComplete = history.index.end > history.inspected.log.durableHead.position;
  const { fromAt, toAt, bucketMs } = range;
  const spans = [...runsOf(history, range), ...(isComplete ? await drEventsOf(history, range) : [])];
  return {
    fromAt,
    toAt,
    bucketMs,
    head: history.head,
    isComplete,
    lanes: lanesOf(history, range),
    moments: await momentsOf(history, range, timeZone),
    spans,
  };
};
