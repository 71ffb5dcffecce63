/** Which entries the list shows. */
import { computed, signal } from '@preact/signals';
import type { Lane } from '../server/answers.ts';
import type { Query } from '../server/ask.ts';

/** What somebody asked the list for; empty means everything. */
export interface Filters {
  readonly lanes: readonly Lane[];
  readonly type: string;
  readonly stream: string;
  readonly direction: '' | 'in' | 'out';
  readonly search: string;
  readonly isXmlSearched: boolean;
}

/** Everything. */
export const noFilters: Filters = { lanes: [], type: '', stream: '', direction: '', search: '', isXmlSearched: false };

/** The filters in force. */
export const filters = signal<Filters>(noFilters);

/** The lanes in words. */
export const laneWords: Readonly<Record<Lane, string>> = {
  agent: 'Agent',
  registration: 'Registration',
  polls: 'Polls',
  drEvents: 'DR events',
  reports: 'Reports',
  devices: 'Devices',
  faults: 'Faults',
};

/** Whether somebody wants to type a search: the field takes the focus as soon as it is there. */
export const isSearchWanted = signal(false);

/** Whether anything is left out. */
export const isFiltered = computed(() => JSON.stringify(filters.value) !== JSON.stringify(noFilters));

/** Changes some of them. */
export const filterBy = (change: Partial<Filters>): void => {
  filters.value = { ...filters.value, ...change };
};

/** Adds a lane, or takes it away. */
export const toggleLane = (lane: Lane): void => {
  const { lanes } = filters.value;
  filterBy({ lanes: lanes.includes(lane) ? lanes.filter((each) => each !== lane) : [...lanes, lane] });
};

/** The filters as the server wants them. */
export const filterQuery = ({ lanes, type, stream, direction, search, isXmlSearched }: Filters): Query => ({
  lane: lanes,
  type,
  stream,
  direction,
  search: search.trim(),
  xml: search.trim() !== '' && isXmlSearched ? 'true' : undefined,
});
