/** The entries as a list of which only what is in view is drawn. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Row } from '../server/answers.ts';
import { servings } from '../server/feed.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter, place } from '../shell/route.ts';
import { countText, counted } from '../../../text/quantities.ts';
import { friendly } from '../show/friendly.ts';
import { clockTextWithSeconds, dayOfInstant, shortDayText } from '../../../text/times.ts';
import { headPosition, isLive, pinnedPosition, shownPosition } from '../time/moment.ts';
import { filterQuery, filters, isFiltered } from './filters.ts';
import { rowStore, type RowStore } from './rowStore.ts';
import { scrollTopFor, viewOf } from './scrolling.ts';

interface Props extends RoomProps {
  readonly opened: number | null;
}

const rowID = (position: number): string => `entry-${position}`;

const Line = ({
  row,
  index,
  timeZone,
  isOpened,
}: {
  readonly row: Row;
  readonly index: number;
  readonly timeZone: string;
  readonly isOpened: boolean;
}): VNode => {
  const { position, recordedAt, direction, stream, type, lane, sentence } = row;
  const shown = shownPosition.value;
  const isShown = pinnedPosition.value === position;
  const looks = [
    'row',
    `lane-${lane}`,
    isOpened ? 'opened' : '',
    isShown ? 'shown' : '',
    position > shown ? 'later' : '',
  ].join(' ');
  return (
    <div
      role="row"
      id={rowID(position)}
      class={looks}
      aria-rowindex={index + 1}
      aria-selected={isOpened}
      data-position={position}
      onClick={() => enter('log', String(position))}
    >
      <span role="gridcell" class="number quiet">
        {countText(position)}
      </span>
      <span role="gridcell" class="number quiet" title={shortDayText(recordedAt, timeZone)}>
        {clockTextWithSeconds(recordedAt, timeZone)}
      </span>
      <span role="gridcell" class="way" title={direction === 'in' ? 'input' : 'output'}>
        {direction === 'in' ? '→' : '←'}
        <span class="unseen">{direction}</span>
      </span>
      <span role="gridcell" class="type">
        {type}
      </span>
      <span role="gridcell" class="stream quiet">
        {stream}
      </span>
      <span role="gridcell" class="sentence" title={sentence}>
        {friendly(sentence, recordedAt, timeZone)}
      </span>
    </div>
  );
};

const Coming = ({ index }: { readonly index: number }): VNode => (
  <div role="row" class="row coming" aria-rowindex={index + 1}>
    <span role="gridcell">…</span>
  </div>
);

/** The rows of the filters in force; they begin anew when those change. */
const useRows = (): RowStore => {
  const [, redraw] = useState(0);
  const given = filters.value;
  const store = useMemo(
    () => rowStore(filterQuery(given), () => redraw((count) => count + 1)),
    [given, servings.value],
  );
  useEffect(() => () => store.end(), [store]);
  const head = headPosition.value;
  useEffect(() => store.refresh(), [store, head]);
  return store;
};

const useBox = (element: {
  readonly current: HTMLDivElement | null;
}): { readonly scrollTop: number; readonly height: number; readonly scrolled: () => void } => {
  const [box, setBox] = useState({ scrollTop: 0, height: 400 });
  const measure = (): void => {
    const { current } = element;
    if (current !== null) setBox({ scrollTop: current.scrollTop, height: current.clientHeight });
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (element.current !== null) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { ...box, scrolled: measure };
};

/** Which row to bring into view: the opened one, the moment's, or the end while the page is live. Filters leave it to the reader. */
const useFollowing = (
  list: { readonly current: HTMLDivElement | null },
  store: RowStore,
  opened: number | null,
  height: number,
): void => {
  const { total } = store;
  const pinned = pinnedPosition.value;
  const wanted = isFiltered.value ? null : (pinned ?? (isLive.value && opened === null ? total - 1 : null));
  useLayoutEffect(() => {
    if (list.current !== null && wanted !== null && total > 0)
      list.current.scrollTop = scrollTopFor(wanted, total, height);
  }, [wanted, total > (wanted ?? 0), height]);
  useLayoutEffect(() => {
    if (list.current === null || opened === null || isFiltered.value || total <= opened) return;
    const { first, last } = viewOf(total, list.current.scrollTop, height);
    if (opened < first + 9 || opened > last - 9) list.current.scrollTop = scrollTopFor(opened, total, height);
  }, [opened, total > (opened ?? 0), height]);
};

const Day = ({ row, timeZone }: { readonly row: Row | undefined; readonly timeZone: string }): VNode => (
  <span class="nowrap" data-day={row === undefined ? '' : dayOfInstant(row.recordedAt, timeZone)}>
    {row === undefined ? '' : shortDayText(row.recordedAt, timeZone)}
  </span>
);

/** The list. */
export const List = ({ state: { timeZone }, opened }: Props): VNode => {
  const list = useRef<HTMLDivElement>(null);
  const store = useRows();
  const { scrollTop, height, scrolled } = useBox(list);
  useFollowing(list, store, opened, height);
  const { first, last, top, height: inside } = viewOf(store.total, scrollTop, height);
  useEffect(() => {
    if (last >= first) store.want(first, last);
  }, [store, first, last, store.total]);
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  const move = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const here = indices.find((index) => store.row(index)?.position === Number(place.value));
    const next =
      here === undefined
        ? indices.map((index) => store.row(index)).find((row) => row !== undefined)
        : store.row(here + by);
    if (next !== undefined) enter('log', String(next.position));
  };
  return (
    <>
      <p class="state small quiet" role="status">
        <span>
          {store.problem ??
            `${counted(store.total, 'entry', 'entries')}${store.isSearching ? ' so far, searching …' : isFiltered.value ? ' found' : ''}`}
        </span>
        <span class="spacer" />
        <Day row={store.row(Math.min(store.total - 1, first + 8))} timeZone={timeZone} />
      </p>
      <div
        class="list"
        ref={list}
        role="grid"
        aria-label="Entries of the log"
        aria-rowcount={store.total}
        aria-activedescendant={opened === null ? undefined : rowID(opened)}
        tabIndex={0}
        onScroll={scrolled}
        onKeyDown={move}
      >
        <div class="inside" role="rowgroup" style={{ height: `${inside}px` }}>
          <div class="rows" role="presentation" style={{ transform: `translateY(${top}px)` }}>
            {indices.map((index) => {
              const row = store.row(index);
              return row === undefined ? (
                <Coming key={index} index={index} />
              ) : (
                <Line
                  key={row.position}
                  row={row}
                  index={index}
                  timeZone={timeZone}
                  isOpened={row.position === opened}
                />
              );
            })}
          </div>
        </div>
        {store.total === 0 && !store.isSearching ? (
          <div role="row">
            <p role="gridcell" class="empty">
              {isFiltered.value ? 'No entry is like that.' : 'The log is empty.'}
            </p>
          </div>
        ) : null}
      </div>
    </>
  );
};
