/** What would have been with other settings: asked from the moment that is shown, reckoned by the server, and marked as reckoned everywhere. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { toYouText } from '../../../text/quantities.ts';
import { clockText, momentText } from '../../../text/times.ts';
import type { Fork } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { Icon } from '../shell/Icon.tsx';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter } from '../shell/route.ts';
import { useEscape } from '../shell/useEscape.ts';
import { pinnedPosition } from '../time/moment.ts';

/** Whether the panel is there. */
export const isForkOpen = signal(false);

/** What is asked; null before. */
interface ForkQuestion {
  readonly at: number | undefined;
  readonly set: readonly string[];
}

const question = signal<ForkQuestion | null>(null);

/** The settings last written, so that the panel can be closed and opened. */
const written = signal('preferences.reserve=20%');

/** Opens the panel, or closes it. */
export const toggleFork = (): void => {
  isForkOpen.value = !isForkOpen.value;
};

const cents = (usd: string): number => Math.round(Number(usd) * 100) / 100;

const Money = ({ usd, isReckoned }: { readonly usd: string | null; readonly isReckoned: boolean }): VNode => (
  <td class={`number ${isReckoned ? 'reckoned' : ''}`}>
    {usd === null ? '–' : `${isReckoned ? '~' : ''}${toYouText(cents(usd))}`}
  </td>
);

const Hour = ({ hour, timeZone }: { readonly hour: Fork['hours'][number]; readonly timeZone: string }): VNode => {
  const { startAt, recorded, same, other } = hour;
  const difference = same.usd === null || other.usd === null ? null : String(cents(other.usd) - cents(same.usd));
  return (
    <tr>
      <th scope="row" class="number">
        {clockText(startAt, timeZone)}
      </th>
      <Money usd={recorded.usd} isReckoned={false} />
      <Money usd={same.usd} isReckoned />
      <Money usd={other.usd} isReckoned />
      <Money usd={difference} isReckoned />
    </tr>
  );
};

const Told = ({ fork }: { readonly fork: Fork }): VNode => {
  const position = fork.divergence?.position ?? null;
  return (
    <>
      <p class="forkhead" data-fork={fork.differenceUsd}>
        {fork.headline}
      </p>
      <ul class="small">
        {fork.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {position === null ? null : (
        <button type="button" class="button" onClick={() => enter('log', String(position))} data-divergence={position}>
          Entry {position}, the first that would be otherwise
        </button>
      )}
      <table class="forkhours small">
        <caption class="unseen">Money hour by hour; what bears a ~ is reckoned</caption>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Recorded</th>
            <th scope="col">By models</th>
            <th scope="col">Otherwise</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {fork.hours.map((hour) => (
            <Hour key={hour.startAt} hour={hour} timeZone={fork.timeZone} />
          ))}
        </tbody>
      </table>
    </>
  );
};

const Answered = ({ asked }: { readonly asked: ForkQuestion }): VNode => {
  const { answer, problem } = useAnswer<Fork>(paths.fork({ at: asked.at, set: asked.set }));
  if (problem !== null)
    return (
      <p class="bad" data-fork="problem">
        {problem}
      </p>
    );
  return answer === null ? <p class="quiet">Planning it all again …</p> : <Told fork={answer} />;
};

/** The panel; nothing while nobody asks. */
export const ForkBar = ({ state }: RoomProps): VNode | null => {
  const field = useRef<HTMLInputElement>(null);
  const isOpen = isForkOpen.value;
  useEscape(isOpen, toggleFork);
  useEffect(() => (isOpen ? field.current?.focus() : undefined), [isOpen]);
  if (!isOpen) return null;
  const at = pinnedPosition.value;
  const asked = question.value;
  return (
    <aside class="wrotebar forkbar card" aria-label="What if it had been set otherwise">
      <header>
        <h2>What if it had been set otherwise?</h2>
        <span class="spacer" />
        <button type="button" class="button icon" aria-label="Close" onClick={toggleFork}>
          <Icon name="close" />
        </button>
      </header>
      <form
        class="wherefield"
        onSubmit={(event) => {
          event.preventDefault();
          written.value = field.current?.value ?? '';
          const set = written.value.split(/\s+/).filter((each) => each !== '');
          if (set.length > 0) question.value = { at: at ?? undefined, set };
        }}
      >
        <input
          ref={field}
          type="text"
          aria-label="Other settings"
          defaultValue={written.value}
          maxLength={400}
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit" class="button">
          Reckon
        </button>
      </form>
      <p class="quiet small">
        {at === null
          ? `From the beginning of ${state.shownDay} on`
          : `From ${momentText(state.asOf, state.timeZone)} on`}
        , to the end of the day: devices by their models, the VTN as recorded. Several settings are parted by a space.
        Nothing is written.
      </p>
      <div aria-live="polite">
        {asked === null ? null : <Answered key={`${asked.at ?? ''} ${asked.set.join(' ')}`} asked={asked} />}
      </div>
    </aside>
  );
};
