/** Keys of the whole page. Fields and lists that use a key themselves keep it. */
import { goLive, goTo, headPosition, stepBy } from '../time/moment.ts';
import { changePace, togglePlay } from '../time/replaying.ts';
import { isSearchWanted } from '../log/filters.ts';
import { isHelpOpen } from './Help.tsx';
import { enter, room, rooms } from './route.ts';
import { nextTheme } from './theme.ts';
import { toggleFork } from '../fork/ForkBar.tsx';
import { goPlace, toggleWhere } from '../where/places.ts';

const far = 20;

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName));

/** Space and Enter press whatever has the focus. */
const isPressed = (key: string, target: EventTarget | null): boolean =>
  (key === ' ' || key === 'Enter') && target instanceof HTMLButtonElement;

const searchLog = (): void => {
  if (room.value !== 'log') enter('log');
  isSearchWanted.value = true;
};

const doings: Readonly<Record<string, (isShifted: boolean) => void>> = {
  ArrowLeft: (isShifted) => stepBy(isShifted ? -far : -1),
  ArrowRight: (isShifted) => stepBy(isShifted ? far : 1),
  Home: () => goTo(0),
  End: () => goTo(headPosition.value),
  l: goLive,
  L: goLive,
  ' ': togglePlay,
  '+': () => changePace(1),
  '-': () => changePace(-1),
  '/': searchLog,
  w: toggleWhere,
  W: toggleWhere,
  n: () => goPlace(1),
  N: () => goPlace(1),
  p: () => goPlace(-1),
  P: () => goPlace(-1),
  f: toggleFork,
  F: toggleFork,
  t: nextTheme,
  T: nextTheme,
  '?': () => (isHelpOpen.value = !isHelpOpen.value),
  ...Object.fromEntries(rooms.map(({ id }, place) => [String(place + 1), () => enter(id)])),
};

const press = (event: KeyboardEvent): void => {
  const { key, target, shiftKey } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (takesText(target) || isPressed(key, target)) return;
  if (isHelpOpen.value && key !== '?') return;
  const doing = doings[key];
  if (doing === undefined) return;
  event.preventDefault();
  doing(shiftKey);
};

/** Listens to the keys. */
export const keepKeys = (): void => window.addEventListener('keydown', press);
