/** Who wrote the value that is asked about: the step, and the ways back and forth from there. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Wrote } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { friendly } from '../show/friendly.ts';
import { Icon } from '../shell/Icon.tsx';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter } from '../shell/route.ts';
import { useEscape } from '../shell/useEscape.ts';
import { clockTextWithSeconds, shortDayText } from '../../../text/times.ts';
import { goTo } from '../time/moment.ts';
import { asked, type ValueAsked } from './Writes.tsx';

/** From where is searched, and which way. */
interface Search {
  readonly at: number | undefined;
  readonly way: 'back' | 'on';
}

/** @limit Characters of a value that has parts. */
const longestValue = 120;

const textOf = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (typeof value !== 'object') return String(value);
  const text = JSON.stringify(value).replace(/["{}]/g, '').replaceAll(',', ', ').replaceAll(':', ': ');
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
};

const Step = ({
  wrote,
  timeZone,
}: {
  readonly wrote: NonNullable<Wrote['wrote']>;
  readonly timeZone: string;
}): VNode => {
  const [first] = wrote.entries;
  return (
    <>
      <p>
        <span class="number">
          {textOf(wrote.before)} → <strong>{textOf(wrote.after)}</strong>
        </span>
        {first === undefined ? null : (
          <span class="quiet">
            {' '}
            {shortDayText(first.recordedAt, timeZone)} {clockTextWithSeconds(first.recordedAt, timeZone)}
          </span>
        )}
      </p>
      <ol>
        {wrote.entries.slice(0, 4).map(({ position, sentence, recordedAt }) => (
          <li key={position}>
            <button type="button" class="link" onClick={() => enter('log', String(position))} data-wrote={position}>
              {position}
            </button>{' '}
            {friendly(sentence, recordedAt, timeZone)}
          </li>
        ))}
      </ol>
    </>
  );
};

const Told = ({ value, timeZone }: { readonly value: ValueAsked; readonly timeZone: string }): VNode => {
  const [search, setSearch] = useState<Search>({ at: shownAt.value, way: 'back' });
  const { answer, problem } = useAnswer<Wrote>(paths.wrote({ value: value.pointer, at: search.at, way: search.way }));
  const wrote = answer?.wrote ?? null;
  const go = (at: number, way: Search['way']): void => setSearch({ at, way });
  return (
    <>
      {problem === null ? null : <p class="bad">{problem}</p>}
      {answer === null ? (
        <p class="quiet">Looking through the log …</p>
      ) : wrote === null ? (
        <p class="quiet" data-wrote="none">
          It was not changed {search.way === 'back' ? 'between here and' : 'up to'} entry {answer.searchedTo}.
        </p>
      ) : (
        <Step wrote={wrote} timeZone={timeZone} />
      )}
      {answer === null ? null : (
        <div class="ways">
          <button type="button" class="button" onClick={() => go(wrote?.from ?? answer.searchedTo, 'back')}>
            <Icon name="back" size={13} /> Earlier
          </button>
          <button type="button" class="button" onClick={() => go(wrote?.to ?? answer.searchedTo, 'on')}>
            Later <Icon name="on" size={13} />
          </button>
          {wrote === null ? null : (
            <button type="button" class="button" onClick={() => goTo(wrote.to)}>
              Show this moment
            </button>
          )}
        </div>
      )}
    </>
  );
};

const askNobody = (): void => {
  asked.value = null;
};

/** The bar; nothing while nobody asks. */
export const WroteBar = ({ state }: RoomProps): VNode | null => {
  const value = asked.value;
  useEscape(value !== null, askNobody);
  if (value === null) return null;
  return (
    <aside class="wrotebar card" aria-label="Who wrote this">
      <header>
        <h2>Who wrote: {value.name}</h2>
        <span class="spacer" />
        <button type="button" class="button icon" aria-label="Close" onClick={askNobody}>
          <Icon name="close" />
        </button>
      </header>
      <div aria-live="polite">
        <Told key={value.pointer} value={value} timeZone={state.timeZone} />
      </div>
    </aside>
  );
};
