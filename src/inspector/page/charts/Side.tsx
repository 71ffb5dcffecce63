/** Beside the picture, in words: where the machine is, what it waits for, how it came there, what it remembers. */
import type { VNode } from 'preact';
import type { ChartState, State, Stream, Taken, Timer } from '../server/answers.ts';
import { enter } from '../shell/route.ts';
import { DataTree } from '../show/DataTree.tsx';
import { clockTextWithSeconds, inText, momentText } from '../../../text/times.ts';
import { useNow } from '../time/clock.ts';
import { goTo, pinnedPosition } from '../time/moment.ts';
import { token, Writes } from '../wrote/Writes.tsx';
import { descriptionText, ledNowhere, regionOf, transitionText } from './lighting.ts';

interface Props {
  readonly state: State;
  readonly stream: Stream | undefined;
  readonly name: string;
  readonly chart: ChartState;
  readonly leaves: readonly ChartState[];
  readonly pointed: ChartState | undefined;
  readonly taken: readonly Taken[];
}

const StateWords = ({ of: { name, description, entry, exit, transitions } }: { readonly of: ChartState }): VNode => (
  <div class="statewords">
    <h3>{name}</h3>
    <p>{descriptionText(description)}</p>
    <ul class="small mono">
      {entry.length === 0 ? null : <li>entry / {entry.join(', ')}</li>}
      {exit.length === 0 ? null : <li>exit / {exit.join(', ')}</li>}
      {transitions.map((each) => (
        <li key={each.id}>{transitionText(each)}</li>
      ))}
    </ul>
  </div>
);

const Delays = ({
  timers,
  state: { asOf, timeZone },
}: {
  readonly timers: readonly Timer[];
  readonly state: State;
}): VNode => {
  const now = useNow(asOf);
  return (
    <ul class="delays" aria-label="Delays that are running">
      {timers.map(({ delay, stateID, timer, dueAt }) => (
        <li key={timer} title={momentText(dueAt, timeZone)}>
          <span>
            {delay}
            <span class="quiet small">
              {' '}
              {stateID === null ? '' : `in ${stateID.slice(stateID.lastIndexOf('.') + 1)}`}
            </span>
          </span>
          <strong class="number" data-countdown={delay}>
            {inText(dueAt, now)}
          </strong>
        </li>
      ))}
    </ul>
  );
};

/** What XState calls the end of a delay, as the chart names it. */
const eventText = (event: string): string => event.replace(/^xstate\.after\.([^.]+)\..*$/, 'after $1');

const nameOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

const innermost = (ids: readonly string[]): readonly string[] =>
  ids.filter((id) => !ids.some((other) => other.startsWith(`${id}.`))).map(nameOf);

const wayOf = ({ left, entered }: Taken): string => {
  const [from, to] = [innermost(left).join(', '), innermost(entered).join(', ')];
  return from === '' && to === ''
    ? 'stays where it is'
    : from === to
      ? `${to} again`
      : `${from || 'begins'} → ${to || 'ends'}`;
};

/** Steps of one kind right after one another, told once. */
interface Step {
  readonly taken: Taken;
  readonly times: number;
}

const guardsOf = ({ refused }: Taken): string => refused.map(({ guard }) => guard).join();

const joined = (taken: readonly Taken[]): readonly Step[] => {
  const steps: Step[] = [];
  for (const each of taken) {
    const last = steps.at(-1);
    const isAlike =
      last !== undefined &&
      last.taken.event === each.event &&
      wayOf(last.taken) === wayOf(each) &&
      guardsOf(last.taken) === guardsOf(each);
    if (isAlike) steps[steps.length - 1] = { ...last, times: last.times + 1 };
    else steps.push({ taken: each, times: 1 });
  }
  return steps;
};

const valueText = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
};

/** The ways it could have gone, with the guard that said no to each and the values it saw. */
const WhyNot = ({ taken }: { readonly taken: Taken }): VNode | null =>
  taken.refused.length === 0 ? null : (
    <details class="whynot small" open={ledNowhere(taken)}>
      <summary>Why not otherwise</summary>
      <ul>
        {taken.refused.map(({ id, targets, guard, saw }) => (
          <li key={id} data-refused={id}>
            {targets.length === 0 ? 'no more than that' : `not to ${innermost(targets).join(', ')}`}:{' '}
            <span class="mono">{guard}</span> said no
            <span class="saw mono">{saw.map(({ name, value }) => `${name} = ${valueText(value)}`).join('; ')}</span>
          </li>
        ))}
      </ul>
    </details>
  );

const History = ({ steps, timeZone }: { readonly steps: readonly Step[]; readonly timeZone: string }): VNode => (
  <ol class="history" aria-label="Transitions taken last">
    {steps.map(({ taken: each, times }, place) => (
      <li key={`${each.position} ${each.event} ${place}`}>
        <button
          type="button"
          class={place === 0 ? 'latest' : ''}
          data-step={each.position}
          aria-current={pinnedPosition.value === each.position ? 'true' : undefined}
          title="Show this moment"
          onClick={() => goTo(each.position)}
        >
          <span class="number quiet">{clockTextWithSeconds(each.at, timeZone)}</span>
          <span class="event mono">
            {eventText(each.event)}
            {times === 1 ? null : <span class="quiet"> ×{times}</span>}
          </span>
          <span class="way small">{wayOf(each)}</span>
        </button>
        <WhyNot taken={each} />
      </li>
    ))}
  </ol>
);

/** A state that is active, after what its region asks. */
const LeafWords = ({
  leaf,
  region,
  name,
}: {
  readonly leaf: ChartState;
  readonly region: ChartState | undefined;
  readonly name: string;
}): VNode => (
  <p class="leaf">
    <Writes pointer={`/chart/${token(name)}/value`} name={`state of ${name}`}>
      <strong>{region === undefined ? leaf.name : `${region.name}: ${leaf.name}`}</strong>
    </Writes>{' '}
    <span class="quiet">
      {region === undefined ? '' : `${descriptionText(region.description)} `}
      {descriptionText(leaf.description)}
    </span>
  </p>
);

/** The words. */
export const Side = ({ state, stream, name, chart, leaves, pointed, taken }: Props): VNode => {
  const timers = state.timers.filter((each) => each.stream === name);
  return (
    <aside class="card side" aria-label={`About ${name}`} tabIndex={0}>
      {pointed === undefined ? null : (
        <section class="pointed" aria-label="The state under the pointer">
          <StateWords of={pointed} />
        </section>
      )}
      <section aria-label="Active states">
        <h2>Where it is</h2>
        {stream === undefined ? (
          <p class="quiet">It is not there at this moment.</p>
        ) : (
          leaves.map((leaf) => <LeafWords key={leaf.id} leaf={leaf} region={regionOf(chart, leaf)} name={name} />)
        )}
      </section>
      <section aria-label="Delays">
        <h2>What it waits for</h2>
        {timers.length === 0 ? <p class="quiet">No delay is running.</p> : <Delays timers={timers} state={state} />}
      </section>
      <section aria-label="History">
        <h2>How it came there</h2>
        {taken.length === 0 ? (
          <p class="quiet">No transition was taken lately.</p>
        ) : (
          <History steps={joined(taken)} timeZone={state.timeZone} />
        )}
      </section>
      {stream === undefined ? null : (
        <details>
          <summary>What it remembers</summary>
          <DataTree value={stream.context} timeZone={state.timeZone} open={1} />
        </details>
      )}
      <button type="button" class="link small" onClick={() => enter('log', String(taken[0]?.position ?? ''))}>
        Its last step in the log
      </button>
    </aside>
  );
};
