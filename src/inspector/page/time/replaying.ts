/** Replay at speed: the moment that is shown walks through the log. */
import { effect, signal } from '@preact/signals';
import { goTo, headPosition, pinnedPosition, shownPosition } from './moment.ts';

/** @limit The paces there are. Entries per second. */
export const paces = [1, 4, 16, 64] as const;

/** How fast it goes. Entries per second. */
export const pace = signal<number>(4);

/** Whether it goes. */
export const isPlaying = signal(false);

/** Starts or pauses; from the end it begins anew. */
export const togglePlay = (): void => {
  if (!isPlaying.value) goTo(shownPosition.value >= headPosition.value ? 0 : shownPosition.value);
  isPlaying.value = !isPlaying.value;
};

/** Goes to the next faster or slower pace. */
export const changePace = (by: 1 | -1): void => {
  const place = paces.findIndex((each) => each === pace.value);
  pace.value = paces[Math.max(0, Math.min(paces.length - 1, place + by))] ?? pace.value;
};

/** The page is asked for a new moment no more often. @unit ms */
const beatMs = 125;

const walk = (): void => {
  const step = Math.max(1, Math.round((pace.value * beatMs) / 1_000));
  if (pinnedPosition.value === null || shownPosition.value >= headPosition.value) isPlaying.value = false;
  else goTo(shownPosition.value + step);
};

/** Walks while it plays; somebody who goes live ends it. */
export const keepPlaying = (): void => {
  effect(() => {
    if (!isPlaying.value) return undefined;
    const timer = setInterval(walk, Math.max(beatMs, 1_000 / pace.value));
    return () => clearInterval(timer);
  });
};
