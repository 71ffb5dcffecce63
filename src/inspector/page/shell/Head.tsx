/** The page's head: whose agent, whether all is well, which moment, and the ways around. */
import type { VNode } from 'preact';
import { agentRuns, link } from '../server/feed.ts';
import type { State } from '../server/answers.ts';
import { isoText, momentText } from '../../../text/times.ts';
import { useNow } from '../time/clock.ts';
import { goLive, isLive } from '../time/moment.ts';
import type { RoomProps } from './roomProps.ts';
import { isHelpOpen } from './Help.tsx';
import { Icon } from './Icon.tsx';
import { enter, room, rooms } from './route.ts';
import { nextTheme, theme } from './theme.ts';
import { verdictLooks, verdictOf } from './verdict.ts';

const Moment = ({ state }: { readonly state: State }): VNode => {
  const now = useNow(state.asOf);
  const live = isLive.value;
  const isLost = link.value === 'lost';
  const name = isLost ? 'No answer' : !live ? 'Past' : agentRuns.value ? 'Live' : 'At rest';
  const look = isLost ? 'bad' : !live ? 'warn' : agentRuns.value ? 'good' : '';
  return (
    <div class="moment">
      <time dateTime={isoText(now)} class="number" data-moment>
        {momentText(now, state.timeZone)}
      </time>
      <button
        type="button"
        class={`badge ${look}`}
        disabled={live}
        onClick={goLive}
        data-live={name}
        title={live ? undefined : 'Back to the present (L)'}
      >
        <span class={`dot ${name === 'Live' ? 'pulse' : ''}`} />
        {name}
        {live ? null : <span class="quiet">→ live</span>}
      </button>
    </div>
  );
};

const Tabs = (): VNode => (
  <nav aria-label="Rooms">
    {rooms.map(({ id, name }, place) => (
      <button
        type="button"
        key={id}
        class="tab"
        aria-current={room.value === id ? 'page' : undefined}
        aria-keyshortcuts={String(place + 1)}
        onClick={() => enter(id)}
      >
        {name}
      </button>
    ))}
  </nav>
);

const Standing = ({ state }: { readonly state: State }): VNode => {
  const { level, sentence } = verdictOf(state);
  return <span class={`dot ${verdictLooks[level]}`} role="img" aria-label={sentence} title={sentence} />;
};

/** Since when nothing is known any more; null while an agent runs, and in the past. */
const restText = ({ agent: { notRunSince }, timeZone }: State): string | null =>
  notRunSince === null ? null : `The agent has not run since ${momentText(notRunSince, timeZone)}.`;

const Rest = ({ state }: { readonly state: State }): VNode | null => {
  const text = restText(state);
  return text === null ? null : (
    <span class="quiet small" title={text} data-rest>
      <span class="full">{text}</span>
      <span class="brief" aria-hidden="true">
        Not run since
      </span>
    </span>
  );
};

/** The head. */
export const Head = ({ state, about, problem }: RoomProps & { readonly problem: string | null }): VNode => (
  <header class="top">
    <div class="brand">
      <Standing state={state} />
      <strong>ter-ven</strong>
      <span class="quiet whose">{about.ven?.venID ?? 'no agent yet'}</span>
    </div>
    <Tabs />
    <span class="spacer" role="status">
      {problem === null ? (
        <Rest state={state} />
      ) : (
        <span class="bad small problem" title={problem}>
          {problem}
        </span>
      )}
    </span>
    <Moment state={state} />
    <button
      type="button"
      class="button icon"
      onClick={nextTheme}
      aria-label={`Colours: ${theme.value}. Change`}
      title={`Colours: ${theme.value} (T)`}
    >
      <Icon name={theme.value === 'dark' ? 'moon' : theme.value === 'light' ? 'sun' : 'half'} />
    </button>
    <button
      type="button"
      class="button icon"
      onClick={() => (isHelpOpen.value = true)}
      aria-label="Keys and signs"
      title="Keys and signs (?)"
    >
      <Icon name="help" />
    </button>
  </header>
);
