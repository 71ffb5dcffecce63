/** The log as a scrubber: drag it, step with ← →, and everything on the page shows that moment. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { State, Timeline as TimelineAnswer } from '../server/answers.ts';
import { servings } from '../server/feed.ts';
import { paths } from '../server/paths.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { laneWords } from '../log/filters.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { look } from '../shell/theme.ts';
import { countText } from '../../../text/quantities.ts';
import { momentText } from '../../../text/times.ts';
import { goTo, headPosition, isLive, shownPosition } from '../time/moment.ts';
import { found } from '../where/places.ts';
import { Controls } from './Controls.tsx';
import { heightOf, paint, sizes, xOf, type Painting } from './paint.ts';
import { positionAt, positionsOf, rangeFor, spans, ticksOf, type ShownRange } from './scale.ts';

/** How much of the log's time is looked at. */
export const spanMs = signal<number>(Number.POSITIVE_INFINITY);

/** Whether every lane has a row of its own; else all are one. */
export const isOpen = signal(false);

/** The width of a bar. @unit px */
const barWidth = 3;

/** Where there is little room, all lanes are one; the stylesheet leaves their names out at the same width. */
const narrow = matchMedia('(max-width: 760px)');

const useWidth = (element: { readonly current: HTMLElement | null }): number => {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return width;
};

const useTimeline = (state: State, width: number): TimelineAnswer | null => {
  const before = useRef<ShownRange | null>(null);
  const range = rangeFor(spanMs.value, state.asOf, isLive.value, before.current);
  before.current = range;
  const path =
    width === 0
      ? null
      : paths.timeline({ from: range?.from, to: range?.to, buckets: Math.max(20, Math.floor(width / barWidth)) });
  const [patience, again] = useState(0);
  const { answer } = useAnswer<TimelineAnswer>(path, `${servings.value} ${headPosition.value} ${patience}`);
  useEffect(() => {
    if (answer === null || answer.isComplete) return undefined;
    const timer = setTimeout(() => again((count) => count + 1), 400);
    return () => clearTimeout(timer);
  }, [answer]);
  return answer;
};

interface TrackProps {
  readonly painting: Painting;
  readonly state: State;
  readonly hover: (text: string | null) => void;
}

/** What lies near a point, for people. */
const nearText = ({ timeline }: Painting, painting: Painting, x: number, timeZone: string): string => {
  const at = timeline.fromAt + (x / Math.max(1, painting.width)) * (timeline.toAt - timeline.fromAt);
  const near = timeline.moments.filter((moment) => Math.abs(xOf(painting, moment.at) - x) < 5).at(-1);
  return near === undefined ? momentText(at, timeZone) : `${momentText(near.at, timeZone)} · ${near.sentence}`;
};

const Track = ({ painting, state, hover }: TrackProps): VNode => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [draggedX, drag] = useState<number | null>(null);
  const { timeline, width } = painting;
  const positions = useMemo(() => positionsOf(timeline), [timeline]);
  const toneOfLook = look.value;
  useLayoutEffect(() => {
    if (canvas.current !== null && width > 0) paint(canvas.current, painting);
  }, [painting, toneOfLook]);
  const within = (event: PointerEvent): number => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    return Math.max(0, Math.min(width, event.clientX - box.left));
  };
  const take = (event: PointerEvent): void => {
    const x = within(event);
    drag(x);
    const flag =
      event.type === 'pointerdown'
        ? timeline.moments.filter((moment) => Math.abs(xOf(painting, moment.at) - x) < 4).at(-1)
        : undefined;
    const isOnFlag = flag !== undefined && event.offsetY < sizes.flags;
    const position = isOnFlag
      ? flag.position
      : positionAt(positions, timeline, timeline.fromAt + (x / width) * (timeline.toAt - timeline.fromAt));
    goTo(position ?? 0);
  };
  const shown = shownPosition.value;
  const x = draggedX ?? Math.max(0, Math.min(width, xOf(painting, state.asOf)));
  return (
    <div
      class={`track ${isLive.value ? 'live' : 'past'}`}
      role="slider"
      tabIndex={0}
      aria-label="Moment of the log"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, headPosition.value)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={`${momentText(state.asOf, state.timeZone)}, entry ${shown} of ${headPosition.value}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        take(event);
      }}
      onPointerMove={(event) => {
        if (draggedX !== null) take(event);
        hover(nearText(painting, painting, within(event), state.timeZone));
      }}
      onPointerUp={() => drag(null)}
      onPointerCancel={() => drag(null)}
      onPointerLeave={() => hover(null)}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <span class="playhead" style={{ transform: `translateX(${x}px)` }} />
    </div>
  );
};

/** The scrubber. */
export const Timeline = ({ state }: RoomProps): VNode => {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const timeline = useTimeline(state, width);
  const [hovered, hover] = useState<string | null>(null);
  const isMerged = narrow.matches || !isOpen.value;
  const hasAxis = isOpen.value;
  const { places, kind } = found.value;
  const painting = useMemo<Painting | null>(
    () =>
      timeline === null
        ? null
        : {
            timeline,
            width,
            isMerged,
            hasAxis,
            // An entry is a point; only a stretch goes on.
            places: kind === 'entries' ? places.map((place) => ({ ...place, endedAt: place.at })) : places,
            ticks: ticksOf(timeline.fromAt, timeline.toAt, width / 90, state.timeZone),
          },
    [timeline, width, isMerged, hasAxis, state.timeZone, places, kind],
  );
  return (
    <footer class={`timeline ${isOpen.value ? 'open' : 'closed'}`} aria-label="Timeline">
      <Controls hovered={hovered} span={spanMs} spans={spans} isOpen={isOpen} />
      <div class="lanes">
        <ul class="lanenames small quiet" aria-label="Lanes">
          {(timeline?.lanes ?? []).map(({ lane, entries }) => (
            <li key={lane} title={`${countText(entries)} entries`}>
              {laneWords[lane]}
            </li>
          ))}
        </ul>
        <div
          class="holder"
          ref={holder}
          style={{ minHeight: painting === null ? undefined : `${heightOf(painting)}px` }}
        >
          {painting === null ? null : <Track painting={painting} state={state} hover={hover} />}
        </div>
      </div>
    </footer>
  );
};
