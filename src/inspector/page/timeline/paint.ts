/** The lanes on a canvas. */
import type { Lane, Timeline, WherePlace } from '../server/answers.ts';
import { colour } from '../shell/theme.ts';
import type { Tick } from './scale.ts';

/** Sizes of the scrubber. @unit px */
export const sizes = { lane: 11, gap: 2, axis: 18, flags: 12 } as const;

/** What is painted. */
export interface Painting {
  readonly timeline: Timeline;
  readonly ticks: readonly Tick[];
  readonly width: number;
  /** One lane for everything, where there is little room. */
  readonly isMerged: boolean;
  /** Without an axis it is as low as can be. */
  readonly hasAxis: boolean;
  /** Where the predicate holds that somebody looks for. */
  readonly places: readonly WherePlace[];
}

const laneColours: Readonly<Record<Lane, string>> = {
  agent: 'quiet',
  registration: 'good',
  polls: 'edge',
  drEvents: 'accent',
  reports: 'export',
  devices: 'charge',
  faults: 'bad',
};

type Ink = CanvasRenderingContext2D;
type LaneOf = Timeline['lanes'][number];
type Bucket = LaneOf['buckets'][number];
type Moment = Timeline['moments'][number];

const rowsOf = ({ timeline, isMerged }: Painting): number => (isMerged ? 1 : timeline.lanes.length);

const axisOf = ({ hasAxis }: Painting): number => (hasAxis ? sizes.axis : 0);

/** How high the scrubber is. @unit px */
export const heightOf = (painting: Painting): number =>
  sizes.flags + rowsOf(painting) * (sizes.lane + sizes.gap) + axisOf(painting);

/** Where an instant stands. @unit px */
export const xOf = ({ timeline: { fromAt, toAt }, width }: Painting, at: number): number =>
  ((at - fromAt) / Math.max(1, toAt - fromAt)) * width;

const paintTicks = (ink: Ink, painting: Painting): void => {
  const bottom = heightOf(painting) - axisOf(painting);
  ink.font = '10.5px system-ui, sans-serif';
  ink.textBaseline = 'middle';
  let freeFrom = -Infinity;
  for (const { at, text, isDay } of painting.ticks) {
    const x = Math.round(xOf(painting, at)) + 0.5;
    ink.strokeStyle = colour(isDay ? 'edge' : 'hair');
    ink.beginPath();
    ink.moveTo(x, sizes.flags);
    ink.lineTo(x, bottom);
    ink.stroke();
    const { width } = ink.measureText(text);
    if (!painting.hasAxis || x < freeFrom || x + width + 4 > painting.width) continue;
    ink.fillStyle = colour(isDay ? 'soft' : 'quiet');
    ink.fillText(text, x + 3, bottom + sizes.axis / 2);
    freeFrom = x + width + 14;
  }
};

const strengthOf = ({ weight }: Bucket): number => Math.min(1, 0.35 + 0.2 * Math.log2(1 + weight));

const paintBuckets = (ink: Ink, painting: Painting, { lane, buckets }: LaneOf, row: number): void => {
  const {
    timeline: { fromAt, bucketMs },
  } = painting;
  const top = sizes.flags + row * (sizes.lane + sizes.gap);
  for (const bucket of buckets) {
    const from = xOf(painting, fromAt + bucket.index * bucketMs);
    const width = Math.max(1.5, xOf(painting, fromAt + (bucket.index + 1) * bucketMs) - from - 0.5);
    const height = sizes.lane * strengthOf(bucket);
    ink.fillStyle = colour(
      bucket.level === 'trouble' ? 'bad' : bucket.level === 'attention' ? 'warn' : laneColours[lane],
    );
    ink.fillRect(from, top + (sizes.lane - height) / 2, width, height);
  }
};

const paintSpans = (ink: Ink, painting: Painting): void => {
  const {
    timeline: { spans, lanes, toAt },
  } = painting;
  for (const { kind, startAt, endAt } of spans) {
    const row = lanes.findIndex(({ lane }) => lane === (kind === 'run' ? 'agent' : 'drEvents'));
    if (row < 0) continue;
    const [from, to] = [Math.max(0, xOf(painting, startAt)), Math.min(painting.width, xOf(painting, endAt ?? toAt))];
    if (to <= 0 || from >= painting.width) continue;
    ink.globalAlpha = 0.16;
    ink.fillStyle = colour(kind === 'run' ? 'good' : 'accent');
    ink.beginPath();
    ink.roundRect(from, sizes.flags + row * (sizes.lane + sizes.gap), Math.max(2, to - from), sizes.lane, 3);
    ink.fill();
    ink.globalAlpha = 1;
  }
};

const severity = { plain: 0, attention: 1, trouble: 2 } as const;

/** How near flags may stand. @unit px */
const flagWidth = 8;

/** Where there are many, the worst of each place. */
const flagsOf = (painting: Painting): readonly Moment[] => {
  const flags = new Map<number, Moment>();
  for (const moment of painting.timeline.moments) {
    const place = Math.floor(xOf(painting, moment.at) / flagWidth);
    const there = flags.get(place);
    if (there === undefined || severity[there.level] <= severity[moment.level]) flags.set(place, moment);
  }
  return [...flags.values()];
};

const paintFlags = (ink: Ink, painting: Painting): void => {
  for (const { at, level, lane } of flagsOf(painting)) {
    const x = xOf(painting, at);
    ink.fillStyle = colour(level === 'trouble' ? 'bad' : level === 'attention' ? 'warn' : laneColours[lane]);
    ink.beginPath();
    ink.moveTo(x - 3.5, 1);
    ink.lineTo(x + 3.5, 1);
    ink.lineTo(x, sizes.flags - 3);
    ink.fill();
  }
};

/** Where it holds: an upright at each place, and along the foot for as long as it holds. */
const paintPlaces = (ink: Ink, painting: Painting): void => {
  const bottom = heightOf(painting) - axisOf(painting);
  const { fromAt, toAt } = painting.timeline;
  ink.fillStyle = colour('glow');
  for (const { at, endedAt, endedPosition, isBegun } of painting.places) {
    const endAt = endedAt ?? (endedPosition === null ? toAt : at);
    if (endAt < fromAt || at > toAt) continue;
    const x = Math.max(0, xOf(painting, at));
    if (isBegun) ink.fillRect(x - 0.75, sizes.flags - 3, 1.5, bottom - sizes.flags + 3);
    ink.fillRect(x, bottom - 3, Math.max(2, Math.min(painting.width, xOf(painting, endAt)) - x), 3);
  }
};

/** Paints it all anew. */
export const paint = (canvas: HTMLCanvasElement, painting: Painting): void => {
  const height = heightOf(painting);
  canvas.width = Math.round(painting.width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.height = `${height}px`;
  const ink = canvas.getContext('2d');
  if (ink === null) return;
  ink.scale(devicePixelRatio, devicePixelRatio);
  paintTicks(ink, painting);
  if (!painting.isMerged) paintSpans(ink, painting);
  painting.timeline.lanes.forEach((lane, row) => paintBuckets(ink, painting, lane, painting.isMerged ? 0 : row));
  paintFlags(ink, painting);
  paintPlaces(ink, painting);
};
