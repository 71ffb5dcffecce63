/** Stepping, replay, and how much of the log is looked at. */
import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { Icon, type IconName } from '../shell/Icon.tsx';
import { countText } from '../../../text/quantities.ts';
import { agentRuns } from '../server/feed.ts';
import { goLive, goTo, headPosition, isLive, shownPosition, stepBy } from '../time/moment.ts';
import { toggleFork } from '../fork/ForkBar.tsx';
import { toggleWhere } from '../where/places.ts';
import { isPlaying, pace, paces, togglePlay } from '../time/replaying.ts';

interface Props {
  readonly hovered: string | null;
  readonly span: Signal<number>;
  readonly isOpen: Signal<boolean>;
  readonly spans: readonly { readonly id: string; readonly name: string; readonly ms: number }[];
}

const Way = ({
  name,
  icon,
  go,
  keys,
  disabled = false,
}: {
  readonly name: string;
  readonly icon: IconName;
  readonly go: () => void;
  readonly keys: string;
  readonly disabled?: boolean;
}): VNode => (
  <button
    type="button"
    class="button icon"
    aria-label={name}
    aria-keyshortcuts={keys}
    title={`${name} (${keys})`}
    disabled={disabled}
    onClick={go}
  >
    <Icon name={icon} />
  </button>
);

const Ways = (): VNode => {
  const [shown, head] = [shownPosition.value, headPosition.value];
  return (
    <div class="ways" role="group" aria-label="Step and replay">
      <Way name="First entry" icon="start" keys="Home" go={() => goTo(0)} disabled={shown <= 0} />
      <Way name="One entry back" icon="back" keys="ArrowLeft" go={() => stepBy(-1)} disabled={shown <= 0} />
      <Way
        name={isPlaying.value ? 'Pause' : 'Replay'}
        icon={isPlaying.value ? 'pause' : 'play'}
        keys="Space"
        go={togglePlay}
        disabled={head < 1}
      />
      <Way name="One entry on" icon="on" keys="ArrowRight" go={() => stepBy(1)} disabled={shown >= head} />
      <button
        type="button"
        class="button live"
        aria-pressed={isLive.value && agentRuns.value}
        aria-keyshortcuts="L"
        title={agentRuns.value ? 'Follow the present (L)' : 'To the end of the log (L): no agent runs'}
        onClick={goLive}
      >
        {agentRuns.value ? 'Live' : 'End'}
      </button>
      <label class="pace">
        <span class="unseen">Pace of the replay</span>
        <select
          class="button"
          value={pace.value}
          onChange={({ currentTarget }) => (pace.value = Number(currentTarget.value))}
        >
          {paces.map((each) => (
            <option key={each} value={each}>
              {each} per s
            </option>
          ))}
        </select>
      </label>
    </div>
  );
};

const Toggle = ({ isOpen }: Pick<Props, 'isOpen'>): VNode => (
  <button
    type="button"
    class="button toggle"
    aria-expanded={isOpen.value}
    title="Every kind of entry in a lane of its own, and how much of the log"
    onClick={() => (isOpen.value = !isOpen.value)}
  >
    Timeline <Icon name={isOpen.value ? 'down' : 'up'} size={12} />
  </button>
);

/** What can be asked of the log as a whole. */
const Questions = (): VNode => (
  <div class="questions" role="group" aria-label="Ask the log">
    <button
      type="button"
      class="button"
      aria-keyshortcuts="W"
      title="Where in the log something holds (W)"
      onClick={toggleWhere}
    >
      Where
    </button>
    <button
      type="button"
      class="button"
      aria-keyshortcuts="F"
      title="Fork: what would have been with other settings (F)"
      onClick={toggleFork}
    >
      What if
    </button>
  </div>
);

/** The bar above the lanes. */
export const Controls = ({ hovered, span, spans, isOpen }: Props): VNode => (
  <div class="controls">
    <Ways />
    <span class="where small quiet number">
      <span class="wordy">entry </span>
      <strong data-shown={shownPosition.value}>{countText(Math.max(0, shownPosition.value))}</strong>
      <span class="wordy"> of {countText(Math.max(0, headPosition.value))}</span>
    </span>
    <span class="hovered small quiet" aria-hidden="true">
      {hovered ?? ''}
    </span>
    <div class="ranges" role="group" aria-label="How much of the log">
      {spans.map(({ id, name, ms }) => (
        <button
          type="button"
          key={id}
          class="button"
          aria-pressed={span.value === ms}
          onClick={() => (span.value = ms)}
        >
          {name}
        </button>
      ))}
    </div>
    <Questions />
    <Toggle isOpen={isOpen} />
  </div>
);
