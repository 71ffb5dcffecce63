/** The moment the page shows: the present, or a position of the log somebody went back to. */
import { computed, signal } from '@preact/signals';

/** The last position the server has told of; -1 while the log is empty or unknown. */
export const headPosition = signal(-1);

/** The position somebody went back to; null while the page follows the present. */
export const pinnedPosition = signal<number | null>(null);

/** Whether the page follows the present. */
export const isLive = computed(() => pinnedPosition.value === null);

/** The position everything on the page shows. */
export const shownPosition = computed(() => pinnedPosition.value ?? headPosition.value);

/** Goes to a position; the page stays there while the log goes on. */
export const goTo = (position: number): void => {
  pinnedPosition.value = Math.max(0, Math.min(position, headPosition.value));
};

/** Goes some entries on or back. */
export const stepBy = (entries: number): void => goTo(shownPosition.value + entries);

/** Follows the present again. */
export const goLive = (): void => {
  pinnedPosition.value = null;
};
