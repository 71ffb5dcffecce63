/** What of the page is shown, kept in the address: `#charts/ven@1234`. So a moment can be kept, shared and gone back from. */
import { effect, signal } from '@preact/signals';
import { goLive, pinnedPosition } from '../time/moment.ts';

/** The page's rooms. */
export const rooms = [
  { id: 'now', name: 'Now' },
  { id: 'plan', name: 'Plan' },
  { id: 'charts', name: 'Statecharts' },
  { id: 'energy', name: 'Prices and energy' },
  { id: 'log', name: 'Log' },
] as const;

/** A room's name in the address. */
export type RoomID = (typeof rooms)[number]['id'];

/** The room that is shown. */
export const room = signal<RoomID>('now');

/** What of the room is shown: a stream, a day, an entry; empty for whatever the room begins with. */
export const place = signal('');

/** Goes to a room. */
export const enter = (id: RoomID, where = ''): void => {
  room.value = id;
  place.value = where;
};

const isRoom = (id: string): id is RoomID => rooms.some((each) => each.id === id);

const readAddress = (): void => {
  const [, id = '', where = '', position] = /^#?([a-z]*)(?:\/([^@]*))?(?:@(\d+))?$/.exec(location.hash) ?? [];
  enter(isRoom(id) ? id : 'now', decodeURIComponent(where));
  if (position === undefined) goLive();
  else pinnedPosition.value = Number(position);
};

const addressOf = (): string => {
  const where = place.value === '' ? '' : `/${encodeURIComponent(place.value)}`;
  const when = pinnedPosition.value === null ? '' : `@${pinnedPosition.value}`;
  return `#${room.value}${where}${when}`;
};

/** Follows the address, and keeps it up to date. */
export const keepAddress = (): void => {
  readAddress();
  window.addEventListener('hashchange', readAddress);
  effect(() => {
    const address = addressOf();
    if (address !== location.hash) history.replaceState(null, '', address);
  });
};
