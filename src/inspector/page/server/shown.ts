/** Questions about the moment that is shown. */
import { computed } from '@preact/signals';
import { headPosition, pinnedPosition } from '../time/moment.ts';
import { agentRuns, beats, servings } from './feed.ts';

/** So many beats of the clock, and the present is asked for again though nothing was recorded. */
const beatsPerLook = 4;

/** The moment as a query: nothing while the page follows the present. */
export const shownAt = computed(() => pinnedPosition.value ?? undefined);

/** Changes whenever the same question about that moment may have another answer. */
export const shownRevision = computed(() => {
  if (pinnedPosition.value !== null) return `${servings.value} ${pinnedPosition.value}`;
  return `${servings.value} ${headPosition.value} ${agentRuns.value ? Math.floor(beats.value / beatsPerLook) : 0}`;
});
