/** The room of the statecharts: which machine is where, how it came there, and what it waits for. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Machine, Machines, Stream, Transitions } from '../server/answers.ts';
import { servings } from '../server/feed.ts';
import { paths } from '../server/paths.ts';
import { shownAt, shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { Icon } from '../shell/Icon.tsx';
import { place } from '../shell/route.ts';
import { Drawing } from './Drawing.tsx';
import { activeLeaves, descriptionText, groupsOf, refusedGroupsOf, statesOf } from './lighting.ts';
import { Picker } from './Picker.tsx';
import { Side } from './Side.tsx';

/** How large a picture is at first: its words are a little smaller than those beside it. */
const usualZoom = 0.8;

/** How far one step of the zoom goes. */
const zoomStep = 1.25;

const zoomed = (zoom: number | 'fit', by: 1 | -1): number =>
  Math.max(0.2, Math.min(2, (zoom === 'fit' ? 0.6 : zoom) * zoomStep ** by));

interface Zooming {
  readonly zoom: number | 'fit';
  readonly setZoom: (zoom: number | 'fit') => void;
  readonly follows: boolean;
  readonly setFollows: (follows: boolean) => void;
  readonly isDetailed: boolean;
  readonly setDetailed: (isDetailed: boolean) => void;
}

const ZoomBar = ({ zoom, setZoom, follows, setFollows, isDetailed, setDetailed }: Zooming): VNode => (
  <div class="zoombar" role="group" aria-label="Size of the picture">
    <button type="button" class="button icon" aria-label="Smaller" onClick={() => setZoom(zoomed(zoom, -1))}>
      <Icon name="minus" />
    </button>
    <button type="button" class="button icon" aria-label="Larger" onClick={() => setZoom(zoomed(zoom, 1))}>
      <Icon name="plus" />
    </button>
    <button type="button" class="button" aria-pressed={zoom === 'fit'} onClick={() => setZoom('fit')}>
      Whole
    </button>
    <button
      type="button"
      class="button"
      aria-pressed={isDetailed && zoom !== 'fit'}
      onClick={() => {
        setDetailed(!isDetailed || zoom === 'fit');
        if (zoom === 'fit') setZoom(usualZoom);
      }}
      title="Guards, actions, and what happens within a state"
    >
      Details
    </button>
    <button
      type="button"
      class="button"
      aria-pressed={follows}
      onClick={() => setFollows(!follows)}
      title="Keeps what is active in view"
    >
      Follow
    </button>
  </div>
);

const machineOf = (stream: string): string => stream.split('/')[0] ?? stream;

const nothing: ReadonlySet<string> = new Set();

/** What was taken since the last look: of several steps at once, all glow. */
const useFresh = (taken: Transitions['transitions'], machine: Machine): ReadonlySet<string> => {
  const seen = useRef<number | null>(null);
  const latest = taken[0]?.position ?? null;
  return useMemo(() => {
    const since = seen.current !== null && latest !== null && latest > seen.current ? seen.current : (latest ?? 0) - 1;
    seen.current = latest;
    return new Set(
      taken.filter(({ position }) => position > since).flatMap((each) => [...groupsOf(each, machine.chart)]),
    );
  }, [latest, taken[0]?.event, machine]);
};

/** The chart of one stream at the moment. */
const Chart = ({ state, name, machine }: RoomProps & { readonly name: string; readonly machine: Machine }): VNode => {
  const [pointed, point] = useState<string | null>(null);
  const [zoom, setZoom] = useState<number | 'fit'>(usualZoom);
  const [follows, setFollows] = useState(true);
  const [isDetailed, setDetailed] = useState(false);
  const { answer } = useAnswer<Transitions>(
    paths.transitions({ at: shownAt.value, stream: name, limit: 30 }),
    shownRevision.value,
  );
  const stream: Stream | undefined = state.streams.find((each) => each.stream === name);
  const active = useMemo(() => new Set(stream?.activeStateIDs ?? []), [stream]);
  const leaves = useMemo(() => activeLeaves(machine.chart, active), [machine, active]);
  const taken = (answer?.transitions ?? []).filter((each) => each.stream === name);
  const [last] = taken;
  const groups = useMemo(
    () => (last === undefined ? nothing : groupsOf(last, machine.chart)),
    [last?.position, last?.event, machine],
  );
  const refused = useMemo(() => (last === undefined ? nothing : refusedGroupsOf(last)), [last?.position, last?.event]);
  const fresh = useFresh(taken, machine);
  const known = useMemo(() => new Map(statesOf(machine.chart).map((each) => [each.id, each])), [machine]);
  return (
    <>
      <section class={`card chart-card ${zoom === 'fit' ? 'whole' : ''}`} aria-label={`Statechart of ${name}`}>
        <header>
          <h2>{name}</h2>
          <span class="quiet small about">{descriptionText(machine.chart.description)}</span>
          <span class="spacer" />
          <ZoomBar
            zoom={zoom}
            setZoom={setZoom}
            follows={follows}
            setFollows={setFollows}
            isDetailed={isDetailed}
            setDetailed={setDetailed}
          />
        </header>
        <Drawing
          svg={zoom === 'fit' ? machine.glance : isDetailed ? machine.svg : machine.outline}
          name={name}
          active={active}
          leaves={leaves.map(({ id }) => id)}
          taken={groups}
          refused={refused}
          fresh={fresh}
          step={last === undefined ? '' : `${name} ${last.position} ${last.event}`}
          zoom={zoom}
          follows={follows}
          point={point}
        />
      </section>
      {zoom === 'fit' ? null : (
        <Side
          state={state}
          stream={stream}
          name={name}
          chart={machine.chart}
          leaves={leaves}
          pointed={pointed === null ? undefined : known.get(pointed)}
          taken={taken}
        />
      )}
    </>
  );
};

/** The room. */
export const Charts = (props: RoomProps): VNode => {
  const name = place.value === '' ? 'ven' : place.value;
  const machines = useAnswer<Machines>(paths.machines(), servings.value);
  const { answer: machine, problem } = useAnswer<Machine>(paths.machine(machineOf(name)), servings.value);
  return (
    <>
      <h1 class="unseen">Statecharts</h1>
      <Picker machines={machines.answer?.machines ?? []} state={props.state} picked={name} />
      {machine === null || machine.machine !== machineOf(name) ? (
        <section class="card chart-card">
          <p class="empty" role="status">
            {problem ?? 'Asking for the picture …'}
          </p>
        </section>
      ) : (
        <Chart key={name} {...props} name={name} machine={machine} />
      )}
    </>
  );
};
