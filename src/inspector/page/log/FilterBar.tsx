/** Filters and search. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { About } from '../server/answers.ts';
import { Icon } from '../shell/Icon.tsx';
import { countText } from '../../../text/quantities.ts';
import { filterBy, filters, isFiltered, isSearchWanted, laneWords, noFilters, toggleLane } from './filters.ts';

/** After the last key a search waits this long. @unit ms */
const typingMs = 250;

const Search = (): VNode => {
  const { search, isXmlSearched } = filters.value;
  const typing = useRef(0);
  const field = useRef<HTMLInputElement>(null);
  const isWanted = isSearchWanted.value;
  useEffect(() => () => clearTimeout(typing.current), []);
  useEffect(() => {
    if (!isWanted) return;
    field.current?.focus();
    isSearchWanted.value = false;
  }, [isWanted]);
  const look = (text: string): void => {
    clearTimeout(typing.current);
    typing.current = setTimeout(() => filterBy({ search: text }), typingMs);
  };
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={field}
        id="search"
        type="search"
        placeholder="Search data and text"
        aria-label="Search the log"
        aria-keyshortcuts="/"
        value={search}
        onInput={({ currentTarget }) => look(currentTarget.value)}
      />
      <label class="small">
        <input
          type="checkbox"
          checked={isXmlSearched}
          onChange={({ currentTarget }) => filterBy({ isXmlSearched: currentTarget.checked })}
        />{' '}
        XML too
      </label>
    </div>
  );
};

const Choice = ({
  name,
  value,
  options,
  choose,
}: {
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly choose: (value: string) => void;
}): VNode => (
  <select class="button" aria-label={name} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
    <option value="">{name}</option>
    {options.map(([each, text]) => (
      <option key={each} value={each}>
        {text}
      </option>
    ))}
  </select>
);

/** Streams there may be many of are offered by their kind as well. */
const streamOptions = (streams: About['streams']): readonly (readonly [string, string])[] => {
  const kinds = new Set(
    streams.flatMap(({ stream }) => (stream.includes('/') ? [stream.slice(0, stream.indexOf('/'))] : [])),
  );
  return [
    ...[...kinds].map((kind) => [kind, `${kind}/… (all)`] as const),
    ...streams.map(({ stream }) => [stream, stream] as const),
  ];
};

/** The bar. */
export const FilterBar = ({ about }: { readonly about: About }): VNode => {
  const { lanes, type, stream, direction } = filters.value;
  const types = [...about.types].sort((a, b) => a.type.localeCompare(b.type));
  return (
    <div class="filters" role="search">
      <Search />
      <div class="chips" role="group" aria-label="Lanes">
        {(Object.keys(laneWords) as (keyof typeof laneWords)[]).map((lane) => (
          <button
            type="button"
            key={lane}
            class={`chip lane-${lane}`}
            aria-pressed={lanes.includes(lane)}
            onClick={() => toggleLane(lane)}
          >
            {laneWords[lane]}
          </button>
        ))}
      </div>
      <div class="choices">
        <Choice
          name="Every fact"
          value={type}
          options={types.map(({ type: each, entries }) => [each, `${each} (${countText(entries)})`])}
          choose={(value) => filterBy({ type: value })}
        />
        <Choice
          name="Every stream"
          value={stream}
          options={streamOptions(about.streams)}
          choose={(value) => filterBy({ stream: value })}
        />
        <Choice
          name="In and out"
          value={direction}
          options={[
            ['in', 'Inputs only'],
            ['out', 'Outputs only'],
          ]}
          choose={(value) => filterBy({ direction: value as '' | 'in' | 'out' })}
        />
        <button type="button" class="button" disabled={!isFiltered.value} onClick={() => (filters.value = noFilters)}>
          Clear
        </button>
      </div>
    </div>
  );
};
