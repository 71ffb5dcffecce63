/** Where in the log something holds: a field, what was found, and the ways from one place to the next. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { counted, countText } from '../../../text/quantities.ts';
import { durationText, momentText } from '../../../text/times.ts';
import { Icon } from '../shell/Icon.tsx';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter } from '../shell/route.ts';
import { useEscape } from '../shell/useEscape.ts';
import { shownPosition } from '../time/moment.ts';
import { found, goPlace, isWhereOpen, lookFor, placesKept, predicate, toggleWhere } from './places.ts';

/** What can be asked, by example. */
const examples = ['lifecycle = backoff', 'price.now > 1', 'soc < 20', 'alarm != unknown', 'fact = AlarmRaised'];

const Field = (): VNode => {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="wherefield"
      onSubmit={(event) => {
        event.preventDefault();
        lookFor(field.current?.value ?? '');
      }}
    >
      <input
        ref={field}
        type="search"
        aria-label="Where in the log"
        placeholder="price.now > 1 and not soc < 20"
        maxLength={500}
        autocomplete="off"
        spellcheck={false}
        list="where-examples"
        defaultValue={predicate.value}
      />
      <datalist id="where-examples">
        {examples.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <button type="submit" class="button">
        Look
      </button>
    </form>
  );
};

const Standing = (): VNode | null => {
  const { places, kind, isComplete, problem, searchedTo } = found.value;
  if (problem !== null)
    return (
      <p class="bad" data-where="problem">
        {problem}
      </p>
    );
  if (predicate.value === '')
    return (
      <p class="quiet small">
        Words are compared (= != &lt; &lt;= &gt; &gt;= ~) and joined with and, or, not. For example:{' '}
        {examples.map((each) => (
          <button type="button" class="link" key={each} onClick={() => lookFor(each)}>
            {each}
          </button>
        ))}
      </p>
    );
  const many = counted(
    places.length,
    kind === 'stretches' ? 'stretch' : 'entry',
    kind === 'stretches' ? 'stretches' : 'entries',
  );
  return (
    <p data-where={isComplete ? places.length : 'searching'}>
      {places.length === 0 && isComplete ? 'It holds nowhere.' : many}
      {places.length >= placesKept
        ? ', and perhaps more: the first are marked'
        : isComplete
          ? ''
          : ` so far, up to entry ${countText(Math.max(0, searchedTo))} …`}
    </p>
  );
};

const Place = ({ state: { timeZone } }: Pick<RoomProps, 'state'>): VNode | null => {
  const shown = shownPosition.value;
  const { places } = found.value;
  const index = places.findLastIndex(({ position }) => position <= shown);
  const place = places[index];
  if (place === undefined) return null;
  const { position, at, what, endedAt } = place;
  return (
    <p class="small">
      <button type="button" class="link" onClick={() => enter('log', String(position))} data-place={position}>
        {index + 1} of {places.length}: entry {countText(position)}
      </button>{' '}
      <span class="quiet">
        {momentText(at, timeZone)}
        {endedAt === null ? '' : `, for ${durationText(Math.max(0, endedAt - at))}`}
      </span>
      <br />
      {what}
    </p>
  );
};

/** The bar; nothing while nobody asks. */
export const WhereBar = ({ state }: RoomProps): VNode | null => {
  useEscape(isWhereOpen.value, toggleWhere);
  if (!isWhereOpen.value) return null;
  const hasPlaces = found.value.places.length > 0;
  return (
    <aside class="wrotebar wherebar card" aria-label="Where in the log">
      <header>
        <h2>Where in the log</h2>
        <span class="spacer" />
        <button type="button" class="button icon" aria-label="Close" onClick={toggleWhere}>
          <Icon name="close" />
        </button>
      </header>
      <Field key={predicate.value} />
      <div aria-live="polite">
        <Standing />
        <Place state={state} />
      </div>
      {hasPlaces ? (
        <div class="ways">
          <button
            type="button"
            class="button"
            aria-keyshortcuts="P"
            title="The place before (P)"
            onClick={() => goPlace(-1)}
          >
            <Icon name="back" size={13} /> Before
          </button>
          <button
            type="button"
            class="button"
            aria-keyshortcuts="N"
            title="The next place (N)"
            onClick={() => goPlace(1)}
          >
            Next <Icon name="on" size={13} />
          </button>
        </div>
      ) : null}
    </aside>
  );
};
