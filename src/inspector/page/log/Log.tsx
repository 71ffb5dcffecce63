/** The room of the log: every entry, and all that is known of the one that is open. */
import type { VNode } from 'preact';
import type { RoomProps } from '../shell/roomProps.ts';
import { place } from '../shell/route.ts';
import { EntryView } from './EntryView.tsx';
import { FilterBar } from './FilterBar.tsx';
import { List } from './List.tsx';

/** The room. */
export const Log = (props: RoomProps): VNode => {
  const opened = /^\d+$/.test(place.value) ? Number(place.value) : null;
  return (
    <>
      <h1 class="unseen">Log</h1>
      <section class="card entries" aria-label="Entries">
        <FilterBar about={props.about} />
        <List {...props} opened={opened} />
      </section>
      <EntryView position={opened} timeZone={props.state.timeZone} />
    </>
  );
};
